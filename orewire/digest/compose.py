"""What goes into the digest of a day, decided from events alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from orewire.model.event import Event, Filters
from orewire.model.ports import Questions

_LOOK_BACK = timedelta(days=60)
"""How long ago an event first reported today may have happened; older ones are history, not news."""
_MOST = 1000

_SECTIONS: tuple[tuple[str, frozenset[str]], ...] = (
    ("Approved, refused, applied for", frozenset({"permitting"})),
    ("For and against", frozenset({"opposition"})),
    ("In court", frozenset({"legal"})),
    ("Deals, restrictions, rules", frozenset({"trade", "policy"})),
    ("Money and ownership", frozenset({"corporate"})),
    ("At the mines", frozenset({"operations", "labour"})),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Events under one heading, the surest first."""

    title: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The digest of one day (UTC): what is new by section, and what was told before and goes on."""

    day: date
    sections: tuple[Section, ...]
    continuing: tuple[Event, ...]

    @property
    def new_count(self) -> int:
        """How many events are new."""
        return sum(len(section.events) for section in self.sections)


def compose_digest(questions: Questions, day: date) -> Digest:
    """The digest of a day: events first reported on it, and older ones reported again."""
    asked = Filters(since=day - _LOOK_BACK, until=day + timedelta(days=366))  # what is planned lies ahead
    events = [event for event in _find_all(questions, asked) if event.salience == "main"]
    new = [event for event in events if event.first_seen and event.first_seen.date() == day]
    continuing = [event for event in events if event not in new and event.last_seen and event.last_seen.date() == day]
    return Digest(day=day, sections=_sections(new), continuing=tuple(continuing))


def newest_day(questions: Questions) -> date | None:
    """The last day on which an event was reported, or None where there is none."""
    seen = [event.last_seen for event in _find_all(questions, Filters()) if event.last_seen]
    return max(seen).date() if seen else None


def _find_all(questions: Questions, filters: Filters) -> Sequence[Event]:
    events: list[Event] = []
    while page := questions.find_events(filters, limit=_MOST, offset=len(events)):
        events.extend(page)
    return events


def _sections(events: Iterable[Event]) -> tuple[Section, ...]:
    ordered = sorted(events, key=lambda event: (-event.independent_sources, -event.confidence, event.id))
    sections = [
        Section(title=title, events=tuple(event for event in ordered if event.family in families))
        for title, families in _SECTIONS
    ]
    return tuple(section for section in sections if section.events)
