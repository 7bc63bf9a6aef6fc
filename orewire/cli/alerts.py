"""alerts, outbox: what was told to whom, and how each message left."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from orewire.cli.output import printable
from orewire.cli.session import config_option, open_ledger, read_config
from orewire.model.errors import UsageError
from orewire.model.event import to_json
from orewire.model.ledger import DELIVERY_STATES, Alert, Delivery

_FORM = click.option(
    "--format", "form", type=click.Choice(("table", "json", "atom")), default="table", show_default=True
)
_LIMIT = click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)


@click.command("alerts")
@click.option("--watch", help="Of this watch only.")
@click.option("--offset", type=click.IntRange(0), default=0)
@_LIMIT
@_FORM
@config_option
def alerts_command(config_path: Path, watch: str | None, offset: int, limit: int, form: str) -> None:
    """Show what was decided to be told, the latest first, and whether it was; `atom` is the feed of one watch."""
    from orewire.web.ledger import watch_feed

    with open_ledger(read_config(config_path)) as ledger:
        if form == "atom":
            if watch is None:
                raise UsageError("--format atom: expected --watch NAME, as each watch has a feed of its own")
            click.echo(watch_feed(ledger, watch, None).decode())
            return
        alerts = ledger.find_alerts(watch=watch, limit=limit, offset=offset)
    if form == "json":
        click.echo(json.dumps([to_json(one) for one in alerts], ensure_ascii=False, indent=1))
        return
    for line in map(_line, alerts):
        click.echo(printable(line))
    if not alerts:
        click.echo("nothing was decided yet")


def _line(alert: Alert) -> str:
    event = alert.told or alert.before
    what = event.evidence if event else alert.about or f"event {alert.event}"
    waits = f" until {alert.due:%Y-%m-%d %H:%M}" if alert.state in ("waiting", "held") else ""
    why = alert.kind.replace("_", " ")
    return f"{alert.decided_at:%Y-%m-%d %H:%M}  {alert.watch}: {why}, {alert.state}{waits}: {what}"


@click.group("outbox", invoke_without_command=True)
@click.option("--state", "states", multiple=True, type=click.Choice(DELIVERY_STATES), help="In this state only.")
@_LIMIT
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True)
@config_option
@click.pass_context
def outbox_command(context: click.Context, config_path: Path, states: Sequence[str], limit: int, form: str) -> None:
    """Show how messages left: sent, waiting, or given up (dead), the newest first."""
    if context.invoked_subcommand is not None:
        return
    with open_ledger(read_config(config_path)) as ledger:
        deliveries = ledger.find_deliveries(states=states, limit=limit)
    if form == "json":
        click.echo(json.dumps([to_json(one) for one in deliveries], ensure_ascii=False, indent=1))
        return
    for line in _delivery_lines(deliveries):
        click.echo(printable(line))


@outbox_command.command("show")
@click.argument("message")
@config_option
def show_command(config_path: Path, message: str) -> None:
    """Show the text of MESSAGE as it was sent."""
    with open_ledger(read_config(config_path)) as ledger:
        found = ledger.get_message(message)
    if found is None:
        raise UsageError(f"message: found {message!r}, expected the key of one, as `orewire outbox` lists them")
    click.echo(f"{printable(found.subject)}\n\n{found.text}", nl=False)


@outbox_command.command("retry")
@click.argument("message", required=False)
@config_option
def retry_command(config_path: Path, message: str | None) -> None:
    """Try what was given up again: MESSAGE, or all."""
    with open_ledger(read_config(config_path)) as ledger:
        count = ledger.retry_deliveries(message)
    click.echo(f"{count} wait again; the service, or the next `orewire run`, sends them")


def _delivery_lines(deliveries: Sequence[Delivery]) -> Iterator[str]:
    for one in deliveries:
        when = one.ended_at or one.due
        tried = f" after {one.attempts} tries" if one.attempts > 1 else ""
        error = f": {one.error}" if one.error else ""
        yield f"{one.state:8}{when:%Y-%m-%d %H:%M}  {one.channel}  {one.message}  {one.subject}{tried}{error}"
    if not deliveries:
        yield "no message yet"
