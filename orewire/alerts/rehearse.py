"""What a watch would have told over a span of the past, from the store as it is now: nothing is kept or sent.

Events are judged as they are known today: how sure they were when they came, and where their projects stood then, is
not remembered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from orewire.alerts.decide import Known, Situation, judge
from orewire.alerts.hours import due_time, local_day, next_day
from orewire.alerts.watches import all_events
from orewire.model.event import Event
from orewire.model.ledger import Turn
from orewire.model.ports import Ledger, Questions
from orewire.model.watch import Watch

_STEPS: Final = frozenset({"became_actual"})
_FOLLOWED: Final = 300
"""Events whose history is looked through for updates, each a question of its own."""
_MOMENT: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One alert: when it would have been decided, when it would have left, and whether the day's cap held it back."""

    kind: str
    event: Event
    decided_at: datetime
    leaves_at: datetime
    held: bool = False


def rehearse(questions: Questions, ledger: Ledger, watch: Watch, *, since: datetime) -> list[Rehearsed]:
    """The alerts of a watch since then, the first first."""
    events = [event for event in _events(questions, watch, since) if event.first_seen]
    turns = ledger.get_turns([event.id for event in events])
    news = [one for event in events if (one := _news(watch, event, turns.get(event.id, Turn()), since))]
    told = {one.event.id for one in news}
    updates = _updates(questions, watch, [event for event in events if event.id in told and event.article_count > 1])
    return list(_by_day(watch, sorted([*news, *updates], key=lambda one: (one.leaves_at, one.event.id))))


def _events(questions: Questions, watch: Watch, since: datetime) -> Iterator[Event]:
    """What could be news of the span: first reported in it."""
    return all_events(questions, replace(watch.filters, seen_since=max(since, watch.filters.seen_since or since)))


def _news(watch: Watch, event: Event, turn: Turn, since: datetime) -> Rehearsed | None:
    """As it was judged when it was first reported."""
    if event.first_seen is None or event.first_seen < since:
        return None
    moment = event.first_seen + _MOMENT
    situation = Situation(event=event, turn=turn)
    kind = judge(Known(watch=watch, after_event=0), situation, moment)
    return _rehearsed(watch, kind, event, moment) if kind else None


def _updates(questions: Questions, watch: Watch, events: Sequence[Event]) -> Iterator[Rehearsed]:
    """What became of the events that were told, as their reports came in."""
    for event in events[:_FOLLOWED]:
        history = questions.get_history(event.id)
        for step in history.steps if history else ():
            is_later = event.first_seen is not None and step.at > event.first_seen
            if is_later and (step.kind in _STEPS or _is_turn(step.kind, step.change)):
                kind = "became_actual" if step.kind in _STEPS else "stage_changed"
                yield _rehearsed(watch, kind, event, step.at)


def _is_turn(kind: str, change: str) -> bool:
    return kind == "stage" and not change.startswith("no stage")


def _rehearsed(watch: Watch, kind: str, event: Event, moment: datetime) -> Rehearsed:
    return Rehearsed(kind=kind, event=event, decided_at=moment, leaves_at=due_time(moment, watch))


def _by_day(watch: Watch, alerts: Iterable[Rehearsed]) -> Iterator[Rehearsed]:
    """What goes beyond the cap of a day is held until the next; what leaves at one moment is one message."""
    messages: Counter[object] = Counter()
    moments: set[datetime] = set()
    for one in alerts:
        day = local_day(one.leaves_at, watch.zone)
        is_bundled = one.leaves_at > one.decided_at and one.leaves_at in moments
        if messages[day] >= watch.daily_cap and not is_bundled:
            yield replace(one, leaves_at=next_day(one.leaves_at, watch), held=True)
            continue
        messages[day] += not is_bundled
        moments.add(one.leaves_at)
        yield one
