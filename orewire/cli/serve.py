"""serve: the long-running process."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from orewire.cli.output import LogProgress
from orewire.cli.session import config_option, find_client, read_config
from orewire.model.errors import UsageError


@click.command("serve")
@config_option
def serve_command(config_path: Path) -> None:
    """Own the store, gather by the schedule, and answer until interrupted: on this machine, or as config.yaml says.

    Every other command goes on working: it asks the service instead of opening the store.
    """
    from orewire.service import serve

    config = read_config(config_path)
    if client := find_client(config):
        raise UsageError(f"a service for {config.store} already answers at {client.base_url}")
    asyncio.run(serve(config, LogProgress()))
