"""events: questions about what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from orewire.cli.output import FORMATS, write_events
from orewire.cli.session import config_option, filter_options, open_questions, read_config, read_filters

form_option = click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)


@click.command("events")
@filter_options
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--offset", type=click.IntRange(min=0), default=0)
@form_option
@config_option
def events_command(config_path: Path, form: str, limit: int, offset: int, **options: Any) -> None:
    """Find events, newest first. Several values of one option mean any of them; different options must all hold."""
    filters = read_filters(options)
    with open_questions(read_config(config_path)) as questions:
        events = questions.find_events(filters, limit=limit, offset=offset)
        write_events(events, questions.count_events(filters), form)
