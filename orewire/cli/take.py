"""export, sql: what is in the store, taken out whole or asked in one's own words."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from orewire.cli.files import STDOUT, new_file
from orewire.cli.rows import write_answer, write_parquet_file
from orewire.cli.session import config_option, filter_options, find_client, open_questions, read_config, read_filters
from orewire.config import Config
from orewire.model.answers import BINARY_FORMATS, EXPORT_FORMATS, MOST_ROWS, SqlAnswer
from orewire.model.errors import UsageError
from orewire.model.event import Filters

_FORM_OF_SUFFIX = {f".{form}": form for form in EXPORT_FORMATS} | {".ndjson": "jsonl", ".json": "geojson"}
_SQL_FORMATS = ("table", "json", "csv", "parquet")
_CHUNK = 1 << 20

force_option = click.option("--force", is_flag=True, help="Replace a file that is there.")


@click.command("export")
@filter_options
@click.option("--format", "form", type=click.Choice(EXPORT_FORMATS), help="As the name of the file says, if not given.")
@click.option("--out", metavar="FILE", help="Where to; - is standard output.")
@click.option("--snapshot", metavar="FILE", help="In place of events: the whole store, as a DuckDB database.")
@force_option
@config_option
def export_command(
    config_path: Path, form: str | None, out: str | None, snapshot: str | None, force: bool, **options: Any
) -> None:
    """Write all matching events to a file: CSV, JSON Lines, Parquet, GeoJSON or Excel. None is ever left out.

    Several values of one option mean any of them; different options must all hold. The file is complete or not there.
    """
    filters = read_filters(options)
    config = read_config(config_path)
    if snapshot is not None:
        if filters != Filters() or form or out:
            raise UsageError("--snapshot: found another option, expected only --force: it takes the whole store")
        _export_snapshot(config, snapshot, force)
    elif out is None:
        raise UsageError("--out: found none, expected a file, or - for standard output")
    else:
        _export_events(config, filters, form or _form_of(out), out, force)


def _form_of(out: str) -> str:
    form = _FORM_OF_SUFFIX.get(Path(out).suffix.lower())
    if form is None:
        expected = ", ".join(EXPORT_FORMATS)
        raise UsageError(f"--out: found {out!r}, expected a name that ends in one of {expected}, or --format")
    return form


def _export_events(config: Config, filters: Filters, form: str, out: str, force: bool) -> None:
    if out == STDOUT and form in BINARY_FORMATS and sys.stdout.isatty():
        raise UsageError(f"--out: found a terminal, expected a file or a pipe for {form}")
    with new_file(out, force=force) as file, open_questions(config) as questions:
        export = questions.open_export(filters, form)
        with export.body:
            shutil.copyfileobj(export.body, file, _CHUNK)
    click.echo(f"{export.events:,} events to {'standard output' if out == STDOUT else out}", err=True)
    for note in export.notes:
        click.echo(f"note: {note}", err=True)


def _export_snapshot(config: Config, out: str, force: bool) -> None:
    with new_file(out, force=force) as file, open_questions(config) as questions, questions.open_snapshot() as body:
        shutil.copyfileobj(body, file, _CHUNK)
    click.echo(f"the store to {out}; open it with `duckdb {out}`", err=True)


@click.command("sql")
@click.argument("query", required=False)
@click.option("--tables", is_flag=True, help="Show the tables and columns there are.")
@click.option("--limit", type=click.IntRange(1, MOST_ROWS), default=1000, show_default=True, help="Most rows.")
@click.option("--format", "form", type=click.Choice(_SQL_FORMATS), default="table", show_default=True)
@click.option("--out", metavar="FILE", help="Where to, for Parquet.")
@force_option
@config_option
def sql_command(
    config_path: Path, query: str | None, tables: bool, limit: int, form: str, out: str | None, force: bool
) -> None:
    """Answer one SELECT in DuckDB's SQL over the store; - reads it from standard input.

    Nothing can be changed or reached by it but the store's tables, and time, memory and rows are limited: docs/sql.md.
    """
    if tables:
        _show_tables()
        return
    if not query:
        raise UsageError("sql: found no query, expected one SELECT, or --tables")
    text = sys.stdin.read() if query == "-" else query
    answer = _run_sql(read_config(config_path), text, limit)
    names = _unique([name for name, _ in answer.columns])
    columns = {name: kind for name, (_, kind) in zip(names, answer.columns, strict=True)}
    records = [dict(zip(columns, row, strict=True)) for row in answer.rows]
    if form == "parquet":
        write_parquet_file(records, columns, out, force=force)
    else:
        write_answer(records, columns, form)
    _tell_limits(answer, limit)


def _run_sql(config: Config, text: str, limit: int) -> SqlAnswer:
    """Without a service nothing writes, so that the file itself can be read."""
    if client := find_client(config):
        return client.run_sql(text, limit=limit)
    from datetime import UTC, datetime

    from store.connection import open_database
    from store.sandbox import run_sql

    open_database(config.store).close()  # the newest schema, or a clear error
    return run_sql(config.store, text, limit=limit, as_of=datetime.now(UTC))


def _unique(names: list[str]) -> list[str]:
    """Columns of the same name get a number, those of none a name."""
    taken: dict[str, None] = {}
    for given in names:
        name = given or "column"
        number, new = 2, name
        while new in taken:
            number, new = number + 1, f"{name}_{number}"
        taken[new] = None
    return list(taken)


def _tell_limits(answer: SqlAnswer, limit: int) -> None:
    from datetime import UTC, datetime

    if answer.more:
        click.echo(f"note: only the first {limit:,} rows; --limit shows more, up to {MOST_ROWS:,}", err=True)
    if (datetime.now(UTC) - answer.as_of).total_seconds() > _OLD:
        click.echo(f"note: as the store was at {answer.as_of:%Y-%m-%d %H:%M:%S} UTC", err=True)


_OLD = 10.0
"""Seconds."""


def _show_tables() -> None:
    from store.connection import open_database
    from store.schema import describe_tables

    with open_database(None) as connection:
        click.echo(describe_tables(connection), nl=False)
