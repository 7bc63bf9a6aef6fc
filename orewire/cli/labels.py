"""queue, labels: what to look at next, and what was looked at as labelled data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from orewire.cli.output import FORMATS, write_events
from orewire.cli.session import config_option, filter_options, open_questions, read_config, read_filters


@click.command("queue")
@filter_options
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@config_option
def queue_command(config_path: Path, form: str, limit: int, **options: Any) -> None:
    """Show news that nobody accepted, rejected or edited: the least sure first, of these the most told."""
    filters = read_filters(options)
    with open_questions(read_config(config_path)) as questions:
        events = questions.find_unreviewed(filters, limit=limit)
    write_events(events, len(events), form)


@click.group("labels")
def labels_command() -> None:
    """What was corrected by hand, as labelled articles."""


@labels_command.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@config_option
def export_command(config_path: Path, file: Path) -> None:
    """Write the articles that people have looked at to FILE, corrected: JSON Lines that `orewire evaluate` reads.

    An article is `partial` while some of its news was not looked at. `make train CORRECTIONS=FILE` learns from both.
    """
    with open_questions(read_config(config_path)) as questions:
        labels = questions.find_labels()
    lines = (json.dumps(label, ensure_ascii=False) + "\n" for label in labels)
    file.write_text("".join(lines), encoding="utf-8")
    partial = sum(1 for label in labels if label["partial"])
    click.echo(f"{len(labels)} articles written to {file}, {partial} of them partial")
