"""What changed, judged for every watch: the alerts that come of it, kept in the transaction that empties the queue."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orewire.alerts.decide import REMEMBERED, Known, Situation, find_correction, is_recent, is_same, judge
from orewire.alerts.hours import due_time
from orewire.alerts.match import Named
from orewire.model.errors import StoreError, UsageError
from orewire.model.event import Event
from orewire.model.ledger import Alert, Change, Turn, Was
from orewire.model.ports import Questions
from orewire.model.trend import Mover
from orewire.model.watch import Watch
from orewire.rooms import Rooms
from orewire.telling.book import WatchBook, Watches
from store.connection import Connection, transaction
from store.events import get_events
from store.ledger import add_alerts, alerts_of, drop_changes, next_changes, retracted_since, rises_since
from store.turns import articles_of, events_there, find_successor, get_turns, project_names, project_numbers

_BATCH = 1000
_TURNS = frozenset({"standing_changed", "first_of_kind"})
_RISE_MEMORY = timedelta(days=60)


def judge_changes(rooms: Rooms, book: WatchBook) -> int:
    """Decide what is to be told of the events that changed first; how many changes were judged."""
    connection, now = rooms.connection, rooms.clock()
    changes = next_changes(connection, _BATCH)
    if not changes:
        return 0
    watches = book.read(connection, rooms.progress)
    alerts = _decide_all(rooms, watches, changes, now) if watches.by_name else []
    with transaction(connection):
        add_alerts(connection, alerts)
        drop_changes(connection, changes[-1].number)
    return len(changes)


def _decide_all(rooms: Rooms, watches: Watches, changes: Sequence[Change], now: datetime) -> list[Alert]:
    """What comes of the changes; a bug of ours over one event is noted, and must not keep the others waiting."""
    try:
        return list(_decide(rooms, watches, changes, (), now))
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001
        rooms.progress.note("bug", events=len(first_states(changes)), error=repr(error))
    return _decide_singly(rooms, watches, changes, now)


def _decide_singly(rooms: Rooms, watches: Watches, changes: Sequence[Change], now: datetime) -> list[Alert]:
    """The same, event by event, each with what was decided just before; corrections still come first."""
    by_event: defaultdict[int, list[Change]] = defaultdict(list)
    for change in changes:
        by_event[change.event].append(change)
    there = events_there(rooms.connection, by_event)
    decided: list[Alert] = []
    for number in sorted(by_event, key=lambda number: number in there):
        try:
            decided += list(_decide(rooms, watches, by_event[number], tuple(decided), now))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001
            rooms.progress.note("bug", of_event=number, error=repr(error))
    return decided


def _decide(
    rooms: Rooms, watches: Watches, changes: Sequence[Change], decided: Sequence[Alert], now: datetime
) -> Iterator[Alert]:
    """Corrections first: what was told under another number is not told again as new."""
    connection = rooms.connection
    was = first_states(changes)
    events = {event.id: event for event in get_events(connection, list(was))}
    told = _by_watch([*alerts_of(connection, was), *(alert for alert in decided if alert.event in was)])
    corrections = list(_corrections(connection, watches, events, told, was, now))
    for alert in corrections:
        if alert.event is not None:
            told.setdefault((alert.watch, alert.event), []).append(alert)
    yield from corrections
    new = [event for number, event in events.items() if was[number] is None]
    for (name, number), before in _retracted(connection, new, now).items():
        told.setdefault((name, number), before)
    finder = Finder(rooms, list(events.values()))
    turns = get_turns(connection, events, today=now.date()) if watches.kinds() & _TURNS else {}
    heard_of: defaultdict[int, list[str]] = defaultdict(list)
    for name, number in told:
        heard_of[number].append(name)
    for event in events.values():
        if event.id not in heard_of and not is_recent(event, now):
            continue  # an archive that is read costs next to nothing, however many watches there are
        situation = Situation(event=event, was=was[event.id], turn=turns.get(event.id, Turn()))
        for watch in _listening(watches, finder, event, heard_of.get(event.id, ())):
            known = Known(
                watch=watch,
                after_event=watches.after_event[watch.name],
                alerts=told.get((watch.name, event.id), ()),
            )
            if kind := judge(known, situation, now):
                yield _alert(watch, kind, situation, known.alerts, now)


def _listening(watches: Watches, finder: Finder, event: Event, heard: Iterable[str]) -> Iterator[Watch]:
    """The watches that ask for the event, then those that heard of it as it was and would not ask for it now."""
    asking = set[str]()
    for watch in watches.index.find(finder.named(event), finder.matches):
        asking.add(watch.name)
        yield watch
    yield from (watches.by_name[name] for name in heard if name not in asking and name in watches.by_name)


def first_states(changes: Sequence[Change]) -> dict[int, Was | None]:
    """What each event was before the first of its changes."""
    was: dict[int, Was | None] = {}
    for change in changes:
        was.setdefault(change.event, change.was)
    return was


def _by_watch(alerts: Sequence[Alert]) -> dict[tuple[str, int], list[Alert]]:
    found: defaultdict[tuple[str, int], list[Alert]] = defaultdict(list)
    for alert in alerts:
        if alert.event is not None:
            found[alert.watch, alert.event].append(alert)
    return dict(found)


def _retracted(connection: Connection, events: Sequence[Event], now: datetime) -> dict[tuple[str, int], list[Alert]]:
    """By watch and event, the retraction of what is told again now, under a new number: of its type and article."""
    by_report: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for event in events:
        for source in event.sources:
            by_report[event.type, source.article_id].append(event.id)
    articles = {article for _, article in by_report}
    gone = retracted_since(connection, now - REMEMBERED, articles) if articles else []
    found: dict[tuple[str, int], list[Alert]] = {}
    for alert in gone:
        for article in (source.article_id for source in (alert.told.sources if alert.told else ())):
            type_ = alert.told.type if alert.told else ""
            found |= {(alert.watch, event): [alert] for event in by_report.get((type_, article), ())}
    return found


def _alert(watch: Watch, kind: str, situation: Situation, before: Sequence[Alert], now: datetime) -> Alert:
    told = [one.told for one in before if one.told] if before else ()
    has_moved = kind == "standing_changed"
    return Alert(
        watch=watch.name,
        kind=kind,
        event=situation.event.id,
        decided_at=now,
        due=due_time(now, watch),
        standing=situation.turn.standing if has_moved else None,
        stood=situation.turn.stood if has_moved else None,
        before=told[-1] if told else None,
    )


def _corrections(
    connection: Connection,
    watches: Watches,
    events: Mapping[int, Event],
    told: Mapping[tuple[str, int], Sequence[Alert]],
    was: Mapping[int, Was | None],
    now: datetime,
) -> Iterator[Alert]:
    """What those who were told must learn; `events` are those of the changes that are there, by number."""
    successors: dict[int, Event | None] = {}
    for (name, number), alerts in told.items():
        watch, last = watches.by_name.get(name), alerts[-1]
        if watch is None or last.told is None or now - last.decided_at > REMEMBERED:
            continue
        if number not in events and number not in successors:
            successors[number] = find_successor(connection, last.told)
        event, successor = events.get(number), successors.get(number)
        if successor and _stood_beside(alerts_of(connection, [successor.id]), name, last.told, successor):
            successor = None
        is_new = successor is not None and successor.id in was and was[successor.id] is None
        if event is None and successor and is_new and is_same(last.told, successor):
            yield replace(last, event=successor.id, told=successor, decided_at=now, id=None)  # under another number
        elif kind := find_correction(alerts, event, successor):
            holds = event or successor
            yield Alert(
                watch=name,
                kind=kind,
                event=holds.id if holds else number,
                decided_at=now,
                due=due_time(now, watch),
                before=last.told,
            )


def _stood_beside(alerts: Sequence[Alert], name: str, told: Event, successor: Event) -> bool:
    """Whether the watch was told of both from the same article: then one has not become the other."""
    if told.evidence in {source.evidence for source in successor.sources}:
        return False
    articles = {source.article_id for source in told.sources}
    own = (alert.told.sources for alert in alerts if alert.watch == name and alert.told)
    return any(source.article_id in articles for sources in own for source in sources)


class Finder:
    """What the index asks about the events at hand, looked up once."""

    def __init__(self, rooms: Rooms, events: Sequence[Event]) -> None:
        self._connection, self._fulltext, self._progress = rooms.connection, rooms.fulltext, rooms.progress
        ids = [event.id for event in events]
        self._names = project_names(self._connection, ids)
        self._projects = project_numbers(self._connection, ids)
        self._articles = articles_of(self._connection, ids)
        self._numbers = sorted({article for _, article in self._articles})
        self._found: dict[str, Collection[int]] = {}

    def named(self, event: Event) -> Named:
        """The event with all names and numbers of its project."""
        return Named(
            event=event,
            project_names=self._names.get(event.id, ()),
            project_numbers=self._projects.get(event.id, ()),
        )

    def matches(self, text: str) -> Collection[int]:
        """Ids of the events that have an article which matches a query; none where it cannot be understood."""
        if text not in self._found:
            found = set(self._fulltext.retry(self._connection, lambda: self._ask(text)))
            self._found[text] = {event for event, article in self._articles if article in found}
        return self._found[text]

    def _ask(self, text: str) -> list[int]:
        try:
            asked = self._fulltext.ask(self._connection, text, is_current=bool(self._found))
            return asked.among(self._numbers).numbers()
        except UsageError as error:  # a watch from before the rules of queries changed must not stop the others
            self._progress.note("query_not_understood", text=text, error=str(error))
            return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """An unusual rise that answers a watch; `about` is the same whenever it is found."""

    watch: Watch
    about: str
    mover: Mover


async def judge_rises(rooms: Rooms, book: WatchBook, questions: Questions) -> int:
    """Decide which unusual rises of the last whole week are to be told; how many. Each watch is a question."""
    connection, now = rooms.connection, rooms.clock()
    asking = [
        watch for watch in book.read(connection, rooms.progress).by_name.values() if "unusual_rise" in watch.kinds
    ]
    if not asking:
        return 0
    known = rises_since(connection, now - _RISE_MEMORY)
    found: list[Rise] = []
    for watch in asking:
        found += await asyncio.to_thread(_find_rises, rooms, questions, watch, now)
    alerts = [_rise_alert(rise, now) for rise in found if (rise.watch.name, rise.about) not in known]
    with transaction(connection):
        add_alerts(connection, alerts)
    return len(alerts)


def _find_rises(rooms: Rooms, questions: Questions, watch: Watch, now: datetime) -> list[Rise]:
    """Those of one watch; a question that means nothing, or a bug over it, must not keep the others waiting."""
    try:
        return list(_rises(questions, watch, now))
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001
        rooms.progress.note("bug", watch=watch.name, error=repr(error))
        return []


def _rises(questions: Questions, watch: Watch, now: datetime) -> Iterator[Rise]:
    movers = questions.find_movers(watch.filters, limit=10)
    if movers.start is None or (now.date() - movers.start) > timedelta(days=21):
        return  # nothing was read of late
    for mover in movers.movers:
        about = "/".join((mover.key, mover.key2 or "", movers.start.isoformat()))
        yield Rise(watch=watch, about=about, mover=mover)


def _rise_alert(rise: Rise, now: datetime) -> Alert:
    return Alert(
        watch=rise.watch.name,
        kind="unusual_rise",
        event=None,
        about=rise.about,
        decided_at=now,
        due=due_time(now, rise.watch),
        mover=rise.mover,
    )
