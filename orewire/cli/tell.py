"""digest: a day told at once."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from orewire.cli.session import config_option, filter_options, open_questions, read_config, read_filters
from orewire.digest.catalogue import LANGUAGES
from orewire.digest.compose import compose_digest, day_bounds
from orewire.digest.render import Letter, render_letter

lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="Of the lines; evidence stays as it is.",
)


@click.command("digest")
@click.option("--date", "day", type=click.DateTime(formats=["%Y-%m-%d"]), help="The reader's day; today if not given.")
@click.option("--zone", default="UTC", show_default=True, help="The reader's time zone, such as Europe/Belgrade.")
@click.option("--by", type=click.Choice(("mineral", "country")), default="mineral", show_default=True,
              help="How to group what matters less.")  # fmt: skip
@lang_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="HTML here, text beside it as .txt.")
@filter_options
@config_option
def digest_command(
    config_path: Path, day: datetime | None, zone: str, by: str, lang: str, out: Path | None, **options: Any
) -> None:
    """Write the digest of a day: what is new, what matters most first, each event with its evidence and sources.

    Then what goes on, and what is unusual. Without --out the text goes to standard output.
    """
    filters = read_filters(options)
    day_bounds(date(2000, 1, 1), zone)  # says what is wrong with the zone before anything is opened
    wanted = day.date() if day else datetime.now(ZoneInfo(zone)).date()
    with open_questions(read_config(config_path)) as questions:
        digest = compose_digest(questions, wanted, filters=filters, zone=zone, by=by)
    letter = render_letter(digest, lang, pictures=out is not None)
    if out is None:
        click.echo(letter.text, nl=False)
        return
    for path in write_letter(letter, out):
        click.echo(path)


def write_letter(letter: Letter, out: Path) -> tuple[Path, Path]:
    """Write HTML with its pictures within, and text; returns both paths."""
    text = out.with_suffix(".txt") if out.suffix != ".txt" else out.with_name(f"{out.name}.txt")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(letter.page, encoding="utf-8")
    text.write_text(letter.text, encoding="utf-8")
    return out, text
