"""Messages leave by their channels, each at its own pace, and the ledger learns how each try went."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from orewire.alerts import sender as module
from orewire.alerts.sender import FIRST_REST, GIVEN_UP_AFTER, LONGEST_REST, Outcome, Sender, after_try, rest_after
from orewire.model.errors import DeliveryError, DeliveryUnclear, StoreError, UsageError
from orewire.model.ledger import Delivery
from orewire.model.message import Message

NOW = datetime(2025, 11, 14, 8, tzinfo=UTC)


def message(key: str) -> Message:
    return Message(key=key, subject="S", text="T", summary="S", created=NOW)


def delivery(key: str = "a", channel: str = "desk", **changes: object) -> Delivery:
    plain = Delivery(message=key, channel=channel, state="waiting", attempts=0, due=NOW, created=NOW, subject="S")
    return replace(plain, **changes)  # type: ignore[arg-type]


@dataclass(slots=True)
class Place:
    """A Channel that remembers what came, and meets trouble as told; `stalls` waits for ever."""

    came: list[str] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    stalls: bool = False

    async def send(self, message: Message) -> None:
        """Take it, or meet the next trouble."""
        if self.stalls:
            await asyncio.Event().wait()
        if self.troubles:
            raise self.troubles.pop(0)
        self.came.append(message.key)


@dataclass(slots=True)
class Desk:
    """A sender with its places, and a ledger that may fail."""

    places: dict[str, Place]
    kept: list[Delivery] = field(default_factory=list)
    refusals: int = 0
    sender: Sender = field(init=False)

    def __post_init__(self) -> None:
        self.sender = Sender(self.reached, self.record, lambda: NOW)

    def reached(self, delivery: Delivery) -> Place:
        """The place of a channel."""
        if delivery.channel not in self.places:
            raise UsageError(f"channel: found {delivery.channel!r}")
        return self.places[delivery.channel]

    async def record(self, delivery: Delivery) -> None:
        """Keep it, unless the store fails."""
        if self.refusals:
            self.refusals -= 1
            raise StoreError("no space")
        self.kept.append(delivery)

    def start(self, *due: Delivery) -> None:
        """Begin to send."""
        self.sender.start(due, {one.message: message(one.message) for one in due})

    async def send(self, *due: Delivery) -> list[tuple[str, str]]:
        """Send all; key and state of each try."""
        self.start(*due)
        await self.sender.finish()
        return [(one.message, one.state) for one in self.kept]


async def test_in_their_order() -> None:
    """What is due for a channel leaves in the order in which it was given, and is recorded as sent."""
    desk = Desk({"desk": Place()})
    assert [("a", "sent"), ("b", "sent")] == await desk.send(delivery("a"), delivery("b"))
    assert (["a", "b"], [1, 1]) == (desk.places["desk"].came, [one.attempts for one in desk.kept])


async def test_a_channel_that_stalls() -> None:
    """Is busy, and holds up no other."""
    desk = Desk({"slow": Place(stalls=True), "desk": Place()})
    desk.start(delivery("a", "slow"), delivery("a"))
    await asyncio.sleep(0.01)
    assert (["a"], ["slow"]) == (desk.places["desk"].came, list(desk.sender.busy))
    await desk.sender.stop()


async def test_broken_off() -> None:
    """What was under way is not recorded: it still waits in the ledger."""
    desk = Desk({"slow": Place(stalls=True)})
    desk.start(delivery("a", "slow"))
    await asyncio.sleep(0.01)
    await desk.sender.stop()
    assert ([], []) == (desk.kept, list(desk.sender.busy))


async def test_a_channel_that_fails() -> None:
    """Keeps the rest for its next turn: what is behind would fail, too."""
    desk = Desk({"desk": Place(troubles=[DeliveryError("connect")])})
    assert [("a", "waiting")] == await desk.send(delivery("a"), delivery("b"))
    assert FIRST_REST * 0.8 <= desk.kept[0].due - NOW <= FIRST_REST * 1.2


async def test_a_message_that_is_refused() -> None:
    """Is dead at once; the next one leaves."""
    desk = Desk({"desk": Place(troubles=[DeliveryError("smtp_550", "no such user", is_final=True)])})
    assert [("a", "dead"), ("b", "sent")] == await desk.send(delivery("a"), delivery("b"))
    assert ("smtp_550: no such user", NOW) == (desk.kept[0].error, desk.kept[0].ended_at)


async def test_a_channel_that_is_not_there() -> None:
    """What was to leave by it is given up, and says why."""
    desk = Desk({})
    assert [("a", "dead")] == await desk.send(delivery("a", "gone"))
    assert "no_channel: channel: found 'gone'" == desk.kept[0].error


async def test_a_bug_over_one_message() -> None:
    """Is recorded and tried again later; it neither stops the channel nor goes on in circles."""
    desk = Desk({"desk": Place(troubles=[ValueError("a letter that cannot be written")])})
    assert [("a", "waiting")] == await desk.send(delivery("a"), delivery("b"))
    assert desk.kept[0].due > NOW
    assert [("a", "waiting"), ("b", "sent")] == await desk.send(delivery("b"))


async def test_a_ledger_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is tried again until it can; what was sent is not sent again."""
    monkeypatch.setattr(module, "_RECORD_REST", 0.001)
    desk = Desk({"desk": Place()}, refusals=3)
    assert [("a", "sent"), ("b", "sent")] == await desk.send(delivery("a"), delivery("b"))
    assert ["a", "b"] == desk.places["desk"].came


