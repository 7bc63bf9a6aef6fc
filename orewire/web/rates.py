"""How often somebody may ask. All is kept in memory, and forgotten when the service ends."""

from __future__ import annotations

import functools
import ipaddress
import math
import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Final

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
_MOST_KEYS: Final = 50_000
"""Of those who ask at one rate: where more come within its time, who asked longest ago is forgotten."""
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3_600}


class Rates:
    """Counts by a moving window: no minute, wherever it begins, sees more than it may.

    It costs the same however many have asked: a key goes with the last of its times, and those are in order.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = _MOST_KEYS) -> None:
        self._clock, self._most = clock, most
        self._asked: defaultdict[str, OrderedDict[tuple[str, ...], deque[float]]] = defaultdict(OrderedDict)

    def seconds_to_wait(self, rate: str, *key: str) -> int | None:
        """None where `key` may go on, which counts; else after how many seconds it may."""
        allowed, span = _read(rate)
        asked, now = self._asked[rate], self._clock()
        _forget(asked, now - span, self._most)
        bounded = tuple(part[:_LONGEST_KEY] for part in key)
        times = asked.setdefault(bounded, deque())
        while times and times[0] <= now - span:
            times.popleft()
        if len(times) >= allowed:
            return max(1, math.ceil(times[0] + span - now))
        times.append(now)
        asked.move_to_end(bounded)
        return None

    def __len__(self) -> int:
        """How many keys are remembered."""
        return sum(map(len, self._asked.values()))


@functools.cache
def _read(rate: str) -> tuple[int, int]:
    """How often, and in how many seconds."""
    often, _, span = rate.partition("/")
    return int(often), _SECONDS[span]


def _forget(asked: OrderedDict[tuple[str, ...], deque[float]], until: float, most: int) -> None:
    """Drop who asked last before then, and whoever is too many."""
    while asked and (len(asked) > most or next(iter(asked.values()))[-1] <= until):
        asked.popitem(last=False)


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
