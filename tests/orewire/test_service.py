"""The service lets one at a time write to its store."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from orewire.alerts.reach import Reach
from orewire.config import load_config
from orewire.rooms import open_rooms
from orewire.service import Service
from orewire.testing import Silent
from store.connection import open_database
from store.fulltext.index import FullText
from store.local import LocalStore


async def test_a_repair_waits_for_who_writes(tmp_path: Path) -> None:
    """And nobody writes while it goes on; a look alone waits for nobody."""
    (tmp_path / "config.yaml").write_text("{}", encoding="utf-8")
    config = load_config(tmp_path / "config.yaml")
    connection = open_database(config.store)
    fulltext = FullText(connection, note=Silent().note)
    store = LocalStore(connection, fulltext)
    async with Reach(config, {}) as reach, open_rooms(config, connection, Silent(), fulltext=fulltext) as rooms:
        service, may_go = Service(rooms, store, reach), threading.Event()
        writing = asyncio.create_task(service.write(lambda: may_go.wait(60)))
        await asyncio.wait_for(service.check(lambda *_: None, sample=None, repair=False), 30)
        repairing = asyncio.create_task(service.check(lambda *_: None, sample=None, repair=True))
        await asyncio.wait([repairing], timeout=1)
        assert not repairing.done()
        may_go.set()
        assert await writing
        assert () == (await repairing).faults
    store.close()
