"""What a watch asks for, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from orewire.digest.catalogue import Catalogue
from orewire.digest.plain import clean, clean_name
from orewire.model.event import Filters
from orewire.model.watch import Watch

_LONGEST: Final = 300
"""Characters; a watch may list hundreds of projects."""


def asked_words(watch: Watch, words: Catalogue) -> str:
    """`opposition, approvals · lithium · Serbia · at least 60% sure`."""
    kinds = [words.say("alert.every" if kind == "event" else f"alert.groups.{kind}") for kind in watch.kinds]
    return clean(" · ".join([", ".join(kinds), *_filters(watch.filters, words)]), _LONGEST)


def _filters(filters: Filters, words: Catalogue) -> Iterator[str]:
    """Each filter that is set, its values side by side."""
    named: tuple[tuple[Sequence[str], Callable[[str], str]], ...] = (
        (filters.mineral, words.mineral),
        (filters.country, words.country),
        (filters.project, str),
        (filters.type, lambda value: words.words["types"].get(value, {}).get("name", value)),
        (filters.family, lambda value: words.words["families"].get(value, value)),
        (filters.stance, lambda value: words.say("digest.for" if value == "support" else "digest.against")),
        (filters.actor, str),
        (filters.status, lambda value: words.words["alert"]["statuses"].get(value, value)),
    )
    for values, name_of in named:
        if values:
            yield ", ".join(clean_name(name_of(value)) for value in values)
    if filters.text:
        yield clean_name(filters.text)
    yield from _bounds(filters, words)


def _bounds(filters: Filters, words: Catalogue) -> Iterator[str]:
    """From when, until when, and how sure."""
    if filters.since:
        yield words.say("digest.until_now", since=words.day(filters.since))
    if filters.until:
        yield words.say("alert.until", until=words.day(filters.until))
    if filters.min_confidence:
        yield words.say("alert.at_least", percent=words.percent(filters.min_confidence))
