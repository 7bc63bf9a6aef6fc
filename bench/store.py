"""The store's questions at ten million events, beside SQLite and PostgreSQL with the same data in the same run.

`python -m bench.store [EVENTS]`, a million unless told; `make bench-store` installs PostgreSQL first. Ours answers as
`orewire` does: events with all their sources and stances, trends with their marks; the peers give bare rows. A tenth of
the events is measured, too: what it costs to add mentions must not grow with the store.

Mentions are added as `orewire run` does it, with fingerprints made by the processes that understood the articles; what
these take is told beside it. So is what the first batch of a process takes, which reads the season into memory.
"""

from __future__ import annotations

import functools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.store_arrivals import make_arrivals
from bench.store_data import Size, fill
from bench.store_peers import FACETS, MOVERS, NEWEST, TREND, Peer, Postgres, Sqlite, postgres_server
from bench.timing import times
from orewire.model.event import Filters
from store.articles import put_article
from store.connection import Connection, open_database, transaction
from store.fingerprints import make_fingerprint
from store.local import LocalStore
from store.mentions import record_analyses

EVENTS = 1_000_000
TARGETS = {
    "weekly counts by mineral and type, one country, a year": 30.0,
    "newest 50 for country, mineral and stance": 30.0,
    "the same, page 20": 30.0,
    "the same of a rare country and mineral": 30.0,
    "five facets under a filter of two values": 120.0,
    "movers of the week over all pairs": 150.0,
    "1,000 mentions added and resolved": 1000.0,
}
"""Milliseconds."""
_TIMES, _SLOW_TIMES, _ADDED = 11, 3, 5
_FIVE = ("country", "mineral", "type", "stance", "project")
_EPOCH = date(1970, 1, 1)
Work = Callable[[], object]


