"""digest: a day told at once."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from orewire.cli.session import config_option, filter_options, open_questions, read_config, read_filters
from orewire.config import Config
from orewire.digest.catalogue import LANGUAGES
from orewire.digest.compose import Digest, compose_digest, day_bounds
from orewire.digest.render import Letter, render_letter
from orewire.model.errors import DeliveryError, UsageError

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
@click.option("--to", "places", multiple=True, help="A mailbox, or the name of a channel of config.yaml.")
@click.option("--send", is_flag=True, help="Send it there; without, it is only shown.")
@filter_options
@config_option
def digest_command(
    config_path: Path,
    day: datetime | None,
    zone: str,
    by: str,
    lang: str,
    out: Path | None,
    places: Sequence[str],
    send: bool,
    **options: Any,
) -> None:
    """Write the digest of a day: what is new, what matters most first, each event with its evidence and sources.

    Then what goes on, and what is unusual. Without --out and --send the text goes to standard output. Those that leave
    each day by themselves are the `digests` of config.yaml.
    """
    filters = read_filters(options)
    day_bounds(date(2000, 1, 1), zone)  # says what is wrong with the zone before anything is opened
    if send and not places:
        raise UsageError("--send: expected --to with a mailbox or the name of a channel, too")
    config = read_config(config_path)
    wanted = day.date() if day else datetime.now(ZoneInfo(zone)).date()
    with open_questions(config) as questions:
        digest = compose_digest(questions, wanted, filters=filters, zone=zone, by=by)
    letter = render_letter(digest, lang, pictures=out is not None or send)
    for path in write_letter(letter, out) if out else ():
        click.echo(path)
    if send:
        sys.exit(_send(config, digest, letter, places))
    if out is None:
        click.echo(letter.text, nl=False)
        for place in places:
            click.echo(f"to {place}: add --send", err=True)


def _send(config: Config, digest: Digest, letter: Letter, places: Sequence[str]) -> int:
    """Send it to each place, and say how that went; the exit status."""
    from orewire.alerts.reach import Reach
    from orewire.telling.digests import to_message

    now = datetime.now(UTC)
    message = to_message(digest, letter, name=f"sent at {now:%Y-%m-%d %H:%M:%S}", now=now)

    async def send_all() -> int:
        async with Reach(config, os.environ) as reach:
            names = [channel.name for channel in config.channels]
            failed = 0
            for place in places:
                get = reach.get if place in names else reach.mailbox
                try:
                    await get(place, list_name="digest").send(message)
                    click.echo(f"sent to {place}")
                except DeliveryError as error:
                    failed += 1
                    click.echo(f"not sent to {place}: {error}", err=True)
            return min(failed, 1)

    return asyncio.run(send_all())


def write_letter(letter: Letter, out: Path) -> tuple[Path, Path]:
    """Write HTML with its pictures within, and text; returns both paths."""
    text = out.with_suffix(".txt") if out.suffix != ".txt" else out.with_name(f"{out.name}.txt")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(letter.page, encoding="utf-8")
    text.write_text(letter.text, encoding="utf-8")
    return out, text
