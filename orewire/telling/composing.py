"""Alerts whose time has come, written as messages: each alert is told once, as its event is at that moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urljoin

from orewire.alerts.hours import local_day, next_day
from orewire.config import Config
from orewire.digest.alert import alert_payload, render_alert
from orewire.model.errors import StoreError
from orewire.model.event import Event
from orewire.model.ledger import Alert, Post
from orewire.model.message import Message
from orewire.model.watch import Telling, Watch
from orewire.rooms import Rooms
from orewire.telling.book import WatchBook, Watches
from orewire.telling.judging import Finder
from store.connection import Connection, transaction
from store.events import get_events
from store.ledger import alerts_of, due_alerts, settle_alerts
from store.outbox import add_message, count_alert_messages
from store.reviews import standing_decisions

_WATCHES: Final = 50
"""Taken at a time: the service answers questions in between."""
_MOST: Final = 200
"""Tellings of a message that programs get: a summary of thousands would be refused for its size."""
_AFTER_BUG: Final = timedelta(hours=1)
Link = Callable[[int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An alert with what it tells."""

    alert: Alert
    telling: Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Alerts of one watch that leave as one message; `held`: those that the cap of a day had held back."""

    ready: tuple[Ready, ...]
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """How many watches had something due, and how many messages came of it."""

    watches: int
    messages: int


def compose_alerts(rooms: Rooms, book: WatchBook) -> Composed:
    """Write what is due of some watches as messages, for their channels to take; each leaves nothing due."""
    connection, now = rooms.connection, rooms.clock()
    due: defaultdict[str, list[Alert]] = defaultdict(list)
    for alert in due_alerts(connection, now, _WATCHES):
        due[alert.watch].append(alert)
    known = book.read(connection, rooms.progress)
    watches = known.by_name
    days = {name: local_day(now, watches[name].zone) for name in due if name in watches}
    sent = count_alert_messages(connection, days)
    written = 0
    for name, alerts in due.items():
        if name not in watches:
            settle_alerts(connection, [replace(alert, state="dropped") for alert in alerts])
            continue
        written += _write(rooms, known, watches[name], alerts, sent.get(name, 0))
    return Composed(watches=len(due), messages=written)


def _write(rooms: Rooms, watches: Watches, watch: Watch, alerts: Sequence[Alert], sent: int) -> int:
    """The messages of one watch; a bug of ours over one must not keep the others waiting."""
    now = rooms.clock()
    try:
        ready = still_asked(rooms, watches, watch, list(find_ready(rooms.connection, alerts)))
        return _Desk(rooms, watch, now).write(alerts, ready, sent)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001
        rooms.progress.note("bug", watch=watch.name, error=repr(error))
    settle_alerts(rooms.connection, [replace(alert, due=now + _AFTER_BUG) for alert in alerts])
    return 0


class _Desk:
    """Where the messages of one watch are written."""

    def __init__(self, rooms: Rooms, watch: Watch, now: datetime) -> None:
        self._connection, self._watch, self._now = rooms.connection, watch, now
        self._link = event_link(rooms.config)

    def write(self, alerts: Sequence[Alert], ready: Sequence[Ready], sent: int) -> int:
        """Write as many messages as the day allows, and hold the rest back; how many were written."""
        told = {one.alert.id for one in ready}
        gone = [replace(alert, state="dropped") for alert in alerts if alert.id not in told]
        bundles = list(bundle(ready))
        allowed = max(0, self._watch.daily_cap - sent)
        written = [one for one in bundles if one.held] or bundles[:allowed]
        left = [] if any(one.held for one in bundles) else bundles[allowed:]
        later = next_day(self._now, self._watch)
        held = [replace(one.alert, state="held", due=later) for other in left for one in other.ready]
        with transaction(self._connection):
            settle_alerts(self._connection, [*gone, *held])
            for one in written:
                self._keep(one)
        return len(written)

    def _keep(self, bundled: Bundle) -> None:
        """Message, deliveries, and what was told, at once."""
        message = self._message(bundled)
        tellings = [one.telling for one in bundled.ready]
        post = Post(
            key=message.key,
            kind="summary" if bundled.held else "alert",
            name=self._watch.name,
            day=local_day(self._now, self._watch.zone),
            thread=message.thread,
            created=self._now,
            subject=message.subject,
            events=tuple(dict.fromkeys(telling.event.id for telling in tellings if telling.event)),
        )
        add_message(self._connection, message, post, self._watch.channels, self._now)
        settle_alerts(self._connection, [_told(one, message.key) for one in bundled.ready])

    def _message(self, bundled: Bundle) -> Message:
        alerts, tellings = [one.alert for one in bundled.ready], [one.telling for one in bundled.ready]
        letter = render_alert(self._watch, tellings, held=bundled.held, link=self._link)
        key = f"{'summary' if bundled.held else 'alert'}/{self._watch.name}/{alerts[0].id}"
        event = tellings[0].event if len(tellings) == 1 else None
        return Message(
            key=key,
            subject=letter.subject,
            text=letter.text,
            summary=letter.summary,
            created=self._now,
            thread=self._thread(tellings),
            html=letter.html,
            link=self._link(event.id) if self._link and event else None,
            payload={"key": key, "count": len(tellings), **alert_payload(self._watch, tellings[:_MOST])},
        )

    def _thread(self, tellings: Sequence[Telling]) -> str | None:
        """The message that first told of the event which this one updates or corrects, where it is about one."""
        numbers = {one.id for telling in tellings for one in (telling.before, telling.event) if one}
        if len(tellings) != 1 or tellings[0].before is None:
            return None
        before = [one for one in alerts_of(self._connection, numbers) if one.watch == self._watch.name and one.message]
        return before[0].message if before else None


def find_ready(connection: Connection, alerts: Sequence[Alert]) -> Iterator[Ready]:
    """Those of the alerts that have something to tell, with their events as they are now."""
    merged = standing_decisions(connection)
    numbers = {alert.id: merged.follow(alert.event) for alert in alerts if alert.event is not None}
    events = {event.id: event for event in get_events(connection, sorted(set(numbers.values())))}
    known = _news(alerts_of(connection, set(numbers.values())))
    for alert in alerts:
        event = events.get(numbers.get(alert.id, 0))
        is_twice = event is not None and event.id != alert.event and (alert.watch, event.id) in known
        if is_twice and alert.before is None:
            continue  # merged while it waited into an event of which the watch hears, or heard, anyway
        if telling := to_telling(alert, event):
            yield Ready(alert=replace(alert, event=event.id if event else alert.event), telling=telling)
            known |= _news([replace(alert, event=event.id)]) if event else set()


def still_asked(rooms: Rooms, watches: Watches, watch: Watch, ready: Sequence[Ready]) -> list[Ready]:
    """Without news of events that have changed while they waited, so that they answer the watch no more."""
    news = [one.telling.event for one in ready if one.telling.event and one.telling.before is None]
    finder = Finder(rooms, news)
    asked = {event.id for event in news if watch in watches.index.find(finder.named(event), finder.matches)}
    return [one for one in ready if not one.telling.event or one.telling.before or one.telling.event.id in asked]


def _news(alerts: Sequence[Alert]) -> set[tuple[str, int]]:
    """Watch and event of each."""
    return {(alert.watch, alert.event) for alert in alerts if alert.event is not None}


def to_telling(alert: Alert, event: Event | None) -> Telling | None:
    """What an alert tells now; None where there is nothing left to tell."""
    if event is None and alert.mover is None:
        return Telling(kind="retracted", before=alert.before) if alert.before else None
    return Telling(
        kind=alert.kind,
        event=event,
        before=alert.before,
        standing=alert.standing,
        stood=alert.stood,
        mover=alert.mover,
    )


def bundle(ready: Sequence[Ready]) -> Iterator[Bundle]:
    """What leaves together: what was held back, what waited; else each alert by itself."""
    held = tuple(one for one in ready if one.alert.state == "held")
    if held:
        yield Bundle(ready=tuple(ready), held=True)
        return
    waited = tuple(one for one in ready if _has_waited(one.alert))
    if waited:
        yield Bundle(ready=waited)
    for one in ready:
        if not _has_waited(one.alert):
            yield Bundle(ready=(one,))


def _has_waited(alert: Alert) -> bool:
    return alert.due > alert.decided_at


def _told(one: Ready, key: str) -> Alert:
    return replace(one.alert, state="told", told=one.telling.event or one.telling.before, message=key)


def event_link(config: Config) -> Link | None:
    """The address of an event for readers; None where the service has no address that they reach."""
    base = config.service.url or config.service.public_url
    return (lambda event: urljoin(f"{base.rstrip('/')}/", f"events/{event}")) if base else None
