"""Full text with filters, Tantivy beside DuckDB as `orewire search` uses it, against SQLite FTS5 and a scan by DuckDB.

`python -m bench.fulltext [ARTICLES]`, 50,000 unless told: texts of 200 made-up words in six languages, two of three
with an event. Each peer has the same texts and the same filters, with the indexes that suit it.
"""

from __future__ import annotations

import functools
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.synthetic_news import COUNTRIES, MINERALS, fill_store
from bench.timing import times
from orewire.model.event import Filters
from store.articles import mark_changed
from store.connection import Connection, open_database
from store.fulltext.index import FullText
from store.local import LocalStore

ARTICLES = 50_000
TARGET = 30.0
"""Milliseconds for the 20 best with two filters."""
_TIMES = 15

QUESTIONS = {
    "one word, usual filters": Filters(text="lithium", country=("CL",), mineral=("lithium",)),
    "two words, usual filters": Filters(text="copper protest", country=("PE", "CL"), mineral=("copper",)),
    "frequent word, narrow filters": Filters(text="copper", country=("GA",), mineral=("boron",)),
    "word against the filters": Filters(text="helium", country=("CL",), mineral=("copper",)),
    "phrase or word, by stance": Filters(text='"copper lithium" OR nickel', stance=("oppose",), type=("protest",)),
    "beginning and misspelling": Filters(text="lith* coper~", country=("AU",), mineral=("lithium",)),
    "no filter": Filters(text="lithium permit*"),
}


