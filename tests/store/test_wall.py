"""The store's own database reaches no further than its folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from store.connection import Connection, open_database, open_scratch


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A store in a folder of its own, beside which lie other files."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret.csv").write_text("a\nsecret\n", encoding="utf-8")
    opened = open_database(tmp_path / "store" / "s.duckdb")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "statement",
    [
        "FROM 'FOLDER/other/secret.csv'",
        "FROM 'FOLDER/store/../other/secret.csv'",
        "FROM 'FOLDER/store/link/secret.csv'",
        "COPY (SELECT 1) TO 'FOLDER/other/out.csv'",
        "ATTACH 'FOLDER/other/o.duckdb' AS o",
        "EXPORT DATABASE 'FOLDER/other/out'",
        "SET enable_external_access = TRUE",
        "SET GLOBAL allowed_directories = ['/']",
        "INSTALL httpfs",
        "LOAD httpfs",
        "FROM 'https://example.org/a.csv'",
    ],
)
def test_nothing_beyond_the_folder(connection: Connection, tmp_path: Path, statement: str) -> None:
    """Neither read nor written, by whatever name; nor is a setting changed that would allow it."""
    (tmp_path / "store" / "link").symlink_to(tmp_path / "other")
    with pytest.raises(duckdb.Error):
        connection.execute(statement.replace("FOLDER", str(tmp_path))).fetchall()
    assert ["secret.csv"] == [path.name for path in (tmp_path / "other").iterdir()]


def test_files_in_the_folder(connection: Connection, tmp_path: Path) -> None:
    """Backups and the like are made there, and moved."""
    connection.execute(f"ATTACH '{tmp_path / 'store' / 'b.duckdb'}' AS b")
    connection.execute("COPY FROM DATABASE s TO b")
    connection.execute("DETACH b")
    with duckdb.connect(str(tmp_path / "store" / "b.duckdb"), read_only=True) as copy:
        assert (0,) == copy.execute("SELECT count(*) FROM events").fetchone()


def test_settings_of_the_caller_go_before_ours(tmp_path: Path) -> None:
    """Where a part of the product, or a measurement, needs others."""
    with open_database(tmp_path / "s.duckdb", settings={"memory_limit": "200MB"}) as connection:
        assert ("190.7 MiB",) == connection.execute("SELECT current_setting('memory_limit')").fetchone()


def test_a_store_in_memory_reaches_no_file(tmp_path: Path) -> None:
    """It has no folder."""
    with open_database(None) as connection, pytest.raises(duckdb.Error, match="disabled"):
        connection.execute(f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'")


def test_a_scratch_database_has_its_folder(tmp_path: Path) -> None:
    """And nothing else."""
    with open_scratch(tmp_path) as connection:
        connection.execute(f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'")
        with pytest.raises(duckdb.Error, match="disabled"):
            connection.execute("COPY (SELECT 1) TO '/tmp/out-of-orewire.csv'")


def test_a_variable_of_python_is_no_table(connection: Connection) -> None:
    """A misspelt name is an error, and never what happens to be in memory under it."""
    events_of_mine = [1]
    with pytest.raises(duckdb.CatalogException, match="events_of_mine"):
        connection.execute("FROM events_of_mine")
    assert events_of_mine
