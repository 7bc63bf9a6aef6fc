"""A database file copied, synced and read to its end, in a process of its own.

In the process that owns the database this would be its end: closing any file drops all locks that a process holds on it
(POSIX), DuckDB's among them, and a second process could open what the first one writes.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from orewire.model.errors import StoreError
from orewire.model.keep import Told
from store.apart import run_apart
from store.trouble import require_space

_CHUNK = 8 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy holds."""

    size: int
    sha256: str
    schema: int
    rows: dict[str, int]


def copy_database(source: Path, target: Path, told: Told) -> Copied:
    """Copy a database file that nobody changes meanwhile, and read the copy to its end.

    Raises StoreFull, StoreDamaged, StoreError. What there is of the copy then stays, and is to be removed.
    """
    return run_apart(_copy_and_read, source, target, told=told)


def _copy_and_read(source: Path, target: Path, told: Told) -> Copied:
    from store.connection import open_reading, schema_version
    from store.reading import count_rows, read_all

    size, sha256 = copy_file(source, target, told)
    connection = open_reading(target)
    try:
        for error in read_all(connection, told):
            raise error
        return Copied(size=size, sha256=sha256, schema=schema_version(connection), rows=count_rows(connection))
    finally:
        connection.close()


def copy_file(source: Path, target: Path, told: Told) -> tuple[int, str]:
    """Copy a file to a name that is free, and wait until it is on the disk; its size and SHA-256."""
    total, done, digest = source.stat().st_size, 0, hashlib.sha256()
    require_space(target.parent, total)
    with source.open("rb") as reading, target.open("xb") as writing:
        while chunk := reading.read(_CHUNK):
            writing.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            told("copying", done, max(total, done))
        writing.flush()
        os.fsync(writing.fileno())
    return done, digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}") from error
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
