"""Opening: migrations, newer schemas, busy files, files that are no database, power cuts."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orewire.model.errors import StoreBusy, StoreError, StoreTooNew
from store.connection import insert_rows, open_database, schema_version, store_path, text_list, transaction
from tests.e2e.conftest import ROOT, environment

MIGRATIONS = sorted(int(file.name[:4]) for file in (ROOT / "store" / "migrations").glob("*.sql"))


def test_opening_twice_migrates_once(tmp_path: Path) -> None:
    """The second opening finds the schema as it is."""
    path = tmp_path / "deep" / "s.duckdb"
    for _ in range(2):
        connection = open_database(path)
        numbers = connection.execute("SELECT number FROM migrations ORDER BY ALL").fetchall()
        assert MIGRATIONS == [number for (number,) in numbers]
        assert MIGRATIONS[-1] == schema_version(connection)
        connection.close()


def test_where_a_store_is_that_another_thread_uses(tmp_path: Path) -> None:
    """What others ask of the same connection meanwhile is not taken for the answer."""
    path = tmp_path / "s.duckdb"
    with closing(open_database(path)) as connection:
        stop = threading.Event()

        def use() -> None:
            while not stop.is_set():
                connection.execute("SELECT 1 WHERE false").fetchone()

        other = threading.Thread(target=use)
        other.start()
        try:
            assert {path} == {store_path(connection) for _ in range(500)}
        finally:
            stop.set()
            other.join()


def test_newer_schema_is_refused(tmp_path: Path) -> None:
    """An old orewire does not touch what a newer one wrote."""
    connection = open_database(tmp_path / "s.duckdb")
    connection.execute("INSERT INTO migrations (number) VALUES (999)")
    connection.close()
    with pytest.raises(StoreTooNew, match="schema 999"):
        open_database(tmp_path / "s.duckdb")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """Is told by its name, and left as it is."""
    path = tmp_path / "s.duckdb"
    path.write_bytes(b"these are notes, not a database" * 300)
    with pytest.raises(StoreError, match=r"s\.duckdb"):
        open_database(path)
    assert path.read_bytes().startswith(b"these are notes")


def test_busy_file(tmp_path: Path) -> None:
    """A second process is told that the first has it."""
    path = tmp_path / "s.duckdb"
    code = (
        "from pathlib import Path; from store.connection import open_database;"
        f"c = open_database(Path({str(path)!r})); print(1, flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    )
    assert other.stdout is not None
    other.stdout.readline()
    try:
        with pytest.raises(StoreBusy, match="another process"):
            open_database(path)
    finally:
        other.communicate(b"\n")


def test_transaction_is_all_or_nothing() -> None:
    """What an error interrupts leaves nothing behind."""
    connection = open_database(None)
    with pytest.raises(ZeroDivisionError), transaction(connection):
        connection.execute("INSERT INTO migrations (number) VALUES (99)")
        _ = 1 // 0
    assert schema_version(connection) < 99


def test_killed_between_two_transactions(tmp_path: Path) -> None:
    """kill -9: the finished transaction is there, the begun one is not."""
    path = tmp_path / "s.duckdb"
    code = (
        "import os, signal; from pathlib import Path; from store.connection import open_database, transaction;"
        f"c = open_database(Path({str(path)!r})); c.execute('INSERT INTO migrations (number) VALUES (0)');"
        "c.begin(); c.execute('INSERT INTO migrations (number) VALUES (-1)'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], env=environment(), check=False)
    connection = open_database(path)
    assert [(0,)] == connection.execute("SELECT number FROM migrations WHERE number < 1").fetchall()


_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_COLUMNS = {
    "a": "BIGINT",
    "b": "VARCHAR",
    "c": "DOUBLE",
    "d": "DATE",
    "e": "TIMESTAMPTZ",
    "f": "VARCHAR[]",
    "g": "BOOLEAN",
}
_ROW = st.tuples(
    st.integers(-(2**63), 2**63 - 1),
    st.none() | _ANY_TEXT,
    st.none() | st.floats(allow_nan=False),
    st.none() | st.dates(),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.lists(_ANY_TEXT, max_size=3),
    st.none() | st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_ROW, max_size=5))
def test_rows_are_inserted_as_they_are(values: list[tuple[object, ...]]) -> None:
    """Whatever they hold: quotes, NUL, years of three digits, infinity, empty lists, nothing."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in _COLUMNS.items())})")
    insert_rows(connection, "t", _COLUMNS, values)
    assert values == connection.execute("FROM t").fetchall()
    connection.close()


@given(st.lists(st.text(max_size=8)))
def test_texts_in_a_statement_are_as_they_are(texts: list[str]) -> None:
    """Quotes and all, but for a NUL, which no id has."""
    kept = [text.encode("utf-8", "ignore").decode().replace("\0", "") for text in texts]
    with _with_rows(kept) as connection:
        found = connection.execute(f"SELECT count(*) FROM told WHERE text IN {text_list(kept)}").fetchall()
    assert [(len(kept),)] == found


def _with_rows(texts: list[str]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE told (text VARCHAR)")
    insert_rows(connection, "told", {"text": "VARCHAR"}, [(text,) for text in texts])
    return connection


def test_half_a_character_is_replaced() -> None:
    """No stored text can hold a lone surrogate; it does not stop the others."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t (b VARCHAR)")
    insert_rows(connection, "t", {"b": "VARCHAR"}, [("a\ud800b",), ("c",)])
    assert [("a?b",), ("c",)] == connection.execute("FROM t").fetchall()


def test_a_store_of_schema_3_keeps_its_projects(tmp_path: Path) -> None:
    """Those that articles named, with their numbers; and it opens again though it was killed while it was new."""
    path = tmp_path / "s.duckdb"
    code = (
        "import os, signal, sys, duckdb; from pathlib import Path; from store.connection import open_database;"
        f"path = Path({str(path)!r}); folder = Path({str(ROOT)!r}) / 'store' / 'migrations';"
        "c = duckdb.connect(str(path));"
        "c.execute('CREATE TABLE migrations (number INTEGER PRIMARY KEY, applied TIMESTAMPTZ)');"
        "[c.execute(file.read_text()) for file in sorted(folder.glob('*.sql'))[:3]];"
        "[c.execute('INSERT INTO migrations VALUES ($n, now())', {'n': n}) for n in (1, 2, 3)];"
        "c.execute(\"INSERT INTO projects (id, name, countries) VALUES (7, 'Jadar', ['RS'])\"); c.close();"
        "open_database(path); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), check=False, capture_output=True, text=True)
    assert "" == done.stderr
    connection = open_database(path)
    assert (7, "Jadar", ["RS"], "articles") == connection.execute(
        "SELECT id, name, countries, origin FROM projects"
    ).fetchone()
    assert MIGRATIONS[-1] == schema_version(connection)
