"""10,000 watches against 1,000 new events in a store, from the queue of changes to the alerts that came of them.

`python -m bench.alerts`: the median of three times, and the memory that it took. The peer is what comes to mind first:
each watch asked by `find_events`, timed for fifty of them.
"""

from __future__ import annotations

import itertools
import random
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from bench.synthetic_news import COUNTRIES, MINERALS
from orewire.config import Config
from orewire.model.analysis import Analysis, Evidence, Mention
from orewire.model.article import Article, article_id
from orewire.model.codes import EVENT_TYPES, FAMILIES
from orewire.rooms import Rooms
from orewire.sections import WatchConfig
from orewire.telling.book import WatchBook, to_watch
from orewire.telling.judging import judge_changes
from store.articles import add_article
from store.connection import Connection, open_database, transaction
from store.fulltext.index import FullText
from store.local import LocalStore
from store.mentions import record_analyses
from store.watches import get_watches, sync_watches

WATCHES, EVENTS, _TIMES, _ASKED = 10_000, 1_000, 3, 50
TARGET = 2.0
"""Seconds for all watches and events."""
_SEED = 20251114
_NOW = datetime(2025, 11, 14, 8, tzinfo=UTC)
_WORDS = (
    "mine", "company", "ministry", "river", "residents", "permit", "court", "export", "plant", "ore", "smelter",
    "council", "shipment", "workers", "deposit", "tailings", "drilling", "union", "shares", "licence",
    "protest", "agreement", "railway", "port", "tender", "water", "farmers", "road", "price", "demand",
)  # fmt: skip
_HEADS, _TAILS = ("Agua", "Monte", "Nor", "Kol", "Bela", "Sierra", "Tan", "Ula"), ("zul", "rico", "wezi", "reka", "dar")
_PROJECTS = tuple(f"{head}{tail} {place}" for head, tail, place in itertools.product(_HEADS, _TAILS, "ABCDEFGHIJ"))
_ACTORS = tuple(f"{head}{tail} Resources" for head, tail in itertools.product(_HEADS, _TAILS))


class _Nobody:
    """Progress that nobody follows."""

    def stage(self, name: str, total: int) -> None: ...

    def step(self, name: str) -> None: ...

    def note(self, message: str, **fields: object) -> None:
        _print(f"  {message} {fields}")


def main() -> None:
    """Print the times, the memory and the peer's time."""
    rng = random.Random(_SEED)
    with closing(open_database(None)) as connection:
        fulltext = FullText(connection)
        sync_watches(connection, {f"watch {number}": _settings(rng) for number in range(WATCHES)}, _NOW)
        _store_events(connection, rng)
        fulltext.catch_up(connection)
        rooms = _rooms(connection, fulltext)
        queued = connection.execute("FROM changed_events").fetchall()
        before = _memory()
        started = time.perf_counter()
        book = WatchBook()
        book.read(connection, rooms.progress)
        _print(f"{WATCHES:,} watches read into the index, once at the start: {time.perf_counter() - started:.2f} s")
        taken, computing = zip(*(_judge(rooms, book, queued) for _ in range(_TIMES)), strict=True)
        more = _memory() - before
        (alerts,) = connection.execute("SELECT count(*) FROM alerts").fetchone() or (0,)
        _print(
            f"{len(queued):,} new events judged, {alerts:,} alerts kept: median {statistics.median(taken):.2f} s of"
            f" {_TIMES} (target {TARGET:g}; {statistics.median(computing):.2f} s of computing),"
            f" {more:.0f} MB more at the most"
        )
        naive = _ask_each(LocalStore(connection, fulltext), connection)
        _print(f"each watch asked by find_events: {naive * WATCHES:.0f} s ({1000 * naive:.1f} ms a watch, of {_ASKED})")


def _judge(rooms: Rooms, book: WatchBook, queued: list[Any]) -> tuple[float, float]:
    """Seconds, and seconds of computing by all threads, from a full queue and no alerts to an empty queue."""
    connection = rooms.connection
    with transaction(connection):
        connection.execute("DELETE FROM alerts")
        connection.execute("DELETE FROM changed_events")
        connection.executemany("INSERT INTO changed_events VALUES (?, ?, ?, ?, ?)", queued)
    started, computing = time.perf_counter(), time.process_time()
    while judge_changes(rooms, book):
        pass
    return time.perf_counter() - started, time.process_time() - computing


