"""What a site's robots.txt allows: asked once a day for each origin, and its Crawl-delay heeded."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
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
_MAX_KEPT: Final = 4_000_000
"""Bytes of robots.txt whose rules are kept; they take some thirty times as much, parsed."""
_LEAST: Final = 1_000


class Robots:
    """The rules of the sites that were asked for lately; `keep` is handed each answer, for the archive."""

    def __init__(
        self,
        fetcher: Fetcher,
        user_agent: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        keep: Callable[[Response], None] | None = None,
    ) -> None:
        self._fetcher, self._agent, self._clock, self._keep = fetcher, user_agent, clock, keep
        self._token = user_agent.partition("/")[0].strip()
        self._rules: OrderedDict[str, _Rules] = OrderedDict()
        self._asking: dict[str, asyncio.Future[_Rules]] = {}

    async def allows(self, url: str) -> bool:
        """Whether a page may be fetched.

        FetchError where its site cannot be reached, and `robots_unknown`
        where it answers no rules (5xx, 429).
        """
        origin = _origin(url)
        rules = self._rules.get(origin)
        if rules is None or self._clock() >= rules.expires:
            rules = await self._asked(origin)
        self._rules.move_to_end(origin)
        if rules.parsed is None:
            wait = rules.expires - self._clock()
            raise FetchError("robots_unknown", f"{origin}/robots.txt: {rules.why}", retry_after=wait)
        return bool(rules.parsed.can_fetch(url, self._token))

    async def _asked(self, origin: str) -> _Rules:
        """The rules of an origin, asked for once however many want to know."""
        if origin not in self._asking:
            self._asking[origin] = asyncio.ensure_future(self._ask(origin))
        try:
            rules = await asyncio.shield(self._asking[origin])
        finally:
            self._asking.pop(origin, None)
        self._rules[origin] = rules
        while len(self._rules) > 1 and sum(one.size for one in self._rules.values()) > _MAX_KEPT:
            self._rules.popitem(last=False)
        return rules

    async def _ask(self, origin: str) -> _Rules:
        try:
            response = await self._fetcher.get(f"{origin}/robots.txt", user_agent=self._agent)
        except FetchError as error:
            if error.status is None:  # the page itself is out of reach, too
                raise
            if 400 <= error.status < 500 and error.status != 429:
                return _Rules(self._clock() + _DAY, parse_robots(b""), _LEAST)
            return _Rules(self._clock() + max(_RETRY, error.retry_after or 0.0), None, _LEAST, str(error))
        if self._keep is not None:
            self._keep(response)
        rules = parse_robots(response.body)
        if delay := rules.crawl_delay(self._token):
            self._fetcher.slow_down(origin, float(delay))
        return _Rules(self._clock() + _DAY, rules, len(response.body) + _LEAST)


@dataclass(frozen=True, slots=True)
class _Rules:
    """protego's rules until a moment of the clock, None where they could not be had; `size` is that of the file."""

    expires: float
    parsed: Any
    size: int
    why: str = ""


def parse_robots(body: bytes) -> Any:
    """protego's rules; a byte order mark is dropped, and a rule made of wild cards alone cannot stall us."""
    from protego import Protego

    text = body[:_MAX_BYTES].decode("utf-8-sig", "replace")
    # protego turns each pattern into a regular expression, whose time grows with the power of its wild cards.
    return Protego.parse("\n".join(line for line in text.splitlines() if line.count("*") <= _MAX_STARS))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
