"""watch: saved questions whose new answers are told; made, listed, tried out over the past."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from orewire.cli.output import printable
from orewire.cli.session import config_option, filter_options, open_ledger, open_store, read_config, read_since
from orewire.config import Config, read_watch, refuse_configured
from orewire.model.errors import UsageError
from orewire.model.event import to_json
from orewire.model.watch import KINDS
from orewire.sections import LETTER_LANGUAGES

if TYPE_CHECKING:
    from orewire.alerts.rehearse import Rehearsed
    from orewire.model.ledger import StoredWatch
    from orewire.model.ports import Ledger
    from orewire.model.watch import Watch

_NO_FILTERS = ("seen_since", "seen_until")


@click.group("watch")
def watch_command() -> None:
    """Saved questions whose new answers are told: see them, make them, try them out.

    Those of config.yaml are changed there; what is made here is kept in the store.
    """


@watch_command.command("list")
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True)
@config_option
def list_command(config_path: Path, form: str) -> None:
    """Show each watch: what it asks for, and where its alerts go."""
    from orewire.web.ledger import watch_to_json

    config = read_config(config_path)
    with open_ledger(config) as ledger:
        watches = known_watches(ledger, config)
    if form == "json":
        click.echo(json.dumps([watch_to_json(one) for one in watches], ensure_ascii=False, indent=1))
        return
    for one in watches:
        click.echo(printable(f"{one.name}  ({'own' if one.is_own else 'config.yaml'})  {_told(one.settings)}"))
    if not watches:
        click.echo("no watch yet: `orewire watch add` makes one")


def known_watches(ledger: Ledger, config: Config) -> list[StoredWatch]:
    """Those of the store and of the configuration, which the store learns of when something is gathered."""
    from orewire.model.ledger import StoredWatch

    configured = {watch.name: watch.settings() for watch in config.watches}
    stored = {one.name: one for one in ledger.get_watches() if one.is_own or one.name in configured}
    new = {
        name: StoredWatch(name=name, settings=settings, is_own=False, made_at=datetime.now(UTC), after_event=0)
        for name, settings in configured.items()
        if name not in stored or stored[name].is_own
    }
    return sorted((stored | new).values(), key=lambda one: one.name)


def _told(settings: Any) -> str:
    parts = (
        f"{key}={','.join(map(str, value)) if isinstance(value, list) else value}" for key, value in settings.items()
    )
    return " ".join(parts) or "every event"


@watch_command.command("add")
@click.argument("name")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="What to wait for; `event` is any.")
@click.option("--channel", "channels", multiple=True, help="Name of a channel of config.yaml.")
@click.option("--lang", type=click.Choice(LETTER_LANGUAGES), help="Of the alerts.")
@click.option("--zone", help="The reader's time zone, such as Europe/Belgrade.")
@click.option("--quiet", help="Hours without alerts, such as 22:00-07:00.")
@click.option("--batch", type=click.IntRange(0, 1440), help="Minutes that an alert may wait for others.")
@click.option("--daily-cap", type=click.IntRange(1, 1000), help="Messages a day; the rest is told in one at its end.")
@filter_options
@config_option
def add_command(config_path: Path, name: str, **options: Any) -> None:
    """Keep a watch under NAME, in place of a former one; what is known by now is no news to it."""
    from store.fulltext.query import parse_query

    config = read_config(config_path)
    watch = read_watch(name, read_settings(options), config, check_text=parse_query)
    with open_ledger(config) as ledger:
        ledger.put_watch(name, watch.settings())
    click.echo(printable(f"watching {name}: {_told(watch.settings())}"))
    if not watch.channels:
        click.echo("it has no channel: its alerts are in `orewire alerts` and its Atom feed")


def read_settings(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, as config.yaml would have them."""
    for name in _NO_FILTERS:
        if options.pop(name):
            raise UsageError(f"--{name.replace('_', '-')}: a watch looks at what is new by itself")
    given = {name: value for name, value in options.items() if value not in (None, ())}
    return {name: _plain(value) for name, value in given.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return list(value) if isinstance(value, tuple) else value


@watch_command.command("remove")
@click.argument("name")
@config_option
def remove_command(config_path: Path, name: str) -> None:
    """Forget the watch NAME, and what waits for it."""
    config = read_config(config_path)
    refuse_configured(name, config)
    with open_ledger(config) as ledger:
        if not ledger.remove_watch(name):
            raise UsageError(f"watch: found {name!r}, expected one of {_names(ledger.get_watches())}")
    click.echo(printable(f"{name} is gone"))


@watch_command.command("test")
@click.argument("name")
@click.option(
    "--since", default="90d", show_default=True, help="How far back: 90d, 6w, 3m; or a day, such as 2025-01-31."
)
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True)
@config_option
def test_command(config_path: Path, name: str, since: str, form: str) -> None:
    """Show what the watch NAME would have sent, from the events as they are known now. Nothing is sent."""
    from orewire.alerts.rehearse import rehearse

    config = read_config(config_path)
    start = datetime.combine(read_since(since, datetime.now(UTC).date()), time(), UTC)
    with open_store(config) as (questions, ledger):
        watch = find_watch(known_watches(ledger, config), name)
        alerts = rehearse(questions, ledger, watch, since=start)
    if form == "json":
        click.echo(json.dumps([to_json(one) for one in alerts], ensure_ascii=False, indent=1))
        return
    for line in _lines(watch, alerts):
        click.echo(printable(line))


def find_watch(watches: Sequence[StoredWatch], name: str) -> Watch:
    """The watch of that name; UsageError where there is none."""
    from orewire.telling.book import to_watch

    for one in watches:
        if one.name == name:
            return to_watch(one)
    raise UsageError(f"watch: found {name!r}, expected one of {_names(watches)}")


def _names(watches: Iterable[StoredWatch]) -> str:
    return ", ".join(one.name for one in watches) or "none: there are none"


def _lines(watch: Watch, alerts: Sequence[Rehearsed]) -> Iterator[str]:
    from orewire.digest.wording import tell_event

    zone = ZoneInfo(watch.zone)
    for one in alerts:
        held = "  held back until then" if one.held else ""
        when = one.leaves_at.astimezone(zone)
        yield f"{when:%Y-%m-%d %H:%M}  {one.kind.replace('_', ' ')}: {tell_event(one.event, watch.lang)}{held}"
    count = sum(one.held for one in alerts)
    yield f"{len(alerts) - count} alerts, {count} held back by the cap of {watch.daily_cap} a day"
    if "unusual_rise" in watch.kinds:
        yield "unusual rises are not tried out: `orewire trends --movers` shows them"
