"""Rows as CSV and as JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, BinaryIO, TextIO

from orewire.model.answers import is_formula


def write_csv(records: Iterable[Mapping[str, Any]], columns: Collection[str], out: BinaryIO) -> None:
    """RFC 4180 in UTF-8: lists joined by `;`, an apostrophe before what a spreadsheet would run as a formula."""
    with _text(out) as text:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([csv_cell(record[name]) for name in columns] for record in records)


def csv_cell(value: Any) -> Any:
    """A value as it stands in CSV."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, date):  # datetime is a date
        return value.isoformat()
    text = value if isinstance(value, str) else ";".join(map(str, value))
    return f"'{text}" if is_formula(text) else text


def write_jsonl(records: Iterable[Mapping[str, Any]], out: BinaryIO) -> None:
    """One JSON object a line: lists as lists, dates and times in ISO 8601."""
    with _text(out) as text:
        for record in records:
            text.write(f"{to_json(record)}\n")


def to_json(value: Any) -> str:
    """JSON in one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, date):  # datetime is a date
        return value.isoformat()
    raise TypeError(f"found {type(value).__name__}, expected what JSON can hold")


@contextmanager
def _text(out: BinaryIO) -> Iterator[TextIO]:
    """UTF-8 text over a binary stream, which is left open."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    try:
        yield text
    finally:
        text.detach()
