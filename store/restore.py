"""A backup put in the place of the store: killed at any moment, it leaves the one or the other."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from orewire.model.errors import StoreBusy, StoreError, StoreTooNew, disk_error
from orewire.model.keep import Backup, Told
from store.backup import read_manifest
from store.connection import close_into_file, known_schema
from store.copying import Copied, copy_database, sync_folder
from store.trouble import damaged

_UNFINISHED = ".restoring"
_KEPT = ".before-restore"
_LOGS = (".wal", ".wal.checkpoint", ".wal.recovery")
"""What DuckDB writes beside a database; it belongs to that one alone."""


def restore_store(backup: Path, store: Path, told: Told) -> tuple[Backup, Path | None]:
    """Put a copy of the backup in the place of the store; what it holds, and where the former store is kept, if any.

    Raises StoreBusy where another process has the store open, StoreTooNew where a newer orewire wrote the backup,
    StoreDamaged where it is not what its manifest says, StoreFull, StoreError: then the store stays as it was.
    """
    manifest = read_manifest(backup)
    if manifest.schema > known_schema():
        raise StoreTooNew(
            f"{backup}: schema {manifest.schema}, this orewire knows {known_schema()}; use a newer orewire"
        )
    new = store.with_name(f"{store.name}{_UNFINISHED}")
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        _compare(copy_database(backup, new, told), manifest)
        return manifest, _replace(store, new)
    except OSError as error:
        raise disk_error(error, store) from error
    finally:
        new.unlink(missing_ok=True)


def _compare(copied: Copied, manifest: Backup) -> None:
    for name in ("size", "sha256", "schema", "rows"):
        found, expected = getattr(copied, name), getattr(manifest, name)
        if found != expected:
            raise damaged(manifest.path, f"{name}: found {found}, its manifest says {expected}")


def _replace(store: Path, new: Path) -> Path | None:
    """Give the new file the name of the store; the old one keeps its content under another."""
    index = store.with_name(f"{store.name}.index")
    if not store.exists():
        _set_logs_aside(store, _free_name(store))
        _remove_index(index)
        os.link(new, store)  # fails where another process was faster
        sync_folder(store.parent)
        return None
    is_whole = _is_closed_whole(store)
    with _owned(store):
        kept = _free_name(store)
        if is_whole and any(log.exists() for log in _logs(store)):
            raise StoreBusy(f"{store}: another process has just written to it; stop it, and try again")
        _set_logs_aside(store, kept)
        if not kept.exists():
            os.link(store, kept)
        _remove_index(index)
        new.replace(store)
        sync_folder(store.parent)
    return kept


def _is_closed_whole(store: Path) -> bool:
    """Whether all that the old store holds is in its file, and nothing in the logs beside it.

    StoreError where it should be, but cannot: a log beside another file than its own is the end of both.
    """
    try:
        close_into_file(store)
    except StoreBusy:
        raise
    except StoreError:  # damaged: what it is restored for
        return False
    if left := [log for log in _logs(store) if log.exists()]:
        raise StoreError(f"{left[0]}: cannot be written into {store.name}; free some space on its disk")
    return True


def _logs(store: Path) -> list[Path]:
    return [store.with_name(f"{store.name}{ending}") for ending in _LOGS]


def _set_logs_aside(store: Path, kept: Path) -> None:
    for log, aside in zip(_logs(store), _logs(kept), strict=True):
        if log.exists():
            log.replace(aside)


def _free_name(store: Path) -> Path:
    """`.before-restore`, or numbered; that of a former attempt that was killed, if it holds this very store."""
    for number in count(1):
        path = store.with_name(f"{store.name}{_KEPT}{f'-{number}' if number > 1 else ''}")
        if not path.exists() or (store.exists() and path.samefile(store)):
            return path
    raise AssertionError


def _remove_index(index: Path) -> None:
    """It is derived, and made anew: gone before the store that it does not belong to is there."""
    if index.is_dir():
        shutil.rmtree(index)


@contextmanager
def _owned(store: Path) -> Iterator[None]:
    """Hold the lock that DuckDB holds on a file that it has open."""
    with store.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreBusy(f"{store}: another process has just opened it; stop it, and try again") from error
        yield
