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
        state.waiting += 1
        try:
            async with state.places:
                start = max(time.monotonic(), state.next_start)
                state.next_start = start + state.delay
                await asyncio.sleep(max(0.0, start - time.monotonic()))
                yield
        finally:
            state.waiting -= 1

    @asynccontextmanager
    async def spaced(self, host: str, delay: float) -> AsyncIterator[None]:
        """A turn at the host's API, whose requests start at least `delay` seconds apart; its pages are not held up."""
        api = self._host(f"{host} api")
        api.delay = max(api.delay, delay)
        async with self.turn(f"{host} api"):
            yield

    def slow_down(self, host: str, delay: float) -> None:
        """Keep at least `delay` seconds, within MAX_DELAY, between requests to the host from now on."""
        state = self._host(host)
        state.delay = max(state.delay, min(delay, MAX_DELAY))
        state.next_start = max(state.next_start, time.monotonic() + state.delay)

    def stop(self, host: str, seconds: float) -> None:
        """Leave the host alone for so long."""
        if seconds > 0:
            self._host(host).closed_until = time.monotonic() + seconds

    def closed_for(self, host: str) -> float:
        """Seconds for which the host still wants to be left alone; 0 where it does not."""
        state = self._hosts.get(host)
        return max(0.0, state.closed_until - time.monotonic()) if state else 0.0

    def _host(self, host: str) -> _Host:
        if host not in self._hosts:
            if len(self._hosts) >= _MAX_HOSTS:
                now = time.monotonic()
                self._hosts = {name: state for name, state in self._hosts.items() if not state.is_idle(now)}
            self._hosts[host] = _Host(self._per_host, self._delay)
        return self._hosts[host]


_MAX_HOSTS: Final = 20_000


class _Host:
    """What is known of one host. Times are those of the monotonic clock."""

    __slots__ = ("closed_until", "delay", "next_start", "places", "usual", "waiting")

    def __init__(self, per_host: int, delay: float) -> None:
        self.places, self.waiting = asyncio.Semaphore(per_host), 0
        self.delay, self.next_start, self.closed_until, self.usual = delay, 0.0, 0.0, delay

    def is_idle(self, now: float) -> bool:
        """Whether forgetting the host would change nothing."""
        return not self.waiting and max(self.next_start, self.closed_until) <= now and self.delay == self.usual
