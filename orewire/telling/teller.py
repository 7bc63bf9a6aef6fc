"""Tells: judges what changed, writes what is due, and sees it off; broken off anywhere, it goes on where it stopped."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from orewire.alerts.reach import Reach
from orewire.alerts.sender import Record, Sender
from orewire.model.ledger import Delivery
from orewire.model.ports import Questions
from orewire.rooms import Rooms, apart
from orewire.telling.book import WatchBook
from orewire.telling.composing import compose_alerts
from orewire.telling.digests import write_digests
from orewire.telling.judging import judge_changes, judge_rises
from orewire.telling.sending import reached_by, start_sending
from store.connection import store_errors
from store.outbox import record_delivery

_RISES_REST: Final = timedelta(hours=1)
_PATIENCE: Final = 120.0
"""Seconds in which a single round waits for its messages to leave; what has not goes with the next one."""


class Teller:
    """Keeps watches and channels at hand. `record` writes how a try went."""

    def __init__(self, reach: Reach, record: Record, clock: Callable[[], datetime]) -> None:
        self._book = WatchBook()
        self.sender = Sender(reached_by(reach), record, clock)
        self._rises_judged: datetime | None = None

    async def tell(self, rooms: Rooms) -> int:
        """Judge all that changed, write what is due, begin to send it; how many messages were written."""
        written = 0
        while await apart(rooms, functools.partial(judge_changes, book=self._book)):
            pass
        while (composed := await apart(rooms, functools.partial(compose_alerts, book=self._book))).watches:
            written += composed.messages
        start_sending(rooms, self.sender)
        return written

    async def tell_by_the_hour(self, rooms: Rooms, questions: Questions) -> int:
        """Write the digests whose hour has come, and look for unusual rises; how many messages were written."""
        now = rooms.clock()
        if self._rises_judged is None or now - self._rises_judged > _RISES_REST:
            await judge_rises(rooms, self._book, questions)
            self._rises_judged = now
        return await write_digests(rooms, questions)

    async def finish(self) -> None:
        """Wait until what was begun has left."""
        await self.sender.finish()

    async def stop(self) -> None:
        """Break off; what was under way is tried again."""
        await self.sender.stop()


async def tell_once(rooms: Rooms, questions: Questions, reach: Reach) -> int:
    """All that is to be told now, by a process that ends; how many messages were written."""
    teller = Teller(reach, record_in(rooms), rooms.clock)
    written = await teller.tell_by_the_hour(rooms, questions)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                written += await teller.tell(rooms)
                await teller.finish()
                while start_sending(rooms, teller.sender):
                    await teller.finish()
    finally:
        await teller.stop()
    return written


def record_in(rooms: Rooms) -> Callable[[Delivery], Awaitable[None]]:
    """Write how tries went into the store that this process owns."""

    async def record(delivery: Delivery) -> None:
        with store_errors(str(rooms.config.store)):
            record_delivery(rooms.connection, delivery)

    return record
