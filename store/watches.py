"""Watches: saved questions as they were asked, and from which event on an answer is news."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from orewire.model.ledger import StoredWatch
from store.connection import Connection, rows, transaction

Settings = Mapping[str, Any]


def get_watches(connection: Connection) -> list[StoredWatch]:
    """All of them by name."""
    return [
        StoredWatch(**{**row, "settings": json.loads(row["settings"])})
        for row in rows(connection, "SELECT * FROM watches ORDER BY name")
    ]


def put_watch(connection: Connection, name: str, settings: Settings, *, is_own: bool, now: datetime) -> None:
    """Keep a watch, in place of a former one of its name; what is known by now is no news to it."""
    with transaction(connection):
        _put(connection, name, settings, is_own, now)


def _put(connection: Connection, name: str, settings: Settings, is_own: bool, now: datetime) -> None:
    connection.execute("DELETE FROM watches WHERE name = $name", {"name": name})
    connection.execute(
        """
        INSERT INTO watches (name, settings, is_own, made_at, after_event)
        VALUES ($name, $settings, $is_own, $now, (SELECT coalesce(max(id), 0) FROM events))
        """,
        {"name": name, "settings": json.dumps(dict(settings)), "is_own": is_own, "now": now},
    )


def sync_watches(connection: Connection, configured: Mapping[str, Settings], now: datetime) -> None:
    """Take over the watches of the configuration: what is new or asks for something else, and what is gone.

    One of the configuration replaces one that a command made under the same name.
    """
    with transaction(connection):
        known = {watch.name: watch for watch in get_watches(connection)}
        for name, settings in configured.items():
            before = known.get(name)
            if before is None or before.is_own or before.settings != dict(settings):
                _put(connection, name, settings, is_own=False, now=now)
        for watch in known.values():
            if not watch.is_own and watch.name not in configured:
                remove_watch(connection, watch.name)


def remove_watch(connection: Connection, name: str) -> bool:
    """Forget a watch; alerts that wait are dropped. Whether there was one."""
    connection.execute(
        "UPDATE alerts SET state = 'dropped' WHERE watch = $name AND state IN ('waiting', 'held')", {"name": name}
    )
    gone = connection.execute("DELETE FROM watches WHERE name = $name RETURNING name", {"name": name}).fetchall()
    return bool(gone)


def watches_version(connection: Connection) -> tuple[object, ...]:
    """Another one whenever a watch has come, gone or changed."""
    query = "SELECT count(*), max(made_at), bit_xor(hash(name, settings::VARCHAR, made_at)) FROM watches"
    return tuple(connection.execute(query).fetchone() or ())
