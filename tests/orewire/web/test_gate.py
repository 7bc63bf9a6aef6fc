"""The gate around an application of a few lines: what each answer has, and what the record and the memory hold."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
    gate: ASGIApp, *, path: str = "/x", method: str = "GET", kind: str = "http", query: str = "", **headers: str
) -> list[Message]:
    """All that is sent."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    await gate({**scope_of(path, method, kind, **headers), "query_string": query.encode()}, receive, send)
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
    assert (500, False, True) == (sent[0]["status"], b"secret" in sent[1]["body"], b"<html" in sent[1]["body"])
    assert b"content-security-policy" in dict(sent[0]["headers"])
    await door.flush()
    assert ["failed (500)"] == [deed.outcome for deed in door.access.find_deeds()]


async def test_a_bug_is_a_problem_for_programs(connection: Connection) -> None:
    """In the form that all errors of the API have."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    gate = Gate(app_with(error=ValueError("a secret")), door_of(connection), Rates())
    with pytest.raises(ValueError, match="a secret"):
        await gate(scope_of("/api/v1/events"), receive, send)
    told = json.loads(sent[1]["body"])
    assert (b"application/problem+json", 500, "/api#internal-server-error") == (
        dict(sent[0]["headers"])[b"content-type"], told["status"], told["type"],
    )  # fmt: skip


async def test_heads_alone(connection: Connection) -> None:
    """HEAD is answered as GET is, at any path, without a body."""
    gate = Gate(app_with((b"content-length", b"1")), door_of(connection), Rates())
    (start, whole), (head, none) = await answer(gate), await answer(gate, method="HEAD")
    assert (start, b"x") == (head, whole["body"])
    assert {"type": "http.response.body"} == none


async def test_queries_in_sql_are_recorded(connection: Connection) -> None:
    """Also those that the page is asked by its address; the page itself, and assistants' questions, are not."""
    door = door_of(connection)
    gate = Gate(app_with(), door, Rates())
    for method, path, query in (("GET", "/sql", "form=csv&sql=SELECT+1"), ("GET", "/sql", ""), ("POST", "/mcp", "")):
        await answer(gate, path=path, method=method, query=query, authorization="Bearer service token")
    await door.flush()
    assert [("GET sql", "SELECT 1")] == [(deed.what, deed.target) for deed in door.access.find_deeds()]


async def test_strangers_do_not_fill_the_record(connection: Connection) -> None:
    """Ten lines a minute of what one is refused; a guessed password is told besides, and who is known always."""
    door = door_of(connection, public_url="https://ore.example.org")
    gate = Gate(app_with(), door, Rates())
    for _ in range(50):
        await answer(gate, path="/nothing", method="POST")
        await answer(gate, path="/nothing", method="POST", authorization="Bearer service token")
    await answer(gate, path="/login", method="POST", origin="https://evil.example")
    await door.flush()
    told = Counter((deed.who, deed.what, deed.outcome) for deed in door.access.find_deeds(limit=999))
    assert {
        ("unknown", "POST nothing", "refused (303)"): 10,
        ("service", "POST nothing", "done"): 50,
        ("unknown", "POST login", "refused (403)"): 1,
    } == told


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
