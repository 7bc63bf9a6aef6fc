"""The gate around an application of a few lines: what each answer has, and what the record and the memory hold."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from starlette.types import Message, Receive, Scope, Send

from orewire.model.access import Deed
from orewire.model.errors import StoreBusy, StoreFull
from orewire.sections import ServiceConfig
from orewire.web.door import Door
from orewire.web.gate import Gate
from orewire.web.rates import Rates
from store.connection import Connection
from store.cursors import Cursors
from store.local_access import LocalAccess

Done = TypeVar("Done")
NOW = datetime(2026, 11, 28, tzinfo=UTC)
PASSWORD = "correct horse battery"


class Writer:
    """Writes at once, or refuses as a full disk does."""

    is_full = False

    async def write(self, do: Callable[[], Done]) -> Done:
        """See Writing."""
        if self.is_full:
            raise StoreFull("no space left")
        return do()


@pytest.fixture
def connection() -> Any:
    from store.connection import open_database

    with open_database(None) as opened:
        yield opened


def door_of(connection: Connection, writer: Writer | None = None, **service: Any) -> Door:
    config = ServiceConfig.model_validate(service)
    return Door(LocalAccess(Cursors(connection), lambda: NOW), writer or Writer(), config, lambda: NOW, "service token")


async def answer(
    gate: Gate, *, path: str = "/x", method: str = "GET", kind: str = "http", **headers: str
) -> list[Message]:
    """All that is sent."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    await gate(scope_of(path, method, kind, **headers), receive, send)
    return sent


def scope_of(path: str, method: str = "GET", kind: str = "http", **headers: str) -> Scope:
    told = [(name.encode(), value.encode()) for name, value in {"host": "127.0.0.1", **headers}.items()]
    return {
        "type": kind, "method": method, "path": path, "query_string": b"", "scheme": "http",
        "client": ("127.0.0.1", 5), "headers": told,
    }  # fmt: skip


def app_with(*headers: tuple[bytes, bytes], error: Exception | None = None) -> Any:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if error:
            raise error
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
        await send({"type": "http.response.body", "body": b"x"})

    return app


async def test_an_answer_keeps_what_it_loads(connection: Connection) -> None:
    """Its own policy and caching stay; what holds for all is said once."""
    own = (
        (b"Content-Security-Policy", b"default-src data:"),
        (b"cache-control", b"max-age=9"),
        (b"Referrer-Policy", b"x"),
    )
    (start, _) = await answer(Gate(app_with(*own), door_of(connection), Rates()))
    found = dict(start["headers"])
    assert (b"default-src data:", b"max-age=9", b"same-origin") == (
        found[b"content-security-policy"],
        found[b"cache-control"],
        found[b"referrer-policy"],
    )
    assert len(found) == len(start["headers"])


async def test_a_bug_is_an_answer(connection: Connection) -> None:
    """With all headers and without its words; the error goes on to the log."""
    door, sent = door_of(connection), []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    gate = Gate(app_with(error=ValueError("a secret")), door, Rates())
    with pytest.raises(ValueError, match="a secret"):
        await gate(scope_of("/x", "POST"), receive, send)
    assert (500, False) == (sent[0]["status"], b"secret" in sent[1]["body"])
    assert b"content-security-policy" in dict(sent[0]["headers"])
    await door.flush()
    assert ["failed (500)"] == [deed.outcome for deed in door.access.find_deeds()]


async def test_websockets_are_refused(connection: Connection) -> None:
    """Nothing of ours uses them, and no page elsewhere shall."""
    sent = await answer(Gate(app_with(), door_of(connection), Rates()), kind="websocket")
    assert [{"type": "websocket.close", "code": 1008}] == sent


async def test_reading_is_not_recorded(connection: Connection) -> None:
    """But for the whole store; changes are, whoever tries."""
    door = door_of(connection)
    gate = Gate(app_with(), door, Rates())
    for method, path in (("GET", "/api/v1/events"), ("GET", "/api/v1/snapshot"), ("PUT", "/api/v1/watches/a/b")):
        await answer(gate, path=path, method=method, authorization="Bearer service token")
    await door.flush()
    assert [("service", "GET snapshot", ""), ("service", "PUT watches", "a/b")] == sorted(
        (deed.who, deed.what, deed.target) for deed in door.access.find_deeds()
    )


async def test_what_cannot_be_written_is_not_lost(connection: Connection) -> None:
    """While the store takes nothing, what was done waits: its first 2,000 lines, as more can only be an attack."""
    writer = Writer()
    door = door_of(connection, writer)
    for number in range(3_000):
        door.record(deed(number))
    writer.is_full = True
    await door.try_flush()
    writer.is_full = False
    await door.try_flush()
    assert 2_000 == len(door.access.find_deeds(limit=9_999))


def deed(number: int) -> Deed:
    at = NOW + timedelta(seconds=number)
    return Deed(done_at=at, who="a", role="admin", what="b", target=str(number), address="", outcome="done")


async def test_not_all_can_log_in_at_once(connection: Connection) -> None:
    """Two passwords are looked at, twenty wait, the rest are told to try again: hashing takes the whole machine."""
    door = door_of(connection)
    door.access.add_user("ana", "admin", PASSWORD)
    tries = [door.log_in("ana", PASSWORD) for _ in range(25)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert (20, 5) == (sum(isinstance(one, str) for one in found), sum(isinstance(one, StoreBusy) for one in found))


async def test_the_gate_is_quick(connection: Connection) -> None:
    """It takes less than 0.2 ms of a request, whoever asks."""
    door = door_of(connection)
    door.access.add_user("ana", "admin", PASSWORD)
    session = await door.log_in("ana", PASSWORD)
    for headers in ({}, {"cookie": f"orewire={session}"}, {"authorization": "Bearer service token"}):
        gate, best = Gate(app_with(), door, Rates()), 1.0
        for _ in range(20):
            start = time.thread_time()
            for _ in range(50):
                await answer(gate, **headers)
            best = min(best, (time.thread_time() - start) / 50)
        assert best < 0.0002
