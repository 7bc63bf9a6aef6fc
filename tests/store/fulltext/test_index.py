"""The index follows the articles, and where it is lost, damaged or foreign it is built anew: never is it believed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from orewire.model.errors import StoreError
from orewire.model.event import Filters
from store.articles import add_article, mark_changed
from store.connection import Connection, open_database
from store.fulltext.index import FullText
from store.local import LocalStore
from tests.e2e.conftest import environment
from tests.store.conftest import NOW, Tell, article, mention
from tests.store.fulltext.conftest import Write, found, hits, numbers, written


def add(connection: Connection, *names: str) -> None:
    for name in names:
        add_article(connection, article(name, text=f"Of {name} and lithium."), NOW)


def folder_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.index")


def waiting(connection: Connection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM unindexed").fetchone() or (0,)
    return int(count)


def test_follows_every_change(write: Write, store: LocalStore, connection: Connection) -> None:
    """New, revised and deleted articles are found as they are now, once."""
    write("a", "Old title", "The licence was granted.")
    assert ["Old title"] == found(store, "licence")
    write("a", "New title", "The permit was revoked.")
    assert [] == found(store, "licence")
    assert ["New title"] == found(store, "permit")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles")
        mark_changed(cursor, [1])
    assert [] == found(store, "permit")
    assert 0 == waiting(connection)


def test_a_language_that_is_understood_later(tell: Tell, write: Write, store: LocalStore) -> None:
    """Brings the article among those of its language."""
    told = written("a", "Title", "Permits were granted.", None)
    write("a", "Title", "Permits were granted.", None)
    assert [] == found(store, "permit")
    tell(told, mention())
    assert ["Title"] == found(store, "permit")


def test_what_is_deleted_without_a_mark_is_not_shown(opened: Connection) -> None:
    """What the database does not have was not found; the next who opens the index builds it anew."""
    add(opened, "a", "b")
    store = LocalStore(opened)
    assert 2 == len(hits(store, "lithium"))
    opened.execute("DELETE FROM articles WHERE number = 1")
    assert ["Title of b"] == found(store, "lithium")
    notes: list[str] = []
    assert [2] == numbers(FullText(opened, note=notes.append), opened, "lithium")
    assert ["building the full-text index of 1 articles: it holds 2 of 1 articles"] == notes


def test_opening_for_a_question_writes_nothing(opened: Connection, path: Path) -> None:
    """Where nothing waits: no file of the index is touched, and nothing is told."""
    add(opened, "a")
    FullText(opened).catch_up(opened)
    before = {file.name: file.stat().st_mtime_ns for file in folder_of(path).iterdir()}
    notes: list[str] = []
    assert [1] == numbers(FullText(opened, note=notes.append), opened, "lithium")
    assert before == {file.name: file.stat().st_mtime_ns for file in folder_of(path).iterdir()}
    assert [] == notes


def test_an_old_database_gets_its_index(opened: Connection) -> None:
    """Without a note where it is small: nobody lost anything."""
    add(opened, "a", "b")
    opened.execute("DELETE FROM unindexed")
    notes: list[str] = []
    assert [1, 2] == numbers(FullText(opened, note=notes.append), opened, "lithium")
    assert [] == notes


def _remove(folder: Path) -> None:
    shutil.rmtree(folder)


def _only_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not an index", encoding="utf-8")


def _no_list_of_segments(folder: Path) -> None:
    (folder / "meta.json").unlink()


def _half_of_the_words(folder: Path) -> None:
    (file,) = folder.glob("*.term")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _zeros(folder: Path) -> None:
    (file,) = folder.glob("*.idx")
    file.write_bytes(bytes(file.stat().st_size))


def _another_version(folder: Path) -> None:
    about = json.loads((folder / "orewire.json").read_text(encoding="utf-8"))
    (folder / "orewire.json").write_text(json.dumps(about | {"schema": 0}), encoding="utf-8")


def _rubbish_about(folder: Path) -> None:
    (folder / "orewire.json").write_text("[1]", encoding="utf-8")


@pytest.mark.parametrize(
    "harm",
    [_remove, _only_a_file, _no_list_of_segments, _half_of_the_words, _zeros, _another_version, _rubbish_about],
)
def test_lost_or_damaged(opened: Connection, path: Path, harm: object) -> None:
    """Answers stay right, and the index is built anew with a note, once."""
    add(opened, "a", "b", "c")
    fulltext = FullText(opened)
    fulltext.catch_up(opened)
    fulltext.close()
    harm(folder_of(path))  # type: ignore[operator]
    notes: list[str] = []
    for _ in range(2):
        fulltext = FullText(opened, note=notes.append)
        assert [1, 2, 3] == numbers(fulltext, opened, "lithium")
        fulltext.close()
    (note,) = notes
    assert note.startswith("building the full-text index of 3 articles: ")


def test_damaged_while_it_is_open(opened: Connection, path: Path) -> None:
    """What waits is taken in, into a new index."""
    add(opened, "a", "b")
    store = LocalStore(opened)
    assert 2 == len(hits(store, "lithium"))
    _remove(folder_of(path))
    add(opened, "c")
    assert 3 == len(hits(store, "lithium"))


def test_the_index_of_another_database(tmp_path: Path) -> None:
    """Copied beside this one, it is not taken for its own, though it has as many articles."""
    for name in ("one", "two"):
        connection = open_database(tmp_path / name)
        add(connection, name)
        fulltext = FullText(connection)
        fulltext.catch_up(connection)
        fulltext.close()
        connection.close()
    shutil.rmtree(tmp_path / "two.index")
    shutil.copytree(tmp_path / "one.index", tmp_path / "two.index")
    connection = open_database(tmp_path / "two")
    store = LocalStore(connection)
    assert (["Title of two"], []) == (found(store, "two"), found(store, "one"))
    store.close()


@pytest.mark.parametrize("older", ["s.duckdb", "s.duckdb.index"])
def test_restored_from_different_times(tmp_path: Path, path: Path, older: str) -> None:
    """Database and index of two backups do not pass for one another; together, they do."""

    def open_and(*names: str) -> list[str]:
        connection, notes = open_database(path), list[str]()
        add(connection, *names)
        fulltext = FullText(connection, note=notes.append)
        store = LocalStore(connection, fulltext)
        titles = sorted(found(store, "lithium"))
        store.close()
        return titles + notes

    def copy(source: Path, target: Path) -> None:
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)

    assert ["Title of a"] == open_and("a")
    for name in ("s.duckdb", "s.duckdb.index"):
        copy(tmp_path / name, tmp_path / f"old {name}")
    with open_database(path) as connection:  # a revision leaves their number the same
        add_article(connection, article("a", text="Of lithium, revised."), NOW)
    assert ["Title of a"] == open_and()
    shutil.move(tmp_path / older, tmp_path / "away")
    copy(tmp_path / f"old {older}", tmp_path / older)
    told = "building the full-text index of 1 articles: it belongs to another state of the database"
    assert ["Title of a", told] == open_and()


def test_asked_by_many_threads(opened: Connection) -> None:
    """While another stores and takes in: each answer is of one moment, and nothing is lost at the end."""
    store, failures = LocalStore(opened), list[BaseException]()
    stop = threading.Event()

    def ask() -> None:
        try:
            seen = 0
            while not stop.is_set():
                count = store.search(Filters(text="lithium")).total or 0
                assert seen <= count
                seen = count
        except BaseException as error:  # noqa: BLE001 - a thread's error must reach the test
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(25):
        add(opened, f"n{number}")
    stop.set()
    for thread in threads:
        thread.join()
    assert [] == failures
    assert 25 == store.search(Filters(text="lithium")).total


def test_one_writes(opened: Connection) -> None:
    """A second one is refused and harms nothing: the articles wait for the first."""
    first, second = FullText(opened), FullText(opened)
    add(opened, "a")
    first.catch_up(opened)
    add(opened, "b")
    with pytest.raises(StoreError, match="LockBusy"):
        second.catch_up(opened)
    assert 1 == waiting(opened)
    assert [1, 2] == numbers(first, opened, "lithium")


_KILLED = """
import os, signal, sys
from pathlib import Path
from store.connection import open_database
from store.fulltext.index import FullText
from tests.store.fulltext.test_index import add

