"""run, add, replay: gathering, and how it went."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from orewire.alerts.watches import find_watched
from orewire.cli.output import printable, progress_display, write_events
from orewire.cli.session import config_option, find_client, open_questions, read_config
from orewire.config import Config
from orewire.model.errors import UsageError
from orewire.model.event import RoundReport
from orewire.model.ports import Questions
from orewire.rooms import Rooms
from orewire.web.client import ServiceClient

_SHOWN_FAILURES = 20


@click.command("run")
@click.option("--watch", is_flag=True, help="Go on by the schedule until interrupted.")
@config_option
def run_command(config_path: Path, watch: bool) -> None:
    """Do one round: poll all feeds, fetch what is new, understand and store it, and say what was done.

    Killed at any moment and run again, it neither loses nor doubles an article.
    """
    config = read_config(config_path)
    if watch:
        _go_on(config)
    report = do_round(config)
    with open_questions(config) as questions:
        write_watched(questions, config, report)
    sys.exit(1 if report.failures else 0)


def _go_on(config: Config) -> None:
    """By the schedule is what the service does: one process, one way."""
    from orewire.cli.output import LogProgress
    from orewire.service import serve

    if client := find_client(config):
        raise UsageError(f"the service at {client.base_url} already gathers by the schedule")
    asyncio.run(serve(config, LogProgress()))
    sys.exit(0)


def do_round(config: Config) -> RoundReport:
    """One round, by the service where it runs; prints what was done."""
    report = client.run_round() if (client := find_client(config)) else in_rooms(config, _round_and_tell)
    write_report(report)
    return report


async def _round_and_tell(rooms: Rooms) -> RoundReport:
    """A round, and the alerts and digests that are due by then: what the service does all the time."""
    from orewire.alerts.reach import Reach
    from orewire.pipeline import run_round
    from orewire.telling.teller import tell_once
    from store.local import LocalStore

    async with Reach(rooms.config, os.environ) as reach:
        report = await run_round(rooms, due_only=False)
        store = LocalStore(rooms.connection, rooms.fulltext)
        return replace(report, messages=await tell_once(rooms, store, reach))


def in_rooms(config: Config, work: Callable[[Rooms], Awaitable[RoundReport]]) -> RoundReport:
    """Do the work in this process, which owns the store meanwhile."""
    from orewire.rooms import open_rooms
    from store.connection import open_database, store_errors

    async def inside() -> RoundReport:
        connection = open_database(config.store)
        try:
            with progress_display() as progress, store_errors(str(config.store)):
                async with open_rooms(config, connection, progress) as rooms:
                    return await work(rooms)
        finally:
            connection.close()

    return asyncio.run(inside())


def write_report(report: RoundReport) -> None:
    """What a round did, and each failure with its reason."""
    click.echo(
        f"feeds     {report.feeds_ok} read, {report.feeds_unchanged} unchanged, {report.feeds_failed} failed\n"
        f"pages     {report.entries_new} announced, {report.pages_fetched} fetched, {report.pages_failed} failed\n"
        f"articles  {report.articles_new} new, {report.articles_analysed} analysed, "
        f"{report.articles_relevant} relevant\n"
        f"events    {report.events_new} new, {report.events_updated} updated\n"
        f"messages  {report.messages} written\n"
        f"time      {report.seconds:.1f} s"
    )
    for address, reason in report.failures[:_SHOWN_FAILURES]:
        click.echo(f"failed: {printable(address)}: {printable(reason)}")
    if len(report.failures) > _SHOWN_FAILURES:
        click.echo(f"and {len(report.failures) - _SHOWN_FAILURES} more; `orewire feeds` shows each feed")


def write_watched(questions: Questions, config: Config, report: RoundReport) -> None:
    """The new events that the configured watches ask for."""
    for name, events in find_watched(questions, config.watches, report.new_event_ids).items():
        click.echo(f"\nwatch {name!r}: {len(events)} new")
        if events:
            write_events(events, len(events), "table")


@click.command("add")
@click.argument("documents", nargs=-1, required=True, metavar="FILE|URL ...")
@config_option
def add_command(config_path: Path, documents: tuple[str, ...]) -> None:
    """Add single documents: HTML, PDF, DOCX, EML or text, from files or web addresses."""
    from orewire.pipeline import add_documents

    config = read_config(config_path)
    if client := find_client(config):
        report = _add_through(client, documents)
    else:
        report = in_rooms(config, lambda rooms: add_documents(rooms, documents))
    click.echo(
        f"{report.articles_new} new articles of {len(documents)} documents, {report.articles_relevant} relevant, "
        f"{report.events_new} new events, {report.events_updated} updated"
    )
    for name, reason in report.failures:
        click.echo(f"failed: {printable(name)}: {reason}", err=True)
    with open_questions(config) as questions:
        write_watched(questions, config, report)
    sys.exit(1 if report.failures else 0)


def _add_through(client: ServiceClient, documents: tuple[str, ...]) -> RoundReport:
    from ingest.addresses import is_web_url
    from ingest.documents import read_document
    from ingest.folder import name_as_text
    from orewire.model.errors import ExtractError
    from orewire.pipeline import sum_reports

    report = RoundReport()
    for document in documents:
        try:
            if is_web_url(document):
                one = client.add_document(b"", name=document, url=document)
            else:
                one = client.add_document(read_document(Path(document)), name=name_as_text(Path(document).name))
        except ExtractError as error:
            one = RoundReport(failures=((document, str(error)),))
        report = sum_reports(report, one)
    return report


_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("replay")
@click.option("--since", type=_DAY, default="1970-01-01", help="First day of the span, such as 2026-09-01.")
@click.option("--until", type=_DAY, default="9999-12-31", help="The day after its last.")
@click.option("--into", type=click.Path(path_type=Path), help="A new database in place of the configured one.")
@config_option
def replay_command(config_path: Path, since: datetime, until: datetime, into: Path | None) -> None:
    """Read and understand again what was fetched in a span of days, from the archive and without the network."""
    from orewire.replay import replay

    config = read_config(config_path)
    if into is not None and into.exists():
        raise UsageError(f"--into: {into} exists; expected the name of a new database")
    if into is None and (client := find_client(config)):
        raise UsageError(f"the service at {client.base_url} owns the store; stop it, or replay --into a new database")
    if not config.archive.is_dir():
        raise UsageError(f"archive: there is no {config.archive}")
    if since >= until:
        raise UsageError(f"--since: found {since:%Y-%m-%d}, expected a day before --until, {until:%Y-%m-%d}")
    config = config.model_copy(update={"store": into or config.store})
    span = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC)
    report = in_rooms(config, lambda rooms: replay(rooms, *span, is_whole=into is not None))
    click.echo(
        f"{report.feeds_ok} answers of feeds and {report.pages_fetched} pages and documents read again: "
        f"{report.articles_new} articles, {report.articles_relevant} relevant, "
        f"{report.events_new} new events, {report.events_updated} updated"
    )
    for name, reason in report.failures:
        click.echo(f"failed: {printable(name)}: {printable(reason)}", err=True)
    sys.exit(1 if report.failures else 0)
