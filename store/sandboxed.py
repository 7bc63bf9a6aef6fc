"""A stranger's query, answered in a process of its own: `python -m store.sandboxed`, a task on standard input.

The process can neither write nor open anything once the database is open, has little memory, gives way to all others,
and ends by itself. The task and the answer are JSON; see `store.sandbox`.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from orewire.model.errors import StoreError, UsageError
from store.connection import Connection, open_reader, query_errors, snapshot
from store.sqlcheck import ALSO_ALLOWED, FUNCTIONS, READABLE, REFUSED_FUNCTIONS, TAKEN, Allowed, check_query

MEMORY = "512MB"
"""What DuckDB takes at most; the process as a whole, with its programs, twice as much and a bit."""
_ADDRESS_SPACE = 1_200 << 20
_NICE = 10
LONGEST_ANSWER = 10_000_000
"""Bytes of an answer: the service holds it in memory."""
LONGEST_QUERY = 100_000
_EXACT_DIGITS = 15
_BATCH = 1_000

_WARM = "SELECT now(), DATE '2000-01-01', TIME '00:00', 1.5::DECIMAL(3, 1), uuid(), INTERVAL 1 DAY, random()"
"""Whatever Python or DuckDB load at the first use of a type is loaded by this, while files can still be opened."""


def main() -> None:
    """Read the task, write the answer."""
    task = json.load(sys.stdin)
    signal.alarm(task["seconds"])  # ends the process, whatever it is doing and whoever still waits for it
    try:
        found = _answer_alone(Path(task["path"]), task["sql"], task["rows"])
    except UsageError as error:
        found = {"refused": str(error)}
    except StoreError as error:
        found = {"failed": str(error)}
    except MemoryError:
        found = {"refused": f"sql: needs more memory than {MEMORY}"}
    sys.stdout.write(json.dumps(found))


def _answer_alone(path: Path, sql: str, limit: int) -> dict[str, Any]:
    """Answer, once this process can do nothing else any more."""
    os.nice(_NICE)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, _ADDRESS_SPACE)
    with open_reader(path, memory=MEMORY) as connection:
        connection.execute(_WARM).fetchall()
        allowed = find_allowed(connection)
        _limit(resource.RLIMIT_NOFILE, 0)
        _limit(resource.RLIMIT_FSIZE, 0)
        return answer_query(connection, allowed, sql, limit)


def answer_query(connection: Connection, allowed: Allowed, sql: str, limit: int) -> dict[str, Any]:
    """At most `limit` rows, and whether there are more; UsageError for what is not allowed or cannot be answered."""
    with query_errors(MEMORY):
        check_query(parse_query(connection, sql), allowed)
        with snapshot(connection):
            return _fetch_rows(connection, sql, limit)


def _limit(what: int, amount: int) -> None:
    _, hard = resource.getrlimit(what)
    amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    resource.setrlimit(what, (amount, amount))


def find_allowed(connection: Connection) -> Allowed:
    """What a query over this database may name."""
    return Allowed(
        tables=_names(connection, READABLE),
        functions=_names(connection, FUNCTIONS, refused=REFUSED_FUNCTIONS) | ALSO_ALLOWED,
        taken=_names(connection, TAKEN),
    )


def _names(connection: Connection, query: str, **values: str) -> frozenset[str]:
    return frozenset(name for (name,) in connection.execute(query, values).fetchall())


def parse_query(connection: Connection, sql: str) -> dict[str, Any]:
    """The tree of one SELECT, as DuckDB's parser sees it."""
    if len(sql) > LONGEST_QUERY:
        raise UsageError(f"sql: found {len(sql):,} characters, expected at most {LONGEST_QUERY:,}")
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in sql):
        raise UsageError("sql: found a character that no text can hold, expected UTF-8")
    query = "SELECT json_serialize_sql($sql, skip_default := TRUE, skip_empty := TRUE, skip_null := TRUE)"
    try:
        found = connection.execute(query, {"sql": sql}).fetchone()
        tree = json.loads(found[0]) if found else {}
    except RecursionError as error:
        raise UsageError("sql: nested too deep") from error
    statements = tree.get("statements", [])
    if tree.get("error") or len(statements) != 1:
        said = tree.get("error_message") or f"found {len(statements)} statements"
        raise UsageError(f"sql: {said}; expected one SELECT{_HINT if 'pivot' in sql.lower() else ''}")
    return dict(statements[0])


_HINT = " (PIVOT needs its values: PIVOT ... ON type IN ('protest', 'strike') USING count(*))"


def _fetch_rows(connection: Connection, sql: str, limit: int) -> dict[str, Any]:
    result = connection.execute(sql)
    columns = [(str(column[0]), str(column[1])) for column in result.description or ()]
    shown = [_short if kind == "FLOAT" else plain for _, kind in columns]
    rows: list[list[Any]] = []
    size = 0
    for row in _fetch(result):
        if len(rows) == limit:
            return {"columns": columns, "rows": rows, "more": True}
        rows.append([show(one) for show, one in zip(shown, row, strict=True)])
        size += len(json.dumps(rows[-1]))
        if size > LONGEST_ANSWER:
            raise UsageError(f"sql: the answer is longer than {LONGEST_ANSWER:,} bytes; ask for fewer rows or columns")
    return {"columns": columns, "rows": rows, "more": False}


def _fetch(result: Connection) -> Iterator[tuple[Any, ...]]:
    while batch := _fetch_batch(result):
        yield from batch


def _fetch_batch(result: Connection) -> list[tuple[Any, ...]]:
    try:
        return result.fetchmany(_BATCH)
    except (OverflowError, ValueError, TypeError, RecursionError) as error:
        raise UsageError(f"sql: a value that cannot be shown: {error}; cast it to VARCHAR") from error


def plain(value: Any) -> Any:
    """A value as JSON can hold it: times in ISO 8601, numbers as numbers where they stay exact, else as text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)  # neither infinity nor NaN
    if isinstance(value, Decimal):
        exact = value.is_finite() and len(value.as_tuple().digits) <= _EXACT_DIGITS
        return float(value) if exact else str(value)
    if isinstance(value, date | time):  # datetime is a date
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, bytes):
        return "".join(f"\\x{byte:02X}" for byte in value)
    return (
        f"{value.days} days {timedelta(seconds=value.seconds, microseconds=value.microseconds)}"
        if isinstance(value, timedelta)
        else str(value)
    )


def _short(value: Any) -> Any:
    """A number of four bytes has seven digits; what Python shows beyond them is noise."""
    shown = plain(value)
    return float(f"{shown:.7g}") if isinstance(shown, float) else shown


if __name__ == "__main__":
    main()
