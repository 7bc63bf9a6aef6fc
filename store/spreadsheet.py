"""Rows as an Excel workbook, by XlsxWriter, row by row: more rows than a sheet holds go on in the next."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from orewire.model.answers import is_formula

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

SHEET_ROWS = 1_048_576
CELL_LENGTH = 32_767
"""What a cell holds, in UTF-16 units."""
_MARK = "… [shortened]"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FIRST_YEAR = 1900
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - the same for all, so that the same events give the same bytes
_SHOWN = 5


def write_xlsx(
    records: Iterable[Mapping[str, Any]],
    columns: Iterable[str],
    out: BinaryIO,
    *,
    folder: Path | None = None,
    sheet_rows: int = SHEET_ROWS,
) -> tuple[str, ...]:
    """Write sheets of at most `sheet_rows` rows with their heads; returns what had to be changed to fit.

    Text stays text, whatever a spreadsheet would make of it; characters that no XML can hold are left out.
    """
    from xlsxwriter import Workbook

    with tempfile.TemporaryDirectory(dir=folder, prefix="xlsx-") as temporary:
        workbook = Workbook(out, {"constant_memory": True, "tmpdir": temporary})
        workbook.set_properties({"created": _CREATED})
        book = _Book(workbook, tuple(columns), sheet_rows)
        for record in records:
            book.add(record)
        workbook.close()
    return book.notes()


class _Book:
    """Sheets that are filled one after the other."""

    def __init__(self, workbook: Workbook, columns: Sequence[str], sheet_rows: int) -> None:
        self._workbook, self._columns, self._sheet_rows = workbook, columns, sheet_rows
        self._head, self._quoted = workbook.add_format({"bold": True}), workbook.add_format({"quote_prefix": True})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._time = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._shortened: list[Any] = []
        self._sheets = 0
        self._next_sheet()

    def _next_sheet(self) -> None:
        self._sheets += 1
        self._sheet = self._workbook.add_worksheet("events" if self._sheets == 1 else f"events {self._sheets}")
        self._sheet.freeze_panes(1, 0)
        for place, name in enumerate(self._columns):
            self._sheet.write_string(0, place, name, self._head)
        self._row = 1

    def add(self, record: Mapping[str, Any]) -> None:
        if self._row >= self._sheet_rows:
            self._next_sheet()
        for place, value in enumerate(record[name] for name in self._columns):
            if isinstance(value, str | list | tuple):
                self._add_text(place, value, record)
            elif value is not None:
                self._add_value(place, value)
        self._row += 1

    def _add_text(self, place: int, value: str | Sequence[str], record: Mapping[str, Any]) -> None:
        text = _NOT_XML.sub("", value if isinstance(value, str) else ";".join(value))
        if (cut := _fitting(text)) != text:
            self._shortened.append(record[self._columns[0]])
        self._sheet.write_string(self._row, place, cut, self._quoted if is_formula(cut) else None)

    def _add_value(self, place: int, value: Any) -> None:
        if isinstance(value, datetime):
            value = value.astimezone(UTC).replace(tzinfo=None)
        if not isinstance(value, date):
            self._sheet.write_number(self._row, place, value)
        elif value.year < _FIRST_YEAR:  # a spreadsheet's calendar begins there
            self._sheet.write_string(self._row, place, value.isoformat())
        else:
            self._sheet.write_datetime(self._row, place, value, self._format(value))

    def _format(self, value: date) -> Format:
        return self._time if isinstance(value, datetime) else self._day

    def notes(self) -> tuple[str, ...]:
        """What a reader of the file must know."""
        notes = []
        if self._sheets > 1:
            notes.append(f"a sheet holds {self._sheet_rows:,} rows: the events are on {self._sheets} sheets")
        if self._shortened:
            shown = ", ".join(map(str, self._shortened[:_SHOWN])) + (", ..." if self._shortened[_SHOWN:] else "")
            told = f"{len(self._shortened)} texts were shortened, of the events {shown}"
            notes.append(f"a cell holds {CELL_LENGTH:,} characters: {told}")
        return tuple(notes)


def _fitting(text: str) -> str:
    """The text, or its beginning with a mark where it is longer than a cell holds."""
    if len(text) <= CELL_LENGTH // 2 or _units(text) <= CELL_LENGTH:
        return text
    room = (CELL_LENGTH - _units(_MARK)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + _MARK


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
