"""What goes into the digest of a day, for one reader's filters and time zone: decided here, worded in `render`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orewire.digest.moves import Move, find_moves
from orewire.model.errors import UsageError
from orewire.model.event import Event, Filters
from orewire.model.history import Step
from orewire.model.ports import Questions
from orewire.model.project import FIGHTS
from orewire.model.trend import Movers, Trend

MOST: Final = 12
"""Events that a section shows; it says how many more there are."""
_LOOK_BACK = timedelta(days=60)
"""How long ago an event first reported today may have happened; older ones are history, not news."""
_LATE = timedelta(days=3)
"""How long after its day an article may still come in and be told, to a reader whose former digests are known."""
_PAGE = 1000
_WEEKS = 13
_MOVERS = 5
_GROUPS = 8
_NEWS = frozenset({"became_actual", "stage", "second_source", "official", "became_sure"})
"""Steps of an event that was known before which are worth a word."""
_FIRST: Final = (
    ("against", frozenset({"protest", "opposition", "support", "lawsuit"})),
    ("approvals", frozenset({"permit_granted", "permit_denied", "court_ruling"})),
    ("deals", frozenset({"trade_deal", "supply_deal", "trade_restriction", "policy"})),
)
"""Sections by type, what matters most first; behind them comes the rest by mineral or country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An event as the digest tells it: what became of its project by it, and what is new of one known before."""

    event: Event
    move: Move | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Events under one heading, the weightiest first, and how many more there are.

    `kind` is a section of the catalogue, or `mineral` or `country` with the value in `name`.
    """

    kind: str
    items: tuple[Item, ...]
    name: str | None = None
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The digest of one day in one time zone: no event is in it twice.

    `minerals` and `countries` count the new events, the most frequent first. `event_ids` are all events told of, those
    left out for want of space too: whoever keeps them hands them back as `told`.
    """

    day: date
    zone: str
    sections: tuple[Section, ...] = ()
    ongoing: Section | None = None
    movers: Movers | None = None
    weeks: Trend | None = None
    minerals: tuple[tuple[str, int], ...] = ()
    countries: tuple[tuple[str, int], ...] = ()
    event_ids: tuple[int, ...] = ()

    @property
    def new_count(self) -> int:
        """How many events are new, shown or not."""
        return sum(len(section.items) + section.left_out for section in self.sections)

    @property
    def ongoing_count(self) -> int:
        """How many were known before and are told again, shown or not."""
        return len(self.ongoing.items) + self.ongoing.left_out if self.ongoing else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A reader's day: `start` <= time < `end`, in UTC; 23 or 25 hours where clocks change."""

    start: datetime
    end: datetime

    def has(self, moment: datetime | None) -> bool:
        """Whether it is of the day."""
        return moment is not None and self.start <= moment < self.end


def compose_digest(
    questions: Questions,
    day: date,
    *,
    filters: Filters | None = None,
    zone: str = "UTC",
    by: str = "mineral",
    told: Collection[int] | None = None,
) -> Digest:
    """The digest of a reader's day: events first reported on it, and those known before that were reported again.

    `by` is `mineral` or `country`: how what matters less is grouped. `told` are the events of the reader's former
    digests: with them, what came in late from the days before is told, and nothing is called new twice. UsageError
    for a zone that does not exist.
    """
    if by not in ("mineral", "country"):
        raise UsageError(f"by: found {by!r}, expected mineral or country")
    bounds = day_bounds(day, zone)
    asked = filters or Filters()
    known_before = None if told is None else frozenset(told)
    found = _find_all(questions, _reported(asked, day, bounds))
    events = [event for event in found if event.salience == "main"]
    new = sorted((event for event in events if _is_new(event, bounds, known_before)), key=weight)
    known = {event.id for event in new}
    again = sorted((event for event in events if event.id not in known and _goes_on(event, bounds)), key=weight)
    sections = _sections(new, find_moves(questions, new), by)
    return Digest(
        day=day,
        zone=zone,
        sections=sections,
        ongoing=_ongoing(questions, again, bounds),
        movers=_movers(questions, asked, day),
        weeks=_weeks(questions, asked, day),
        minerals=_counted(new, lambda event: event.minerals),
        countries=_counted(new, lambda event: event.countries),
        event_ids=tuple(event.id for event in (*new, *again)),
    )


