"""Queries that people keep to ask again, by name."""

from __future__ import annotations

from orewire.model.errors import UsageError
from orewire.model.queries import SavedQuery
from store.connection import Connection, rows, transaction
from store.filters import clean

_LONGEST_NAME, _LONGEST, _MOST = 200, 100_000, 1_000


def get_queries(connection: Connection) -> list[SavedQuery]:
    """All of them by name."""
    return [SavedQuery(**row) for row in rows(connection, "SELECT name, sql, who, made_at FROM queries ORDER BY name")]


def put_query(connection: Connection, query: SavedQuery) -> None:
    """Keep a query, in place of a former one of its name; UsageError where name or text are none, or too long."""
    if not query.name.strip() or len(query.name) > _LONGEST_NAME or not query.name.isprintable():
        raise UsageError(f"name: found {query.name[:40]!r}, expected 1 to {_LONGEST_NAME} characters on one line")
    if not query.sql.strip() or len(query.sql) > _LONGEST:
        raise UsageError(f"sql: found {len(query.sql)} characters, expected 1 to {_LONGEST:,}")
    if query.sql != clean(query.sql):
        raise UsageError("sql: found a character that no text can hold, expected UTF-8")
    values = {"name": query.name, "sql": query.sql, "who": query.who, "made_at": query.made_at}
    with transaction(connection):
        connection.execute("DELETE FROM queries WHERE name = $name", {"name": query.name})
        (count,) = connection.execute("SELECT count(*) FROM queries").fetchone() or (0,)
        if count >= _MOST:
            raise UsageError(f"query: found {count} of them, expected {_MOST} at most: remove one")
        connection.execute("INSERT INTO queries (name, sql, who, made_at) VALUES ($name, $sql, $who, $made_at)", values)


def remove_query(connection: Connection, name: str) -> bool:
    """Forget a query; whether there was one."""
    with transaction(connection):
        gone = connection.execute("DELETE FROM queries WHERE name = $name RETURNING name", {"name": name}).fetchall()
    return bool(gone)
