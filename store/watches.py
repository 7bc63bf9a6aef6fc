"""Watches: saved questions as they were asked, and from which event on an answer is news."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from orewire.model.ledger import StoredWatch
from store.connection import Connection, rows, transaction

Settings = Mapping[str, Any]
_PLAIN = ("name", "is_own", "made_at", "after_event")
_WAYS = frozenset({"channels", "lang", "zone", "quiet", "batch", "daily_cap"})
"""Settings that say how a watch is told, not what it asks for."""


def get_watches(connection: Connection) -> list[StoredWatch]:
    """All of them by name."""
    return [
        StoredWatch(**{**row, "settings": json.loads(row["settings"])})
        for row in rows(connection, "SELECT * FROM watches ORDER BY name")
    ]


def put_watch(connection: Connection, name: str, settings: Settings, *, is_own: bool, now: datetime) -> None:
    """Keep a watch, in place of a former one of its name; what is known by now is no news to what it newly asks."""
    known = {watch.name: watch for watch in get_watches(connection)}
    with transaction(connection):
        after = _after_event(connection, known.get(name), settings)
        _put(connection, StoredWatch(name=name, settings=settings, is_own=is_own, made_at=now, after_event=after))


def _put(connection: Connection, watch: StoredWatch) -> None:
    connection.execute("DELETE FROM watches WHERE name = $name", {"name": watch.name})
    connection.execute(
        """
        INSERT INTO watches (name, settings, is_own, made_at, after_event)
        VALUES ($name, $settings, $is_own, $made_at, $after_event)
        """,
        {**{name: getattr(watch, name) for name in _PLAIN}, "settings": json.dumps(dict(watch.settings))},
    )


def _after_event(connection: Connection, before: StoredWatch | None, settings: Settings) -> int:
    """The last event that is no news: where only the way of telling has changed, it is still the former one."""
    if before is not None and _question(before.settings) == _question(settings):
        return before.after_event
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM events").fetchone() or (0,)
    return int(last)


def _question(settings: Settings) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name not in _WAYS}


def sync_watches(connection: Connection, configured: Mapping[str, Settings], now: datetime) -> None:
    """Take over the watches of the configuration: what is new or asks for something else, and what is gone.

    One of the configuration replaces one that a command made under the same name.
    """
    with transaction(connection):
        known = {watch.name: watch for watch in get_watches(connection)}
        for name, settings in configured.items():
            before = known.get(name)
            if before is None or before.is_own or before.settings != dict(settings):
                after = _after_event(connection, before, settings)
                _put(
                    connection, StoredWatch(name=name, settings=settings, is_own=False, made_at=now, after_event=after)
                )
        for watch in known.values():
            if not watch.is_own and watch.name not in configured:
                _remove(connection, watch.name)


def remove_watch(connection: Connection, name: str) -> bool:
    """Forget a watch; alerts that wait are dropped. Whether there was one."""
    with transaction(connection):
        return _remove(connection, name)


def _remove(connection: Connection, name: str) -> bool:
    connection.execute(
        "UPDATE alerts SET state = 'dropped' WHERE watch = $name AND state IN ('waiting', 'held')", {"name": name}
    )
    gone = connection.execute("DELETE FROM watches WHERE name = $name RETURNING name", {"name": name}).fetchall()
    return bool(gone)


def watches_version(connection: Connection) -> tuple[object, ...]:
    """Another one whenever a watch has come, gone or changed."""
    query = "SELECT count(*), max(made_at), bit_xor(hash(name, settings::VARCHAR, made_at)) FROM watches"
    return tuple(connection.execute(query).fetchone() or ())
