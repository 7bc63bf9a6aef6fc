"""Backups made as the commands make them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from orewire.model.keep import Backup
from store.backup import (
    copy_store,
    frozen,
)
from store.connection import Connection, open_database
from tests.store.conftest import NOW
from tests.store.filled import silent


def back_up(connection: Connection, store: Path, now: datetime = NOW) -> Backup:
    with frozen(connection, store) as rows:
        return copy_store(store, rows, now, silent)


def make_backup(store: Path, now: datetime = NOW) -> Path:
    connection = open_database(store)
    try:
        return Path(back_up(connection, store, now).path)
    finally:
        connection.close()
