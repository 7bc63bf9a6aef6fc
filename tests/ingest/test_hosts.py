"""Turns at a host: politeness is kept whoever asks."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

from ingest.hosts import MAX_DELAY, HostTurns


async def starts(turns: HostTurns, *hosts: str, work: float = 0.0) -> list[float]:
    """When each request began, in seconds from now."""
    begun = time.monotonic()
    times: list[float] = []

    async def ask(host: str) -> None:
        async with turns.turn(host):
            times.append(time.monotonic() - begun)
            await asyncio.sleep(work)

    await asyncio.gather(*map(ask, hosts))
    return sorted(times)


async def test_apart() -> None:
    """Requests to one host start the delay apart."""
    times = await starts(HostTurns(5, 0.1), "a", "a", "a")
    assert all(later - earlier >= 0.09 for earlier, later in pairwise(times))


async def test_hosts_do_not_wait_for_one_another() -> None:
    """Other hosts are asked at once."""
    assert (await starts(HostTurns(1, 5.0), "a", "b", "c"))[-1] < 1


async def test_at_most_so_many_at_once() -> None:
    """No more requests than allowed are at one host at the same time."""
    times = await starts(HostTurns(2, 0.0), "a", "a", "a", work=0.2)
    assert times[1] < 0.15 <= times[2]


async def test_slow_down() -> None:
    """A host that asks for a longer pause gets it, within reason; nobody can shorten it."""
    turns = HostTurns(1, 0.2)
    for delay in (0.0, -1.0, float("nan")):
        turns.slow_down("a", delay)
    times = await starts(turns, "a", "a")
    assert times[1] - times[0] >= 0.19
    turns.slow_down("b", 1e9)
    assert MAX_DELAY == turns._hosts["b"].delay


async def test_stop() -> None:
    """A host that wants to be left alone is closed for so long, and it alone."""
    turns = HostTurns(1, 0.0)
    turns.stop("a", 60)
    assert 59 < turns.closed_for("a") <= 60
    assert 0.0 == turns.closed_for("b")