class Killed(FullText):
    def _take_away(self, connection, marks):
        os.kill(os.getpid(), signal.SIGKILL)

connection = open_database(Path(sys.argv[1]))
add(connection, *sys.argv[2:])
Killed(connection).catch_up(connection)
"""


def test_killed_between_the_two_commits(path: Path) -> None:
    """kill -9 when the index has the articles and the database does not know: they are indexed again, not doubled."""
    for names in (("a", "b"), ("c",)):
        done = subprocess.run([sys.executable, "-c", _KILLED, str(path), *names], env=environment(), check=False)
        assert -signal.SIGKILL == done.returncode
    connection = open_database(path)
    assert 3 == waiting(connection)
    notes: list[str] = []
    fulltext = FullText(connection, note=notes.append)
    assert [1, 2, 3] == sorted(fulltext.ask(connection, "lithium").numbers())
    assert (0, []) == (waiting(connection), notes)
    fulltext.close()
    connection.close()


_WORKING = """
import sys
from pathlib import Path
from store.connection import open_database
from store.fulltext.index import FullText
from tests.store.fulltext.test_index import add

connection = open_database(Path(sys.argv[1]))
fulltext = FullText(connection)
for number in range(10_000):
    add(connection, f"{sys.argv[2]}-{number}")
    print(number, flush=True)
    if number % 3 == 0:
        fulltext.catch_up(connection)
"""


def test_killed_at_any_moment(path: Path) -> None:
    """kill -9 of a process that stores and indexes: what it had said to have stored is found, each once."""
    rng, stored = random.Random(), set[str]()
    for turn in range(6):
        command = [sys.executable, "-c", _WORKING, str(path), str(turn)]
        with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline()]
            time.sleep(rng.random() * 0.7)
            os.kill(process.pid, signal.SIGKILL)
            lines += process.stdout.read().split(b"\n")[:-1]
        stored |= {f"Title of {turn}-{int(line)}" for line in lines}
    connection = open_database(path)
    store = LocalStore(connection)
    titles = [hit.title.text for hit in store.search(Filters(text="lithium"), limit=100_000).hits]
    assert len(set(titles)) == len(titles)
    assert stored <= set(titles)
    store.close()
