"""The record of what was done, and by whom: written, read, and thinned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from orewire.model.access import KEEP_DEEDS, Deed
from store.connection import Connection, insert_rows, rows, transaction

_COLUMNS: Final = {
    "done_at": "TIMESTAMPTZ", "who": "VARCHAR", "role": "VARCHAR", "what": "VARCHAR", "target": "VARCHAR",
    "address": "VARCHAR", "outcome": "VARCHAR",
}  # fmt: skip
_LONGEST: Final = 200
"""Characters of each value: who is refused could fill the disk."""


def add_deeds(connection: Connection, deeds: Sequence[Deed]) -> None:
    """Record what was done."""
    with transaction(connection):
        insert_rows(connection, "audit", _COLUMNS, [_bounded(deed) for deed in deeds])


def _bounded(deed: Deed) -> list[str]:
    values = {**asdict(deed), "done_at": deed.done_at.isoformat()}
    return [_printable(values[name]) for name in _COLUMNS]


def _printable(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text[:_LONGEST])


def find_deeds(connection: Connection, *, since: datetime | None = None, limit: int = 200) -> list[Deed]:
    """What was done since then, the latest first."""
    found = rows(
        connection,
        "SELECT * FROM audit WHERE $since IS NULL OR done_at >= $since::TIMESTAMPTZ ORDER BY done_at DESC LIMIT $limit",
        {"since": since, "limit": limit},
    )
    return [Deed(**row) for row in found]


def thin_deeds(connection: Connection, now: datetime) -> None:
    """Forget what was done a year ago."""
    with transaction(connection):
        connection.execute("DELETE FROM audit WHERE done_at < $until", {"until": now - KEEP_DEEDS})
