"""Backups: whole while others write, compared, moved, thinned out; restored atomically, or refused in words."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.errors import StoreBusy, StoreDamaged, StoreError, StoreTooNew, UsageError
from orewire.model.keep import Backup, backup_from_json, backup_to_json
from store.backup import (
    backup_folder,
    copy_store,
    frozen,
    list_backups,
    manifest_file,
    move_backup,
    read_manifest,
    remove_old,
)
from store.check import check_store
from store.connection import Connection, known_schema, open_database, open_reading
from store.restore import restore_store
from tests.e2e.conftest import environment
from tests.store.conftest import NOW, article, mention, teller
from tests.store.filled import content, fill_file, silent


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "s.duckdb"
    fill_file(path)
    return path


@pytest.fixture
def store(filled_file: Path, tmp_path: Path) -> Path:
    """A store of our own, closed."""
    return Path(shutil.copy(filled_file, tmp_path))


@pytest.fixture
def opened(store: Path) -> Iterator[Connection]:
    connection = open_database(store)
    yield connection
    connection.close()


def back_up(connection: Connection, store: Path, now: datetime = NOW) -> Backup:
    with frozen(connection, store) as rows:
        return copy_store(store, rows, now, silent)


def make_backup(store: Path, now: datetime = NOW) -> Path:
    connection = open_database(store)
    try:
        return Path(back_up(connection, store, now).path)
    finally:
        connection.close()


def shape(connection: Connection) -> list[object]:
    """Indexes, views, comments, keys."""
    return [
        connection.execute(query).fetchall()
        for query in (
            "SELECT index_name, expressions, is_unique FROM duckdb_indexes() ORDER BY ALL",
            "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
            "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL",
            "SELECT table_name, comment FROM duckdb_tables() ORDER BY ALL",
            "SELECT table_name, constraint_text FROM duckdb_constraints() ORDER BY ALL",
        )
    ]


def test_a_backup_is_the_store(opened: Connection, store: Path) -> None:
    """Every row, index, view, key and comment; the counters go on where they were; and it is sound."""
    backup = back_up(opened, store)
    copied = open_database(Path(backup.path))
    try:
        assert content(opened) == content(copied)
        assert shape(opened) == shape(copied)
        for counter in ("article_numbers", "event_ids"):
            query = f"SELECT nextval('{counter}')"
            assert opened.execute(query).fetchall() == copied.execute(query).fetchall()
        assert () == check_store(copied, silent).faults
    finally:
        copied.close()


def test_a_manifest_says_what_it_holds(opened: Connection, store: Path) -> None:
    """Version, schema, time, size, SHA-256 and the rows of each table; a copy of it reads the same."""
    backup = back_up(opened, store)
    assert backup == read_manifest(Path(backup.path))
    path = Path(backup.path)
    assert (path.stat().st_size, NOW, known_schema()) == (backup.size, backup.made_at, backup.schema)
    assert len(opened.execute("FROM articles").fetchall()) == backup.rows["articles"]
    told = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout
    assert backup.sha256 == told.split()[0]


def test_the_lock_stays_while_a_backup_is_made(opened: Connection, store: Path) -> None:
    """Reading the file in the same process would have dropped it: a second process could have opened the store."""
    back_up(opened, store)
    code = f"import duckdb; duckdb.connect({str(store)!r})"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "Could not set lock" in other.stderr


def test_what_is_written_meanwhile_is_not_in_it(opened: Connection, store: Path) -> None:
    """Writers need not wait, and the copy is of one moment; afterwards the file takes up what they wrote."""
    tell = teller(opened)
    threshold = opened.execute("SELECT current_setting('checkpoint_threshold')").fetchall()
    with frozen(opened, store) as rows:
        tell(article("new"), mention("strike"))
        opened.execute("CREATE TABLE much AS SELECT md5(i::VARCHAR) AS text FROM range(300000) AS each(i)")
        backup = copy_store(store, rows, NOW, silent)
    copied = open_reading(Path(backup.path))
    try:
        assert [] == copied.execute("FROM events WHERE type = 'strike'").fetchall()
        assert rows == backup.rows
    finally:
        copied.close()
    assert 1 == len(opened.execute("FROM events WHERE type = 'strike'").fetchall())
    assert threshold == opened.execute("SELECT current_setting('checkpoint_threshold')").fetchall()


def test_backups_while_another_thread_writes(opened: Connection, store: Path) -> None:
    """Four in a row, each sound: what they tell of articles, mentions and events fits together."""
    done = threading.Event()

    def write() -> None:
        with opened.cursor() as cursor:
            tell = teller(cursor)
            for number in itertools.count():
                if done.is_set():
                    return
                tell(article(f"w{number}"), mention("strike", project=f"Mine {number}"))
                time.sleep(0.05)  # a writer that never rests gets an error, after a while

    with ThreadPoolExecutor() as pool:
        writing = pool.submit(write)
        try:
            made = [back_up(opened, store, NOW + timedelta(hours=number)) for number in range(4)]
        finally:
            done.set()
        writing.result()
    counts = [backup.rows["articles"] for backup in made]
    assert (sorted(counts), True) == (counts, counts[0] < counts[-1])
    for backup in made:
        copied = open_database(Path(backup.path))
        assert () == check_store(copied, silent).faults
        copied.close()


def test_leftovers_of_a_killed_backup_go(opened: Connection, store: Path) -> None:
    """They have no name that anyone would take for a backup, and the next one removes them."""
    folder = backup_folder(store)
    folder.mkdir()
    (folder / "s-20200101T000000Z.duckdb.part").write_bytes(b"half")
    backup = back_up(opened, store)
    path = Path(backup.path)
    assert sorted([path, manifest_file(path)]) == sorted(folder.iterdir())


def test_two_backups_in_one_second(opened: Connection, store: Path) -> None:
    """Have two names."""
    first, second = back_up(opened, store), back_up(opened, store)
    assert first.path != second.path
    assert {first.path, second.path} == {one.path for one in list_backups(backup_folder(store), "s")}


def test_a_damaged_store_gives_no_backup(store: Path) -> None:
    """What cannot be read to its end is told, and nothing is left that looks like a backup."""
    spoil_all = (
        "import sys; file = open(sys.argv[1], 'r+b'); size = file.seek(0, 2)\n"
        "for place in range(20_000, size, 20_000): file.seek(place); file.write(b'\\xff' * 8)"
    )
    connection = open_database(store)
    try:
        with frozen(connection, store) as rows:
            subprocess.run([sys.executable, "-c", spoil_all, store], check=True)
            with pytest.raises(StoreDamaged, match="Corrupt database file"):
                copy_store(store, rows, NOW, silent)
    finally:
        connection.close()
    assert [] == list(backup_folder(store).iterdir())


def test_a_copy_that_holds_other_rows_is_no_backup(opened: Connection, store: Path) -> None:
    """It is compared with what the store held at the moment."""
    with frozen(opened, store) as rows, pytest.raises(StoreDamaged, match="expected"):
        copy_store(store, {**rows, "articles": 1}, NOW, silent)
    assert [] == list(backup_folder(store).iterdir())


def test_the_newest_are_kept(opened: Connection, store: Path) -> None:
    """Older ones of this store go with their manifests; whatever else lies there stays."""
    folder = backup_folder(store)
    made = [Path(back_up(opened, store, NOW + timedelta(days=number)).path) for number in range(4)]
    other = folder / "t-20200101T000000Z.duckdb"
    other.write_bytes(b"of another store")
    assert sorted(made[:2]) == sorted(remove_old(folder, "s", 2))
    assert sorted([other, *made[2:], *map(manifest_file, made[2:])]) == sorted(folder.iterdir())


@pytest.mark.parametrize("is_folder", [True, False])
def test_a_backup_is_moved(opened: Connection, store: Path, tmp_path: Path, is_folder: bool) -> None:
    """Into a folder, or to a name; nothing stays behind, and the manifest goes along."""
    backup = back_up(opened, store)
    target = tmp_path / "away" if is_folder else tmp_path / "deep" / "mine.duckdb"
    if is_folder:
        target.mkdir()
    moved = move_backup(backup, target, silent)
    assert moved == read_manifest(Path(moved.path))
    assert [] == list(backup_folder(store).iterdir())
    with pytest.raises(UsageError, match="exists"):
        move_backup(back_up(opened, store), Path(moved.path), silent)


def test_a_backup_is_moved_to_another_disk(opened: Connection, store: Path) -> None:
    """Where no second name for the file can be had it is copied and compared."""
    elsewhere = Path("/dev/shm") / f"orewire-{os.getpid()}"
    elsewhere.mkdir()
    try:
        moved = move_backup(back_up(opened, store), elsewhere, silent)
        assert moved == read_manifest(Path(moved.path))
        assert moved.size == Path(moved.path).stat().st_size
    finally:
        shutil.rmtree(elsewhere)


def test_a_restored_store_is_the_backup(store: Path) -> None:
    """Row by row; the former store is kept, and the index for full text goes, as it is of another store."""
    connection = open_database(store)
    backup = Path(back_up(connection, store).path)
    before = content(connection)
    teller(connection)(article("later"), mention("strike"))
    connection.close()
    index = store.with_name(f"{store.name}.index")
    index.mkdir()
    (index / "meta.json").write_text("{}")
    restored, kept = restore_store(backup, store, silent)
    connection = open_database(store)
    assert before == content(connection)
    connection.close()
    assert (False, read_manifest(backup)) == (index.exists(), restored)
    assert kept == store.with_name("s.duckdb.before-restore")
    former = open_database(kept)
    assert 1 == len(former.execute("FROM events WHERE type = 'strike'").fetchall())
    former.close()


def test_restoring_again_keeps_every_former_store(store: Path) -> None:
    """None is written over."""
    backup = make_backup(store)
    kept = [restore_store(backup, store, silent)[1] for _ in range(3)]
    assert ["s.duckdb.before-restore", "s.duckdb.before-restore-2", "s.duckdb.before-restore-3"] == [
        path.name for path in kept if path
    ]


def test_restoring_on_a_new_machine(store: Path, tmp_path: Path) -> None:
    """Where there is no store yet, folders are made, and nothing is kept."""
    backup = make_backup(store)
    new = tmp_path / "new" / "data" / "s.duckdb"
    assert restore_store(backup, new, silent)[1] is None
    opened = open_database(new)
    assert () == check_store(opened, silent).faults
    opened.close()


def spoil(backup: Path, how: str) -> None:
    manifest = manifest_file(backup)
    record = json.loads(manifest.read_text())
    if how == "flipped":
        with backup.open("r+b") as file:
            file.seek(backup.stat().st_size // 2)
            file.write(b"\xff" * 8)
    elif how == "truncated":
        os.truncate(backup, backup.stat().st_size // 2)
    elif how == "empty":
        os.truncate(backup, 0)
    elif how == "no manifest":
        manifest.unlink()
    elif how == "no database":
        backup.unlink()
    elif how == "newer":
        manifest.write_text(json.dumps(record | {"schema": 999}))
    else:
        manifest.write_text(how)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("flipped", "damaged|Corrupt"),
        ("truncated", "damaged"),
        ("empty", "damaged"),
        ("no manifest", "manifest"),
        ("no database", "No such file"),
        ("newer", "schema 999"),
        ("{}", "found no path"),
        ("[1]", "no manifest"),
        ("not JSON", "no manifest"),
    ],
)
def test_what_is_no_whole_backup_is_refused(store: Path, how: str, told: str) -> None:
    """In words, and the store stays as it was."""
    backup, before = make_backup(store), store.read_bytes()
    spoil(backup, how)
    with pytest.raises(StoreError, match=told):
        restore_store(backup, store, silent)
    assert (before, []) == (store.read_bytes(), sorted(store.parent.glob("*restor*")))


def test_a_newer_backup_is_refused(store: Path) -> None:
    """With the error that says to use a newer orewire."""
    backup = make_backup(store)
    spoil(backup, "newer")
    with pytest.raises(StoreTooNew):
        restore_store(backup, store, silent)


def test_a_manifest_of_another_file_is_refused(store: Path) -> None:
    """A database that is sound, but not the one that its manifest tells of."""
    backup = make_backup(store)
    other = open_database(backup)
    teller(other)(article("later"), mention("strike"))
    other.close()
    with pytest.raises(StoreDamaged, match="its manifest says"):
        restore_store(backup, store, silent)


def test_a_store_in_use_is_not_replaced(store: Path) -> None:
    """The process that has it is named."""
    backup = make_backup(store)
    code = (
        "from pathlib import Path; from store.connection import open_database;"
        f"c = open_database(Path({str(store)!r})); print(1, flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    )
    assert other.stdout is not None
    other.stdout.readline()
    try:
        with pytest.raises(StoreBusy, match=str(other.pid)):
            restore_store(backup, store, silent)
    finally:
        other.communicate(b"\n")
    assert [] == sorted(store.parent.glob("*restor*"))


def test_a_damaged_store_is_replaced(store: Path) -> None:
    """That is what backups are for; what is left of it, and its log, are kept together."""
    backup = make_backup(store)
    os.truncate(store, 20_000)
    log = store.with_name(f"{store.name}.wal")
    log.write_bytes(b"garbage" * 100)
    _, kept = restore_store(backup, store, silent)
    assert kept is not None
    assert (20_000, b"garbage" * 100) == (kept.stat().st_size, kept.with_name(f"{kept.name}.wal").read_bytes())
    opened = open_database(store)
    assert () == check_store(opened, silent).faults
    opened.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from store.restore import restore_store

seen = 0

def hook(event, arguments):
    global seen
    if event in ("os.rename", "os.link", "os.remove", "shutil.rmtree", "os.rmdir", "os.mkdir"):
        seen += 1
        if seen == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
restore_store(Path(sys.argv[1]), Path(sys.argv[2]), lambda *_: None)
"""


