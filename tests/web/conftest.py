"""A small store with a bit of everything, and the real service over it."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from orewire.rooms import sync_reference
from orewire.web.client import ServiceClient
from store.connection import Connection, open_database
from tests.e2e.conftest import Cli, environment, wait_for_service
from tests.store.conftest import NOW, article, mention, opposing, teller

MOST = 50_000_000
EVENTS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes
    url: str = ""
    """Where it was found, after all that led there."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Service:
    """Where the service answers, and its token."""

    url: str
    token: str

    def ask(self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith("http") else f"{self.url}{path}"
        request = urllib.request.Request(address, method=method, headers=given, data=body)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response.status, response.headers, response.read(MOST), response.url)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read(MOST))

    def client(self) -> ServiceClient:
        return ServiceClient(self.url, self.token)


def fill(connection: Connection) -> None:
    """Sixty events on many days, some of them on the same, two without a date, and one whose words are hostile."""
    sync_reference(connection, NOW)
    tell = teller(connection)
    tell(
        article("a", source="=Herald <b>&"),
        mention(actor="@somebody", project='<script>alert("x")</script>'),
        stances=(opposing(),),
    )
    old = (mention("policy", salience="background", project=f"Old {n}", minerals=("rare earths",)) for n in range(2))
    tell(article("old"), *old)
    kinds = ("protest", "permit_granted", "supply_deal", "lawsuit")
    for number in range(EVENTS - 3):
        day = date(2025, 9, 1) + timedelta(days=number // 3)
        told = mention(kinds[number % 4], project=f"Mine {number}", countries=(("CL", "PE", "RS")[number % 3],))
        tell(article(f"n{number}", day=day), told)
    connection.execute("UPDATE events SET date = NULL WHERE type = 'policy'")


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service over such a store."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "config.yaml").write_text("service: {port: 0}\n", encoding="utf-8")
    path: Path = folder / "data" / "orewire.duckdb"
    connection = open_database(path)
    fill(connection)
    connection.close()
    cli = Cli(folder, folder / "config.yaml")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=log)
    try:
        wait_for_service(cli, process)
        told = json.loads(path.with_name(f"{path.name}.service").read_text(encoding="utf-8"))
        yield Service(told["url"], told["token"])
    finally:
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(30)
