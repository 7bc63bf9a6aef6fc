"""feeds: how each source is doing, which sources a site has, and lists of feeds in and out."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from orewire.cli.output import FORMATS, console, printable, shortened, to_csv
from orewire.cli.session import config_option, open_questions, read_config
from orewire.config import DEFAULT_PATH, Config
from orewire.model.errors import FeedError, UsageError

if TYPE_CHECKING:
    from ingest.discover import Found

_COLUMNS = (
    "name", "url", "kind", "lang", "country", "articles", "articles_a_day", "stubs", "entries", "dead", "newest_entry",
    "last_poll", "last_success", "last_error", "failures", "next_poll", "retired",
)  # fmt: skip


@click.group("feeds", invoke_without_command=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@config_option
@click.pass_context
def feeds_command(context: click.Context, form: str, config_path: Path) -> None:
    """Show each feed: articles, articles a day, newest entry, last success, last error with its reason, next poll."""
    context.obj = config_path
    if context.invoked_subcommand is None:
        with open_questions(read_config(config_path)) as questions:
            health = questions.get_health()
        write_feeds(health["feeds"], form)
        if health["files"] and form == "table":
            click.echo("files of which no article could be had:")
            for file in health["files"]:
                click.echo(f"  {printable(file['path'])}: {printable(file['reason'])}")


def write_feeds(rows: list[dict[str, Any]], form: str) -> None:
    """Print the state of each feed in the form asked for."""
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif form == "csv":
        click.echo(to_csv(({name: row[name] for name in _COLUMNS} for row in rows), _COLUMNS), nl=False)
    elif not rows:
        click.echo("no feed was asked yet: `orewire run` asks those of the configuration")
    else:
        _table(rows)


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("feed", "articles", "a day", "newest entry", "last success", "next poll", "last error"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in _cells(row)))
    console().print(table)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    times = [str(row[name] or "-")[:16].replace("T", " ") for name in ("newest_entry", "last_success", "next_poll")]
    if row["retired"]:
        times[-1] = "retired"
    error = shortened(row["last_error"] or "-", 60)
    name = f"{row['name']} (mostly behind a paywall)" if 2 * row["stubs"] > row["articles"] else row["name"]
    return (name, str(row["articles"]), f"{row['articles_a_day']:.1f}", *times, error)


def _own_config(context: click.Context, config_path: Path) -> Path:
    """`-c` is taken before and behind the name of the command."""
    given = context.get_parameter_source("config_path") is not ParameterSource.DEFAULT
    chosen: Path = config_path if given else context.obj
    return chosen


@feeds_command.command("check")
@click.argument("sites", nargs=-1, required=True, metavar="SITE ...")
@config_option
@click.pass_context
def check_command(context: click.Context, config_path: Path, sites: tuple[str, ...]) -> None:
    """Find the feeds of a site, and read each: a line for config.yaml, or why there is none."""
    path = _own_config(context, config_path)
    config = Config() if path == DEFAULT_PATH and not path.exists() else read_config(path)
    results = asyncio.run(_check(config, sites))
    for site, found, problem in results:
        click.echo(f"{printable(site)}: {problem or f'{len(found)} found'}")
        for one in found:
            newest = f"newest {one.newest:%Y-%m-%d}" if one.newest else "no dates"
            note = "" if one.allowed else "; robots.txt keeps crawlers from it: `robots: false` asks all the same"
            click.echo(f"  # {one.entries} entries, {newest}{note}")
            click.echo(f"  - {config_line(one.title or site, one.url, one.kind)}")
    sys.exit(0 if all(found for _, found, _ in results) else 1)


async def _check(config: Config, sites: tuple[str, ...]) -> list[tuple[str, list[Found], str]]:
    from ingest.discover import find_sources
    from ingest.http import Fetcher
    from ingest.robots import Robots
    from orewire.model.errors import FetchError
    from orewire.rooms import fetch_options, reading_in
    from orewire.workers import Workers

    results = []
    with Workers(1) as workers:
        async with Fetcher(fetch_options(config)) as fetcher:
            robots = Robots(fetcher, config.gather.user_agent)
            for site in sites:
                try:
                    found = await find_sources(site, fetcher=fetcher, robots=robots, read=reading_in(workers))
                    results.append((site, found, "" if found else "no feed, no news sitemap, no page of headlines"))
                except FetchError as error:
                    results.append((site, [], str(error)))
    return results


def config_line(name: str, url: str, kind: str, lang: str | None = None) -> str:
    """A feed as it stands in config.yaml."""
    import yaml

    record = {"name": name, "url": url} | ({"kind": kind} if kind != "feed" else {}) | ({"lang": lang} if lang else {})
    line: str = yaml.safe_dump(record, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000)
    return line.strip()


@feeds_command.command("export")
@click.argument("file", type=click.Path(path_type=Path), default=Path("-"))
@config_option
@click.pass_context
def export_command(context: click.Context, config_path: Path, file: Path) -> None:
    """Write name, address, kind and language of the configured feeds as OPML, to FILE or to standard output."""
    from ingest.opml import write_opml

    document = write_opml(read_config(_own_config(context, config_path)).feed_specs())
    if str(file) == "-":
        click.echo(document.decode())
        return
    try:
        file.write_bytes(document)
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error


@feeds_command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@config_option
@click.pass_context
def import_command(context: click.Context, config_path: Path, file: Path) -> None:
    """Add the feeds of an OPML file to config.yaml; those that stand there already are left as they are."""
    from ingest.addresses import canonical_url
    from ingest.opml import read_opml
    from ingest.reader import reader_kinds
    from orewire.config import append_feeds

    path = _own_config(context, config_path)
    try:
        listed = read_opml(file.read_bytes())
    except FeedError as error:
        raise UsageError(f"{file}: {error}") from error
    known = {canonical_url(feed.url) for feed in read_config(path).feeds}
    new = [spec for spec in listed.feeds if canonical_url(spec.url) not in known]
    append_feeds(path, [config_line(one.name, one.url, one.kind, one.lang) for one in new], reader_kinds())
    click.echo(f"{len(new)} added to {path}, {len(listed.feeds) - len(new)} stood there already")
    if listed.left_out:
        click.echo(f"{listed.left_out} left out: their addresses are not for the web")
    if listed.damage:
        click.echo(f"{file} is damaged, and may hold more: {listed.damage}", err=True)
        sys.exit(1)
