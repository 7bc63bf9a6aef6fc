"""Turns at a host: how many requests it gets at once, how far apart, and when it wants to be left alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

MAX_DELAY: Final = 30.0
"""Seconds; a robots.txt that asks for a year between requests gets this."""


class HostTurns:
    """Hands out turns: at most `per_host` requests to one host at once, their starts `delay` seconds apart."""

    def __init__(self, per_host: int, delay: float) -> None:
        self._per_host, self._delay = per_host, delay
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a place at the host and until its last request is long enough ago."""
        state = self._host(host)
        async with state.places:
            start = max(time.monotonic(), state.next_start)
            state.next_start = start + state.delay
            await asyncio.sleep(max(0.0, start - time.monotonic()))
            yield

    def slow_down(self, host: str, delay: float) -> None:
        """Keep at least `delay` seconds, within MAX_DELAY, between requests to the host from now on."""
        state = self._host(host)
        state.delay = max(state.delay, min(delay, MAX_DELAY))
        state.next_start = max(state.next_start, time.monotonic() + state.delay)

    def stop(self, host: str, seconds: float) -> None:
        """Leave the host alone for so long."""
        self._host(host).closed_until = time.monotonic() + seconds

    def closed_for(self, host: str) -> float:
        """Seconds for which the host still wants to be left alone; 0 where it does not."""
        state = self._hosts.get(host)
        return max(0.0, state.closed_until - time.monotonic()) if state else 0.0

    def _host(self, host: str) -> _Host:
        if host not in self._hosts:
            self._hosts[host] = _Host(self._per_host, self._delay)
        return self._hosts[host]


class _Host:
    """What is known of one host. Times are those of the monotonic clock."""

    __slots__ = ("closed_until", "delay", "next_start", "places")

    def __init__(self, per_host: int, delay: float) -> None:
        self.places = asyncio.Semaphore(per_host)
        self.delay, self.next_start, self.closed_until = delay, 0.0, 0.0
