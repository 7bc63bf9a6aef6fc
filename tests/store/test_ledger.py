"""What is told to whom, kept whole: alerts, messages and deliveries come back as they were written."""

from __future__ import annotations

import itertools
import math
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orewire.model.analysis import Value
from orewire.model.event import Event
from orewire.model.ledger import Alert, Delivery, Post, Was
from orewire.model.message import Message
from store.connection import Connection, open_database, transaction
from store.events import get_event
from store.filters import clean
from store.ledger import (
    add_alerts,
    alerts_of,
    drop_changes,
    due_alerts,
    find_alerts,
    next_changes,
    note_changes,
    retracted_since,
    rises_since,
    settle_alerts,
    waiting_alerts,
)
from store.outbox import (
    add_message,
    count_alert_messages,
    count_deliveries,
    due_deliveries,
    find_deliveries,
    find_posts,
    get_messages,
    last_digest_days,
    record_delivery,
    retry_deliveries,
    told_events,
)
from tests.store.conftest import NOW, Tell, article, mention

ODD = st.sampled_from(
    ["\ud800", "a\ud800\udc00b", "\0", "'; DROP TABLE alerts; --", '"\\', "\u2028", "⛏️", "", "\\ud800"]
)
TEXTS = ODD | st.text(st.characters(), max_size=20)
MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
NUMBERS = itertools.count()
ALERT = Alert(watch="w", kind="event", event=1, decided_at=NOW, due=NOW)


@pytest.fixture(scope="module")
def shared() -> Any:
    """One store for all examples of a property."""
    with closing(open_database(None)) as connection:
        yield connection


def stored_event(text: str) -> Event:
    """An event as the store gives it; what it holds has been in the store before."""
    with closing(open_database(None)) as connection:
        from tests.store.conftest import teller

        teller(connection)(article("a"), mention(actor=clean(text), value=Value(amount=math.inf, currency="EUR")))
        found = get_event(connection, 1)
    assert found
    return found


EVENT = stored_event("Čačak \"quoted\" 'twice' \\ ⛏️")


@settings(max_examples=150, deadline=None)
@given(name=TEXTS, kind=TEXTS, stood=TEXTS, about=st.none() | TEXTS, moment=MOMENTS)
def test_alerts_come_back(
    shared: Connection, name: str, kind: str, stood: str, about: str | None, moment: datetime
) -> None:
    """Whatever words they hold; what no text can hold becomes a question mark, and never stops the others."""
    alert = replace(
        ALERT, watch=name, kind=kind, about=about, stood=stood, decided_at=moment, due=moment, before=EVENT, told=EVENT
    )
    add_alerts(shared, [alert])
    found = find_alerts(shared, watch=None, limit=1, offset=0)[0]
    short = replace(EVENT, sources=EVENT.sources[:3], stances=())
    texts: dict[str, Any] = {
        field: _kept(value) for field in ("watch", "kind", "about", "stood") if (value := getattr(alert, field))
    }
    assert replace(alert, id=found.id, before=short, told=short, **texts) == found


