"""How long something takes, again and again."""

from __future__ import annotations

import time
from collections.abc import Callable


def times(work: Callable[[], object], most: int) -> list[float]:
    """Milliseconds of each time but the first, which warms up."""
    work()
    taken = []
    for _ in range(most):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return taken
