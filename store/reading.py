"""A database read to its end, tables and indexes: DuckDB compares the checksum of each block that it reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from orewire.model.errors import StoreDamaged, StoreError
from orewire.model.keep import Told
from store.connection import Connection, store_errors
from store.trouble import damaged

_LOOKED_UP = 20_000
"""Keys of each index, evenly spread: a block holds thousands, so that each block is read."""
_AT_ONCE = 1_000
_NEWEST = 500
"""Keys, of the rows written last, each looked up by itself: many at once DuckDB may find without the index."""


class IndexDamaged(StoreDamaged):
    """An index that does not find what is in its table."""

    def __init__(self, table: str, column: str, detail: str) -> None:
        super().__init__(str(damaged(f"index of {table}.{column}", detail)))
        self.table, self.column = table, column


def table_names(connection: Connection) -> list[str]:
    """Our tables, by name."""
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary ORDER BY ALL"
    )
    return [name for (name,) in found.fetchall()]


@contextmanager
def one_moment(connection: Connection, place: str = "the store") -> Iterator[None]:
    """Whatever is written meanwhile, all questions are about the store as it is now."""
    with store_errors(place):
        connection.begin()
        try:
            yield
        finally:
            connection.rollback()


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = table_names(connection)
    counts = ", ".join(f'(SELECT count(*) FROM "{name}")' for name in names)  # noqa: S608 - names of our tables
    found = connection.execute(f"SELECT {counts}").fetchone() if names else None
    return dict(zip(names, found or (), strict=True))


def damaged_indexes(connection: Connection) -> dict[str, str]:
    """What makes each index anew that does not find all of its table, by its name."""
    made = connection.execute(
        """SELECT table_name, trim(expressions, '[]''"'), index_name, sql FROM duckdb_indexes() ORDER BY ALL"""
    ).fetchall()
    return {name: sql for table, column, name, sql in made if _is_damaged(connection, table, column)}


def _is_damaged(connection: Connection, table: str, column: str) -> bool:
    try:
        with one_moment(connection):
            _read_index(connection, table, column)
    except IndexDamaged:
        return True
    return False


def read_all(connection: Connection, told: Told) -> Iterator[StoreError]:
    """Read every value of every table, and look up keys in every index; what cannot be read, or lies."""
    names = table_names(connection)
    for number, name in enumerate(names):
        told("reading", number, len(names))
        try:
            with store_errors(f"table {name}"):
                _read_table(connection, name)
        except StoreError as error:
            yield error
            continue
        for column in _indexed(connection, name):
            try:
                with one_moment(connection, f"index of {name}.{column}"):
                    _read_index(connection, name, column)
            except StoreError as error:
                yield error
    told("reading", len(names), len(names))


def _read_table(connection: Connection, name: str) -> None:
    connection.execute(f'SELECT bit_xor(hash(COLUMNS(*))) FROM "{name}"').fetchall()  # noqa: S608 - as above


def _indexed(connection: Connection, table: str) -> list[str]:
    """Columns of a table that have an index of their own."""
    found = connection.execute(
        """
        SELECT constraint_column_names[1] AS name FROM duckdb_constraints()
        WHERE table_name = $table AND constraint_type = 'PRIMARY KEY' AND len(constraint_column_names) = 1
        UNION
        SELECT trim(expressions, '[]''"') FROM duckdb_indexes() WHERE table_name = $table
        ORDER BY ALL
        """,
        {"table": table},
    ).fetchall()
    return [column for (column,) in found]


def _read_index(connection: Connection, table: str, column: str) -> None:
    keys = _some_keys(connection, table, column)
    found = 0
    for start in range(0, len(keys), _AT_ONCE):
        found += _look_up(connection, table, column, keys[start : start + _AT_ONCE])
    if found != len(keys):
        raise IndexDamaged(table, column, f"found {found} of {len(keys)} keys")
    counts = _newest(connection, table, column)
    look_up = f'SELECT count(*) FROM "{table}" WHERE "{column}" = ?'  # noqa: S608 - as above
    right = sum(connection.execute(look_up, [key]).fetchall() == [(number,)] for key, number in counts.items())
    if right != len(counts):
        raise IndexDamaged(table, column, f"found the rows of {right} of the {len(counts)} newest keys")


def _newest(connection: Connection, table: str, column: str) -> dict[Any, int]:
    """How many rows each of the newest keys has, counted without the index."""
    found = connection.execute(
        f"""
        SELECT "{column}", count(*) FROM "{table}"
        WHERE "{column}" IN (SELECT "{column}" FROM "{table}" ORDER BY rowid DESC LIMIT {_NEWEST}) GROUP BY ALL
        """  # noqa: S608 - as above
    ).fetchall()
    return dict(found)


def _some_keys(connection: Connection, table: str, column: str) -> list[Any]:
    found = connection.execute(
        f"""
        SELECT DISTINCT "{column}" FROM (
            SELECT "{column}", row_number() OVER () AS place, count(*) OVER () AS rows FROM "{table}"
        )
        WHERE place % greatest(1, rows // {_LOOKED_UP}) = 0 AND "{column}" IS NOT NULL
        """  # noqa: S608 - names of our tables
    ).fetchall()
    return [key for (key,) in found]


def _look_up(connection: Connection, table: str, column: str, keys: list[Any]) -> int:
    """How many of the keys are found. Each is a parameter of its own: of a list DuckDB does not ask the index."""
    marks = ", ".join("?" * len(keys))
    query = f'SELECT count(DISTINCT "{column}") FROM "{table}" WHERE "{column}" IN ({marks})'  # noqa: S608 - as above
    return int(connection.execute(query, keys).fetchall()[0][0])
