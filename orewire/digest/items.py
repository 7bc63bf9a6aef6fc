"""An event as a page shows it: every word that stands there, in the reader's language and fit to be shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from orewire.digest.catalogue import Catalogue
from orewire.digest.compose import Item
from orewire.digest.moves import Move
from orewire.digest.plain import LONGEST_EVIDENCE, clean, clean_name, web_address
from orewire.digest.wording import project_words, tell_event
from orewire.model.event import Event, Source, source_rank
from orewire.model.history import Step

SOURCES: Final = 3
"""Links of an event; how many more reports there are is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where it stands; `url` is None where that is no web address."""

    name: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One event. `direction` is `ltr` or `rtl`, that of its evidence; `lang` is the language of that."""

    line: str
    move: str | None
    evidence: str
    direction: str
    lang: str | None
    facts: tuple[str, ...]
    ongoing: tuple[str, ...]
    sources: tuple[Link, ...]
    more: str

    @property
    def quoted(self) -> str:
        """The evidence for a text without boxes and lines."""
        return f"“{self.evidence}”"


def show_item(item: Item, words: Catalogue, zone: str) -> Shown:
    """The words of one event of a digest."""
    event = item.event
    sources = ordered_sources(event)
    more = event.article_count - min(len(sources), SOURCES)
    return Shown(
        line=tell_event(event, words.lang),
        move=move_words(item.move, words) if item.move else None,
        evidence=clean(event.evidence, LONGEST_EVIDENCE),
        direction=direction_of(event.evidence),
        lang=_lang(sources),
        facts=tuple(_facts(event, words)),
        ongoing=(_since(event, words, zone), *dict.fromkeys(_step(event, step, words) for step in item.steps)),
        sources=tuple(_link(source) for source in sources[:SOURCES]),
        more=words.count("digest.more_sources", more) if more > 0 and sources else "",
    )


def move_words(move: Move, words: Catalogue) -> str:
    """`Jadar (lithium): refused, before permit sought`."""
    name = project_words(words, move.project, move.minerals)
    after = words.say(f"standings.{move.after}")
    if move.is_over:
        return words.say("digest.over", name=name, after=after)
    if move.before is None:
        return words.say("digest.moved_first", name=name, after=after)
    return words.say("digest.moved", name=name, after=after, before=words.say(f"standings.{move.before}"))


def ordered_sources(event: Event) -> list[Source]:
    """The one that is quoted first, then the best."""
    ranked = sorted(event.sources, key=lambda one: source_rank(one.voice, one.url, one.published, one.article_id))
    return sorted(ranked, key=lambda one: one.evidence != event.evidence)


def direction_of(text: str) -> str:
    """`rtl` where the first letter that has a direction is written from right to left."""
    strong = (unicodedata.bidirectional(character) for character in text)
    return "rtl" if next((one for one in strong if one in ("L", "R", "AL")), "L") != "L" else "ltr"


def local_day(moment: datetime, words: Catalogue, zone: str, form: str = "long") -> str:
    """The reader's day of a time."""
    return words.day(local(moment, zone).date(), form)


def local(moment: datetime, zone: str) -> datetime:
    """The same time as the reader's clock shows it."""
    return moment.astimezone(ZoneInfo(zone) if zone != "UTC" else UTC)


def _facts(event: Event, words: Catalogue) -> list[str]:
    day = words.day(event.date) if event.date else words.say("digest.undated")
    voice = [words.say(f"digest.{event.voice}")] if event.voice != "news" else []
    return [day, *voice, words.say("digest.sure", percent=words.percent(event.confidence))]


def _since(event: Event, words: Catalogue, zone: str) -> str:
    reports = words.count("digest.reports", event.article_count)
    if event.first_seen is None:
        return reports
    return words.say("digest.since", reports=reports, day=local_day(event.first_seen, words, zone))


def _step(event: Event, step: Step, words: Catalogue) -> str:
    known = words.words["stages"].get(event.stage or "")
    stage = known or clean_name(event.stage or step.change)
    return words.say(f"steps.{step.kind}", change=stage)


def _lang(sources: Sequence[Source]) -> str | None:
    lang = sources[0].lang if sources else None
    return (
        lang if lang and lang.isascii() and lang.replace("-", "").isalnum() and len(lang) <= len("zh-Hant-TW") else None
    )


def _link(source: Source) -> Link:
    return Link(name=clean_name(source.source) or "–", url=web_address(source.url))
