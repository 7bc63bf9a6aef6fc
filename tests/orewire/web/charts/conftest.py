"""A real server over a small store."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from orewire.model.reference import KnownPlace, KnownProject, Reference
from orewire.sections import Config
from orewire.web.api import create_app
from orewire.web.door import Door
from store.connection import Connection, open_database
from store.local import LocalStore
from store.reference import put_reference
from tests.store.conftest import NOW, article, mention, opposing, teller

HOSTILE = '<script>alert(1)</script>"'
DAY = date(2025, 11, 13)


def fill(connection: Connection) -> None:
    """Jadar with coordinates, a mine of a hostile name, one event of two countries, over five weeks with a gap."""
    jadar = KnownProject(name="Jadar", countries=("RS",), minerals=("lithium",), at=(44.53, 19.31))
    near = KnownProject(name="Near Jadar", countries=("RS",), minerals=("boron",), at=(44.6, 19.4))
    places = (
        KnownPlace(code="RS", name="Serbia", at=(44.8, 20.47)),
        KnownPlace(code="CD", name="Congo", at=(-4.3, 15.3)),
    )
    put_reference(connection, Reference(version="1", minerals=(), places=places, projects=(jadar, near)), NOW)
    tell = teller(connection)
    tell(article("a", day=DAY - timedelta(days=28)), mention("permit_granted"))
    tell(article("b", day=DAY), mention(), mention("protest"), stances=(opposing(),))
    tell(article("c", day=DAY), mention("trade_deal", countries=("CD", "US"), project=None, minerals=("copper",)))
    tell(article("d", day=DAY), mention("strike", project=HOSTILE, countries=("CL",)))
    tell(article("e", day=DAY), mention("discovery", project="Near Jadar"))


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Its address, on loopback."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    """The store."""
    path: Path = tmp_path_factory.mktemp("charts") / "s.duckdb"
    with closing(open_database(path)) as connection:
        fill(connection)
    store = LocalStore(open_database(path))
    yield store
    store.close()


@pytest.fixture(scope="module")
def site(local: LocalStore) -> Iterator[str]:
    """The address of a server; nothing here lets it work."""
    door = Door(local.access(), cast(Any, None), Config().service, lambda: datetime.now(UTC), "t")
    with served(create_app(local, local.ledger(), cast(Any, None), Config(), door=door)) as url:
        yield url


@pytest.fixture
def client(site: str) -> Iterator[httpx.Client]:
    """Asks the server, and follows where it leads."""
    with httpx.Client(base_url=site, trust_env=False, follow_redirects=True, timeout=60) as opened:
        yield opened
