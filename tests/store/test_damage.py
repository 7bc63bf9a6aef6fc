"""Damaged files, real ones: told in words, whatever is broken; and a check that finds nothing is right."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from orewire.model.errors import StoreBusy, StoreDamaged, StoreError
from store.apart import run_apart
from store.check import check_file, check_store
from store.connection import Connection, open_database
from store.reading import table_names
from tests.store.conftest import article, mention, teller
from tests.store.filled import fill_file, silent


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with some thousand articles, so that its indexes have blocks of their own."""
    path = tmp_path_factory.mktemp("sound") / "s.duckdb"
    fill_file(path)
    connection = open_database(path)
    connection.execute(
        """
        INSERT INTO articles (id, title, text, fetched, source, content_hash, number)
        SELECT md5(i::VARCHAR)[:16], 't', 'x', now(), 's', left(sha256(concat('t', chr(10), 'x')), 16),
            nextval('article_numbers')
        FROM range(6000) AS each(i)
        """
    )
    connection.close()
    return path


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def truncate(path: Path, share: float) -> None:
    os.truncate(path, int(path.stat().st_size * share))


def flip(path: Path, place: int, length: int = 64) -> None:
    """Other bytes in place of some; random ones, as DuckDB's checksums are blind for a change that is made twice."""
    with path.open("r+b") as file:
        file.seek(place)
        file.write(random.Random(place).randbytes(length))


SPOILED: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: os.truncate(path, 0),
    "no database": lambda path: path.write_bytes(b"these are notes, not a database" * 300),
    "a tenth of it": lambda path: truncate(path, 0.1),
    "half of it": lambda path: truncate(path, 0.5),
    "its first header": lambda path: flip(path, 0),
    "what the header leads to": lambda path: flip(path, 4096, 8192),
    "garbage as log": lambda path: log_of(path).write_bytes(bytes(range(1, 200)) * 20),
    "text as log": lambda path: log_of(path).write_bytes(b"not a log"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_damaged_file_is_told(sound: Path, tmp_path: Path, how: str) -> None:
    """With its name and what to do; it is not mistaken for one in use, and stays as it is."""
    path = Path(shutil.copy(sound, tmp_path))
    SPOILED[how](path)
    before = path.read_bytes()
    with pytest.raises(StoreDamaged, match=r"s\.duckdb.*orewire restore"):
        open_database(path)
    assert before == path.read_bytes()


def written_log(path: Path) -> Path:
    """Leave the last transactions in the log, as a killed process does."""
    connection = open_database(path)
    teller(connection)(article("later"), mention("strike"))
    shutil.copytree(path.parent, path.parent / "killed")
    connection.close()
    return path.parent / "killed" / path.name


def test_a_damaged_log_is_told(sound: Path, tmp_path: Path) -> None:
    """What DuckDB finds wrong in the middle of it is no reason to go on without what it held."""
    path = written_log(Path(shutil.copy(sound, tmp_path)))
    flip(log_of(path), log_of(path).stat().st_size // 2)
    with pytest.raises(StoreDamaged, match="WAL"):
        open_database(path)


@pytest.mark.parametrize("log", [b"", b"\x64", b"\x64\x00", b"\0" * 4096])
def test_a_log_that_was_only_begun(sound: Path, tmp_path: Path, log: bytes) -> None:
    """Nothing in it was ever acknowledged: the store opens."""
    path = Path(shutil.copy(sound, tmp_path))
    log_of(path).write_bytes(log)
    connection = open_database(path)
    assert () == check_store(connection, silent).faults
    connection.close()


def test_a_log_is_read(sound: Path, tmp_path: Path) -> None:
    """That of a killed process, whole."""
    connection = open_database(written_log(Path(shutil.copy(sound, tmp_path))))
    assert 1 == len(connection.execute("FROM events WHERE type = 'strike'").fetchall())
    connection.close()


def sums(connection: Connection) -> list[object]:
    """A number for the content of each table."""
    return [
        connection.execute(f'SELECT count(*), bit_xor(hash(each)) FROM "{name}" AS each').fetchall()
        for name in table_names(connection)
    ]


def outcome(path: Path, expected: list[object]) -> str:
    """Where the damage is found; `nowhere` only where nothing that is used was hit."""
    try:
        connection = open_database(path)
    except StoreBusy:
        raise
    except StoreError:
        return "opening"
    try:
        report = check_store(connection, silent)
        if report.faults:
            (fault,) = report.faults
            assert "unreadable" == fault.kind
            return fault.examples[0].split(" ")[0]
        assert expected == sums(connection)
        return "nowhere"
    finally:
        connection.close()


def test_flipped_bytes_anywhere(sound: Path, tmp_path: Path) -> None:
    """In headers, tables and indexes: opening or check tells, or all rows are still what they were."""
    connection = open_database(sound)
    expected = sums(connection)
    connection.close()
    places, found = random.Random(3), set[str]()
    for number in range(24):
        path = Path(shutil.copy(sound, tmp_path / f"{number}.duckdb"))
        flip(path, places.randrange(path.stat().st_size))
        found.add(outcome(path, expected))
        path.unlink()
    assert {"opening", "table", "index"} <= found


def die(path: Path, told: object) -> None:
    """What DuckDB does over some damaged files."""
    os.kill(os.getpid(), signal.SIGSEGV)


def test_a_crash_is_told(tmp_path: Path) -> None:
    """Of the process that read it, and not of ours."""
    with pytest.raises(StoreDamaged, match="ended the process"):
        run_apart(die, tmp_path / "s.duckdb", told=silent)


def test_a_file_is_checked_apart(sound: Path, tmp_path: Path) -> None:
    """Its report, its repair and its errors come back."""
    path = Path(shutil.copy(sound, tmp_path))
    connection = open_database(path)
    connection.execute("UPDATE weekly_counts SET events = 99")
    connection.close()
    assert ["weekly_count_differs"] == [fault.kind for fault in check_file(path, silent).faults]
    assert () == check_file(path, silent, repair=True).faults
    truncate(path, 0.1)
    with pytest.raises(StoreDamaged):
        check_file(path, silent)
