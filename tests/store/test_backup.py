"""Backups: whole while others write, compared, moved, thinned out; what their manifests say."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.errors import StoreDamaged, UsageError
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
from tests.store.backups import back_up
from tests.store.conftest import NOW, article, mention, teller
from tests.store.filled import content, silent


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
