"""What is done apart keeps nobody waiting, and is done to its end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orewire.config import load_config
from orewire.rooms import Rooms, apart, open_rooms
from orewire.testing import Silent
from store.connection import open_database


@pytest.fixture
async def rooms(tmp_path: Path) -> AsyncIterator[Rooms]:
    """Rooms around an empty store."""
    (tmp_path / "config.yaml").write_text("{}", encoding="utf-8")
    config = load_config(tmp_path / "config.yaml")
    connection = open_database(config.store)
    async with open_rooms(config, connection, Silent()) as opened:
        yield opened
    connection.close()


async def test_others_go_on_meanwhile(rooms: Rooms) -> None:
    """The loop, and who asks by the connection that is not lent."""
    may_go = threading.Event()
    working = asyncio.create_task(apart(rooms, lambda _: may_go.wait(60)))
    await asyncio.sleep(0.05)
    assert not working.done()
    assert (1,) == rooms.connection.execute("SELECT 1").fetchone()
    may_go.set()
    assert await working


async def test_one_writes_at_a_time(rooms: Rooms) -> None:
    """Whether in a thread or on the loop."""
    order: list[str] = []

    async def write_here() -> None:
        async with rooms.writing:
            order.append("here")

    working = asyncio.create_task(apart(rooms, lambda _: order.append("apart")))
    await asyncio.sleep(0)
    await asyncio.gather(working, write_here())
    assert ["apart", "here"] == order


async def test_what_was_begun_is_done_to_its_end(rooms: Rooms) -> None:
    """Who is told to stop waits for it: the store is closed behind them."""
    may_go, is_done = threading.Event(), threading.Event()

    def work(_: Rooms) -> None:
        may_go.wait(60)
        is_done.set()

    working = asyncio.create_task(apart(rooms, work))
    await asyncio.sleep(0.05)
    working.cancel()
    await asyncio.wait([working], timeout=0.2)
    assert not working.done()
    may_go.set()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert is_done.is_set()


async def test_a_failure_is_the_asker_s(rooms: Rooms) -> None:
    """And the next may write."""
    with pytest.raises(ZeroDivisionError):
        await apart(rooms, lambda _: 1 // 0)
    assert not rooms.writing.locked()
