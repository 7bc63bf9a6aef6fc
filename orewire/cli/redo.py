"""reprocess: what is stored, understood again."""

from __future__ import annotations

from pathlib import Path

import click

from orewire.cli.gather import in_rooms
from orewire.cli.session import config_option, find_client, read_config
from orewire.model.event import RoundReport
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