def test_killed_at_every_step(store: Path) -> None:
    """kill -9 before each change of a name: there is the old store or the new, whole; done again, it is the new one."""
    connection = open_database(store)
    backup = Path(back_up(connection, store).path)
    new = content(connection)
    teller(connection)(article("later"), mention("strike"))
    old = content(connection)
    connection.close()
    kept, found, point = store.read_bytes(), list[str](), 0
    while True:
        store.write_bytes(kept)
        index = store.with_name(f"{store.name}.index")
        index.mkdir(exist_ok=True)
        (index / "meta.json").write_text("{}")
        point += 1
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(backup), str(store), str(point)], env=environment(), check=False
        )
        connection = open_database(store)
        held = content(connection)
        assert held in (old, new)
        found.append("old" if held == old else "new")
        assert held == old or not index.exists()
        connection.close()
        if done.returncode == 0:
            break
        assert -signal.SIGKILL == done.returncode
        restore_store(backup, store, silent)
        connection = open_database(store)
        assert new == content(connection)
        connection.close()
    assert point > 4
    assert "new" == found[-1]


@given(
    st.builds(
        Backup,
        path=st.text(),
        orewire=st.text(),
        schema=st.integers(0, 10**6),
        made_at=st.datetimes(timezones=st.just(UTC)),
        size=st.integers(0, 2**60),
        sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
        rows=st.dictionaries(st.text(), st.integers(0, 2**60)),
    )
)
def test_a_manifest_is_read_as_written(backup: Backup) -> None:
    """Losing nothing."""
    assert backup == backup_from_json(json.loads(json.dumps(backup_to_json(backup))))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.fixed_dictionaries(dict.fromkeys(Backup.__slots__, JSON)))
def test_what_is_no_manifest_is_refused_in_words(record: dict[str, object]) -> None:
    """Whatever stands there: a ValueError, or a backup that makes sense."""
    try:
        backup = backup_from_json(record)
    except ValueError:
        return
    assert backup.size >= 0
