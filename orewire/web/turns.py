"""Turns at what fills a processor: a few at a time, so that the threads of all pages are left for all else."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Final

from anyio import to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orewire.model.errors import StoreBusy
from orewire.web.asked import read_request
from orewire.web.door import SERVICE
from orewire.web.gate import counted_as, refusal
from orewire.web.rates import HEAVY, PICTURES, kind_of

_PATIENCE: Final = 2.0
"""Seconds that somebody waits for a turn."""


class Turns:
    """At most `at_once` at a time, of one visitor at most `each`, with those that wait; who waits holds no thread."""

    def __init__(self, *, at_once: int, each: int, patience: float = _PATIENCE) -> None:
        self._free, self._each, self._patience = asyncio.Semaphore(at_once), each, patience
        self._asking: Counter[str] = Counter()

    @asynccontextmanager
    async def take(self, who: str) -> AsyncIterator[None]:
        """A turn; StoreBusy where none comes in time."""
        if self._asking[who] >= self._each:
            raise StoreBusy("you ask for too much at once")
        self._asking[who] += 1
        try:
            await self._wait()
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._asking[who] -= 1
            self._asking += Counter()  # which drops who asks for nothing any more

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError as error:
            raise StoreBusy("others are at work here") from error


class InTurn:
    """Middleware: what is heavy, and pictures, wait for a turn of their kind, or are refused with 503.

    A turn ends where the work does: with the head of an answer whose length is known, else with its last part. What is
    heavy takes none of the threads of pages.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turns = {HEAVY: Turns(at_once=4, each=3), PICTURES: Turns(at_once=4, each=24)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request."""
        kind = kind_of(scope["path"]) if scope["type"] == "http" else None
        if kind is None:
            await self._app(scope, receive, send)
            return
        asked, visitor = read_request(scope), scope["state"]["visitor"]
        async with AsyncExitStack() as turn:
            try:
                if visitor is not SERVICE:
                    await turn.enter_async_context(self._turns[kind].take(counted_as(asked, visitor)))
            except StoreBusy as error:
                await refusal(asked, 503, f"{error}: try again", {"Retry-After": "2"})(scope, receive, send)
                return
            if kind == HEAVY:
                turn.enter_context(_thread_of_its_own())
            await self._app(scope, receive, _ending(turn, send))


@contextmanager
def _thread_of_its_own() -> Iterator[None]:
    """One more than there are: a query may wait for its process for half a minute, and pages need theirs."""
    limiter = to_thread.current_default_thread_limiter()
    limiter.total_tokens += 1
    try:
        yield
    finally:
        limiter.total_tokens -= 1


def _ending(turn: AsyncExitStack, send: Send) -> Send:
    async def send_on(message: Message) -> None:
        if message["type"] == "http.response.start" and any(
            name.lower() == b"content-length" for name, _ in message.get("headers", ())
        ):
            await turn.aclose()
        await send(message)

    return send_on
