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
STRANGE: Final = "10/minute"
"""Of lines in the record about one whom nobody knows, and who was refused."""
STRANGERS: Final = "1000/hour"
"""The same of all of them together."""
HEAVY: Final = "heavy"
"""The kind of what fills a processor for seconds: exports, snapshots, labels, queries in SQL."""
PICTURES: Final = "pictures"
RATES: Final = {HEAVY: "60/minute", PICTURES: "600/minute"}
_HEAVY_PATHS: Final = ("/api/v1/export", "/api/v1/snapshot", "/api/v1/labels.jsonl", "/api/v1/sql", "/sql")
_PICTURES_FOLDER: Final = "/charts/"
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


def kind_of(path: str) -> str | None:
    """HEAVY, PICTURES, or None for what costs next to nothing."""
    if path in _HEAVY_PATHS:
        return HEAVY
    return PICTURES if path.startswith(_PICTURES_FOLDER) else None


def place_of(address: str) -> str:
    """Whom to count an address for: of IPv6 the network, as everybody has 2^64 addresses of theirs."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed) >> 64 << 64, 64)))