def main() -> None:
    """Print times and sizes of all, side by side."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with tempfile.TemporaryDirectory(prefix="orewire-bench-") as folder:
        _small(Path(folder) / "small.duckdb", Size(events=events // 10, texts=0))
        _large(Path(folder), Size(events=events, texts=0))


def _small(path: Path, size: Size) -> None:
    with closing(open_database(path)) as connection:
        fill(connection, size)
        added = _add(connection, size)
        _print(f"{size.events:,} events: 1,000 mentions added in {_median(added.wall):.0f} ms")
    path.unlink()


def _large(folder: Path, size: Size) -> None:
    path = folder / "s.duckdb"
    with closing(open_database(path)) as connection:
        fill(connection, size)
    _print(f"{size.events:,} events: {path.stat().st_size / size.events:.0f} bytes an event without the texts")
    connection = open_database(path)
    with ExitStack() as stack:
        socket = stack.enter_context(postgres_server())
        peers: list[Peer] = [stack.enter_context(closing(Sqlite(folder / "s.sqlite", connection)))]
        if socket:
            peers.append(stack.enter_context(closing(Postgres(socket, connection))))
        for peer in peers:
            _print(
                f"{peer.name}: {peer.size() / size.events:.0f} bytes an event with its indexes, one table of evidence"
            )
        store = LocalStore(connection)
        _compare(_ours(store, size), [(peer, _theirs(peer, size)) for peer in peers])
        name = "1,000 mentions added and resolved"
        added = _add(connection, size)
        _line(name, added.wall, [times(work, _ADDED) for work in _adding(peers, size)])
        _print(
            f"of the process that owns the store {_median(added.processor):.0f} ms of a processor; the first batch took"
            f" {added.first:.0f} ms; the workers' fingerprints {_median(added.fingerprints):.0f} ms"
        )
        store.close()


def _ours(store: LocalStore, size: Size) -> dict[str, Work]:
    chosen = Filters(country=("CL",), mineral=("copper",))
    opposed = Filters(country=("CL",), mineral=("copper",), stance=("oppose",))
    rare = Filters(country=("MR",), mineral=("tellurium",), stance=("oppose",))
    year = Filters(country=("CL",), since=size.end - timedelta(days=364), until=size.end)
    asked: Sequence[Work] = (
        functools.partial(store.get_trend, year, by=("mineral", "type")),
        functools.partial(store.find_events, opposed),
        functools.partial(store.find_events, opposed, offset=950),
        functools.partial(store.find_events, rare),
        functools.partial(store.count_facets, chosen, by=_FIVE),
        functools.partial(store.find_movers, Filters()),
    )
    return dict(zip(TARGETS, asked, strict=False))


def _theirs(peer: Peer, size: Size) -> list[Work]:
    end = (size.end - _EPOCH).days
    monday = end - 7 - (end + 3) % 7
    return [
        functools.partial(peer.ask, TREND, "CL", end - 364, end),
        functools.partial(peer.ask, NEWEST, "CL", "copper", 0),
        functools.partial(peer.ask, NEWEST, "CL", "copper", 950),
        functools.partial(peer.ask, NEWEST, "MR", "tellurium", 0),
        functools.partial(peer.ask, FACETS, "CL", "copper"),
        functools.partial(peer.ask, MOVERS, monday),
    ]


def _compare(ours: dict[str, Work], theirs: Sequence[tuple[Peer, Sequence[Work]]]) -> None:
    names = "".join(f"{peer.name:>20}" for peer, _ in theirs)
    _print(f"\nmedian ms{'':48}{'target':>8}{'ours':>8}{'p90':>8}{names}")
    for place, (name, work) in enumerate(ours.items()):
        _line(name, times(work, _TIMES), [times(works[place], _SLOW_TIMES) for _, works in theirs])


def _line(name: str, ours: Sequence[float], theirs: Sequence[Sequence[float]]) -> None:
    others = "".join(f"{_median(times):20.1f}" for times in theirs)
    _print(f"{name:57}{TARGETS[name]:8.0f}{_median(ours):8.1f}{sorted(ours)[int(len(ours) * 0.9)]:8.1f}{others}")


@dataclass(frozen=True, slots=True)
class Added:
    """Milliseconds of each of some batches of 1,000 mentions: on the clock, of processors, and of the fingerprints that
    were made before; and of a first batch."""

    wall: list[float]
    processor: list[float]
    fingerprints: list[float]
    first: float


def _add(connection: Connection, size: Size) -> Added:
    """Add batches of the last day; their articles are stored before."""
    taken = [_add_one(connection, size, batch) for batch in range(_ADDED + 1)]
    wall, processor, fingerprints = (list(column) for column in zip(*taken, strict=True))
    return Added(wall[1:], processor[1:], fingerprints[1:], wall[0])


def _add_one(connection: Connection, size: Size, batch: int) -> tuple[float, float, float]:
    told = make_arrivals(connection, size.end - timedelta(days=1), batch=batch)
    with transaction(connection):
        for article, _ in told:
            put_article(connection, article, article.fetched)
    started = time.perf_counter()
    made = {article.id: make_fingerprint(article, analysis) for article, analysis in told}
    begun, used = time.perf_counter(), time.process_time()
    record_analyses(connection, told, made)
    ended, done = time.perf_counter(), time.process_time()
    return (ended - begun) * 1000, (done - used) * 1000, (begun - started) * 1000


def _adding(peers: Sequence[Peer], size: Size) -> list[Work]:
    """The same number of bare rows, each time others."""
    day = (size.end - _EPOCH).days
    counters = {peer.name: iter(range(size.events + 1, size.events * 2, 1000)) for peer in peers}

    def add(peer: Peer) -> None:
        first = next(counters[peer.name])
        rows: list[tuple[Any, ...]] = [
            (first + i, day, "protest", "actual", 0.8, 1, "residents", None, None, None, 0, 1, "They marched. " * 8)
            for i in range(1000)
        ]
        peer.add(rows)

    return [functools.partial(add, peer) for peer in peers]


def _median(times: Sequence[float]) -> float:
    return statistics.median(times)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
