"""The tables and columns that a query can name, with the comments of the schema: what docs/sql.md lists."""

from __future__ import annotations

from itertools import groupby

from store.connection import Connection, rows
from store.sqlcheck import READABLE

_COLUMNS = f"""
    WITH readable AS ({READABLE}),
    relations AS (
        SELECT table_name AS name, comment, FALSE AS is_view FROM duckdb_tables()
        UNION ALL SELECT view_name, comment, TRUE FROM duckdb_views()
    ),
    explained AS (
        SELECT column_name, arg_min(comment, table_name) AS comment FROM duckdb_columns()
        WHERE table_name IN ('events', 'mentions', 'projects') AND comment IS NOT NULL GROUP BY ALL
    )
    SELECT relations.name AS relation, relations.comment AS purpose, own.column_name AS name, own.data_type AS kind,
        coalesce(own.comment, CASE WHEN is_view THEN explained.comment END, '') AS comment
    FROM duckdb_columns() AS own
    JOIN relations ON relations.name = own.table_name
    LEFT JOIN explained ON explained.column_name = own.column_name
    WHERE own.schema_name = 'main' AND lower(own.table_name) IN (FROM readable)
    ORDER BY NOT is_view, relation, own.column_index
"""  # noqa: S608 - our own words
_KINDS = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ"}


def describe_tables(connection: Connection) -> str:
    """A heading for each view and table with its purpose, and a list of its columns, in Markdown."""
    parts = []
    for (relation, purpose), columns in groupby(
        rows(connection, _COLUMNS), lambda row: (row["relation"], row["purpose"])
    ):
        lines = [f"### {relation}", "", f"{purpose[0].upper()}{purpose[1:]}.", ""]
        for column in columns:
            kind = _KINDS.get(column["kind"], column["kind"])
            told = f": {column['comment']}" if column["comment"] else ""
            lines.append(f"- `{column['name']}` {kind}{told}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)
