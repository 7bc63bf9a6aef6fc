"""SQLite and PostgreSQL with the same events, each with the tables and indexes that suit its questions.

Both get a row for each pair of country and mineral of an event (`told`), since neither counts members of lists quickly,
covering indexes for each question, and the weekly counts that our movers are found in, too.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from store.connection import Connection

_BATCH = 50_000
TABLES = {
    "events": """
        SELECT id, (date - DATE '1970-01-01') AS day, type, status, confidence, project, actor, target, stage, amount,
            supporters, opponents, evidence FROM event_rows ORDER BY id
    """,
    "told": """
        SELECT country, mineral, (date - DATE '1970-01-01') AS day, id AS event, type, opponents
        FROM (
            SELECT events.id, date, type, opponents, unnest(country_sets.members) AS country,
                mineral_sets.members AS minerals
            FROM events
            JOIN country_sets ON country_sets.id = country_set JOIN mineral_sets ON mineral_sets.id = mineral_set
        ), unnest(minerals) AS each(mineral) ORDER BY event
    """,
    "weekly": "SELECT (week - DATE '1970-01-01') AS day, country, mineral, events FROM weekly_counts",
}
"""What the peers are filled with, asked of our store; `event_rows` has the evidence in each row."""
_EVENT_ROWS = """
CREATE OR REPLACE TEMP VIEW event_rows AS
SELECT events.*, evidence FROM events
LEFT JOIN (SELECT article, number, evidence FROM mentions) AS best
    ON best.article = evidence_article AND best.number = evidence_number
"""
_SCHEMA = """
CREATE TABLE events (id BIGINT PRIMARY KEY, day INTEGER, type {text}, status {text}, confidence REAL, project INTEGER,
    actor {text}, target {text}, stage {text}, amount DOUBLE PRECISION, supporters INTEGER, opponents INTEGER,
    evidence {text});
CREATE TABLE told (country {text}, mineral {text}, day INTEGER, event BIGINT, type {text}, opponents INTEGER);
CREATE TABLE weekly (day INTEGER, country {text}, mineral {text}, events INTEGER);
"""
_INDEXES = """
CREATE INDEX told_trend ON told (country, day, mineral, type);
CREATE INDEX told_newest ON told (country, mineral, day, event) WHERE opponents > 0;
CREATE INDEX told_facets ON told (country, mineral, event);
CREATE INDEX told_event ON told (event, country, mineral);
CREATE INDEX weekly_day ON weekly (day, country, mineral, events);
"""
TREND = """
SELECT (day + 3) / 7 AS week, mineral, type, count(*) FROM told
WHERE country = {0} AND day >= {1} AND day < {2} GROUP BY 1, 2, 3
"""
NEWEST = """
SELECT events.* FROM (
    SELECT event, day FROM told WHERE country = {0} AND mineral = {1} AND opponents > 0
    ORDER BY day DESC, event DESC LIMIT 50 OFFSET {2}
) AS page JOIN events ON events.id = event ORDER BY page.day DESC, event DESC
"""
FACETS = """
WITH matching AS MATERIALIZED (
    SELECT id, type, project,
        CASE WHEN opponents > 0 THEN 1 ELSE 0 END + CASE WHEN supporters > 0 THEN 2 ELSE 0 END AS s
    FROM events WHERE id IN (SELECT event FROM told WHERE country = {0} AND mineral = {1})
)
SELECT 'type', type, count(*) FROM matching GROUP BY type
UNION ALL SELECT 'project', CAST(project AS {text}), count(*) FROM matching GROUP BY project
UNION ALL SELECT 'stance', CAST(s AS {text}), count(*) FROM matching GROUP BY s
UNION ALL SELECT 'country', country, count(DISTINCT event) FROM told JOIN matching ON id = event GROUP BY country
UNION ALL SELECT 'mineral', mineral, count(DISTINCT event) FROM told JOIN matching ON id = event GROUP BY mineral
"""
MOVERS = """
WITH past AS (
    SELECT country, mineral, {usual} AS usual FROM weekly WHERE day >= {0} - 364 AND day < {0}
    GROUP BY country, mineral
)
SELECT weekly.country, weekly.mineral, events, usual FROM weekly JOIN past
ON past.country = weekly.country AND past.mineral = weekly.mineral
WHERE day = {0} AND events > 3 * usual ORDER BY events - usual DESC
"""


class Peer(Protocol):
    """A database that is measured beside ours."""

    name: str

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of one of the queries above."""

    def add(self, events: Sequence[tuple[Any, ...]]) -> None:
        """Store rows of `events` and one of `told` for each, durably."""

    def size(self) -> int:
        """Bytes on disk."""


