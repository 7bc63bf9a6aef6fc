"""How often somebody may ask: the door to `limits`. All is kept in memory, and forgotten when the service ends."""

from __future__ import annotations

import ipaddress
import math
import time
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

LOGIN_BY_ADDRESS: Final = "10/minute"
LOGIN_BY_NAME: Final = "5/minute"
HEAVY: Final = "60/minute"
"""Of what fills a processor for seconds: exports, snapshots, queries in SQL."""
_LONGEST_KEY: Final = 200


class Rates:
    """Counts by a moving window: no minute, wherever it begins, sees more than it may."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._items: dict[str, RateLimitItem] = {}

    def seconds_to_wait(self, rate: str, *key: str) -> int | None:
        """None where `key` may go on, which counts; else after how many seconds it may."""
        item = self._items.get(rate) or self._items.setdefault(rate, parse(rate))
        bounded = [part[:_LONGEST_KEY] for part in key]
        if self._limiter.hit(item, *bounded):
            return None
        reset = self._limiter.get_window_stats(item, *bounded).reset_time
        return max(1, math.ceil(reset - time.time()))


def place_of(address: str) -> str:
    """Whom to count an address for: of IPv6 the network, as everybody has 2^64 addresses of theirs."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed) >> 64 << 64, 64)))
