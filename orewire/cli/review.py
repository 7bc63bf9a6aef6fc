"""review: what a person decides about events."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from orewire.cli.output import printable
from orewire.cli.session import Command, config_option, find_client, open_questions, read_config
from orewire.config import Config
from orewire.model.codes import EVENT_TYPES, SALIENCES, STAGES, STATUSES
from orewire.model.errors import UsageError
from orewire.model.event import Event, Review
from orewire.model.review import EDITABLE


@click.group("review")
def review_command() -> None:
    """Correct events by hand: decisions outlive a new analysis, win over it, and can be undone."""


_reason = click.option("--reason", help="Why, for those who read it later.")
_event = click.argument("event", type=int)


@review_command.command("accept")
@_event
@_reason
@config_option
def accept_command(config_path: Path, event: int, reason: str | None) -> None:
    """Say that EVENT is right as it is."""
    _carry_out(config_path, _review("accept", event=event, reason=reason))


@review_command.command("reject")
@_event
@_reason
@config_option
def reject_command(config_path: Path, event: int, reason: str | None) -> None:
    """Say that there is no such EVENT: it is counted and told no more, and found by its number only."""
    _carry_out(config_path, _review("reject", event=event, reason=reason))


_EDITS: Sequence[Callable[[Command], Command]] = (
    click.option("--type", "type_", help=f"One of {', '.join(EVENT_TYPES)}."),
    click.option("--status", help=f"{' or '.join(STATUSES)}."),
    click.option("--salience", help=f"{' or '.join(SALIENCES)}."),
    click.option("--date", help="When it happened, such as 2025-09-01; '' for not known."),
    click.option("--mineral", "minerals", multiple=True, help="Canonical name; give all that there are. '' for none."),
    click.option("--country", "countries", multiple=True, help="ISO code or EU; give all that there are. '' for none."),
    click.option("--project", help="Mine, deposit or plant; '' for none."),
    click.option("--actor", help="Who acts; '' for nobody named."),
    click.option("--target", help="On whom or what; '' for none."),
    click.option("--stage", help=f"One of {', '.join(STAGES)}; '' for none."),
    click.option("--stance", "stances", multiple=True, metavar="JSON",
                 help="A stance to add, or to put in the place of the holder's: an object with holder, holder_class, "
                      "target, polarity, basis, evidence."),
    click.option("--no-stance", "removed", multiple=True, metavar="HOLDER", help="Whose stance there is not."),
)  # fmt: skip


def _edit_options(command: Command) -> Command:
    for decorate in reversed(_EDITS):
        command = decorate(command)
    return command


@review_command.command("edit")
@_event
@_edit_options
@_reason
@config_option
def edit_command(config_path: Path, event: int, reason: str | None, **options: Any) -> None:
    """Say what EVENT is: fields that are given hold whatever is reported; of all others the reports go on to tell."""
    stances, removed = options.pop("stances"), options.pop("removed")
    edits = read_edits(options)
    if stances or removed:
        with open_questions(read_config(config_path)) as questions:
            edits["stances"] = edit_stances(questions.get_event(event), stances, removed)
    _carry_out(config_path, _review("edit", event=event, edits=edits, reason=reason))


def read_edits(options: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were given; an empty text is nothing."""
    given = {name.rstrip("_"): value for name, value in options.items() if value not in (None, ())}
    return {
        name: [one for one in value if one] if isinstance(value, tuple) else value or None
        for name, value in given.items()
        if name in EDITABLE
    }


def edit_stances(event: Event | None, stances: Sequence[str], removed: Sequence[str]) -> list[dict[str, Any]]:
    """The event's stances as they should be: those of a holder that is told again give way."""
    if event is None:
        raise UsageError("event: found none of this number, expected the number of an event")
    added = [_stance(written) for written in stances]
    holders = {stance.holder for stance in event.stances}
    for holder in removed:
        if holder not in holders:
            raise UsageError(f"--no-stance: found {holder!r}, expected one of {', '.join(sorted(holders)) or 'none'}")
    gone = {*removed, *(one.get("holder") for one in added)}
    return [*(asdict(stance) for stance in event.stances if stance.holder not in gone), *added]


def _stance(written: str) -> dict[str, Any]:
    try:
        told = json.loads(written)
    except ValueError as error:
        raise UsageError(f"--stance: found {written!r}, expected a JSON object") from error
    if not isinstance(told, dict):
        raise UsageError(f"--stance: found {written!r}, expected a JSON object")
    return told


@review_command.command("merge")
@_event
@click.argument("into", type=int)
@_reason
@config_option
def merge_command(config_path: Path, event: int, into: int, reason: str | None) -> None:
    """Let what is told of EVENT count for INTO, another event of the same type."""
    _carry_out(config_path, _review("merge", event=event, into_event=into, reason=reason))


@review_command.command("split")
@_event
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE ...")
@_reason
@config_option
def split_command(config_path: Path, event: int, articles: tuple[str, ...], reason: str | None) -> None:
    """Let what some articles (by id) tell of EVENT be an event of its own."""
    _carry_out(config_path, _review("split", event=event, articles=articles, reason=reason))


@review_command.command("undo")
@click.argument("review", type=int)
@config_option
def undo_command(config_path: Path, review: int) -> None:
    """Take decision REVIEW back."""
    _carry_out(config_path, _review("undo", id=review))


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


def _review(action: str, **values: Any) -> Review:
    return Review(action=action, who=getpass.getuser(), **values)


def _line(review: Review) -> str:
    made = f"{review.made_at:%Y-%m-%d %H:%M}" if review.made_at else ""
    undone = f", undone {review.undone_at:%Y-%m-%d %H:%M}" if review.undone_at else ""
    why = f": {review.reason}" if review.reason else ""
    what = f"{review.action} {review.event}{_where(review)}"
    return printable(f"{review.id}  {made}  {review.who}: {what}{why}{undone}")


def _where(review: Review) -> str:
    """Behind the action: where it went, or what was changed."""
    if review.into_event is not None:
        return f" {'into' if review.action == 'merge' else 'off, as'} {review.into_event}"
    if review.changes:
        return f" ({', '.join(f'{name} {_told(after)}' for name, (_, after) in review.changes.items())})"
    return ""


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_told(one) for one in value) or "none"
    return f"{value['holder']} {value['polarity']}" if isinstance(value, dict) else str(value or "none")


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
