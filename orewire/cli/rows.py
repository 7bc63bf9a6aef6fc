"""Rows of any columns, as a table, JSON, CSV or Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from orewire.cli.files import new_file
from orewire.cli.output import console, printable, to_csv
from orewire.model.errors import UsageError

Record = Mapping[str, Any]
_WIDEST = 60
"""Characters of a cell of a table."""


def write_answer(records: Sequence[Record], columns: Iterable[str], form: str) -> None:
    """Print rows; nested values are JSON but in JSON itself, and lists of text in CSV are joined by `;`."""
    if form == "json":
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
    elif form == "csv":
        names = list(columns)
        click.echo(to_csv(({name: _flat(record[name]) for name in names} for record in records), names), nl=False)
    else:
        _print_table(records, list(columns))


def write_parquet_file(
    records: Iterable[Record], columns: Mapping[str, str], out: str | None, *, force: bool = False
) -> None:
    """Write rows to a Parquet file; `columns` maps names to types of SQL."""
    if out is None:
        raise UsageError("--out: found none, expected a file for Parquet")
    from store.parquet import write_parquet

    with new_file(out, force=force) as file:
        write_parquet(records, columns, file)


def _flat(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ";".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _print_table(records: Sequence[Record], columns: Sequence[str]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        numbers = all(isinstance(record[name], int | float | None) for record in records)
        table.add_column(printable(name), justify="right" if numbers else "left", overflow="fold", max_width=_WIDEST)
    for record in records:
        table.add_row(*(_cell(record[name]) for name in columns))
    console().print(table, markup=False)
    click.echo(f"{len(records):,} row{'' if len(records) == 1 else 's'}")


def _cell(value: Any) -> Any:
    from rich.text import Text

    flat = f"{value:.6g}" if isinstance(value, float) else _flat(value)
    return Text("-" if flat is None else printable(str(flat)))
