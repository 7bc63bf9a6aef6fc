"""Alerts whose time has come leave as messages: each told once, as its event is at that moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from orewire.config import Config
from orewire.model.ledger import Alert, Delivery
from orewire.telling.composing import bundle, compose_alerts
from store.ledger import add_alerts
from store.outbox import find_deliveries
from store.reviews import carry_out
from store.watches import put_watch
from tests.orewire.telling.conftest import NOW, Desk
from tests.orewire.telling.test_corrections import merge
from tests.store.conftest import article, mention


def tell_of(desk: Desk, *types: str) -> None:
    """An event of each of these types."""
    for type_ in types:
        desk.tell(article(f"{type_} {len(desk.alerts())}"), mention(type_))
    desk.judge()


def deliveries(desk: Desk) -> list[Delivery]:
    return find_deliveries(desk.connection, states=(), limit=100, offset=0)


def subjects_told(desk: Desk) -> list[int]:
    """How many tellings each message that is due holds."""
    return [len(message.payload["tellings"]) for message in desk.compose()]


def test_a_message_with_its_deliveries(desk: Desk) -> None:
    """One for each channel of the watch, due at once; the alert remembers what was told, and where."""
    desk.watch(channels=["desk", "log", "desk"])
    tell_of(desk, "protest")
    (message,) = desk.compose()
    assert {("desk", "waiting", NOW), ("log", "waiting", NOW)} == {
        (one.channel, one.state, one.due) for one in deliveries(desk)
    }
    (alert,) = desk.alerts()
    assert ("told", message.key, desk.event(1).id) == (alert.state, alert.message, alert.told and alert.told.id)


def test_composing_again(desk: Desk) -> None:
    """Writes nothing new."""
    desk.watch()
    tell_of(desk, "protest")
    assert [1, 0] == [compose_alerts(desk.rooms, desk.book).messages for _ in range(2)]


def test_each_alert_by_itself(desk: Desk) -> None:
    """What need not wait leaves by itself."""
    desk.watch()
    tell_of(desk, "protest", "strike")
    assert [1, 1] == subjects_told(desk)


def test_a_batch(desk: Desk) -> None:
    """What comes within the minutes of a batch leaves together, when the first has waited that long."""
    desk.watch(batch=30)
    tell_of(desk, "protest")
    desk.later(minutes=20)
    tell_of(desk, "strike")
    assert [] == subjects_told(desk)
    desk.later(minutes=10)
    assert [1] == subjects_told(desk)
    desk.later(minutes=20)
    assert [1] == subjects_told(desk)


def test_quiet_hours(desk: Desk) -> None:
    """What comes at night leaves in the morning, as one message."""
    desk.now = datetime(2025, 11, 14, 1, tzinfo=UTC)
    desk.watch(quiet="22:00-07:00")
    tell_of(desk, "protest", "strike")
    assert [] == subjects_told(desk)
    desk.now = datetime(2025, 11, 14, 7, tzinfo=UTC)
    assert [2] == subjects_told(desk)


def test_the_cap_of_a_day(desk: Desk) -> None:
    """Holds the rest back, and one summary tells it the next day."""
    desk.watch(daily_cap=2)
    tell_of(desk, "protest", "strike", "accident")
    assert [1, 1] == subjects_told(desk)
    tell_of(desk, "discovery")
    assert ([], ["told", "told", "held", "held"]) == (subjects_told(desk), desk.states())
    desk.now = datetime(2025, 11, 15, 0, tzinfo=UTC)
    assert ([2], "summary") == (subjects_told(desk), desk.posts()[0].kind)
    assert [] == subjects_told(desk)


def test_a_summary_counts(desk: Desk) -> None:
    """It is a message of its day as any other."""
    desk.watch(daily_cap=1)
    tell_of(desk, "protest", "strike")
    desk.compose()
    desk.now = datetime(2025, 11, 15, 0, tzinfo=UTC)
    desk.compose()
    tell_of(desk, "accident")
    assert [] == subjects_told(desk)


def test_the_day_of_the_cap_is_the_readers(desk: Desk) -> None:
    """At midnight in Belgrade, not in Greenwich, what was held back leaves."""
    desk.watch(daily_cap=1, zone="Europe/Belgrade")
    tell_of(desk, "protest", "strike")
    desk.compose()
    desk.now = datetime(2025, 11, 14, 23, tzinfo=UTC)
    assert [1] == subjects_told(desk)


def test_other_watches_have_caps_of_their_own(desk: Desk) -> None:
    """One that is full holds up no other."""
    desk.watch("a", daily_cap=1)
    desk.watch("b")
    tell_of(desk, "protest", "strike")
    assert 3 == len(desk.compose())


def test_an_event_that_is_gone(desk: Desk) -> None:
    """Is not told, and no empty message leaves."""
    desk.watch()
    tell_of(desk, "protest")
    desk.tell(article("protest 0"))
    assert ([], ["dropped"]) == (desk.compose(), desk.states())


def test_held_back_and_gone(desk: Desk) -> None:
    """Of what was held back only what is still there is told; nothing is left, no summary."""
    desk.watch(daily_cap=1)
    tell_of(desk, "protest", "strike")
    desk.compose()
    desk.tell(article("strike 0"))
    desk.now = datetime(2025, 11, 15, 0, tzinfo=UTC)
    assert ([], ["told", "dropped"]) == (desk.compose(), desk.states())


def test_an_update_whose_event_is_gone(desk: Desk) -> None:
    """Becomes the correction of what was told."""
    desk.watch()
    desk.tell(article("a"), mention("permit_granted", status="prospective"))
    ((_, first),) = desk.round()
    desk.tell(article("b"), mention("permit_granted"))
    desk.judge()
    desk.tell(article("a"))
    desk.tell(article("b"))
    ((kind, message),) = desk.round()
    assert ("retracted", first.key) == (kind, message.thread)


def test_what_waits_is_told_as_it_is_then(desk: Desk) -> None:
    """An event that came true while its alert waited is told as true, in one message."""
    desk.watch(batch=30)
    desk.tell(article("a"), mention("permit_granted", status="prospective"))
    desk.judge()
    desk.tell(article("b"), mention("permit_granted"))
    desk.judge()
    desk.later(minutes=30)
    (message,) = desk.compose()
    assert ["actual"] == [telling["event"]["status"] for telling in message.payload["tellings"]]


def test_merged_and_told_under_its_new_number(desk: Desk) -> None:
    """The alert of an event that was merged while it waited tells of the one that it went into."""
    desk.tell(article("a"), mention())
    desk.watch()
    desk.tell(article("b"), mention(project="Piskanja", confidence=0.5))
    desk.judge()
    merge(desk, 2, 1)
    (message,) = desk.compose()
    assert ([1], [1]) == ([one.event for one in desk.alerts()], [t["event"]["id"] for t in message.payload["tellings"]])


def test_a_bug_over_one_watch(desk: Desk) -> None:
    """Is noted, and the watch tried again in an hour; the others' letters leave."""
    desk.watch("a")
    desk.watch("b")
    tell_of(desk, "protest")
    unknown = Alert(watch="a", kind="unheard-of", event=1, decided_at=NOW, due=NOW)  # the letter has no word for it
    add_alerts(desk.connection, [unknown])
    assert ["b"] == [message.payload["watch"] for message in desk.compose()]
    assert [("bug", "a")] == [(name, fields["watch"]) for name, fields in desk.notes.noted]
    assert [9, 9] == [one.due.hour for one in desk.alerts() if one.watch == "a"]


