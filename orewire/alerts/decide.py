"""Whether an event is news to a watch, an update, or a correction of what it was told: decisions only.

change ──judge──> nothing to tell
             ├──> news: the event answers the watch for the first time, and is recent
             ├──> update: what was told has gone further
             └──> correction: what was told is not so
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from orewire.model.event import Event
from orewire.model.ledger import Alert, Turn, Was
from orewire.model.watch import Watch

RECENT: Final = timedelta(days=7)
"""News was first published within this time: what is read later, from an archive or a feed's old end, is history."""
HAPPENED: Final = timedelta(days=30)
"""And happened within this one, as far as its day is known."""
REMEMBERED: Final = timedelta(days=90)
"""So long those who were told of an event learn what became of it."""

_OPPOSING: Final = frozenset({"protest", "opposition", "lawsuit"})
_APPROVING: Final = frozenset({"permit_granted"})
_TURNING: Final = frozenset({"suspended", "revoked", "denied", "reinstated", "appealed", "ended", "closed"})
"""Stages that matter even where none was known before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """An event as it is now, what it was before the change (None: nothing), and what it means for its project."""

    event: Event
    was: Was | None = None
    turn: Turn = field(default_factory=Turn)
    kinds: tuple[str, ...] = field(init=False)
    """What kinds of news it is, the weightiest first."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", tuple(kinds_of(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A watch, the last event that is no news to it, and what it was told of the event in question, the first first."""

    watch: Watch
    after_event: int
    alerts: Sequence[Alert] = ()


def judge(known: Known, situation: Situation, now: datetime) -> str | None:
    """What to tell a watch that asks for the event: a kind of news or of update, or None."""
    if known.alerts:
        if any(one.state in ("waiting", "held") for one in known.alerts):
            return None  # it is told as it is when its time has come
        if told := [one for one in known.alerts if one.told is not None]:
            return find_update(known.watch, told, situation)
    if not is_news(known, situation, now):
        return None
    return next(filter(known.watch.kinds.__contains__, situation.kinds), None)


def kinds_of(situation: Situation) -> Iterator[str]:
    """What kinds of news it is, the weightiest first."""
    event, turn = situation.event, situation.turn
    if turn.standing:
        yield "standing_changed"
    if event.type in _APPROVING and event.status == "actual":
        yield "new_approval"
    if event.type in _OPPOSING:
        yield "new_opposition"
    if turn.is_first:
        yield "first_of_kind"
    yield "event"


def is_news(known: Known, situation: Situation, now: datetime) -> bool:
    """Whether the watch can be told of it as new: it is younger than the watch, or has changed as the watch asks."""
    event = situation.event
    if not is_recent(event, now):
        return False
    if event.id > known.after_event and event.first_seen is not None and event.first_seen > now - RECENT:
        return True
    return _has_turned(known.watch, situation) and event.last_seen is not None and event.last_seen > now - RECENT


def is_recent(event: Event, now: datetime) -> bool:
    """Whether its articles are there to report it, and its day is known and near.

    A date that cannot be read is no date: where no article of an event tells one, it may be as old as can be.
    """
    return event.salience == "main" and event.date is not None and event.date > (now - HAPPENED).date()


def _has_turned(watch: Watch, situation: Situation) -> bool:
    """Whether the change made of it what it was not before."""
    event, was = situation.event, situation.was
    if was is None:
        return False
    came_true = was.status == "prospective" and event.status == "actual"
    turned = was.stage != event.stage and event.stage is not None
    became_sure = was.confidence < (watch.filters.min_confidence or 0.0) - _ROUNDING
    return came_true or turned or became_sure


_ROUNDING: Final = 1e-4
"""The store keeps a confidence in 32 bits."""


def find_update(watch: Watch, told: Sequence[Alert], situation: Situation) -> str | None:
    """What has become of an event that was told, where it matters."""
    event, last = situation.event, told[-1]
    before = last.told
    if before is None:
        return None
    if last.kind == "retracted":
        return "restored"
    if before.status == "prospective" and event.status == "actual":
        return "became_actual"
    stages = {one.told.stage for one in told if one.told}
    if event.stage and event.stage not in stages and (before.stage or event.stage in _TURNING):
        return "stage_changed"
    is_moved = situation.turn.standing and not any(one.standing for one in told)
    return "standing_changed" if is_moved and "standing_changed" in watch.kinds else None


def find_correction(told: Sequence[Alert], event: Event | None, successor: Event | None) -> str | None:
    """What was told and is not so; `event` is what there is now under its id, `successor` what its report tells now."""
    last = told[-1] if told else None
    if last is None or last.told is None or last.kind == "retracted":
        return None
    if event is not None:
        return "coded_anew" if differs(last.told, event) else None
    if successor is None:
        return "retracted"
    return "merged" if successor.type == last.told.type else "coded_anew"


def differs(before: Event, event: Event) -> bool:
    """Whether it is something else now: another type or project, none of its countries, none of its minerals."""
    other_project = before.project is not None and event.project is not None and before.project != event.project
    return (
        before.type != event.type
        or other_project
        or _apart(before.countries, event.countries)
        or _apart(before.minerals, event.minerals)
    )


def is_same(before: Event, event: Event) -> bool:
    """Whether it is told of the same thing in the same words."""
    return before.evidence == event.evidence and before.status == event.status and not differs(before, event)


def _apart(before: Iterable[str], now: Iterable[str]) -> bool:
    first, second = set(before), set(now)
    return bool(first) and first.isdisjoint(second)
