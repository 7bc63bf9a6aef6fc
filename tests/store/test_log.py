"""What a killed process left in the log beside a store is found again, whoever opens the store next."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from store.check import check_file
from store.connection import close_into_file, merge_log, open_database
from tests.e2e.conftest import environment
from tests.store.filled import fill_file, silent

_WRITE_AND_DIE = """
import os, signal, sys
from datetime import date
from pathlib import Path
from store.connection import open_database
from tests.store.conftest import article, mention, opposing, teller
tell = teller(open_database(Path(sys.argv[1])))
for number in range(30):
    tell(article(f"z{number}"), mention("lawsuit", project="Jadar"), stances=(opposing(),))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose last thirty articles are in the log only."""
    path = tmp_path_factory.mktemp("killed") / "s.duckdb"
    fill_file(path)
    done = subprocess.run(
        [sys.executable, "-c", _WRITE_AND_DIE, str(path)],
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    assert "" == done.stderr
    return path


def copy(store: Path, folder: Path) -> Path:
    """A store with its log."""
    for file in (store, store.with_name(f"{store.name}.wal")):
        (folder / file.name).write_bytes(file.read_bytes())
    return folder / store.name


@pytest.mark.parametrize("open_and_close", [lambda path: open_database(path).close(), close_into_file, merge_log])
def test_indexes_hold_what_the_log_held(killed: Path, tmp_path: Path, open_and_close: Callable[[Path], object]) -> None:
    """Also where nobody asked anything of the store in between: DuckDB's own closing lost it then."""
    path = copy(killed, tmp_path)
    open_and_close(path)
    assert () == check_file(path, silent).faults


def test_what_was_lost_from_an_index_is_seen_and_made_anew(killed: Path, tmp_path: Path) -> None:
    """A store may have been opened by a former version, or by others."""
    path = copy(killed, tmp_path)
    duckdb.connect(str(path)).close()
    assert ["index"] == [fault.kind for fault in check_file(path, silent).faults]
    repaired = check_file(path, silent, repair=True)
    assert () == repaired.faults
    assert "indexes anew" in repaired.repaired[0]
    assert () == check_file(path, silent).faults
