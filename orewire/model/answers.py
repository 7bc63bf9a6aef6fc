"""What is taken out of a store whole: exports of events, and answers to a query of the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

from orewire.model.event import Cursor

EXPORT_FORMATS: Final = ("csv", "jsonl", "parquet", "geojson", "xlsx")
BINARY_FORMATS: Final = ("parquet", "xlsx")

EXPORT_COLUMNS: Final[dict[str, str]] = {
    "id": "BIGINT", "date": "DATE", "type": "VARCHAR", "family": "VARCHAR", "status": "VARCHAR",
    "salience": "VARCHAR", "stage": "VARCHAR", "countries": "VARCHAR[]", "minerals": "VARCHAR[]",
    "project": "VARCHAR", "actor": "VARCHAR", "target": "VARCHAR", "confidence": "DOUBLE",
    "article_count": "INTEGER", "independent_sources": "INTEGER", "first_seen": "TIMESTAMPTZ",
    "last_seen": "TIMESTAMPTZ", "evidence": "VARCHAR", "url": "VARCHAR", "title": "VARCHAR", "source": "VARCHAR",
    "voice": "VARCHAR", "supporters": "INTEGER", "opponents": "INTEGER", "amount": "DOUBLE", "currency": "VARCHAR",
    "latitude": "DOUBLE", "longitude": "DOUBLE",
}  # fmt: skip
"""Columns of an exported event and their types in SQL. `url`, `title` and `source` are those of its best source."""

MOST_ROWS = 100_000
"""Rows that one answer to a query can have; more than that is an export's work."""

_RUN_BY_SPREADSHEETS = frozenset("=+-@\t\r\n＝＋－＠")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of the events that match: at most `limit`, behind `offset` others or behind a former page."""

    limit: int
    offset: int = 0
    after: Cursor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Events that match, written out: how many, what was changed to fit the form, and the bytes to read.

    `end` is where a page ended, None where no event comes behind it.
    """

    events: int
    notes: tuple[str, ...]
    body: BinaryIO
    end: Cursor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlAnswer:
    """Rows of a query; `columns` are pairs of name and SQL type, values are what JSON can hold.

    `more` says that rows were left out; `as_of` when the rows were true.
    """

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool
    as_of: datetime


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run the text instead of showing it."""
    return text[:1] in _RUN_BY_SPREADSHEETS
