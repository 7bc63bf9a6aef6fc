"""A service with users, as a real process, whose log is kept."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.browsing import PASSWORD, Browser
from tests.e2e.conftest import Cli, environment, wait_for_service

ROLES = {"ana": "admin", "leo": "analyst", "rita": "reader"}


@dataclass(frozen=True, slots=True)
class Served:
    """A service that runs: `url` is where commands reach it."""

    cli: Cli
    url: str
    token: str
    log: Path

    def browser(self, number: int = 1) -> Browser:
        """A new one, which asks from an address of its own."""
        return Browser(self.url, address=f"127.0.0.{number}")


def configure(folder: Path, **service: Any) -> Cli:
    """A store of its own, and a service on a free port."""
    folder.mkdir(exist_ok=True)
    (folder / "config.yaml").write_text(yaml.safe_dump({"service": {"port": 0, **service}}), encoding="utf-8")
    return Cli(folder, folder / "config.yaml")


def say(cli: Cli, *args: str, stdin: str = "", ok: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a command with this on its standard input."""
    done = subprocess.run(
        cli.arguments(*args), input=stdin, capture_output=True, text=True, timeout=120, env=environment()
    )
    assert ok == done.returncode, done.stderr
    return done


def add_users(cli: Cli, roles: Mapping[str, str] = ROLES) -> None:
    """Let them in, all by the same password."""
    from store.connection import open_database
    from store.cursors import Cursors
    from store.local_access import LocalAccess

    cursors = Cursors(open_database(cli.folder / "data" / "orewire.duckdb"))
    for name, role in roles.items():
        LocalAccess(cursors).add_user(name, role, PASSWORD)
    cursors.close()


@contextmanager
def served(cli: Cli) -> Iterator[Served]:
    """The service until the end of the block, where it must stop by itself."""
    log = cli.folder / "service.log"
    with log.open("ab") as file:
        process = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=file)
    try:
        wait_for_service(cli, process)
        announced = json.loads((cli.folder / "data" / "orewire.duckdb.service").read_text(encoding="utf-8"))
        yield Served(cli, announced["url"], announced["token"], log)
    finally:
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(60)
