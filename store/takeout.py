"""What is taken out of an open store whole: exports, snapshots, and answers to queries of the user's own."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from orewire.model.answers import Export, Page, SqlAnswer
from orewire.model.errors import StoreBusy, StoreError
from orewire.model.event import Filters
from store.access import SECRET_TABLES
from store.connection import Connection, merge_log, store_path
from store.export import export_events
from store.replica import Replica, copy_store
from store.sandbox import SECONDS, run_sql

_AT_ONCE = 2
"""Of each kind: more would only wait for the processor, and fill the disk."""


class Takeout:
    """Takes from one store; temporary files lie in a folder beside it. A query may take `seconds`."""

    def __init__(self, connection: Connection, *, seconds: int = SECONDS) -> None:
        self._connection, self._seconds = connection, seconds
        self._folder: Path | None = None
        self._replica: Replica | None = None
        self._lock = threading.RLock()
        self._exports, self._queries = threading.Semaphore(_AT_ONCE), threading.Semaphore(_AT_ONCE)

    def open_export(self, filters: Filters, form: str, page: Page | None = None) -> Export:
        """See Questions."""
        with _turn(self._exports, "exports"), self._connection.cursor() as cursor:
            folder = self._scratch() if store_path(self._connection) else None
            return export_events(cursor, filters, form, page=page, folder=folder)

    def open_snapshot(self) -> BinaryIO:
        """See Questions."""
        with _turn(self._exports, "exports"), tempfile.TemporaryDirectory(dir=self._scratch()) as name:
            target = Path(name) / "snapshot.duckdb"
            copy_store(self._path(), target)
            merge_log(target, emptied=SECRET_TABLES)
            return target.open("rb")  # which outlives its name

    def run_sql(self, sql: str, limit: int) -> SqlAnswer:
        """See Questions."""
        with self._lock:
            if self._replica is None:
                self._replica = Replica(self._path(), self._scratch())
        with _turn(self._queries, "queries"), self._replica.reading() as (copy, as_of):
            return run_sql(copy, sql, limit=limit, as_of=as_of, seconds=self._seconds)

    def close(self) -> None:
        """Leave nothing behind."""
        with self._lock:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self) -> Path:
        path = store_path(self._connection)
        if path is None:
            raise StoreError("found a store in memory, expected one in a file")
        return path

    def _scratch(self) -> Path:
        """The folder for temporary files; what a killed process left there is removed at the first use."""
        with self._lock:
            if self._folder is None:
                path = self._path()
                folder = path.with_name(f"{path.name}.scratch")
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(mode=0o700)
                self._folder = folder
            return self._folder


@contextmanager
def _turn(turns: threading.Semaphore, what: str) -> Iterator[None]:
    """A turn of a few at once; StoreBusy where none comes in time."""
    if not turns.acquire(timeout=SECONDS):
        raise StoreBusy(f"{_AT_ONCE} other {what} are under way; try again")
    try:
        yield
    finally:
        turns.release()
