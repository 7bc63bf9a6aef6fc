"""The digest of each reader's day: written at the reader's hour, once, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from orewire.config import Config
from orewire.model.message import Message
from orewire.sections import DigestConfig
from orewire.telling.digests import due_digests, write_digests
from store.local import LocalStore
from store.outbox import find_deliveries, find_posts, get_messages
from tests.orewire.telling.conftest import Desk
from tests.store.conftest import article, mention


def digest(name: str = "daily", **settings: object) -> DigestConfig:
    return DigestConfig.model_validate({"name": name, "channels": ["desk"], **settings})


def due(now: str, *digests: DigestConfig, **last: date) -> list[tuple[str, str]]:
    """Name and day of those that are due at a time (UTC)."""
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    return [(one.name, day.isoformat()) for one, day in due_digests(list(digests), last, moment)]


@pytest.mark.parametrize(
    ("now", "zone", "told"),
    [
        ("2025-11-14T06:59", "UTC", None),
        ("2025-11-14T07:00", "UTC", "2025-11-13"),
        ("2025-11-14T05:59", "Europe/Belgrade", None),
        ("2025-11-14T06:00", "Europe/Belgrade", "2025-11-13"),
        ("2025-11-13T21:00", "Australia/Lord_Howe", "2025-11-13"),
        ("2025-11-14T09:59", "America/Santiago", None),
        ("2025-11-14T10:00", "America/Santiago", "2025-11-13"),
        ("2026-03-29T05:00", "Europe/Belgrade", "2026-03-28"),
        ("2026-10-25T05:30", "Europe/Belgrade", None),
        ("2026-10-25T06:00", "Europe/Belgrade", "2026-10-24"),
    ],
)
def test_the_hour_is_the_readers(now: str, zone: str, told: str | None) -> None:
    """At seven by the reader's clock, of the reader's yesterday, in summer and in winter."""
    assert ([("daily", told)] if told else []) == due(now, digest(zone=zone))


def test_an_hour_that_is_skipped() -> None:
    """A digest at an hour that there is not that day is written all the same, once."""
    early = digest(at="02:30", zone="Europe/Belgrade")
    assert [("daily", "2026-03-28")] == due("2026-03-29T02:00", early)
    assert [] == due("2026-03-29T02:00", early, daily=date(2026, 3, 28))


def test_an_hour_that_comes_twice() -> None:
    """Is one hour."""
    twice = digest(at="02:30", zone="Europe/Belgrade")
    assert [("daily", "2026-10-24")] == due("2026-10-25T00:30", twice)
    assert [] == due("2026-10-25T01:30", twice, daily=date(2026, 10, 24))


def test_after_days_off() -> None:
    """Only the last day is told of."""
    assert [("daily", "2025-11-13")] == due("2025-11-14T12:00", digest(), daily=date(2025, 11, 3))


def test_each_by_itself() -> None:
    """One that is written keeps no other from its hour."""
    assert [("b", "2025-11-13")] == due("2025-11-14T12:00", digest("a"), digest("b"), a=date(2025, 11, 13))


async def write(desk: Desk, *digests: DigestConfig) -> Sequence[Message]:
    """What is due, written; all digests that are kept, the newest first."""
    desk.config = Config(digests=list(digests))
    await write_digests(desk.rooms, LocalStore(desk.connection, desk.fulltext))
    keys = [post.key for post in find_posts(desk.connection, kinds=["digest"])]
    found = get_messages(desk.connection, keys)
    return [found[key] for key in keys]


def told(message: Message) -> list[int]:
    return [event["id"] for section in message.payload["sections"] for event in section["events"]]


async def test_written_once(desk: Desk) -> None:
    """Kept, handed to its channels, and not written again that day."""
    desk.tell(article("a"), mention())
    (message,) = await write(desk, digest())
    assert ("digest/daily/2025-11-13", [1]) == (message.key, told(message))
    assert [("desk", "waiting")] == [
        (one.channel, one.state) for one in find_deliveries(desk.connection, states=(), limit=9, offset=0)
    ]
    assert 1 == len(await write(desk, digest()))


async def test_what_was_told_is_not_told_again(desk: Desk) -> None:
    """An event of yesterday's digest is not new in today's; one that came in late is."""
    desk.tell(article("a"), mention())
    await write(desk, digest())
    desk.tell(article("late"), mention("protest"))
    desk.later(days=1)
    (message, _) = await write(desk, digest())
    assert desk.events("protest") == told(message)


async def test_filters(desk: Desk) -> None:
    """Each reader is told of what the digest asks for."""
    desk.tell(article("a"), mention())
    messages = await write(desk, digest("cl", country=["CL"]), digest("rs", country=["RS"]))
    assert {"cl": [], "rs": [1]} == {message.payload["digest"]: told(message) for message in messages}


async def test_a_digest_that_cannot_be_written(desk: Desk) -> None:
    """Is noted, and keeps no other from its reader."""
    desk.tell(article("a"), mention())
    messages = await write(desk, digest("bad", text="copper OR"), digest("good"))
    assert ["good"] == [message.payload["digest"] for message in messages]
    assert [("bug", "bad")] == [(name, fields["digest"]) for name, fields in desk.notes.noted]