def _batches(connection: Connection, query: str) -> Iterator[list[tuple[Any, ...]]]:
    cursor = connection.cursor()
    cursor.execute(_EVENT_ROWS)
    cursor.execute(query)
    while batch := cursor.fetchmany(_BATCH):
        yield batch


class Sqlite:
    """SQLite with a write-ahead log and 400 MB of cache."""

    name = f"SQLite {sqlite3.sqlite_version}"

    def __init__(self, path: Path, connection: Connection) -> None:
        self._path, self._peer = path, sqlite3.connect(path)
        self._peer.executescript("PRAGMA journal_mode = WAL; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY;")
        self._peer.executescript(_SCHEMA.format(text="TEXT"))
        for table, query in TABLES.items():
            for batch in _batches(connection, query):
                marks = ", ".join("?" * len(batch[0]))
                self._peer.executemany(f"INSERT INTO {table} VALUES ({marks})", batch)
        self._peer.commit()
        self._peer.executescript(_INDEXES + "ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);")

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """See Peer."""
        marks = [f"?{place}" for place in range(1, len(values) + 1)]
        return self._peer.execute(query.format(*marks, text="TEXT", usual="avg(events)"), values).fetchall()

    def add(self, events: Sequence[tuple[Any, ...]]) -> None:
        """See Peer."""
        self._peer.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", events)
        told = [("CL", "copper", row[1], row[0], row[2], row[11]) for row in events]
        self._peer.executemany("INSERT INTO told VALUES (?, ?, ?, ?, ?, ?)", told)
        self._peer.commit()

    def size(self) -> int:
        """See Peer."""
        return self._path.stat().st_size

    def close(self) -> None:
        """Let go of the file."""
        self._peer.close()


class Postgres:
    """PostgreSQL in a cluster of its own, asked through a socket; 2 GB of shared buffers, without compiling queries."""

    def __init__(self, folder: Path, connection: Connection) -> None:
        import psycopg  # type: ignore[import-not-found,unused-ignore]

        self._peer: Any = psycopg.connect(host=str(folder), dbname="postgres", user="postgres", autocommit=True)
        version = self._peer.execute("SHOW server_version").fetchone()[0]
        self.name = f"PostgreSQL {version.split()[0]}"
        self._peer.execute(_SCHEMA.format(text="TEXT"))
        for table, query in TABLES.items():
            with self._peer.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                for batch in _batches(connection, query):
                    for row in batch:
                        copy.write_row(row)
        self._peer.execute(_INDEXES)
        self._peer.execute("VACUUM ANALYZE")

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """See Peer."""
        marks = [f"%(v{place})s" for place in range(len(values))]
        usual = "percentile_cont(0.5) WITHIN GROUP (ORDER BY events)"
        named = {f"v{place}": value for place, value in enumerate(values)}
        found: list[tuple[Any, ...]] = self._peer.execute(
            query.format(*marks, text="TEXT", usual=usual), named
        ).fetchall()
        return found

    def add(self, events: Sequence[tuple[Any, ...]]) -> None:
        """See Peer."""
        told = [("CL", "copper", row[1], row[0], row[2], row[11]) for row in events]
        with self._peer.transaction(), self._peer.cursor() as cursor:
            for table, rows in (("events", events), ("told", told)):
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)

    def size(self) -> int:
        """See Peer."""
        return int(self._peer.execute("SELECT pg_database_size('postgres')").fetchone()[0])

    def close(self) -> None:
        """Let go of the server."""
        self._peer.close()


@contextmanager
def postgres_server() -> Iterator[Path | None]:
    """The folder of the socket of a server that is started for this and stopped again; None where there is none."""
    sys.path.append(str(Path(sys.prefix) / "peers"))
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs or importlib.util.find_spec("psycopg") is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="orewire-postgres-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    program = programs[-1].parent
    quiet: dict[str, Any] = {"user": user, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    data = folder / "data"
    subprocess.run([program / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"], check=True, **quiet)
    settings = {
        "listen_addresses": "", "unix_socket_directories": folder, "shared_buffers": "2GB", "work_mem": "256MB",
        "maintenance_work_mem": "1GB", "max_wal_size": "8GB", "jit": "off", "effective_cache_size": "8GB",
        "random_page_cost": "1.1",
    }  # fmt: skip
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    control = [str(program / "pg_ctl"), "-D", str(data), "-w", "-o", options, "-l", str(folder / "log")]
    try:
        subprocess.run([*control, "start"], check=True, **quiet)
        yield folder
    finally:
        subprocess.run([*control, "stop", "-m", "immediate"], check=False, **quiet)
        shutil.rmtree(folder, ignore_errors=True)
