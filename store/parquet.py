"""Rows as Parquet, by DuckDB, through a file of JSON Lines: any number of rows in the same memory."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from store.connection import open_scratch
from store.textforms import write_jsonl

_PLAIN_TYPE = re.compile(
    r"(BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT)|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|DATE|UUID"
    r"|TIMESTAMP(TZ| WITH TIME ZONE)?)(\[\])*"
)
_ROWS_OF_A_GROUP = 50_000


def write_parquet(
    records: Iterable[Mapping[str, Any]], columns: Mapping[str, str], out: BinaryIO, *, folder: Path | None = None
) -> None:
    """Write rows with these columns and their SQL types; temporary files go into `folder`.

    A type that Parquet or JSON does not know plainly becomes text: JSON for structures.
    """
    types = {name: kind if _PLAIN_TYPE.fullmatch(kind) else "VARCHAR" for name, kind in columns.items()}
    with tempfile.TemporaryDirectory(dir=folder, prefix="parquet-") as name:
        lines, target = Path(name) / "rows.jsonl", Path(name) / "rows.parquet"
        with lines.open("wb") as file:
            write_jsonl(records, file)
        _convert(lines, target, types)
        with target.open("rb") as done:
            shutil.copyfileobj(done, out, 1 << 20)


def _convert(lines: Path, target: Path, types: Mapping[str, str]) -> None:
    columns = ", ".join(f"{_literal(name)}: '{kind}'" for name, kind in types.items())
    with open_scratch(lines.parent) as connection:
        connection.execute(
            f"""
            COPY (SELECT * FROM read_json($lines, format = 'newline_delimited', columns = {{{columns}}}))
            TO {_literal(str(target))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_OF_A_GROUP})
            """,  # noqa: S608 - quoted by `_literal`
            {"lines": str(lines)},
        )


def _literal(text: str) -> str:
    """Text as SQL writes it, for the two places where no parameter can stand."""
    return "'" + text.replace("'", "''") + "'"
