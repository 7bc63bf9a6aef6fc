"""A copy of a store's file, for other processes to read while this one writes; see docs/technotes/sandbox.md.

The database file itself is only ever opened by a child process here: a process that closes a file loses all its locks
on it, and DuckDB's lock is what keeps other processes out.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from orewire.model.errors import StoreError
from store import filecopy

_SMALL = 256_000_000
"""Bytes: a smaller store is copied anew whenever it has changed."""
_PATIENCE = 20
"""The copy of a larger one serves for so many times what it took: a twentieth of the time at most goes into copying."""

State = tuple[tuple[int, int] | None, ...]


class Replica:
    """The latest copy of one store; any thread may read it."""

    def __init__(self, store: Path, folder: Path) -> None:
        self._store, self._folder = store, folder
        self._lock = threading.Lock()
        self._copy: Path | None = None
        self._state: State | None = None
        self._as_of = datetime.min.replace(tzinfo=UTC)
        self._made, self._seconds = 0.0, 0.0
        self._readers: Counter[Path] = Counter()
        self._numbers = count()

    @contextmanager
    def reading(self) -> Iterator[tuple[Path, datetime]]:
        """A copy that stays while it is read, and of when it is; StoreError where none can be made."""
        with self._lock:
            copy, as_of = self._refresh()
            self._readers[copy] += 1
        try:
            yield copy, as_of
        finally:
            with self._lock:
                self._readers[copy] -= 1
                if copy != self._copy:
                    self._drop(copy)

    def _refresh(self) -> tuple[Path, datetime]:
        state, now, started = _state(self._store), datetime.now(UTC), time.monotonic()
        if self._copy is not None:
            if state == self._state:
                return self._copy, now
            if _size(self._store) > _SMALL and started - self._made < self._seconds * _PATIENCE:
                return self._copy, self._as_of
        former, target = self._copy, self._folder / f"reading-{next(self._numbers)}.duckdb"
        copy_store(self._store, target)
        self._copy, self._state, self._as_of = target, state, now
        self._made = time.monotonic()
        self._seconds = self._made - started
        if former is not None:
            self._drop(former)
        return target, now

    def _drop(self, copy: Path) -> None:
        """Delete a copy that nobody reads any more."""
        if not self._readers[copy]:
            _delete(copy)


def copy_store(store: Path, target: Path) -> None:
    """Copy a store that this process may be writing to.

    Raises StoreError where there is no space, or the store changes faster than it can be copied.
    """
    # Without the packages, Python starts in a tenth of the time.
    program = [sys.executable, "-I", "-S", filecopy.__file__, str(store), str(target)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode:
        _delete(target)
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise StoreError(f"{store}: cannot be copied to {target}: {lines[-1]}")


def _delete(copy: Path) -> None:
    for path in (copy, filecopy.log_of(copy)):
        path.unlink(missing_ok=True)


def _size(store: Path) -> int:
    return store.stat().st_size


def _state(store: Path) -> State:
    """What changes whenever the store does; told without opening it."""
    return tuple(_size_and_time(path) for path in (store, filecopy.log_of(store)))


def _size_and_time(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns
