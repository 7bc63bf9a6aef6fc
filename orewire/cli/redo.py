"""reprocess, review: what is stored, understood again, or corrected by hand."""

from __future__ import annotations

import getpass
import json
from datetime import UTC, datetime
from pathlib import Path

import click

from orewire.cli.gather import in_rooms
from orewire.cli.output import printable
from orewire.cli.session import config_option, find_client, open_questions, read_config
from orewire.config import Config
from orewire.model.event import Review, RoundReport
from orewire.rooms import Rooms


@click.command("reprocess")
@click.option("--all", "every", is_flag=True, help="Every article, also what this version understood.")
@config_option
def reprocess_command(config_path: Path, every: bool) -> None:
    """Understand again what an older version of orewire understood; the events change all at once, at the end.

    Killed at any moment and started again, it goes on where it stopped. Where the service runs, it does the work beside
    its gathering, and `orewire reprocess` told again says how far it is.
    """
    config = read_config(config_path)
    if client := find_client(config):
        queued = client.reprocess(every=every)
        done = client.get_health()["reprocessing"]["done"]
        click.echo(f"{queued} articles are queued, {done} of them understood; the service goes on")
        return
    report = in_rooms(config, lambda rooms: _reprocess(rooms, every=every))
    click.echo(
        f"{report.articles_analysed} articles understood again: {report.events_new} new events, "
        f"{report.events_updated} updated or gone"
    )


async def _reprocess(rooms: Rooms, *, every: bool) -> RoundReport:
    from orewire.reprocess import queue_stale, reprocess

    await queue_stale(rooms, every=every)
    return await reprocess(rooms)


@click.group("review")
def review_command() -> None:
    """Merge or split events by hand: decisions outlive a new analysis, and can be undone."""


_reason = click.option("--reason", help="Why, for those who read it later.")


@review_command.command("merge")
@click.argument("event", type=int)
@click.argument("into", type=int)
@_reason
@config_option
def merge_command(config_path: Path, event: int, into: int, reason: str | None) -> None:
    """Let what is told of EVENT count for INTO, another event of the same type."""
    _carry_out(config_path, Review(action="merge", who=getpass.getuser(), event=event, into_event=into, reason=reason))


@review_command.command("split")
@click.argument("event", type=int)
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE ...")
@_reason
@config_option
def split_command(config_path: Path, event: int, articles: tuple[str, ...], reason: str | None) -> None:
    """Let what some articles (by id) tell of EVENT be an event of its own."""
    _carry_out(
        config_path, Review(action="split", who=getpass.getuser(), event=event, articles=articles, reason=reason)
    )


@review_command.command("undo")
@click.argument("review", type=int)
@config_option
def undo_command(config_path: Path, review: int) -> None:
    """Take decision REVIEW back."""
    _carry_out(config_path, Review(action="undo", who=getpass.getuser(), id=review))


@review_command.command("list")
@click.argument("event", type=int, required=False)
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True)
@config_option
def list_command(config_path: Path, event: int | None, form: str) -> None:
    """Show what was decided, of EVENT or of all, the latest first."""
    from orewire.web.wire import review_to_json

    with open_questions(read_config(config_path)) as questions:
        reviews = questions.get_reviews(event)
    if form == "json":
        click.echo(json.dumps([review_to_json(one) for one in reviews], ensure_ascii=False, indent=1))
        return
    for one in reviews:
        click.echo(_line(one))
    if not reviews:
        click.echo("nothing was decided by hand")


def _line(review: Review) -> str:
    made = f"{review.made_at:%Y-%m-%d %H:%M}" if review.made_at else ""
    undone = f", undone {review.undone_at:%Y-%m-%d %H:%M}" if review.undone_at else ""
    why = f": {review.reason}" if review.reason else ""
    where = "into" if review.action == "merge" else "off, as"
    return printable(
        f"{review.id}  {made}  {review.who}: {review.action} {review.event} {where} {review.into_event}{why}{undone}"
    )


def _carry_out(config_path: Path, decision: Review) -> None:
    config = read_config(config_path)
    client = find_client(config)
    click.echo(_line(client.review(decision) if client else _carry_out_here(config, decision)))


def _carry_out_here(config: Config, decision: Review) -> Review:
    from store.connection import open_database
    from store.reviews import carry_out

    connection = open_database(config.store)
    try:
        return carry_out(connection, decision, datetime.now(UTC))
    finally:
        connection.close()
