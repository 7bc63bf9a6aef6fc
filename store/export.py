"""All events that match, written out whole: one transaction, batch by batch, never more than a batch in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from orewire.model.answers import EXPORT_COLUMNS, EXPORT_FORMATS, Export, Page
from orewire.model.codes import FAMILY_OF_TYPE
from orewire.model.errors import UnknownValue
from orewire.model.event import VOICES, Cursor, Filters
from store.connection import Connection, in_list, snapshot
from store.events import cursor_at, find_ids
from store.filters import where_clause
from store.geojson import find_places, write_geojson
from store.parquet import write_parquet
from store.spreadsheet import write_xlsx
from store.textforms import write_csv, write_jsonl

_BATCH = 10_000
_FEW = 2
"""A batch whose ids span more than so many times its size is picked out by its list of ids."""
_SPECIAL = {
    "first_seen": "epoch_us(first_seen)",  # DuckDB takes long to make times for Python
    "last_seen": "epoch_us(last_seen)",
    "family": "type",
    "url": "told.url",
    "title": "told.title",
    "source": "told.source",
}

Record = dict[str, Any]


def export_events(
    connection: Connection,
    filters: Filters,
    form: str,
    *,
    page: Page | None = None,
    folder: Path | None = None,
) -> Export:
    """Write all events that match to a temporary file, those that were found last first; or a page, newest first.

    `form` is one of EXPORT_FORMATS; temporary files go into `folder`, and none of
    them outlives this process.
    """
    if form not in EXPORT_FORMATS:
        raise UnknownValue("format", form, EXPORT_FORMATS)
    body = cast(BinaryIO, tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 - it is handed on
    try:
        with snapshot(connection):
            found, end = _find_page(connection, filters, page) if page else (_find_ids(connection, filters), None)
            records = _records(connection, found) if page is None else _ordered(connection, found)
            notes = _write(connection, records, form, body, folder)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return Export(events=len(found), notes=notes, body=body, end=end)


def _find_ids(connection: Connection, filters: Filters) -> Any:
    """Ids in the order of the export, eight bytes each."""
    condition, values = where_clause(filters)
    query = f"SELECT id FROM events WHERE {condition} ORDER BY id DESC"  # noqa: S608 - parameters only
    return connection.execute(query, values).fetchnumpy()["id"]


def _find_page(connection: Connection, filters: Filters, page: Page) -> tuple[Any, Cursor | None]:
    """Ids of a page, and where it ended unless nothing comes behind it."""
    import numpy

    found = find_ids(connection, filters, limit=page.limit + 1, offset=page.offset, after=page.after)
    ids, more = found[: page.limit], found[page.limit :]
    return numpy.array(ids, dtype=numpy.int64), cursor_at(connection, ids[-1]) if more and ids else None


def _ordered(connection: Connection, ids: Any) -> Iterator[Record]:
    """The few rows of a page in its order."""
    import numpy

    by_id = {record["id"]: record for record in _records(connection, numpy.sort(ids)[::-1])}
    return iter([by_id[number] for number in ids.tolist()])


def _write(
    connection: Connection, records: Iterator[Record], form: str, out: BinaryIO, folder: Path | None
) -> tuple[str, ...]:
    if form == "csv":
        write_csv(records, EXPORT_COLUMNS, out)
    elif form == "jsonl":
        write_jsonl(records, out)
    elif form == "geojson":
        write_geojson(records, find_places(connection), out)
    elif form == "parquet":
        write_parquet(records, EXPORT_COLUMNS, out, folder=folder)
    else:
        return write_xlsx(records, EXPORT_COLUMNS, out, folder=folder)
    return ()


def _records(connection: Connection, ids: Any) -> Iterator[Record]:
    """The rows of the export, with the names and types of EXPORT_COLUMNS."""
    for start in range(0, len(ids), _BATCH):
        chosen = ids[start : start + _BATCH].tolist()
        wanted, few = set(chosen), chosen[0] - chosen[-1] >= _FEW * len(chosen)
        connection.execute(_query(in_list(chosen) if few else None), {"first": chosen[-1], "last": chosen[0]})
        for row in connection.fetchall():
            if row[0] in wanted:
                yield _record(dict(zip(EXPORT_COLUMNS, row, strict=True)))


def _query(chosen: str | None) -> str:
    """The events from $first to $last, or those of them that are chosen, each with its best source."""
    columns = ", ".join(_SPECIAL.get(name, f"event_list.{name}") for name in EXPORT_COLUMNS)
    return f"""
        WITH best AS (
            SELECT event, arg_min({{'url': url, 'title': title, 'source': articles.source}}, {_RANK}) AS told
            FROM mentions JOIN articles ON articles.number = mentions.article
            WHERE event BETWEEN $first AND $last {f"AND event IN {chosen}" if chosen else ""}
            GROUP BY event
        )
        SELECT {columns} FROM event_list LEFT JOIN best ON best.event = event_list.id
        WHERE event_list.id BETWEEN $first AND $last {f"AND event_list.id IN {chosen}" if chosen else ""}
        ORDER BY event_list.id DESC
    """  # noqa: S608 - our own names, and numbers


_RANK = f"""{{'a': url IS NULL, 'b': coalesce(list_position({list(VOICES)}, articles.voice), {len(VOICES) + 1}),
    'c': coalesce(published, 'infinity'::TIMESTAMPTZ), 'd': articles.id}}"""
"""What `source_rank` says, in SQL."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _record(row: Record) -> Record:
    row["family"] = FAMILY_OF_TYPE[row["type"]]
    row["confidence"] = round(row["confidence"], 3)
    for name in ("first_seen", "last_seen"):
        row[name] = _EPOCH + timedelta(microseconds=row[name])
    return row
