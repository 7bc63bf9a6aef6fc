"""What was acknowledged stays: kill -9 while a process writes, and a disk that is full."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from store.check import check_file
from store.connection import Connection, open_database
from tests.e2e.conftest import ROOT, Cli, environment, make_cli, service_of
from tests.e2e.writing import tell
from tests.store.filled import silent

pytestmark = pytest.mark.e2e
KILLS = 30


def test_killed_thirty_times_while_writing(tmp_path: Path) -> None:
    """The file opens, all that was acknowledged is there with what it says, nothing is there twice, all is sound."""
    path, moments = tmp_path / "s.duckdb", random.Random(5)
    acknowledged: list[str] = []
    for seed in range(KILLS):
        acknowledged += write_until_killed(path, seed, moments.randint(0, 4), moments.uniform(0, 0.15))
        connection = open_database(path)
        assert_stored(connection, acknowledged)
        connection.close()
    assert len(acknowledged) > 2 * KILLS
    assert () == check_file(path, silent).faults


def write_until_killed(path: Path, seed: int, batches: int, seconds: float) -> list[str]:
    """What a process has acknowledged when it is killed, so long after so many batches."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.writing", str(path), str(seed)],
        stdout=subprocess.PIPE, cwd=ROOT, env=environment(), text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert "open\n" == process.stdout.readline()
    first = [process.stdout.readline() for _ in range(batches)]
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    told = "".join((*first, process.communicate()[0]))
    whole = told[: told.rfind("\n") + 1]  # a line that was cut is no acknowledgement
    return whole.split()


def assert_stored(connection: Connection, names: list[str]) -> None:
    expected = {article.id: [one.type for one in analysis.events] for article, analysis in map(tell, names)}
    found: dict[str, list[str]] = {}
    for article, kind in connection.execute(
        """
        SELECT articles.id, mentions.type FROM mentions JOIN articles ON articles.number = article
        ORDER BY article, mentions.number
        """
    ).fetchall():
        found.setdefault(article, []).append(kind)
    stored = {name: found.get(name) for name in expected}
    assert {name: types for name, types in expected.items() if stored[name] != types} == {}
    assert [(0,)] == connection.execute("SELECT count(*) - count(DISTINCT url) FROM articles").fetchall()
    doubled = "SELECT article, number FROM mentions GROUP BY ALL HAVING count(*) > 1"
    assert [] == connection.execute(doubled).fetchall()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of that size."""
    folder.mkdir()
    size = f"size={megabytes}m"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def document(folder: Path, number: int) -> Path:
    path = folder / f"{number}.txt"
    filler = " ".join(f"{random.Random(f'{number}/{i}').getrandbits(60):x}" for i in range(60_000))
    said = f"A court in Chile halted the Cerro {number} lithium mine on Monday after a lawsuit by residents. "
    path.write_text(f"Court halts lithium mine\n\n{said * 8}\n\n{filler}", encoding="utf-8")
    return path


@pytest.mark.parametrize("served", [False, True])
def test_a_full_disk(tmp_path: Path, served: bool) -> None:
    """A clear error and exit 1; every question is answered still; with space again it goes on, and all is sound."""
    with small_disk(tmp_path / "small", 64) as disk:
        cli = without_reserve(make_cli(disk, {}))
        cli.run("add", str(document(tmp_path, 0)))
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(shutil.disk_usage(disk).free - 3_000_000))
        if not served:
            fill_up(cli, tmp_path)
            return
        with service_of(cli):
            fill_up(cli, tmp_path)


def without_reserve(cli: Cli) -> Cli:
    """Let it fill the disk to the last byte."""
    config = yaml.safe_load(cli.config.read_text(encoding="utf-8"))
    cli.config.write_text(yaml.safe_dump({**config, "keep_free": 0}), encoding="utf-8")
    return cli


def fill_up(cli: Cli, folder: Path) -> None:
    told = ""
    for number in range(1, 12):
        done = subprocess.run(
            cli.arguments("add", str(document(folder, number))),
            capture_output=True, text=True, timeout=120, env=environment(),
        )  # fmt: skip
        if done.returncode:
            assert 1 == done.returncode
            told = done.stdout + done.stderr
            break
    assert "space" in told, told
    assert "Traceback" not in told
    before = json.loads(cli.run("events", "--format", "json"))
    assert before
    assert "lithium" in cli.run("facets", "--by", "mineral")
    (cli.folder / "ballast").unlink()
    cli.run("add", str(document(folder, 99)))
    after = json.loads(cli.run("events", "--format", "json"))
    assert {event["id"] for event in before} <= {event["id"] for event in after}
    assert "Cerro 99" in cli.run("search", '"Cerro 99"')
    assert "sound" in cli.run("check")
