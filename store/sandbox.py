"""Queries of the user's own, safe whatever they say: each is answered by a process of its own, over a file it reads.

`store.sandboxed` is that process, `store.sqlcheck` says what a query may name, and docs/technotes/sandbox.md why.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from orewire.model.answers import MOST_ROWS, SqlAnswer
from orewire.model.errors import StoreError, UsageError

SECONDS = 30
"""For one query: longer ones are better asked of a snapshot."""
_GRACE = 5


def run_sql(path: Path, sql: str, *, limit: int, as_of: datetime, seconds: int = SECONDS) -> SqlAnswer:
    """Answer one SELECT over the database file at `path`, which no process may have open for writing.

    Raises UsageError for whatever the query is to blame for, StoreError where the file cannot be read.
    """
    if not 1 <= limit <= MOST_ROWS:
        raise UsageError(f"limit: found {limit}, expected 1 to {MOST_ROWS:,}")
    found = _ask({"path": str(path), "sql": sql, "rows": limit, "seconds": seconds + _GRACE}, seconds)
    if "refused" in found:
        raise UsageError(found["refused"])
    if "failed" in found:
        raise StoreError(found["failed"])
    return SqlAnswer(
        columns=tuple((name, kind) for name, kind in found["columns"]),
        rows=tuple(map(tuple, found["rows"])),
        more=found["more"],
        as_of=as_of,
    )


def _ask(task: dict[str, Any], seconds: int) -> dict[str, Any]:
    program = [sys.executable, "-P", "-X", "utf8", "-m", "store.sandboxed"]
    places = {"PYTHONPATH": os.pathsep.join(str(Path(place).resolve()) for place in sys.path)}
    with subprocess.Popen(  # noqa: S603 - our own program
        program,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=places,
        start_new_session=True,  # an interrupt at the terminal is this process's business
    ) as process:
        try:
            written, _ = process.communicate(json.dumps(task).encode(), timeout=seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise UsageError(f"sql: took longer than {seconds} seconds; ask for less, or ask a snapshot") from error
        except BaseException:
            process.kill()
            raise
    try:
        answer: dict[str, Any] = json.loads(written)
    except ValueError as error:
        status = process.returncode
        raise UsageError(
            f"sql: its process ended with status {status}: it needs too much memory, or DuckDB fails over it"
        ) from error
    return answer
