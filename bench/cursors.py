"""Pages of events by cursor and by offset, near the beginning and near the end of a large store.

`python -m bench.cursors [EVENTS]`, a million unless told.
"""

from __future__ import annotations

import functools
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bench.store_data import Size, fill
from bench.timing import times
from orewire.model.event import Cursor, Filters
from store.connection import open_database
from store.local import LocalStore

_TIMES, _PAGE = 11, 51
_QUESTIONS = {"all": Filters(), "one country": Filters(country=("CL",))}


def main() -> None:
    """Print milliseconds a page, the middle of eleven."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="orewire-bench-") as folder:
        connection = open_database(Path(folder) / "s.duckdb")
        fill(connection, Size(events=events, texts=0))
        with closing(LocalStore(connection)) as store:
            for name, filters in _QUESTIONS.items():
                _measure(store, name, filters)


def _measure(store: LocalStore, name: str, filters: Filters) -> None:
    count = store.count_events(filters)
    for part in (0.0, 0.01, 0.5, 0.95):
        offset = int(count * part)
        after = _cursor(store, filters, offset) if offset else None
        by_cursor = _middle(functools.partial(store.find_events, filters, limit=_PAGE, after=after))
        by_offset = _middle(functools.partial(store.find_events, filters, limit=_PAGE, offset=offset))
        print(f"{name}, {part:.0%} of {count:,}: by cursor {by_cursor:.1f} ms, by offset {by_offset:.1f} ms")


def _cursor(store: LocalStore, filters: Filters, offset: int) -> Cursor:
    (event,) = store.find_events(filters, limit=1, offset=offset - 1)
    return Cursor(date=event.date, id=event.id)


def _middle(work: Callable[[], object]) -> float:
    return statistics.median(times(work, _TIMES))


if __name__ == "__main__":
    main()