def _ask_each(store: LocalStore, connection: Connection) -> float:
    """Seconds for each of some watches, asked one by one."""
    watches = [to_watch(one) for one in random.Random(_SEED).sample(get_watches(connection), _ASKED)]
    started = time.perf_counter()
    for watch in watches:
        store.find_events(watch.filters, limit=EVENTS)
    return (time.perf_counter() - started) / _ASKED


def _settings(rng: random.Random) -> dict[str, Any]:
    """What a reader asks for: mostly a mineral in some countries, else a type, a project, an actor, or words."""
    country, mineral = rng.sample(COUNTRIES, rng.choice((1, 1, 2, 5))), rng.sample(MINERALS, rng.choice((1, 1, 2)))
    kinds = (
        {"country": country, "mineral": mineral},
        {"type": rng.sample(EVENT_TYPES, 2), "country": country},
        {"project": [rng.choice(_PROJECTS)[: rng.choice((5, 20))].lower()]},
        {"actor": [rng.choice(_ACTORS)]},
        {"family": [rng.choice(FAMILIES)], "mineral": mineral, "min_confidence": rng.choice((0.7, 0.8, 0.9))},
        {"text": f"{rng.choice(_WORDS)} {rng.choice(_WORDS)}", "country": country},
    )
    (filters,) = rng.choices(kinds, weights=(45, 15, 15, 7, 15, 3))
    names = rng.choice((["event"], ["event"], ["event"], ["new_opposition"], ["standing_changed", "first_of_kind"]))
    return WatchConfig.model_validate({"name": "w", "channels": ["desk"], "kinds": names, **filters}).settings()


def _store_events(connection: Connection, rng: random.Random) -> None:
    articles = list(itertools.islice(_articles(rng), EVENTS))
    for article in articles:
        add_article(connection, article, _NOW)
    told = [
        (one, Analysis(id=one.id, lang="en", relevant=True, events=(_mention(rng),), version="1")) for one in articles
    ]
    for start in range(0, EVENTS, 200):
        record_analyses(connection, told[start : start + 200])


def _articles(rng: random.Random) -> Iterator[Article]:
    for number in itertools.count():
        url = f"https://example.org/{number}"
        yield Article(
            id=article_id(url), url=url, title=f"Story {number} {' '.join(rng.choices(_WORDS, k=5))}",
            text=" ".join(rng.choices(_WORDS, k=200)), lang="en", published=_NOW - timedelta(hours=rng.randrange(60)),
            fetched=_NOW, source=f"Outlet {number % 40}", feed=None, author=None,
        )  # fmt: skip


def _mention(rng: random.Random) -> Mention:
    plain = Mention(
        type=rng.choice(EVENT_TYPES), status="actual", salience="main", minerals=(rng.choice(MINERALS),),
        countries=(rng.choice(COUNTRIES),), project=None, actor=None, target=None, date=None, stage=None, value=None,
        evidence=Evidence(text="So it was said.", start=0, end=15), confidence=rng.choice((0.6, 0.75, 0.85, 0.95)),
    )  # fmt: skip
    return replace(
        plain,
        project=rng.choice(_PROJECTS) if rng.random() < 0.6 else None,
        actor=rng.choice(_ACTORS) if rng.random() < 0.6 else None,
        date=(_NOW - timedelta(days=rng.randrange(12))).date(),
    )


def _rooms(connection: Connection, fulltext: FullText) -> Rooms:
    nothing = cast(Any, None)
    return Rooms(
        config=Config(), connection=connection, apart=connection, fulltext=fulltext, fetcher=nothing, robots=nothing,
        archive=nothing, workers=nothing, progress=_Nobody(), clock=lambda: _NOW,
    )  # fmt: skip


def _memory() -> float:
    """The most that the process has taken so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
