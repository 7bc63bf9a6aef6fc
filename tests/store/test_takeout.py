"""Queries by a process of their own, over a copy, while this process writes: nothing that they do is felt here."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orewire.model.errors import StoreError, UsageError
from orewire.model.event import Filters
from store.connection import Connection, open_database
from store.sandbox import run_sql
from store.takeout import Takeout
from tests.e2e.conftest import environment
from tests.store.conftest import article, mention, teller


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A store in a file, with one event."""
    opened = open_database(tmp_path / "s.duckdb")
    teller(opened)(article("a"), mention())
    yield opened
    opened.close()


@pytest.fixture
def takeout(connection: Connection) -> Iterator[Takeout]:
    opened = Takeout(connection, seconds=5)
    yield opened
    opened.close()


@contextmanager
def writing(connection: Connection) -> Iterator[list[int]]:
    """A thread that writes and checkpoints without a pause; the numbers that were acknowledged to it."""
    acknowledged: list[int] = []
    failures: list[Exception] = []
    stop = threading.Event()

    def write() -> None:
        with connection.cursor() as cursor:
            while not stop.is_set():
                number = len(acknowledged)
                try:
                    cursor.execute("INSERT INTO revisions VALUES ($id, 't', 'x', 'h', now())", {"id": f"n{number}"})
                    if number % 20 == 0:
                        cursor.execute("FORCE CHECKPOINT")
                except duckdb.Error as error:
                    failures.append(error)
                    return
                acknowledged.append(number)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield acknowledged
    finally:
        stop.set()
        thread.join()
    assert [] == failures