def test_a_watch_that_is_gone(desk: Desk) -> None:
    """Its alerts are dropped."""
    add_alerts(desk.connection, [Alert(watch="gone", kind="event", event=1, decided_at=NOW, due=NOW)])
    assert ([], ["dropped"]) == (desk.compose(), desk.states())


def test_names_of_any_kind(desk: Desk) -> None:
    """A watch may be called anything; its messages have a key of their own."""
    names = ["a/b", "a\nb", "⛏️", "x" * 300, "a\0b", "%", "'; DROP TABLE alerts; --"]
    for name in names:
        put_watch(desk.connection, name, {"channels": ["desk"]}, is_own=True, now=NOW)
    tell_of(desk, "protest")
    assert sorted(names) == sorted(message.payload["watch"] for message in desk.compose())


def test_links_lead_to_the_service(desk: Desk) -> None:
    """Where it has an address that readers reach, and nowhere where it has none."""
    desk.watch()
    tell_of(desk, "protest")
    assert [None] == [message.link for message in desk.compose()]
    desk.config = Config.model_validate({"service": {"url": "https://news.example.org/ore"}})
    tell_of(desk, "strike")
    assert ["https://news.example.org/ore/events/2"] == [message.link for message in desk.compose()]


def test_thousands_that_are_due(desk: Desk) -> None:
    """Leave as one message, in seconds; programs get the first of them, and how many there are."""
    desk.watch()
    tell_of(desk, "protest")
    desk.compose()
    waiting = Alert(watch="all", kind="event", event=1, decided_at=NOW, due=NOW.replace(minute=1))
    add_alerts(desk.connection, [waiting] * 5000)
    desk.later(minutes=2)
    (message,) = desk.compose()
    assert (5000, 200) == (message.payload["count"], len(message.payload["tellings"]))


def test_bundles() -> None:
    """What waited is one; what did not is each its own; with something held back all is one."""
    from orewire.model.watch import Telling
    from orewire.telling.composing import Ready

    at_once = Alert(watch="w", kind="event", event=1, decided_at=NOW, due=NOW)
    late = replace(at_once, due=NOW.replace(hour=9))
    ready = [Ready(alert=one, telling=Telling(kind="event")) for one in (at_once, late, at_once, late)]
    held = Ready(alert=replace(late, state="held"), telling=Telling(kind="event"))
    assert [2, 1, 1] == [len(one.ready) for one in bundle(ready)]
    assert [(5, True)] == [(len(one.ready), one.held) for one in bundle([*ready, held])]


def test_undone(desk: Desk) -> None:
    """A merge that was taken back before anybody heard of it is not told."""
    from orewire.model.event import Review

    desk.watch()
    desk.tell(article("a"), mention())
    desk.tell(article("b"), mention(project="Piskanja", confidence=0.9))
    desk.round()
    number = merge(desk, 1, 2)
    carry_out(desk.connection, Review(action="undo", id=number, who="a person"), NOW)
    assert ([], date(2025, 11, 13)) == (desk.kinds(), desk.event(1).date)


def test_what_answers_no_more_when_its_time_has_come(desk: Desk) -> None:
    """Is not told: the message would not be what was asked for."""
    desk.watch(batch=60, status=["prospective"])
    desk.tell(article("a"), mention(status="prospective"))
    desk.judge()
    desk.tell(article("b"), mention(status="actual"))
    desk.judge()
    desk.later(hours=2)
    assert ([], ["dropped"]) == (desk.compose(), desk.states())
