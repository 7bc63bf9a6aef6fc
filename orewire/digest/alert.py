"""An alert: the letter that a person gets when events answer a watch, and the same for programs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from orewire.digest.asked import asked_words
from orewire.digest.catalogue import Catalogue, get_catalogue
from orewire.digest.columns import wrap
from orewire.digest.compose import weight
from orewire.digest.plain import clean, clean_name
from orewire.digest.render import LONGEST_SUBJECT, Letter, render_fitting, render_text
from orewire.digest.tellings import Links, Told, headline, show_telling, told_event
from orewire.model.event import event_to_json, to_json
from orewire.model.watch import CORRECTIONS, KINDS, UPDATES, Telling, Watch

ORDER: Final = (
    "standing_changed", "new_opposition", "new_approval", "first_of_kind", "unusual_rise", "event",
    *UPDATES, "retracted", "coded_anew", "merged", "restored",
)  # fmt: skip
"""What an alert tells first: what may need an answer today; corrections, which seldom do, come last."""
_TRIES: Final = (30, 20, 12, 6, 3, 1)
"""How many are told whole where the letter would be too large with more."""
_NAMED: Final = 3
"""Kinds that a subject counts apart."""
_LONGEST_SUMMARY: Final = 250


def render_alert(watch: Watch, tellings: Sequence[Telling], *, held: bool = False, link: Links = None) -> Letter:
    """One or more tellings in the watch's language and zone, in the order in which a reader needs them.

    `held` says that they waited because the day's limit was reached; `link` gives the address of an event's page.
    UsageError for a language that has no catalogue.
    """
    words = get_catalogue(watch.lang)
    ordered = in_order(tellings)
    whole = ordered[: _TRIES[0]]
    told = list(_once(whole, (show_telling(one, words, watch.zone, link) for one in whole)))
    frame = _frame(watch, ordered, words, held)
    context, html = render_fitting("alert.html", (_context(frame, told, len(ordered), most, words) for most in _TRIES))
    first = headline(ordered[0], words)
    summary = first if len(ordered) == 1 else f"{frame['title']} · {first}"
    return Letter(
        subject=_subject(watch, ordered, words, frame["title"]),
        text=render_text("alert.txt", context),
        html=html,
        summary=clean(summary, _LONGEST_SUMMARY),
    )


def alert_payload(watch: Watch, tellings: Sequence[Telling]) -> Mapping[str, Any]:
    """All tellings for programs, in the order of the letter: nothing but what JSON can hold."""
    words = get_catalogue(watch.lang)
    return {"watch": watch.name, "tellings": [_payload(one, words) for one in in_order(tellings)]}


def in_order(tellings: Iterable[Telling]) -> list[Telling]:
    """By kind as in ORDER, the weightiest event first within a kind."""
    return sorted(tellings, key=_rank)


def _rank(telling: Telling) -> tuple[float, ...]:
    event = told_event(telling)
    own = weight(event) if event else (telling.mover.p_value,) if telling.mover else ()
    return (ORDER.index(telling.kind), *own)


def _once(tellings: Iterable[Telling], told: Iterable[Told]) -> Iterator[Told]:
    """The same, but the evidence of an event and of two tellings in a row stands there once."""
    before, shown_ids = "", set()
    for telling, one in zip(tellings, told, strict=True):
        event = told_event(telling)
        if event is None or one.shown is None:
            yield one
        elif event.id in shown_ids:
            yield replace(one, shown=None)
        else:
            shown_ids.add(event.id)
            yield replace(one, shown=replace(one.shown, evidence="")) if one.shown.evidence == before else one
            before = one.shown.evidence


def _frame(watch: Watch, ordered: Sequence[Telling], words: Catalogue, held: bool) -> dict[str, Any]:
    """What stands around the tellings."""
    name = clean_name(watch.name)
    answers = words.say("alert.answers", name=name, asked=asked_words(watch, words))
    zone = words.say("alert.zone", zone=clean_name(watch.zone))
    return {
        "lang": words.lang,
        "title": headline(ordered[0], words) if len(ordered) == 1 else _title(ordered, name, words),
        "held": words.count("alert.held", watch.daily_cap) if held else "",
        "is_single": len(ordered) == 1,
        "footer": (answers, f"{words.say('alert.corrected')} {zone}"),
        "wrap": wrap,
    }


def _subject(watch: Watch, tellings: Sequence[Telling], words: Catalogue, title: str) -> str:
    """The title where it fits; of several tellings rather the shorter counts than a watch without its name."""
    if len(tellings) > 1 and len(title) > LONGEST_SUBJECT:
        title = _title(tellings, clean_name(watch.name), words, grouped=False)
    return clean(title, LONGEST_SUBJECT)


def _context(frame: dict[str, Any], told: Sequence[Told], number: int, most: int, words: Catalogue) -> dict[str, Any]:
    left_out = number - min(len(told), most)
    return {
        **frame,
        "told": told[:most],
        "left_out": words.count("digest.left_out", left_out) if left_out else "",
    }


def _title(tellings: Sequence[Telling], name: str, words: Catalogue, *, grouped: bool = True) -> str:
    """`3 new (opposition 2, approvals 1), 1 correction: Lithium watch`, or without what is in brackets."""
    kinds = Counter(one.kind for one in tellings)
    updates, corrections = (sum(kinds[kind] for kind in group) for group in (UPDATES, CORRECTIONS))
    counts = (
        _new(kinds, words, grouped=grouped),
        words.count("alert.updates", updates) if updates else "",
        words.count("alert.corrections", corrections) if corrections else "",
    )
    return words.say("digest.titled", what=", ".join(filter(None, counts)), name=name)


def _new(kinds: Mapping[str, int], words: Catalogue, *, grouped: bool) -> str:
    """How many are new, and of which kinds."""
    found = [kind for kind in ORDER if kind in KINDS and kinds[kind]]
    number = sum(kinds[kind] for kind in found)
    if found in ([], ["event"]) or not grouped:
        return words.count("digest.new" if found == ["event"] else "alert.new", number) if found else ""
    groups = {words.say(f"alert.groups.{kind}"): kinds[kind] for kind in found[:_NAMED]}
    if rest := sum(kinds[kind] for kind in found[_NAMED:]):
        groups[words.say("digest.others")] = rest
    told = [words.say("digest.figure", name=name, n=words.number(count)) for name, count in groups.items()]
    named = ", ".join(told if len(groups) > 1 else groups)
    return words.say("alert.grouped", new=words.count("alert.new", number), groups=named)


def _payload(telling: Telling, words: Catalogue) -> dict[str, Any]:
    record = {
        "kind": telling.kind,
        "event": event_to_json(telling.event) if telling.event else None,
        "before": event_to_json(telling.before) if telling.before else None,
        "standing": telling.standing,
        "stood": telling.stood,
        "mover": to_json(telling.mover) if telling.mover else None,
        "line": headline(telling, words),
    }
    return {name: _finite(value) for name, value in record.items()}


def _finite(value: Any) -> Any:
    """The same without numbers that JSON has no word for."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value