def main() -> None:
    """Print times and sizes of all, side by side."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    with tempfile.TemporaryDirectory(prefix="orewire-bench-") as folder:
        path = Path(folder) / "s.duckdb"
        connection = open_database(path)
        with _told(f"{count} articles, made and stored"):
            fill_store(connection, count)
        fulltext = FullText(connection)
        with _told("Tantivy: all indexed"):
            fulltext.rebuild(connection)
        fulltext.close()
        peer = _fill_sqlite(connection, Path(folder) / "s.sqlite")
        _print(
            f"on disk: database {_size(path)}, Tantivy {_size(path.with_name('s.duckdb.index'))}, "
            f"SQLite FTS5 with the texts {_size(Path(folder) / 's.sqlite')}"
        )
        _add_100(connection, peer)
        _ask(connection, peer)


def _ask(connection: Connection, peer: sqlite3.Connection) -> None:
    store = LocalStore(connection)
    _print(f"\n20 best, median ms (target {TARGET:.0f})")
    _print(f"{'':34}{'Tantivy+DuckDB':>16}{'p90':>8}{'SQLite FTS5':>14}{'found':>8}")
    for name, question in QUESTIONS.items():
        total = store.search(question).total
        own = times(functools.partial(store.search, question), _TIMES)
        other = times(functools.partial(_sqlite_best, peer, question), most=3)
        _print(
            f"{name:34}{statistics.median(own):16.1f}{sorted(own)[int(len(own) * 0.9)]:8.1f}"
            f"{statistics.median(other):14.1f}{total if total is not None else 'more':>8}"
        )
    plain, usual = Filters(text="lithium"), QUESTIONS["one word, usual filters"]
    others: dict[str, Callable[[], object]] = {
        "all events of a word, counted": functools.partial(store.count_events, plain),
        "50 newest events of a word": functools.partial(store.find_events, plain),
        "DuckDB alone: a scan for one word": functools.partial(_scan, connection, usual),
    }
    for name, work in others.items():
        _print(f"{name:34}{statistics.median(times(work, most=5)):16.1f}")
    store.close()


def _scan(connection: Connection, question: Filters) -> object:
    return connection.execute(
        """
        SELECT number, len(string_split(text, 'lithium')) AS score FROM articles
        WHERE (contains(lower(title), 'lithium') OR contains(lower(text), 'lithium'))
            AND number IN (SELECT article FROM mentions JOIN events ON events.id = event
                WHERE country_set = $country AND mineral_set = $mineral)
        ORDER BY score DESC LIMIT 20
        """,
        {"country": COUNTRIES.index(question.country[0]), "mineral": MINERALS.index(question.mineral[0])},
    ).fetchall()


def _fill_sqlite(connection: Connection, path: Path) -> sqlite3.Connection:
    peer = sqlite3.connect(path)
    peer.executescript(
        """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -200000;
        CREATE VIRTUAL TABLE news USING fts5(title, text, tokenize = 'porter unicode61 remove_diacritics 2');
        CREATE TABLE told (article INTEGER, country INTEGER, mineral INTEGER, type TEXT, opponents INTEGER);
        """
    )
    with _told("SQLite FTS5: all indexed"):
        for numbers in _spans(connection):
            peer.executemany(
                "INSERT INTO news (rowid, title, text) VALUES (?, ?, ?)",
                connection.execute(
                    "SELECT number, title, text FROM articles WHERE number BETWEEN $first AND $last", numbers
                ).fetchall(),
            )
        peer.commit()
        peer.execute("INSERT INTO news (news) VALUES ('optimize')")
        peer.commit()
    told = connection.execute(
        """
        SELECT article, country_set, mineral_set, events.type, opponents
        FROM mentions JOIN events ON events.id = event
        """
    )
    peer.executemany("INSERT INTO told VALUES (?, ?, ?, ?, ?)", told.fetchall())
    peer.executescript(
        "CREATE INDEX told_filters ON told (country, mineral, article);"
        "CREATE INDEX told_type ON told (type, opponents, article); ANALYZE;"
    )
    return peer


def _spans(connection: Connection) -> Iterator[dict[str, int]]:
    (last,) = connection.execute("SELECT max(number) FROM articles").fetchone() or (0,)
    for first in range(1, last + 1, 10_000):
        yield {"first": first, "last": first + 9_999}


def _sqlite_best(peer: sqlite3.Connection, question: Filters) -> object:
    """The same question; misspellings, which FTS5 does not know, as beginnings."""
    words = (question.text or "").replace("coper~", "copp*").replace("lith* copp*", "lith* AND copp*")
    conditions: list[str] = []
    for column, names, values in (("country", COUNTRIES, question.country), ("mineral", MINERALS, question.mineral)):
        if values:
            conditions.append(f"{column} IN ({', '.join(str(names.index(value)) for value in values)})")
    if question.stance:
        conditions.append(f"type = '{question.type[0]}' AND opponents > 0")
    told = f"AND rowid IN (SELECT article FROM told WHERE {' AND '.join(conditions)})" if conditions else ""
    return peer.execute(
        f"""
        SELECT rowid, snippet(news, -1, '<', '>', '', 40) FROM news
        WHERE news MATCH ? {told} ORDER BY bm25(news, 2) LIMIT 20
        """,
        (words,),
    ).fetchall()


def _add_100(connection: Connection, peer: sqlite3.Connection) -> None:
    """A hundred articles changed: taken into the index of each."""
    fulltext = FullText(connection)
    fulltext.catch_up(connection)
    numbers = list(range(1, 101))

    def take_in() -> None:
        mark_changed(connection, numbers)
        fulltext.catch_up(connection)

    own = times(take_in, most=5)
    changed = connection.execute("SELECT title, text, number FROM articles WHERE number <= 100").fetchall()

    def change() -> None:
        peer.executemany("UPDATE news SET title = ?, text = ? WHERE rowid = ?", changed)
        peer.commit()

    other = times(change, most=5)
    idle = times(lambda: fulltext.catch_up(connection), _TIMES)
    _print(f"100 articles changed: Tantivy {statistics.median(own):.0f} ms, SQLite {statistics.median(other):.0f} ms")
    _print(f"nothing changed: {statistics.median(idle):.2f} ms")
    fulltext.close()


@contextmanager
def _told(what: str) -> Iterator[None]:
    started, used = time.perf_counter(), time.process_time()
    yield
    _print(f"{what}: {time.perf_counter() - started:.1f} s, of processors {time.process_time() - used:.1f} s")


def _size(path: Path) -> str:
    files = path.iterdir() if path.is_dir() else [path]
    return f"{sum(file.stat().st_size for file in files) / 1e6:.0f} MB"


def _print(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
