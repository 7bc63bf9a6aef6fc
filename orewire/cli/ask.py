"""events: questions about what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from orewire.cli.output import EVENT_COLUMNS, FORMATS, event_row, printable, write_events
from orewire.cli.rows import write_answer, write_parquet_file
from orewire.cli.session import config_option, filter_options, open_questions, read_config, read_filters
from orewire.model.answers import EXPORT_COLUMNS
from orewire.model.facet import FACETS, Facet

form_option = click.option(
    "--format", "form", type=click.Choice((*FORMATS, "parquet")), default="table", show_default=True
)
out_option = click.option("--out", metavar="FILE", help="Where to, for Parquet.")
_FACET_TYPES = {"facet": "VARCHAR", "value": "VARCHAR", "events": "BIGINT"}
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


@click.command("facets")
@filter_options
@click.option("--by", multiple=True, type=click.Choice(FACETS), help="Only these; all unless given.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Values of each at most.")
@form_option
@out_option
@config_option
def facets_command(
    config_path: Path, form: str, out: str | None, by: tuple[str, ...], limit: int, **options: Any
) -> None:
    """Count the events that match by each country, mineral, type, family, status, stance and project.

    An event of several countries or minerals counts in each; - is without project, or without a stance.
    """
    filters = read_filters(options)
    with open_questions(read_config(config_path)) as questions:
        facets = questions.count_facets(filters, by=by or FACETS, limit=limit)
    if form == "table":
        _facet_table(facets)
        return
    records = [{"facet": facet.name, **asdict(value)} for facet in facets for value in facet.values]
    if form == "parquet":
        write_parquet_file(records, _FACET_TYPES, out)
    else:
        write_answer(records, _FACET_TYPES, form)


def _facet_table(facets: Sequence[Facet]) -> None:
    """A block for each facet, with a line for each value."""
    width = max((len(printable(value.value)) for facet in facets for value in facet.values), default=0)
    for facet in facets:
        click.echo(facet.name)
        for value in facet.values:
            click.echo(f"  {printable(value.value):{width}}  {value.events:>9,}")
        if facet.more:
            click.echo(f"  … and {facet.more:,} more")