def shorten(digest: Digest, most: int) -> Digest:
    """The same digest with at most so many events in a section, a third of it in those by mineral or country."""
    sections = (_cut(one, most if one.name is None else max(1, most // 3)) for one in digest.sections)
    return replace(digest, sections=tuple(sections), ongoing=digest.ongoing and _cut(digest.ongoing, most))


def newest_day(questions: Questions) -> date | None:
    """The last day (UTC) on which one of the newest events was reported, or None where there is none."""
    seen = [event.last_seen for event in questions.find_events(Filters(), limit=_PAGE) if event.last_seen]
    return max(seen).date() if seen else None


def day_bounds(day: date, zone: str) -> Day:
    """When a day begins and ends in a time zone; UsageError for one that does not exist."""
    try:
        tz = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"zone: found {zone!r}, expected a time zone such as Europe/Belgrade") from error
    start, end = (datetime.combine(one, time(), tz).astimezone(UTC) for one in (day, day + timedelta(days=1)))
    return Day(start=start, end=end)


def _reported(filters: Filters, day: date, bounds: Day) -> Filters:
    """The reader's filters, for events that can be news of the day: what is planned lies up to a year ahead."""
    since, until = day - _LOOK_BACK, day + timedelta(days=366)
    return replace(
        filters,
        since=max(since, filters.since) if filters.since else since,
        until=min(until, filters.until) if filters.until else until,
        seen_since=bounds.start - _LATE,
        seen_until=bounds.end,
    )


def _find_all(questions: Questions, filters: Filters) -> Sequence[Event]:
    """All that match; none where the reader's own span of days has nothing to do with the day."""
    if filters.since and filters.until and filters.since >= filters.until:
        return []
    events: list[Event] = []
    while page := questions.find_events(filters, limit=_PAGE, offset=len(events)):
        events.extend(page)
        if len(page) < _PAGE:
            break
    return events


def _is_new(event: Event, day: Day, told: frozenset[int] | None) -> bool:
    if told is None or event.first_seen is None:
        return day.has(event.first_seen)
    return event.id not in told and day.start - _LATE <= event.first_seen < day.end


def _goes_on(event: Event, day: Day) -> bool:
    """Whether a report of the day tells of it; the last one may have come later, in a digest of the past."""
    was_known = event.first_seen is not None and event.first_seen < day.end
    return was_known and (day.has(event.last_seen) or any(day.has(source.published) for source in event.sources))


def weight(event: Event) -> tuple[float, ...]:
    """What many tell of comes first, then what an authority says itself, then what is surest."""
    return (-event.independent_sources, event.voice != "official", -event.confidence, event.id)


def _sections(new: Sequence[Event], moves: dict[int, Move], by: str) -> tuple[Section, ...]:
    """Each event in one of them; more changes of standing than can be shown stand where their events do."""
    left = {event.id: event for event in new}
    told = sorted((one for one in left if one in moves), key=lambda one: moves[one].after in FIGHTS)[:MOST]
    sections = [Section(kind="standing", items=tuple(_item(left.pop(one), moves) for one in told))]
    for kind, types in _FIRST:
        found = [event.id for event in left.values() if event.type in types]
        sections.append(Section(kind=kind, items=tuple(_item(left.pop(one), moves) for one in found)))
    return tuple(section for section in (*sections, *_rest(list(left.values()), new, moves, by)) if section.items)


def _item(event: Event, moves: dict[int, Move]) -> Item:
    return Item(event=event, move=moves.get(event.id))


def _rest(events: Sequence[Event], new: Sequence[Event], moves: dict[int, Move], by: str) -> Iterable[Section]:
    """What is left by mineral or country: each event once, under that of its own which the day tells of most."""

    def values(event: Event) -> tuple[str, ...]:
        return event.minerals if by == "mineral" else event.countries

    ranks = {value: rank for rank, (value, _) in enumerate(_counted(new, values))}
    groups: dict[int, list[Event]] = {}
    for event in events:
        groups.setdefault(min((ranks[value] for value in values(event)), default=len(ranks)), []).append(event)
    names = dict(enumerate(ranks))
    ordered = sorted(groups, key=lambda rank: (rank == len(ranks), -len(groups[rank]), rank))
    for rank in ordered[:_GROUPS]:
        items = tuple(_item(event, moves) for event in groups[rank])
        yield Section(kind=by if rank in names else "elsewhere", name=names.get(rank), items=items)
    yield Section(
        kind="other", items=tuple(_item(event, moves) for rank in ordered[_GROUPS:] for event in groups[rank])
    )


def _ongoing(questions: Questions, again: Sequence[Event], day: Day) -> Section | None:
    """What goes on; what is new of it is looked up for those only that are shown."""
    items = [Item(event=event, steps=_steps(questions, event, day)) for event in again[:MOST]]
    rest = [Item(event=event) for event in again[MOST:]]
    return Section(kind="ongoing", items=(*items, *rest)) if again else None


def _steps(questions: Questions, event: Event, day: Day) -> tuple[Step, ...]:
    history = questions.get_history(event.id)
    return tuple(step for step in history.steps if step.kind in _NEWS and day.has(step.at)) if history else ()


def _movers(questions: Questions, filters: Filters, day: date) -> Movers | None:
    asked = replace(filters, since=None, until=day + timedelta(days=1))
    movers = questions.find_movers(asked, limit=_MOVERS)
    return movers if movers.movers else None


def _weeks(questions: Questions, filters: Filters, day: date) -> Trend:
    monday = day - timedelta(days=day.weekday())
    asked = replace(filters, since=monday - timedelta(weeks=_WEEKS - 1), until=day + timedelta(days=1))
    return questions.get_trend(asked, period="week", by="family")


def _counted(events: Iterable[Event], values: Callable[[Event], Iterable[str]]) -> tuple[tuple[str, int], ...]:
    counts = Counter(value for event in events for value in values(event))
    return tuple(counts.most_common())  # of equals the first of the weightiest event


def _cut(section: Section, most: int) -> Section:
    left_out = section.left_out + max(0, len(section.items) - most)
    return replace(section, items=section.items[:most], left_out=left_out)
