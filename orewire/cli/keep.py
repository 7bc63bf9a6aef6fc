"""backup, restore, check: the store kept safe."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from orewire.cli.output import printable, progress_display
from orewire.cli.session import config_option, find_client, read_config
from orewire.config import Config
from orewire.model.errors import UsageError
from orewire.model.keep import Backup, CheckReport, Told, check_to_json

_PERCENT = 100


@contextmanager
def _progress() -> Iterator[Told]:
    """Each thing that is done: a bar in hundredths on a terminal, a line elsewhere."""
    done: dict[str, int] = {}
    with progress_display() as display:

        def told(what: str, number: int, total: int) -> None:
            if what not in done:
                display.note(what)
                display.stage(what, _PERCENT if sys.stderr.isatty() else 0)
            now, before = number * _PERCENT // max(total, 1), done.get(what, 0)
            for _ in range(now - before):
                display.step(what)
            done[what] = max(before, now)

        yield told


@click.command("backup")
@click.argument("destination", required=False, type=click.Path(path_type=Path))
@click.option(
    "--keep", type=click.IntRange(min=1), metavar="N", help="Of the folder's backups remove all but the N newest."
)
@config_option
def backup_command(config_path: Path, destination: Path | None, keep: int | None) -> None:
    """Copy the store to DESTINATION, a folder or the name of a new file; else into its own folder of backups.

    The copy is the store as it is at one moment, whoever writes to it meanwhile; it is read to its end before it gets
    its name. A manifest beside it says what it holds. Not in it: the archive of what was fetched, which is made of
    files that never change (copy its folder), and the index for full text, which is made anew from the store.
    """
    config = read_config(config_path)
    if keep and destination and not _is_folder(destination):
        raise UsageError(f"--keep: {destination} is no folder; expected one, or no DESTINATION")
    backup = _make_backup(config, destination)
    click.echo(f"{backup.path}\n{backup.size / 1e6:,.1f} MB, schema {backup.schema}, {_held(backup)}")
    click.echo(f"not in it: the archive, {config.archive}")
    if keep:
        _remove_old(Path(backup.path).parent, config, keep)


def _held(backup: Backup) -> str:
    return f"{backup.rows.get('articles', 0):,} articles, {backup.rows.get('events', 0):,} events"


def _is_folder(destination: Path) -> bool:
    return destination.is_dir() or not destination.suffix


def _make_backup(config: Config, destination: Path | None) -> Backup:
    from store.backup import move_backup

    if destination and _is_folder(destination):
        destination.mkdir(parents=True, exist_ok=True)
    if destination and destination.is_file():
        raise UsageError(f"{destination} exists; expected a folder or a name that is free")
    client = find_client(config)
    with _progress() as told:
        backup = client.back_up(told) if client else _back_up_here(config, told)
        return move_backup(backup, destination, told) if destination else backup


def _back_up_here(config: Config, told: Told) -> Backup:
    from store.backup import copy_store, frozen
    from store.connection import open_database

    if not config.store.exists():
        raise UsageError(f"store: there is no {config.store}")
    connection = open_database(config.store)
    try:
        with frozen(connection, config.store) as rows:
            return copy_store(config.store, rows, datetime.now(UTC), told)
    finally:
        connection.close()


def _remove_old(folder: Path, config: Config, keep: int) -> None:
    from store.backup import remove_old

    for path in remove_old(folder, config.store.stem, keep):
        click.echo(f"removed {path.name}")


@click.command("restore")
@click.argument("backup", type=click.Path(path_type=Path))
@config_option
def restore_command(config_path: Path, backup: Path) -> None:
    """Put BACKUP in the place of the store. The present store stays beside it as `.before-restore`.

    Refused while the service or another process has the store open. What was fetched since the backup was made is in
    the archive: `orewire replay --since DAY` reads it again.
    """
    from store.restore import restore_store

    config = read_config(config_path)
    if client := find_client(config):
        raise UsageError(f"the service at {client.base_url} owns {config.store}; stop it, then restore")
    with _progress() as told:
        restored, kept = restore_store(backup, config.store, told)
    click.echo(f"{config.store} is now the backup of {restored.made_at:%Y-%m-%d %H:%M} UTC: {_held(restored)}")
    if kept:
        click.echo(f"the former store is kept as {kept}")
    click.echo(f"what was fetched since is read again by `orewire replay --since {restored.made_at:%Y-%m-%d}`")


@click.command("check")
@click.option("--repair", is_flag=True, help="Make anew what is derived and wrong; articles are never touched.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Derive only N events again, chosen at random.")
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True)
@config_option
def check_command(config_path: Path, repair: bool, sample: int | None, form: str) -> None:
    """Look whether the store is sound: that all of it can be read, and that what is derived is what it stands on.

    One line for each kind of fault, with how many there are and some of them; exit status 1 where there is any left.
    """
    if repair and sample:
        raise UsageError("--sample: a repair looks at everything; leave it out")
    config = read_config(config_path)
    with _progress() as told:
        report = _check(config, told, sample=sample, repair=repair)
    if form == "json":
        click.echo(json.dumps(check_to_json(report), ensure_ascii=False, indent=1))
    else:
        _write_report(report)
    sys.exit(1 if report.faults else 0)


def _check(config: Config, told: Told, *, sample: int | None, repair: bool) -> CheckReport:
    from store.check import check_file

    if client := find_client(config):
        return client.check(told, sample=sample, repair=repair)
    if not config.store.exists():
        raise UsageError(f"store: there is no {config.store}")
    return check_file(config.store, told, sample=sample, repair=repair)


def _write_report(report: CheckReport) -> None:
    for done in report.repaired:
        click.echo(f"repaired: {done}")
    for fault in report.faults:
        mend = "" if fault.is_derived else "  [not derived: --repair leaves it]"
        some = ", ".join(map(printable, fault.examples)) + (" ..." if fault.count > len(fault.examples) else "")
        click.echo(f"{fault.kind}  {fault.count}  {fault.told}: {some}{mend}")
    looked = ", ".join(f"{report.rows[name]:,} {name}" for name in _COUNTED if name in report.rows)
    if not report.faults:
        click.echo(f"sound: {looked}; {report.events_derived:,} events derived again")


_COUNTED = ("articles", "mentions", "events", "stories")
