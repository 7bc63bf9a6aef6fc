"""events: questions about what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from orewire.cli.output import EVENT_COLUMNS, FORMATS, event_row, write_events
from orewire.cli.rows import write_parquet_file
from orewire.cli.session import config_option, filter_options, open_questions, read_config, read_filters
from orewire.model.answers import EXPORT_COLUMNS

form_option = click.option(
    "--format", "form", type=click.Choice((*FORMATS, "parquet")), default="table", show_default=True
)
out_option = click.option("--out", metavar="FILE", help="Where to, for Parquet.")
_EVENT_TYPES = {name: EXPORT_COLUMNS[name] for name in EVENT_COLUMNS}


@click.command("events")
@filter_options
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--offset", type=click.IntRange(min=0), default=0)
@form_option
@out_option
@config_option
def events_command(config_path: Path, form: str, out: str | None, limit: int, offset: int, **options: Any) -> None:
    """Find events, newest first. Several values of one option mean any of them; different options must all hold."""
    filters = read_filters(options)
    with open_questions(read_config(config_path)) as questions:
        events = questions.find_events(filters, limit=limit, offset=offset)
        if form == "parquet":
            lists = ({**event_row(one), "countries": one.countries, "minerals": one.minerals} for one in events)
            write_parquet_file(lists, _EVENT_TYPES, out)
        else:
            write_events(events, questions.count_events(filters), form)
