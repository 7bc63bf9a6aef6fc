"""What commands share: the configuration, and the store wherever it is: opened here, or owned by the service."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from orewire.config import DEFAULT_PATH, Config, load_config
from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.ports import Access, Ledger, Questions
from orewire.service import find_service
from orewire.web.client import ServiceClient

Command = TypeVar("Command", bound=Callable[..., Any])

config_option = click.option(
    "--config", "-c", "config_path", type=click.Path(path_type=Path), default=DEFAULT_PATH, show_default=True,
    envvar="OREWIRE_CONFIG", help="The configuration file.",
)  # fmt: skip


def read_config(path: Path) -> Config:
    """The configuration; a missing or broken file is told with file, line and key."""
    from ingest.reader import reader_kinds
    from store.fulltext.query import parse_query

    return load_config(path, kinds=reader_kinds(), check_text=parse_query)


def find_client(config: Config) -> ServiceClient | None:
    """A client of the service that owns the configured store, or None where none runs."""
    address = find_service(config.store)
    return ServiceClient(address.url, address.token) if address else None


@contextmanager
def open_store(config: Config) -> Iterator[tuple[Questions, Ledger]]:
    """Ask the service where it runs, else open the store; no difference to who asks."""
    if client := find_client(config):
        from orewire.web.ledger_client import LedgerClient

        yield client, LedgerClient(client)
        return
    from store.connection import open_database, store_errors
    from store.fulltext.index import FullText
    from store.local import LocalStore

    connection = open_database(config.store)
    store = LocalStore(connection, FullText(connection, note=lambda told: click.echo(told, err=True)))
    try:
        with store_errors(str(config.store)):
            yield store, store.ledger()
    finally:
        store.close()


@contextmanager
def open_questions(config: Config) -> Iterator[Questions]:
    """See `open_store`: the events."""
    with open_store(config) as (questions, _):
        yield questions


@contextmanager
def open_ledger(config: Config) -> Iterator[Ledger]:
    """See `open_store`: the watches, and what was told."""
    with open_store(config) as (_, ledger):
        yield ledger


@contextmanager
def open_access(config: Config) -> Iterator[Access]:
    """See `open_store`: who may use it, and what they did."""
    if client := find_client(config):
        from orewire.web.access_client import AccessClient

        yield AccessClient(client)
        return
    from store.connection import open_database, store_errors
    from store.cursors import Cursors
    from store.local_access import LocalAccess

    cursors = Cursors(open_database(config.store))
    try:
        with store_errors(str(config.store)):
            yield LocalAccess(cursors)
    finally:
        cursors.close()


def filter_options(command: Command) -> Command:
    """The filters of every question, as options; `--country` and the like can be given more than once."""
    for name, text in reversed(_LISTS.items()):
        command = click.option(f"--{name}", multiple=True, help=text)(command)
    for decorate in reversed(_SINGLES):
        command = decorate(command)
    return command


_LISTS = {
    "country": "ISO code, such as CL; EU for the European Union.",
    "mineral": "Canonical name, such as lithium or 'rare earths'.",
    "type": "Type of event; `orewire codebook` lists them.",
    "family": "Family of types.",
    "stance": "support or oppose.",
    "project": "Mine, deposit or plant.",
    "actor": "Who acts.",
    "status": "actual or prospective.",
}
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_TIME = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
_SINGLES = (
    click.option("--since", type=_DAY, help="First day, such as 2025-09-01."),
    click.option("--until", type=_DAY, help="The day after the last."),
    click.option("--seen-since", type=_TIME, help="Last reported since then (UTC), such as 2025-09-01T06:00:00."),
    click.option("--seen-until", type=_TIME, help="First reported before then (UTC)."),
    click.option("--text", help="Words of its articles; `orewire search --help` tells how."),
    click.option("--min-confidence", type=click.FloatRange(0, 1), help="From 0 to 1."),
)


def read_filters(options: dict[str, Any]) -> Filters:
    """Take the filters out of a command's options."""
    since, until = options.pop("since"), options.pop("until")
    return Filters(
        **{name: options.pop(name) for name in _LISTS},
        since=since.date() if since else None,
        until=until.date() if until else None,
        seen_since=_utc(options.pop("seen_since")),
        seen_until=_utc(options.pop("seen_until")),
        text=options.pop("text"),
        min_confidence=options.pop("min_confidence"),
    )


def _utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time else None


_DAYS: Final = {"d": 1, "w": 7, "m": 30.44, "y": 365.25}
_LONGEST: Final = 36_500


def read_since(text: str, today: date) -> date:
    """The day that `1y`, `6m`, `2w`, `90d` or `2025-01-31` means; UsageError for anything else."""
    if found := re.fullmatch(r"(\d{1,4})([dwmy])", text.strip().lower()):
        return today - timedelta(days=min(round(int(found[1]) * _DAYS[found[2]]), _LONGEST))
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"since: found {text!r}, expected 90d, 6m, 1y or a day such as 2025-01-31") from error
