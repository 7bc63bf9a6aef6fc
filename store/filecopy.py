"""Copy a DuckDB file while another process writes it: `python filecopy.py STORE TARGET`.

Whatever DuckDB writes between two checkpoints goes into its log, or into blocks of the file that the last checkpoint
left free: that is what makes it safe to kill. So a copy of log and file is whole where no checkpoint ended meanwhile,
which the first blocks of the file tell. It is made by a program of its own, with the standard library alone.
"""

from __future__ import annotations

import os
import sys
import time
from io import BufferedReader, BufferedWriter
from pathlib import Path

_HEADERS = 12_288
"""Bytes at the start of the file: three headers; every checkpoint rewrites one."""
_CHUNK = 1 << 26
_SECONDS = 60.0
_PAUSE = 0.02


class Restless(Exception):
    """The store changed faster than it could be copied."""


def log_of(path: Path) -> Path:
    """Where DuckDB keeps the log of a database file."""
    return path.with_name(f"{path.name}.wal")


def copy_database(store: Path, target: Path) -> None:
    """File and log as they were at one moment; tried again as long as a checkpoint came between."""
    log = log_of(target)
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        before = _headers(store)
        if not _checkpoint_log(store).exists():
            log.unlink(missing_ok=True)
            if log_of(store).exists():
                _copy_file(log_of(store), log)
            _copy_file(store, target)
            if before == _headers(store) and not _checkpoint_log(store).exists():
                return
        time.sleep(_PAUSE)
    raise Restless(f"it was written without a pause for {_SECONDS:.0f} seconds")


def _checkpoint_log(store: Path) -> Path:
    """What is written while a checkpoint runs."""
    return store.with_name(f"{store.name}.wal.checkpoint")


def _headers(store: Path) -> bytes:
    with store.open("rb") as file:
        return file.read(_HEADERS)


def _copy_file(source: Path, target: Path) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        with source.open("rb") as read, os.fdopen(os.open(target, flags, 0o600), "wb") as write:
            _copy_bytes(read, write)
    except FileNotFoundError:  # a log that a checkpoint has just removed: the headers tell
        return


def _copy_bytes(read: BufferedReader, write: BufferedWriter) -> None:
    """Inside the kernel where it can: that shares the blocks of the file where the file system can."""
    try:
        while os.copy_file_range(read.fileno(), write.fileno(), _CHUNK):
            pass
    except (AttributeError, OSError):
        read.seek(0)
        write.seek(0)
        write.truncate()
        while chunk := read.read(_CHUNK):
            write.write(chunk)


def main() -> None:
    """Do it, or say in one line why not."""
    store, target = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        copy_database(store, target)
    except (OSError, Restless) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
