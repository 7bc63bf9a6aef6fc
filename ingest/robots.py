"""What a site's robots.txt allows: asked once a day for each origin, and its Crawl-delay heeded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from orewire.model.errors import FetchError

if TYPE_CHECKING:
    from ingest.http import Fetcher, Response

_DAY: Final = 86_400.0
_RETRY: Final = 1_800.0
"""Seconds after which a robots.txt that could not be had is asked for again."""
_MAX_BYTES: Final = 512_000
"""RFC 9309 asks for at least 500 KiB; what stands behind is not read."""
_MAX_STARS: Final = 8


class Robots:
    """The rules of every site that was asked for, kept in memory; `keep` is handed each answer, for the archive."""

    def __init__(
        self,
        fetcher: Fetcher,
        user_agent: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        keep: Callable[[Response], None] | None = None,
    ) -> None:
        self._fetcher, self._agent, self._clock, self._keep = fetcher, user_agent, clock, keep
        self._rules: dict[str, tuple[float, Any]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def allows(self, url: str) -> bool:
        """Whether a page may be fetched; a site whose rules cannot be had (5xx, timeout) is left alone for now."""
        origin = _origin(url)
        async with self._locks.setdefault(origin, asyncio.Lock()):
            expires, rules = self._rules.get(origin, (0.0, None))
            if self._clock() >= expires:
                expires, rules = await self._ask(origin)
                self._rules[origin] = expires, rules
        return rules is not None and bool(rules.can_fetch(url, self._agent))

    async def _ask(self, origin: str) -> tuple[float, Any]:
        """When to ask again, and the rules; None for them means: nothing may be fetched."""
        try:
            response = await self._fetcher.get(f"{origin}/robots.txt", user_agent=self._agent)
        except FetchError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return self._clock() + _DAY, parse_robots(b"")
            return self._clock() + _RETRY, None
        if self._keep is not None:
            self._keep(response)
        rules = parse_robots(response.body)
        if delay := rules.crawl_delay(self._agent):
            self._fetcher.slow_down(origin, float(delay))
        return self._clock() + _DAY, rules


def parse_robots(body: bytes) -> Any:
    """protego's rules; a byte order mark is dropped, and a rule made of wild cards alone cannot stall us."""
    from protego import Protego

    text = body[:_MAX_BYTES].decode("utf-8-sig", "replace")
    # protego turns each pattern into a regular expression, whose time grows with the power of its wild cards.
    return Protego.parse("\n".join(line for line in text.splitlines() if line.count("*") <= _MAX_STARS))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
