"""The door to DuckDB: opening a database, bringing its schema up to date, transactions."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
from duckdb import CatalogException as CatalogError
from duckdb import DuckDBPyConnection as Connection
from duckdb import TransactionException as TransactionError

from orewire.model.errors import StoreError, StoreFull, StoreTooNew, UsageError
from store.trouble import check_log, first_line, store_error

__all__ = [
    "CatalogError", "Connection", "TransactionError", "close_into_file", "in_list", "insert_rows", "known_schema",
    "merge_log", "open_database", "open_reader", "open_reading", "open_scratch", "pack_rows", "query_errors",
    "replace_rows", "rows", "schema_version", "snapshot", "store_errors", "store_path", "table_of", "text_list",
    "transaction",
]  # fmt: skip

Setting = str | bool | int | float | list[str]

_SETTINGS: dict[str, Setting] = {
    "memory_limit": "1GB",
    "checkpoint_threshold": "64MB",  # each writes the last part of every changed table anew: 1 to 3 s in a large store
    "threads": 2,
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}


if "pandas" not in sys.modules and find_spec("pandas") is None:
    # DuckDB tries to import pandas for every value it is handed: without it, half of a round went on searching for it.
    sys.modules["pandas"] = None  # type: ignore[assignment]


def open_database(path: Path | None, *, settings: Mapping[str, Setting] | None = None) -> Connection:
    """Open or create the database (None: in memory) with the newest schema.

    From then on no statement reads or writes a file outside the database's own folder, or loads an extension: see
    docs/technotes/sandbox.md. `settings` go before ours.

    Raises StoreBusy where another process has it open, StoreTooNew where a newer orewire wrote it, StoreDamaged where
    the file is no database or not whole, StoreFull where there is no space.
    """
    place = str(path or "memory")
    connection = _connect(path, {**_SETTINGS, **(settings or {})})
    try:
        with store_errors(place):
            connection.execute("SET GLOBAL TimeZone = 'UTC'")
            _migrate(connection, place)
            _lock(connection, [] if path is None else [str(path.parent.resolve())])
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(path: Path | None, settings: Mapping[str, Setting]) -> Connection:
    if path is None or settings.get("access_mode") == "read_only":
        with _opening(path):
            return duckdb.connect(str(path or ":memory:"), config=dict(settings))
    with _opening(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        has_log = check_log(path)
        connection = duckdb.connect(str(path), config=dict(settings))
    return _take_in_log(connection, path, settings) if has_log else connection


def _take_in_log(connection: Connection, path: Path, settings: Mapping[str, Setting]) -> Connection:
    """Let the indexes have what DuckDB replayed; the connection to go on with.

    It keeps that back from an index that nobody has asked, and the checkpoint of closing loses it: rows would be there
    that no look-up finds. A checkpoint that is asked for does not; where the disk is full, so does asking the indexes.
    """
    try:
        with _opening(path):
            try:
                connection.execute("CHECKPOINT")
            except duckdb.Error as error:
                if not isinstance(store_error(error, str(path)), StoreFull):
                    raise
                connection.close()  # DuckDB does nothing more with it
                connection = duckdb.connect(str(path), config=dict(settings))
                _ask_indexes(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _ask_indexes(connection: Connection) -> None:
    """Look up a key in each index that there is: one below all that are there would not be looked up."""
    indexed = connection.execute("SELECT table_name, trim(expressions, '[]''\"') FROM duckdb_indexes()").fetchall()
    for table, column in indexed:
        (lowest,) = connection.execute(f'SELECT min("{column}") FROM "{table}"').fetchone() or (None,)  # noqa: S608
        connection.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = ?', [lowest])  # noqa: S608 - our names


@contextmanager
def _opening(path: Path | None) -> Iterator[None]:
    place = str(path or "memory")
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise store_error(error, place) or StoreError(f"{place}: {first_line(error)}") from error


def _lock(connection: Connection, folders: Sequence[str]) -> None:
    """From now on only files in these folders can be reached, and that cannot be taken back."""
    connection.execute("SET GLOBAL allowed_directories = $folders", {"folders": list(folders)})
    connection.execute("SET GLOBAL enable_external_access = false")


def open_reading(path: Path) -> Connection:
    """Open a database that nobody else has open to read it only, in whatever schema it is; errors as above."""
    try:
        connection = duckdb.connect(str(path), read_only=True, config=_SETTINGS)
    except duckdb.Error as error:
        raise store_error(error, str(path)) or StoreError(f"{path}: {first_line(error)}") from error
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = FALSE")  # DuckDB takes a process without a script for a person's
    return connection


def close_into_file(path: Path) -> None:
    """Write what the log beside a database holds into its file, whatever its schema; errors as above."""
    _connect(path, _SETTINGS).close()


@contextmanager
def store_errors(place: str = "the store") -> Iterator[None]:
    """DuckDB's errors over disk, memory and file become StoreErrors; those over a query stay, as they are bugs."""
    try:
        yield
    except duckdb.Error as error:
        if found := store_error(error, place):
            raise found from error
        raise


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All of it or nothing. StoreFull and its kin where disk or memory fail."""
    with store_errors():
        connection.begin()
        try:
            yield
            connection.commit()
        except BaseException:
            with suppress(duckdb.Error):  # DuckDB has rolled back already where the commit itself failed
                connection.rollback()
            raise


def rows(connection: Connection, query: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """The rows of a query as mappings from column to value."""
    result = connection.execute(query, parameters or {})
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def insert_rows(
    connection: Connection, table: str, columns: Mapping[str, str], values: Sequence[Sequence[Any]]
) -> None:
    """Insert rows with one statement; `columns` maps names to SQL types. Table and columns are our own words."""
    if values:
        connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) FROM {table_of(columns)}", pack_rows(columns, values)
        )


def table_of(columns: Mapping[str, str]) -> str:
    """The rows that `pack_rows` makes a parameter of, as a table in a query; JSON comes as the text that it is."""
    parsed = {name: "VARCHAR" if kind == "JSON" else kind for name, kind in columns.items()}
    kinds = json.dumps({name: [[kind[:-2]] if kind.endswith("[]") else kind] for name, kind in parsed.items()})
    fields = ", ".join(f"unnest(packed.{name}) AS {name}" for name in columns)
    return f"(SELECT {fields} FROM (SELECT from_json_strict($rows, '{kinds}') AS packed))"  # noqa: S608 - our own names


def pack_rows(columns: Mapping[str, str], values: Sequence[Sequence[Any]]) -> dict[str, str]:
    """Rows as one parameter: DuckDB takes ten times as long for each value of a parameter than for one in JSON."""
    packed = {
        name: [None if value is None else str(value) for value in column] if kind == "DOUBLE" else column
        for (name, kind), column in zip(columns.items(), zip(*values, strict=True), strict=True)
    }  # JSON has no infinity, but text that becomes a number has
    text = json.dumps(packed, default=str, ensure_ascii=False)
    return {"rows": text.encode("utf-8", "replace").decode("utf-8")}


def replace_rows(
    connection: Connection,
    table: str,
    columns: Mapping[str, str],
    values: Sequence[Sequence[Any]],
    *,
    key: Sequence[str],
) -> None:
    """Make these the rows of a table, whose primary `key` (one or more columns) tells them apart.

    As one text, which is five times as quick as `insert_rows` where they are thousands; values are what JSON knows.
    """
    records = json.dumps([dict(zip(columns, row, strict=True)) for row in values], ensure_ascii=False)
    told = f"(SELECT unnest(from_json_strict($records, '{json.dumps([dict(columns)])}')) AS r)"
    kept = f"SELECT ({', '.join(f'r.{name}' for name in key)}) FROM {told}"  # noqa: S608 - our own words
    connection.execute(
        f"DELETE FROM {table} WHERE ({', '.join(key)}) NOT IN ({kept})",  # noqa: S608 - our own words
        {"records": records},
    )
    connection.execute(
        f"INSERT OR REPLACE INTO {table} ({', '.join(columns)})"  # noqa: S608 - our own words
        f" SELECT {', '.join(f'r.{name}' for name in columns)} FROM {told}",
        {"records": records},
    )


_MANY = 20_000
"""Numbers of articles from which on they travel as bits: 300,000 take 15 ms, as a list of text they take 80."""


def in_list(numbers: Sequence[int]) -> str:
    """`(1, 2, 3)`: written out, since DuckDB uses an index for that and not for a parameter that holds a list."""
    return f"({', '.join(str(int(number)) for number in numbers) or 'NULL'})"


def text_list(texts: Sequence[str]) -> str:
    """`('a', 'b')`, for the same reason."""
    quoted = (text.replace("'", "''") for text in texts)
    return "(" + (", ".join(f"'{text}'" for text in quoted) or "NULL") + ")"


def among(column: str, numbers: Sequence[int]) -> tuple[str, dict[str, object]]:
    """The condition that a column, one of our own, holds one of these numbers, and its parameters."""
    if len(numbers) < _MANY:
        return f"{column} IN (SELECT unnest(from_json($numbers, '[\"BIGINT\"]')))", {"numbers": str(list(numbers))}
    import numpy

    past = max(numbers) + 1
    marked = numpy.zeros(past + 1, dtype=numpy.uint8)
    marked[numpy.asarray(numbers)] = 1
    bits = f"get_bit($bits::BLOB::BIT, least({column}, $past)::INTEGER) = 1"
    return bits, {"bits": numpy.packbits(marked).tobytes(), "past": past}


def look_up(connection: Connection, table: str, column: str, ids: Sequence[int]) -> dict[int, Any]:
    """A column of these rows, by id. Of hundreds: a list that is written out would take five times as long."""
    is_one, values = among("id", ids)
    return dict(connection.execute(f"SELECT id, {column} FROM {table} WHERE {is_one}", values).fetchall())  # noqa: S608


def schema_version(connection: Connection) -> int:
    """The number of the last migration that was applied."""
    found = connection.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()
    return int(found[0]) if found else 0


def known_schema() -> int:
    """The newest schema that this orewire knows."""
    return max(_migrations())


def _migrate(connection: Connection, place: str) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, applied TIMESTAMPTZ DEFAULT now())"
    )
    version, known = schema_version(connection), _migrations()
    if version > max(known):
        raise StoreTooNew(f"{place}: schema {version}, this orewire knows {max(known)}; use a newer orewire")
    for number in sorted(number for number in known if number > version):
        try:
            with transaction(connection):
                connection.execute(known[number])
                connection.execute("INSERT INTO migrations (number) VALUES ($number)", {"number": number})
        except duckdb.Error as error:
            said = f"{place}: schema {number - 1} stays as it was: it could not be brought to {number}"
            raise StoreError(f"{said}: {first_line(error)}") from error


def _migrations() -> dict[int, str]:
    """SQL by number, from the files `0001_name.sql` and so on."""
    folder = resources.files("store") / "migrations"
    return {
        int(file.name.split("_")[0]): file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    }


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """All that is read within is of one moment, whatever is written meanwhile."""
    connection.execute("BEGIN TRANSACTION READ ONLY")
    try:
        yield
    finally:
        with suppress(duckdb.Error):  # an error may have ended it already
            connection.rollback()


def store_path(connection: Connection) -> Path | None:
    """The file of the database; None where it is in memory. From any thread, whoever else is using the connection."""
    with connection.cursor() as cursor:
        found = cursor.execute(
            "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
        ).fetchone()
    return Path(found[0]) if found and found[0] else None


def open_reader(path: Path, *, memory: str) -> Connection:
    """Open a database only to read, as strangers' queries need it: no file, network, extension, setting, or spilling.

    Raises StoreBusy and StoreError as `open_database`.
    """
    settings = {"memory_limit": memory, "access_mode": "read_only", "temp_directory": ""}
    connection = _connect(path, {**_SETTINGS, **settings})
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    _lock(connection, [])
    connection.execute("SET GLOBAL lock_configuration = true")
    return connection


def merge_log(path: Path, *, emptied: Sequence[str] = ()) -> None:
    """Put what the log of a copied database holds into its file, so that the file is all there is; empty some tables.

    What their rows were may still stand in unused parts of the file.
    """
    with _connect(path, {**_SETTINGS, "memory_limit": "256MB"}) as connection:  # closing is a checkpoint
        for table in emptied:
            connection.execute(f"TRUNCATE {table}")


@contextmanager
def query_errors(memory: str) -> Iterator[None]:
    """UsageError for what a query is to blame for, without DuckDB's advice on settings that nobody can change here."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise UsageError(f"sql: needs more memory than {memory}") from error
    except duckdb.InternalException as error:
        raise UsageError(f"sql: DuckDB failed over it: {first_line(error)}") from error
    except duckdb.Error as error:
        raise UsageError(f"sql: {error}") from error


def open_scratch(folder: Path) -> Connection:
    """A database in memory of its own, small, that spills into `folder` and reads and writes files only there."""
    settings = {"memory_limit": "256MB", "temp_directory": str(folder / "spill")}
    connection = _connect(None, {**_SETTINGS, **settings})
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    _lock(connection, [str(folder.resolve())])
    return connection
