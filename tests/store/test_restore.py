"""Restoring: the backup takes the place of the store at once, or is refused in words; killed at every step."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orewire.model.errors import StoreBusy, StoreDamaged, StoreError, StoreTooNew
from store.backup import (
    manifest_file,
    read_manifest,
)
from store.check import check_store
from store.connection import open_database
from store.restore import restore_store
from tests.e2e.conftest import environment
from tests.store.backups import back_up, make_backup
from tests.store.conftest import article, mention, teller
from tests.store.filled import content, silent


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
