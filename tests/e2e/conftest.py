"""Real processes: the command as a user starts it, and the sample newsroom on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"


@dataclass(frozen=True, slots=True)
class Cli:
    """`orewire` with one configuration, in a folder of its own."""

    folder: Path
    config: Path

    def arguments(self, *args: str) -> list[str]:
        """The command line, as `Popen` takes it."""
        return [sys.executable, "-m", "orewire.cli", *args, "--config", str(self.config)]

    def run(self, *args: str, ok: tuple[int, ...] = (0,)) -> str:
        """Run to the end; the standard output."""
        done = subprocess.run(self.arguments(*args), capture_output=True, text=True, timeout=240, env=environment())
        assert done.returncode in ok, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def environment() -> dict[str, str]:
    """Ours, without what would lead a user's command elsewhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "160", "NO_COLOR": "1"}


def wait_for_service(cli: Cli, process: subprocess.Popen[bytes]) -> None:
    """Until the service says where it answers."""
    announced = cli.folder / "data" / "orewire.duckdb.service"
    for _ in range(600):
        if announced.exists():
            return
        assert process.poll() is None, "the service ended"
        time.sleep(0.1)
    raise AssertionError("the service did not start")


@contextmanager
def service_of(cli: Cli) -> Iterator[None]:
    """Run the service of this configuration until the end of the block, where it must stop by itself."""
    process = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=subprocess.DEVNULL)
    try:
        wait_for_service(cli, process)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(60)


@pytest.fixture
def newsroom() -> Iterator[str]:
    """The sample newsroom on a free port; yields its address."""
    from orewire.newsroom.server import serve_newsroom

    with serve_newsroom(0) as base_url:
        yield base_url


def make_cli(folder: Path, feeds: dict[str, str], **gather: object) -> Cli:
    """A Cli in a folder, over feeds given as a mapping of name to address."""
    hosts = sorted({address.split("/")[2] for address in feeds.values()})
    document = {
        "service": {"port": 0},
        "gather": {"host_delay": 0, "timeout": 10, "allow_hosts": hosts, **gather},
        "feeds": [{"name": name, "url": url} for name, url in feeds.items()],
    }
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(document), encoding="utf-8")
    return Cli(folder, config)


@pytest.fixture
def cli_for(tmp_path: Path) -> Callable[..., Cli]:
    """Make a Cli in a new folder of that name."""

    def make(feeds: dict[str, str], name: str = "work", **gather: object) -> Cli:
        (tmp_path / name).mkdir()
        return make_cli(tmp_path / name, feeds, **gather)

    return make
