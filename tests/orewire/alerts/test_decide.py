"""What is news, an update, or a correction: each rule and its border, without a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from orewire.alerts.decide import (
    HAPPENED,
    RECENT,
    Known,
    Situation,
    differs,
    find_correction,
    find_update,
    judge,
    kinds_of,
)
from orewire.model.event import Event, EventStance, Filters
from orewire.model.ledger import Alert, Turn, Was
from orewire.model.watch import Watch

NOW = datetime(2025, 11, 14, 8, tzinfo=UTC)
EVENT = Event(
    id=5, type="permit_granted", family="permitting", status="actual", salience="main", date=date(2025, 11, 13),
    minerals=("lithium",), countries=("RS",), project="Jadar", actor=None, target=None, stage=None, value=None,
    confidence=0.8, evidence="It was granted.", first_seen=NOW, last_seen=NOW, article_count=1, independent_sources=1,
)  # fmt: skip
OPPOSED = replace(
    EVENT,
    stances=(
        EventStance(
            holder="r", holder_class="community", target="Jadar", polarity="oppose", basis="action", evidence=""
        ),
    ),
)
WAS = Was(status="actual", stage=None, confidence=0.8)
WATCH = Watch(name="w")


def alert(kind: str = "event", state: str = "told", told: Event | None = EVENT, **changes: object) -> Alert:
    plain = Alert(watch="w", kind=kind, event=5, decided_at=NOW, due=NOW, state=state, told=told)
    return replace(plain, **changes)  # type: ignore[arg-type]


def judged(
    event: Event, was: Was | None = None, *, watch: Watch = WATCH, after: int = 0, alerts: tuple[Alert, ...] = ()
) -> str | None:
    return judge(Known(watch=watch, after_event=after, alerts=alerts), Situation(event=event, was=was), NOW)


@pytest.mark.parametrize(("state", "kind"), [("waiting", None), ("held", None)])
def test_what_waits_is_not_decided_again(state: str, kind: str | None) -> None:
    """Whatever becomes of it until then, it is told once."""
    assert kind == judged(replace(EVENT, stage="revoked"), WAS, alerts=(alert(), alert(state=state, told=None)))


@pytest.mark.parametrize(
    ("ago", "kind"), [(RECENT - timedelta(seconds=1), "event"), (RECENT, None), (RECENT + timedelta(days=1), None)]
)
def test_the_border_of_publication(ago: timedelta, kind: str | None) -> None:
    """Younger than seven days, to the second."""
    assert kind == judged(replace(EVENT, first_seen=NOW - ago))


@pytest.mark.parametrize(("days", "kind"), [(HAPPENED.days - 1, "event"), (HAPPENED.days, None)])
def test_the_border_of_the_event_itself(days: int, kind: str | None) -> None:
    """Younger than thirty days."""
    assert kind == judged(replace(EVENT, date=NOW.date() - timedelta(days=days)))


def test_what_is_planned_lies_ahead() -> None:
    """And is news all the same."""
    assert "event" == judged(replace(EVENT, date=date(2026, 3, 1), status="prospective"))


@pytest.mark.parametrize(("after", "kind"), [(4, "event"), (5, None)])
def test_the_last_event_that_is_no_news(after: int, kind: str | None) -> None:
    """An event of that number was known when the watch was made, the next was not."""
    assert kind == judged(EVENT, after=after)


@pytest.mark.parametrize(
    ("was", "event", "kind"),
    [
        (replace(WAS, status="prospective"), EVENT, "event"),
        (WAS, EVENT, None),
        (WAS, replace(EVENT, stage="granted"), "event"),
        (replace(WAS, stage="granted"), EVENT, None),
        (replace(WAS, confidence=0.699), EVENT, "event"),
        (replace(WAS, confidence=0.699999988), EVENT, None),  # 0.7 in 32 bits
        (WAS, OPPOSED, None),
    ],
)
def test_what_was_known_and_has_turned(was: Was, event: Event, kind: str | None) -> None:
    """Is news to a younger watch where it came true, reached a stage, or passed the threshold."""
    watch = replace(WATCH, filters=Filters(min_confidence=0.7))
    assert kind == judged(event, was, watch=watch, after=9)


def test_what_turned_long_ago() -> None:
    """By an article of the archive is no news."""
    old = replace(EVENT, last_seen=NOW - RECENT)
    assert None is judged(old, replace(WAS, status="prospective"), after=9)


@pytest.mark.parametrize(
    ("event", "was", "turn", "kinds"),
    [
        (EVENT, None, Turn(), ["new_approval", "event"]),
        (replace(EVENT, status="prospective"), None, Turn(), ["event"]),
        (replace(EVENT, type="lawsuit"), None, Turn(), ["new_opposition", "event"]),
        (replace(EVENT, type="support"), None, Turn(), ["event"]),
        (OPPOSED, WAS, Turn(), ["new_approval", "event"]),
        (replace(EVENT, type="strike"), None, Turn(is_first=True), ["first_of_kind", "event"]),
        (replace(EVENT, type="strike"), None, Turn(standing="halted"), ["standing_changed", "event"]),
    ],
)
def test_kinds(event: Event, was: Was | None, turn: Turn, kinds: list[str]) -> None:
    """The weightiest first; every event is one."""
    assert kinds == list(kinds_of(Situation(event=event, was=was, turn=turn)))


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ({"status": "prospective"}, {}, "became_actual"),
        ({}, {"status": "prospective"}, None),
        ({"stage": "granted"}, {"stage": "suspended"}, "stage_changed"),
        ({"stage": "granted"}, {"stage": "granted"}, None),
        ({"stage": "granted"}, {}, None),
        ({}, {"stage": "granted"}, None),
        ({}, {"stage": "revoked"}, "stage_changed"),
        ({"confidence": 0.5}, {}, None),
    ],
)
def test_updates(before: dict[str, str], now: dict[str, str], kind: str | None) -> None:
    """Only what matters is worth a second message."""
    told = [alert(told=replace(EVENT, **before))]  # type: ignore[arg-type]
    assert kind == find_update(WATCH, told, Situation(event=replace(EVENT, **now), was=WAS))  # type: ignore[arg-type]


def test_a_stage_that_was_told_before() -> None:
    """Is not told again, whatever was between."""
    told = [alert(told=replace(EVENT, stage=stage)) for stage in ("granted", "suspended")]
    assert None is find_update(WATCH, told, Situation(event=replace(EVENT, stage="granted"), was=WAS))


@pytest.mark.parametrize(
    ("kinds", "told", "kind"),
    [
        (("standing_changed",), alert(), "standing_changed"),
        (("event",), alert(), None),
        (("standing_changed",), alert(standing="permitted"), None),
    ],
)
def test_a_standing_that_changed_later(kinds: tuple[str, ...], told: Alert, kind: str | None) -> None:
    """Is told to who waits for it, once."""
    situation = Situation(event=EVENT, was=WAS, turn=Turn(standing="permitted"))
    assert kind == find_update(replace(WATCH, kinds=kinds), [told], situation)


@pytest.mark.parametrize(
    ("told", "event", "successor", "kind"),
    [
        ([], None, None, None),
        ([alert()], EVENT, None, None),
        ([alert()], replace(EVENT, type="permit_denied"), None, "coded_anew"),
        ([alert()], None, None, "retracted"),
        ([alert()], None, replace(EVENT, id=7), "merged"),
        ([alert()], None, replace(EVENT, id=7, type="protest"), "coded_anew"),
        ([alert(), alert("retracted")], None, None, None),
        ([alert(), alert("retracted")], EVENT, None, None),
        ([alert(), alert("restored")], None, None, "retracted"),
        ([alert(), alert(state="waiting", told=None)], None, None, None),
    ],
)
def test_corrections(told: list[Alert], event: Event | None, successor: Event | None, kind: str | None) -> None:
    """Each once, and nothing while something about it waits to be told."""
    assert kind == find_correction(told, event, successor)


@pytest.mark.parametrize(
    ("changes", "other"),
    [
        ({}, False),
        ({"type": "permit_denied"}, True),
        ({"project": "Piskanja"}, True),
        ({"project": None}, False),
        ({"countries": ("BA",)}, True),
        ({"countries": ("BA", "RS")}, False),
        ({"countries": ()}, True),
        ({"minerals": ("boron",)}, True),
        ({"stage": "granted", "actor": "A", "confidence": 0.1, "date": None}, False),
    ],
)
def test_differs(changes: dict[str, object], other: bool) -> None:
    """Another thing, or only more or less of the same."""
    assert other == differs(EVENT, replace(EVENT, **changes))  # type: ignore[arg-type]


def test_what_was_not_known_before_is_no_difference() -> None:
    """A project, country or mineral that was missing when it was told."""
    assert not differs(replace(EVENT, project=None, countries=(), minerals=()), EVENT)
