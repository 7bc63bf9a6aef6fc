"""digest: a day told at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from orewire.cli.session import config_option, open_questions, read_config
from orewire.digest.compose import Digest, compose_digest
from orewire.digest.render import render_html, render_text


@click.command("digest")
@click.option("--date", "day", type=click.DateTime(formats=["%Y-%m-%d"]), help="The day (UTC); today if not given.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="HTML here, text beside it as .txt.")
@config_option
def digest_command(config_path: Path, day: datetime | None, out: Path | None) -> None:
    """Write the digest of a day: what is new, by kind, each event with its evidence and sources.

    Without --out the text goes to standard output.
    """
    with open_questions(read_config(config_path)) as questions:
        digest = compose_digest(questions, day.date() if day else _today())
    if out is None:
        click.echo(render_text(digest), nl=False)
        return
    for path in write_digest(digest, out):
        click.echo(path)


def write_digest(digest: Digest, out: Path) -> tuple[Path, Path]:
    """Write HTML and text; returns both paths."""
    text = out.with_suffix(".txt") if out.suffix != ".txt" else out.with_name(f"{out.name}.txt")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(render_html(digest), encoding="utf-8")
    text.write_text(render_text(digest), encoding="utf-8")
    return out, text


def _today() -> date:
    return datetime.now(UTC).date()
