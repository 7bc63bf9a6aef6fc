"""Processes that tell until they are killed, all of the service but gathering: `python -m tests.e2e.telling CONFIG`.

For each line on standard input one is started, as a copy of this process, which has imported all there is.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import date
from pathlib import Path

from orewire.alerts.reach import Reach
from orewire.cli.session import read_config
from orewire.digest.alert import render_alert
from orewire.model.trend import Mover
from orewire.model.watch import Telling, Watch
from orewire.rooms import open_rooms
from orewire.telling.teller import Teller, record_in
from orewire.testing import Silent
from store.connection import open_database
from store.ledger import next_changes, waiting_alerts
from store.outbox import count_deliveries

_REST = 0.01


def main() -> None:
    """Say the number of each process; `open` when it can tell, `idle` when all is told, `gone` when it has ended."""
    _warm_up()
    for _ in sys.stdin:
        if not (child := os.fork()):
            asyncio.run(tell(Path(sys.argv[1])))
        print(child, flush=True)
        os.waitpid(child, 0)
        print("gone", flush=True)


def _warm_up() -> None:
    """Load what writes letters: a copy would be killed before it has."""
    rise = Mover(
        key="CL", key2="lithium", count=9, usual=1.0, spread=1.0, expected=1.0, p_value=0.001, since=date(2026, 1, 5),
        panel_count=None,
    )  # fmt: skip
    render_alert(Watch(name="all"), [Telling(kind="unusual_rise", mover=rise)])


async def tell(path: Path) -> None:
    """Tell for ever."""
    config = read_config(path)
    connection, is_idle = open_database(config.store), False
    async with Reach(config, os.environ) as reach, open_rooms(config, connection, Silent()) as rooms:
        teller = Teller(reach, record_in(rooms), rooms.clock)
        print("open", flush=True)
        while True:
            await teller.tell(rooms)
            waiting = next_changes(connection, 1) or waiting_alerts(connection)
            if not is_idle and not waiting and not count_deliveries(connection).get("waiting"):
                print("idle", flush=True)
                is_idle = True
            await asyncio.sleep(_REST)


if __name__ == "__main__":
    main()