BOMBS = {
    "one huge text": "SELECT length(repeat('x', 3000000000))",
    "a text that doubles": "WITH RECURSIVE t(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM t) SELECT max(s) FROM t",
    "a huge list": "SELECT len(list(i)) FROM range(1000000000) AS r(i)",
    "a huge group": "SELECT count(*) FROM (SELECT i, md5(i::VARCHAR) FROM range(500000000) AS r(i) GROUP BY ALL)",
    "a huge sort": "SELECT md5(i::VARCHAR) AS m FROM range(500000000) AS r(i) ORDER BY m",
    "a wide padding": "SELECT lpad('x', 2000000000, 'y')",
    "endless cross join": "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE sin(a.range * b.range) = 7",
    "endless recursion": "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t",
    "many parts": "WITH " + ", ".join(
        f"a{i} AS (SELECT * FROM a{i - 1}, a{i - 1} AS b)" if i else "a0 AS (SELECT 1)" for i in range(40)
    ) + " SELECT count(*) FROM a39",
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_harms_nobody(connection: Connection, takeout: Takeout, bomb: str) -> None:
    """It is refused in words; who writes meanwhile goes on, and this process grows by nothing like it."""
    before = memory()
    with writing(connection) as acknowledged:
        with pytest.raises(UsageError, match="sql: "):
            takeout.run_sql(BOMBS[bomb], 10)
        reached = len(acknowledged)
    assert reached > 0
    assert (len(acknowledged),) == connection.execute("SELECT count(*) FROM revisions").fetchone()
    assert memory() - before < 200_000_000
    assert ((1,),) == takeout.run_sql("SELECT count(*) FROM events", 10).rows


def memory() -> int:
    """Bytes of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def test_a_copy_made_while_writing_is_whole(connection: Connection, takeout: Takeout) -> None:
    """Each answer has all that was acknowledged before it was asked, and no number is missing between."""
    with writing(connection) as acknowledged:
        for _ in range(12):
            known = len(acknowledged)
            ((found, highest),) = takeout.run_sql("SELECT count(*), max(article[2:]::INTEGER) FROM revisions", 1).rows
            assert found >= known
            assert highest is None or found == highest + 1


def test_what_was_written_is_seen(connection: Connection, takeout: Takeout) -> None:
    """By the next query, though nothing was asked to be written out."""
    assert ((0,),) == takeout.run_sql("SELECT count(*) FROM files", 1).rows
    connection.execute("INSERT INTO files VALUES ('f', 1, now(), NULL, NULL, now())")
    assert ((1,),) == takeout.run_sql("SELECT count(*) FROM files", 1).rows


def test_what_is_not_committed_is_not_seen(connection: Connection, takeout: Takeout) -> None:
    """A copy holds what is true."""
    connection.begin()
    connection.execute("DELETE FROM events")
    assert ((1,),) == takeout.run_sql("SELECT count(*) FROM events", 1).rows
    connection.rollback()


def test_settings_and_locks_stay(connection: Connection, takeout: Takeout, tmp_path: Path) -> None:
    """The store's own database is as it was, and no other process can open it."""
    settings = "SELECT list((name, value)) FROM duckdb_settings()"
    before = connection.execute(settings).fetchall()
    takeout.run_sql("SELECT 1", 1)
    takeout.open_snapshot().close()
    assert before == connection.execute(settings).fetchall()
    code = f"import duckdb; duckdb.connect({str(tmp_path / 's.duckdb')!r})"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "lock" in other.stderr


def test_nothing_is_left_behind(connection: Connection, tmp_path: Path) -> None:
    """Not by a query, an export, or a snapshot; nor by a process that was killed over one."""
    (tmp_path / "s.duckdb.scratch").mkdir()
    (tmp_path / "s.duckdb.scratch" / "of-a-killed-one").write_bytes(b"x")
    takeout = Takeout(connection)
    takeout.run_sql("SELECT 1", 1)
    takeout.open_export(Filters(), "parquet").body.close()
    takeout.open_export(Filters(), "xlsx").body.close()
    takeout.open_snapshot().close()
    assert ["reading-0.duckdb"] == [
        path.name for path in (tmp_path / "s.duckdb.scratch").iterdir() if not path.name.endswith(".wal")
    ]
    takeout.close()
    assert {"s.duckdb", "s.duckdb.wal"} >= {path.name for path in tmp_path.iterdir()}


def test_two_copies_at_most(connection: Connection, takeout: Takeout, tmp_path: Path) -> None:
    """A copy goes when a newer one is there and nobody reads it any more."""
    for number in range(3):
        connection.execute("INSERT INTO files VALUES ($n, 1, now(), NULL, NULL, now())", {"n": str(number)})
        takeout.run_sql("SELECT 1", 1)
    assert ["reading-2.duckdb"] == [path.name for path in (tmp_path / "s.duckdb.scratch").glob("*.duckdb")]


def test_a_store_in_memory_has_no_file_to_copy() -> None:
    """It says so."""
    with open_database(None) as connection, pytest.raises(StoreError, match="in memory"):
        Takeout(connection).run_sql("SELECT 1", 1)


def test_a_snapshot_is_a_database_for_anybody(connection: Connection, takeout: Takeout, tmp_path: Path) -> None:
    """Plain DuckDB opens it, with all tables and views, and what stood in the log only."""
    connection.execute("INSERT INTO files VALUES ('f', 1, now(), NULL, NULL, now())")
    with writing(connection), takeout.open_snapshot() as body:
        (tmp_path / "copy.duckdb").write_bytes(body.read())
    with duckdb.connect(str(tmp_path / "copy.duckdb"), read_only=True) as other:
        assert (1,) == other.execute("SELECT count(*) FROM files").fetchone()
        assert [("permit_denied", ["RS"], "Jadar")] == other.execute(
            "SELECT type, countries, project FROM event_list"
        ).fetchall()
        listed = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY ALL"
        assert connection.execute(listed).fetchall() == other.execute(listed).fetchall()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """Is the store's fault, not the query's."""
    (tmp_path / "x.duckdb").write_bytes(b"no database" * 2000)
    with pytest.raises(StoreError, match=r"x\.duckdb"):
        run_sql(tmp_path / "x.duckdb", "SELECT 1", limit=1, as_of=datetime.now(UTC))


def test_no_room_for_a_copy(connection: Connection, tmp_path: Path) -> None:
    """Is told as such, and leaves nothing half done."""
    code = f"""
import resource
from pathlib import Path
from orewire.model.errors import StoreError
from store.replica import copy_store
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    copy_store(Path({str(tmp_path / "s.duckdb")!r}), Path({str(tmp_path / "copy")!r}))
except StoreError as error:
    print(error)
"""
    connection.execute("CHECKPOINT")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert "File too large" in done.stdout
    assert not list(tmp_path.glob("copy*"))


@pytest.mark.parametrize("limit", [0, -1, 100_001])
def test_limits_have_limits(takeout: Takeout, limit: int) -> None:
    """Found and expected."""
    with pytest.raises(UsageError, match="expected 1 to 100,000"):
        takeout.run_sql("SELECT 1", limit)


def test_the_process_can_open_nothing(connection: Connection, tmp_path: Path) -> None:
    """Were both other walls to fall: no file to read or write, no socket, no more than its share of memory."""
    connection.execute("CHECKPOINT")
    connection.close()
    code = f"""
import json, socket
from pathlib import Path
from store import sandboxed

def attempt(what):
    try:
        what()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"

def instead(*_):
    return [
        attempt(lambda: open("/etc/hostname").read()),
        attempt(lambda: open({str(tmp_path / "out")!r}, "w")),
        attempt(socket.socket),
        attempt(lambda: bytearray(2_000_000_000)),
    ]

sandboxed.answer_query = instead
print(json.dumps(sandboxed._answer_alone(Path({str(tmp_path / "s.duckdb")!r}), "SELECT 1", 1)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=False)
    assert ["OSError", "OSError", "OSError", "MemoryError"] == json.loads(done.stdout), done.stderr