def _kept(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


@settings(max_examples=150, deadline=None)
@given(
    texts=st.tuples(TEXTS, TEXTS, TEXTS), html=st.none() | TEXTS, picture=st.binary(max_size=50),
    payload=st.dictionaries(TEXTS.map(clean), TEXTS.map(clean) | st.integers(-(2**60), 2**60) | st.floats(-1e9, 1e9)),
)  # fmt: skip
def test_messages_come_back(
    shared: Connection, texts: tuple[str, str, str], html: str | None, picture: bytes, payload: dict[str, Any]
) -> None:
    """Pictures byte by byte, and whatever words they hold."""
    subject, text, summary = texts
    key = f"alert/a\nb/'{next(NUMBERS)}"
    message = Message(
        key=key, subject=subject, text=text, summary=summary, created=NOW, html=html, pictures={"one": picture},
        link="https://example.org/1", payload=payload, thread="alert/a/1",
    )  # fmt: skip
    put(shared, message)
    found = get_messages(shared, [key])[key]
    names = ("subject", "text", "summary", "html")
    expected = [None if (value := getattr(message, name)) is None else _kept(value) for name in names]
    assert expected == [getattr(found, name) for name in names]
    assert replace(message, subject="", text="", summary="", html=None) == replace(
        found, subject="", text="", summary="", html=None
    )


def put(connection: Connection, message: Message, channels: tuple[str, ...] = ("desk",), **changes: Any) -> None:
    post = Post(
        key=message.key, kind="alert", name="w", day=date(2025, 11, 14), thread=message.thread, created=message.created,
        subject=message.subject, events=(1, 2),
    )  # fmt: skip
    add_message(connection, message, replace(post, **changes), channels, NOW)


def plain(key: str = "alert/w/1", created: datetime = NOW) -> Message:
    return Message(key=key, subject="S", text="T", summary="S", created=created)


def test_changes_are_a_queue(connection: Connection) -> None:
    """In their order, with what was before; what is dropped is gone, what comes later stays."""
    was = Was(status="actual", stage=None, confidence=0.5)
    note_changes(connection, [(5, None), (4, was), (5, was)])
    first = next_changes(connection, 2)
    assert [(5, None), (4, was)] == [(one.event, one.was) for one in first]
    drop_changes(connection, first[-1].number)
    assert [(5, was)] == [(one.event, one.was) for one in next_changes(connection, 10)]


def test_storing_an_event_queues_it_in_its_own_transaction(connection: Connection, tell: Tell) -> None:
    """A change that is taken back leaves nothing to be judged."""
    with pytest.raises(RuntimeError), transaction(connection):
        note_changes(connection, [(1, None)])
        raise RuntimeError
    assert [] == next_changes(connection, 10)
    tell(article("a"), mention())
    assert [1] == [one.event for one in next_changes(connection, 10)]


def test_alerts_are_numbered_in_their_order(connection: Connection) -> None:
    """From one on, for ever."""
    add_alerts(connection, [replace(ALERT, watch=name) for name in "ba"])
    add_alerts(connection, [replace(ALERT, watch="c")])
    assert [(1, "b"), (2, "a"), (3, "c")] == [(one.id, one.watch) for one in alerts_of(connection, [1])]


def test_settled(connection: Connection) -> None:
    """State, time, event, message and what was told are written, of those alone, and nothing else of them."""
    add_alerts(connection, [ALERT, ALERT])
    (first, second) = alerts_of(connection, [1])
    short = replace(EVENT, sources=EVENT.sources[:3], stances=())
    settled = replace(first, state="told", due=NOW + timedelta(hours=1), event=7, told=short, message="alert/w/1")
    settle_alerts(connection, [replace(settled, kind="merged", watch="else")])
    assert ([settled], [second]) == (alerts_of(connection, [7]), alerts_of(connection, [1]))


def test_dropped_alerts_reached_nobody(connection: Connection) -> None:
    """They do not count as what was decided about an event."""
    add_alerts(connection, [replace(ALERT, state="dropped")])
    assert [] == alerts_of(connection, [1])


def test_due_of_a_watch_all_or_none(connection: Connection) -> None:
    """Of the watches that waited longest, all that is due, and nothing that is not."""
    early, late = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    add_alerts(
        connection,
        [
            replace(ALERT, watch="b"), replace(ALERT, watch="a", due=early), replace(ALERT, watch="a", state="held"),
            replace(ALERT, watch="a", due=late), replace(ALERT, watch="c", state="told"),
        ],
    )  # fmt: skip
    assert [2, 3] == [one.id for one in due_alerts(connection, NOW, 1)]
    assert [1, 2, 3] == [one.id for one in due_alerts(connection, NOW, 5)]
    assert [1, 2, 3, 4] == [one.id for one in waiting_alerts(connection)]


def test_rises_are_remembered(connection: Connection) -> None:
    """By watch and name, whatever became of them."""
    rise = replace(ALERT, event=None, about="RS/lithium/2025-11-03", state="dropped")
    add_alerts(connection, [rise, replace(rise, about="old", decided_at=NOW - timedelta(days=9))])
    assert {("w", "RS/lithium/2025-11-03")} == rises_since(connection, NOW - timedelta(days=1))


def test_retractions_by_article(connection: Connection) -> None:
    """Only those that were told, of these articles, since then."""
    told = replace(ALERT, kind="retracted", state="told", told=EVENT)
    add_alerts(connection, [told, replace(told, state="waiting"), replace(told, kind="event")])
    asked = [source.article_id for source in EVENT.sources]
    assert [1] == [one.id for one in retracted_since(connection, NOW, asked)]
    assert [] == retracted_since(connection, NOW + timedelta(seconds=1), asked)
    assert [] == retracted_since(connection, NOW, ["another"])


def test_a_message_is_kept_once(connection: Connection) -> None:
    """Under a key that is there already nothing changes, and nothing leaves again."""
    put(connection, plain())
    put(connection, replace(plain(), subject="Other"), ("desk", "log"))
    assert [("S", "desk")] == [
        (one.subject, one.channel) for one in find_deliveries(connection, states=(), limit=9, offset=0)
    ]


def test_deliveries(connection: Connection) -> None:
    """The oldest first, only those that are due, none of a busy channel."""
    put(connection, plain("b", NOW + timedelta(seconds=1)), ("desk", "log"))
    put(connection, plain("a"))
    due = due_deliveries(connection, NOW, except_for=[], limit=9)
    assert {("a", "desk"), ("b", "desk"), ("b", "log")} == {(one.message, one.channel) for one in due}
    assert "a" == due[0].message
    assert ["log"] == [one.channel for one in due_deliveries(connection, NOW, except_for=["desk"], limit=9)]
    assert [] == due_deliveries(connection, NOW - timedelta(seconds=1), except_for=[], limit=9)


def test_how_a_try_went(connection: Connection) -> None:
    """Is kept of that channel alone; what is dead can be tried again."""
    put(connection, plain(), ("desk", "log"))
    tried = Delivery(
        message="alert/w/1", channel="log", state="dead", attempts=3, due=NOW, created=NOW, subject="S", error="x: y",
        ended_at=NOW,
    )  # fmt: skip
    record_delivery(connection, tried)
    assert [tried] == find_deliveries(connection, states=("dead",), limit=9, offset=0)
    assert {"waiting": 1, "dead": 1} == count_deliveries(connection)
    assert (0, 1) == (retry_deliveries(connection, NOW, "other"), retry_deliveries(connection, NOW))
    assert {"waiting": 2} == count_deliveries(connection)


def test_messages_of_a_day(connection: Connection) -> None:
    """Counted by watch and its own day; digests do not count."""
    for place, (name, day, kind) in enumerate(
        [("a", 14, "alert"), ("a", 14, "summary"), ("a", 13, "alert"), ("b'", 13, "alert"), ("a", 14, "digest")]
    ):
        put(connection, plain(f"k{place}"), name=name, day=date(2025, 11, day), kind=kind)
    days = {"a": date(2025, 11, 14), "b'": date(2025, 11, 13), "c": date(2025, 11, 14)}
    assert {"a": 2, "b'": 1} == count_alert_messages(connection, days)
    assert {} == count_alert_messages(connection, {})


def test_digests_of_the_past(connection: Connection) -> None:
    """The last day of each, and the events that it told of."""
    put(connection, plain("d1"), kind="digest", name="d", day=date(2025, 11, 1), events=(1, 2))
    put(connection, plain("d2"), kind="digest", name="d", day=date(2025, 11, 2), events=(2, 3))
    put(connection, plain("a1"), kind="alert", name="d", day=date(2025, 11, 5), events=(9,))
    assert {"d": date(2025, 11, 2)} == last_digest_days(connection)
    assert ({2, 3}, {1, 2, 3}) == (
        told_events(connection, "d", date(2025, 11, 2)),
        told_events(connection, "d", date(2025, 11, 1)),
    )


def test_posts(connection: Connection) -> None:
    """By kind and name, the newest first."""
    put(connection, plain("a"), name="x")
    put(connection, plain("b", NOW + timedelta(seconds=1)), name="y")
    put(connection, plain("c"), kind="digest", name="x")
    assert ["b", "a"] == [one.key for one in find_posts(connection, kinds=["alert"])]
    assert ["a", "c"] == sorted(one.key for one in find_posts(connection, kinds=["alert", "digest"], name="x"))
