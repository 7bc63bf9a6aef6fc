"""brief: a standing dossier of a project, a mineral or a country."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from orewire.cli.files import STDOUT, new_file
from orewire.cli.session import config_option, open_questions, read_config, read_since
from orewire.cli.tell import lang_option
from orewire.digest.brief import KINDS, compose_brief, find_subject
from orewire.digest.brief_render import FORMATS, render_brief


@click.command("brief")
@click.argument("name")
@click.option(
    "--since", default="1y", show_default=True, help="How far back: 90d, 6m, 1y; or a day, such as 2025-01-31."
)
@click.option("--kind", type=click.Choice(KINDS), help="For a name that has several meanings.")
@click.option("--country", help="Where a project lies, for a name that several have.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="html", show_default=True)
@lang_option
@click.option("--out", default=STDOUT, help="A new file; standard output if not given.")
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@config_option
def brief_command(
    config_path: Path, name: str, since: str, kind: str | None, country: str | None, form: str, lang: str, out: str,
    force: bool,
) -> None:  # fmt: skip
    """Write all that is known of a project (jadar), a mineral (lithium) or a country (RS).

    Where it stands and stood, who is for and against, key events with their evidence, the trend, a timeline.
    """
    today = datetime.now(UTC).date()
    first = read_since(since, today)
    with open_questions(read_config(config_path)) as questions:
        subject = find_subject(questions, name, kind=kind, country=country)
        brief = compose_brief(questions, subject, since=first, until=today)
    made = render_brief(brief, form, lang)
    with new_file(out, force=force) as file:
        file.write(made)
    if out != STDOUT:
        click.echo(out)
