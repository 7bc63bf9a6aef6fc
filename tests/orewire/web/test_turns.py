"""Turns: a few at a time, nobody has them all, and nobody waits for long."""

from __future__ import annotations

import asyncio
import threading
from contextlib import AsyncExitStack

import pytest
from anyio import to_thread
from starlette.types import Message, Receive, Scope, Send

from orewire.model.access import Visitor
from orewire.model.errors import StoreBusy
from orewire.web.door import GUEST, SERVICE
from orewire.web.turns import InTurn, Turns


async def test_who_waits_comes_in_when_another_leaves() -> None:
    """One after another, however many ask."""
    turns, inside, most = Turns(at_once=2, each=9, patience=5), 0, 0

    async def work(who: str) -> None:
        nonlocal inside, most
        async with turns.take(who):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*(work(str(number)) for number in range(20)))
    assert (0, 2) == (inside, most)


async def test_nobody_waits_for_long() -> None:
    """Who gets no turn in time is told so, and leaves nothing behind."""
    turns = Turns(at_once=1, each=9, patience=0.01)
    async with turns.take("ana"):
        with pytest.raises(StoreBusy):
            async with turns.take("leo"):
                pass
    async with turns.take("leo"):
        pass


async def test_nobody_has_all_turns() -> None:
    """Who asks for too many at once is refused at once; others are not."""
    turns = Turns(at_once=3, each=2)
    async with AsyncExitStack() as stack:
        for who in ("ana", "ana", "leo"):
            await stack.enter_async_context(turns.take(who))
        with pytest.raises(StoreBusy):
            await stack.enter_async_context(turns.take("ana"))
    async with turns.take("ana"), turns.take("ana"):
        pass


async def ask(app: InTurn, path: str, visitor: Visitor, gone: list[Message]) -> None:
    async def send(message: Message) -> None:
        gone.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope: Scope = {
        "type": "http", "method": "GET", "path": path, "query_string": b"", "scheme": "http", "headers": [],
        "client": ("192.0.2.7", 5), "state": {"visitor": visitor},
    }  # fmt: skip
    await app(scope, receive, send)


@pytest.mark.parametrize(
    ("path", "visitor", "refused"),
    [("/sql", GUEST, 2), ("/charts/trend.svg", GUEST, 0), ("/search", GUEST, 0), ("/sql", SERVICE, 0)],
)
async def test_what_is_heavy_is_refused(path: str, visitor: Visitor, refused: int) -> None:
    """503 with when to try again, for more than three at once of one visitor; commands on this machine are let in."""
    ready = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await ready.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})

    app, sent = InTurn(slow), [list[Message]() for _ in range(5)]
    asking = [asyncio.create_task(ask(app, path, visitor, one)) for one in sent]
    await asyncio.sleep(0.01)
    ready.set()
    await asyncio.gather(*asking)
    heads = [one[0] for one in sent]
    assert refused == sum(head["status"] == 503 for head in heads)
    assert all((b"retry-after", b"2") in head["headers"] for head in heads if head["status"] == 503)


@pytest.mark.parametrize("visitor", [GUEST, SERVICE])
async def test_what_is_heavy_takes_no_thread_of_a_page(visitor: Visitor) -> None:
    """Queries that took all threads held up every page for half a minute."""
    limiter, done = to_thread.current_default_thread_limiter(), threading.Event()
    limiter.total_tokens = 1

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/sql":
            await to_thread.run_sync(done.wait, 10)
        await to_thread.run_sync(lambda: None)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})

    in_turn = InTurn(app)
    queries = [asyncio.create_task(ask(in_turn, "/sql", visitor, [])) for _ in range(3)]
    await asyncio.sleep(0.05)
    try:
        async with asyncio.timeout(2):
            await ask(in_turn, "/search", visitor, [])
    finally:
        done.set()
        await asyncio.gather(*queries)
    assert 1 == limiter.total_tokens


async def test_a_turn_ends_with_the_head_of_a_file() -> None:
    """Its work is done then: who reads slowly keeps nobody waiting."""
    reading = asyncio.Event()

    async def sent_slowly(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
        await reading.wait()
        await send({"type": "http.response.body", "body": b"x"})

    app, sent = InTurn(sent_slowly), [list[Message]() for _ in range(9)]
    asking = [asyncio.create_task(ask(app, "/api/v1/export", GUEST, one)) for one in sent]
    await asyncio.sleep(0.01)
    reading.set()
    await asyncio.gather(*asking)
    assert [200] * 9 == [one[0]["status"] for one in sent]
