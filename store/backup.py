"""A copy of the database while it is written to: the file as its last checkpoint left it.

A checkpoint puts all that was committed into the file. Until the next one DuckDB changes nothing in it that this needs
(else a crash would be the end of it), so that the file can be copied: docs/technotes/backup.md.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from orewire.model.errors import StoreDamaged, StoreError, UsageError, disk_error
from orewire.model.keep import Backup, Told, backup_from_json, backup_to_json
from store.connection import Connection, TransactionError, store_errors
from store.copying import copy_database, copy_file, sync_folder
from store.reading import count_rows
from store.trouble import damaged

_UNFINISHED = ".part"
_TRIES = 500
_PAUSE = 0.02


def backup_folder(store: Path) -> Path:
    """Where the copies of a store are made."""
    return store.with_name(f"{store.name}.backups")


@contextmanager
def frozen(connection: Connection, store: Path) -> Iterator[dict[str, int]]:
    """Keep the file of the store as it is: what is written meanwhile stays in the log beside it.

    Yields the rows of each table in it.
    """
    with store_errors(str(store)):
        (threshold,) = connection.execute("SELECT current_setting('checkpoint_threshold')").fetchone() or ("16MB",)
        connection.execute("SET GLOBAL checkpoint_threshold = '1TB'")
        try:
            yield _checkpoint(connection, store)
        finally:
            connection.execute(f"SET GLOBAL checkpoint_threshold = '{threshold}'")


def _checkpoint(connection: Connection, store: Path) -> dict[str, int]:
    """Write all that was committed into the file; the rows of each table, none of which is only in the log."""
    log = store.with_name(f"{store.name}.wal")
    for _ in range(_TRIES):
        try:
            connection.execute("CHECKPOINT")
        except TransactionError:  # somebody is writing
            time.sleep(_PAUSE)
            continue
        rows = count_rows(connection)
        if not log.exists() or not log.stat().st_size:
            return rows
    raise StoreError(f"{store}: others write to it without a pause; try again")


def copy_store(store: Path, rows: Mapping[str, int], now: datetime, told: Told) -> Backup:
    """Copy the file of a frozen store into its backup folder, compare the copy, and write its manifest.

    The copy has its name only when it is whole, and after its manifest.
    """
    folder = backup_folder(store)
    try:
        folder.mkdir(exist_ok=True)
        for left in folder.glob(f"*{_UNFINISHED}"):
            left.unlink()
        path = _free_name(folder, store.stem, now)
        part = path.with_name(f"{path.name}{_UNFINISHED}")
        try:
            copied = copy_database(store, part, told)
            if copied.rows != rows:
                raise damaged(part, f"found rows {copied.rows}, expected {dict(rows)}")
            backup = Backup(
                path=str(path), orewire=version("orewire"), made_at=now.replace(microsecond=0),
                schema=copied.schema, size=copied.size, sha256=copied.sha256, rows=copied.rows,
            )  # fmt: skip
            return _publish(part, backup)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise disk_error(error, folder) from error


def _free_name(folder: Path, stem: str, now: datetime) -> Path:
    for number in range(1000):
        path = folder / f"{stem}-{now:%Y%m%dT%H%M%SZ}{f'-{number}' if number else ''}.duckdb"
        if not path.exists():
            return path
    raise StoreError(f"{folder}: found a thousand backups of one second")


def _publish(part: Path, backup: Backup) -> Backup:
    path = Path(backup.path)
    _write_manifest(backup)
    part.replace(path)
    sync_folder(path.parent)
    return backup


def manifest_file(path: Path) -> Path:
    """The manifest beside a backup."""
    return path.with_name(f"{path.name}.json")


def _write_manifest(backup: Backup) -> None:
    path = manifest_file(Path(backup.path))
    record = backup_to_json(backup) | {"path": Path(backup.path).name}
    part = path.with_name(f"{path.name}{_UNFINISHED}")
    with part.open("w", encoding="utf-8") as file:
        file.write(json.dumps(record, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read_manifest(path: Path) -> Backup:
    """What the manifest beside a backup says; StoreDamaged where there is none that can be read."""
    file = manifest_file(path)
    try:
        backup = backup_from_json(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise StoreDamaged(f"{file}: not there; a backup is a database with its manifest beside it") from error
    except OSError as error:
        raise disk_error(error, file) from error
    except (ValueError, TypeError) as error:
        raise StoreDamaged(f"{file}: no manifest of a backup: {error}") from error
    return replace(backup, path=str(path))


def move_backup(backup: Backup, destination: Path, told: Told) -> Backup:
    """Bring a new backup into a folder, or to a name that is free, on whatever disk."""
    source = Path(backup.path)
    target = destination / source.name if destination.is_dir() else destination
    if target.exists():
        raise UsageError(f"{target} exists; expected a folder or a name that is free")
    part = target.with_name(f"{target.name}{_UNFINISHED}")
    moved = replace(backup, path=str(target))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        _bring(source, part, backup, told)
        _publish(part, moved)
        for left in (source, manifest_file(source)):
            left.unlink(missing_ok=True)
    except OSError as error:
        raise disk_error(error, target) from error
    finally:
        part.unlink(missing_ok=True)
    return moved


def _bring(source: Path, part: Path, backup: Backup, told: Told) -> None:
    """On the same disk a second name, else a copy."""
    try:
        os.link(source, part)
    except OSError:
        _, sha256 = copy_file(source, part, told)
        if sha256 != backup.sha256:
            raise damaged(part, f"found SHA-256 {sha256}, expected {backup.sha256}") from None


def list_backups(folder: Path, stem: str) -> list[Backup]:
    """The whole backups of a store in a folder, the newest first; what has another name is not looked at."""
    named = re.compile(rf"{re.escape(stem)}-\d{{8}}T\d{{6}}Z(-\d+)?\.duckdb")
    found = [read_manifest(path) for path in folder.iterdir() if named.fullmatch(path.name) and _is_whole(path)]
    return sorted(found, key=lambda one: (one.made_at, one.path), reverse=True)


def _is_whole(path: Path) -> bool:
    try:
        return read_manifest(path).size == path.stat().st_size
    except (StoreError, OSError):
        return False


def remove_old(folder: Path, stem: str, keep: int) -> list[Path]:
    """Remove the backups of a store in a folder but the newest; the removed ones."""
    old = [Path(one.path) for one in list_backups(folder, stem)[keep:]]
    try:
        for path in old:
            path.unlink()
            manifest_file(path).unlink(missing_ok=True)
    except OSError as error:
        raise disk_error(error, folder) from error
    return old