async def test_sent_but_not_yet_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Breaking off waits for the ledger: what was sent is not sent again after the next start."""
    monkeypatch.setattr(module, "_RECORD_REST", 0.02)
    desk = Desk({"desk": Place()}, refusals=1)
    desk.start(delivery("a"), delivery("b"))
    await asyncio.sleep(0.01)
    await desk.sender.stop()
    assert (["a"], [("a", "sent")]) == (desk.places["desk"].came, [(one.message, one.state) for one in desk.kept])


async def test_breaking_off_a_ledger_that_stays_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does not take for ever."""
    monkeypatch.setattr(module, "_RECORD_REST", 0.01)
    monkeypatch.setattr(module, "_LAST_WORDS", 0.05)
    desk = Desk({"desk": Place()}, refusals=10_000)
    desk.start(delivery("a"))
    await asyncio.sleep(0.01)
    async with asyncio.timeout(2):
        await desk.sender.stop()


def tries(*errors: DeliveryError) -> list[str]:
    """The state after each of these tries, one after the other."""
    one, now, states = delivery(), NOW, []
    for error in errors:
        one = after_try(one, Outcome(error=error), now)
        states.append(one.state)
        now = one.due
    return states


def test_sent() -> None:
    """It has ended, without an error, however often it failed before."""
    one = after_try(delivery(attempts=3, error="timeout"), Outcome(), NOW)
    assert ("sent", 4, None, NOW) == (one.state, one.attempts, one.error, one.ended_at)


def test_unclear_four_times() -> None:
    """What may have arrived is tried no more than four times."""
    assert ["waiting"] * 3 + ["dead"] == tries(*[DeliveryUnclear("no_answer")] * 4)


def test_given_up_after_three_days() -> None:
    """What fails for three days is dead; until then it is tried, seldom less than once an hour."""
    states = tries(*[DeliveryError("connect")] * 120)
    assert {"waiting"} == set(states[:68])
    assert "dead" in states


def test_switched_off_for_a_week() -> None:
    """The first trouble after a long pause does not end a message that was never tried."""
    one = after_try(delivery(), Outcome(error=DeliveryError("connect")), NOW + GIVEN_UP_AFTER * 2)
    assert "waiting" == one.state


def test_old_and_tried() -> None:
    """The tenth trouble does."""
    one = after_try(delivery(attempts=9), Outcome(error=DeliveryError("connect")), NOW + GIVEN_UP_AFTER * 2)
    assert "dead" == one.state


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 10), (3, 20), (8, 640), (11, 3600), (10_000, 3600)])
def test_each_rest_is_twice_as_long(attempts: int, seconds: float) -> None:
    """Up to an hour, and a bit more or less, so that many do not come back at once."""
    rests = {rest_after(attempts, None).total_seconds() for _ in range(50)}
    assert seconds * 0.8 <= min(rests) < max(rests) <= seconds * 1.2


def test_the_other_side_asks_for_patience() -> None:
    """No sooner than it says; but no sooner than we would, either."""
    assert timedelta(hours=5) == rest_after(1, 18_000)
    assert rest_after(20, 1) >= LONGEST_REST * 0.8


def test_long_errors_are_cut() -> None:
    """The ledger does not keep novels."""
    one = after_try(delivery(), Outcome(error=DeliveryError("x", "y" * 10_000)), NOW)
    assert 300 == len(one.error or "")
