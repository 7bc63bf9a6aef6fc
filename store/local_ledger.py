"""Implements `orewire.model.ports.Ledger` over a store that is open here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from orewire.model.ledger import Alert, Delivery, Post, StoredWatch, Turn
from orewire.model.message import Message
from store import ledger, outbox, turns, watches
from store.cursors import Cursors
from store.vocabulary import check_known


def _now() -> datetime:
    return datetime.now(UTC)


class LocalLedger:
    """Works with a cursor of its own, from any thread; only one at a time may write to a store."""

    def __init__(self, cursors: Cursors, clock: Callable[[], datetime] = _now) -> None:
        self._cursors, self._clock = cursors, clock

    def get_watches(self) -> Sequence[StoredWatch]:
        """See Ledger."""
        with self._cursors.cursor() as cursor:
            return watches.get_watches(cursor)

    def put_watch(self, name: str, settings: Mapping[str, Any]) -> None:
        """See Ledger."""
        with self._cursors.cursor() as cursor:
            check_known(cursor, country=settings.get("country", ()), mineral=settings.get("mineral", ()))
            watches.put_watch(cursor, name, settings, is_own=True, now=self._clock())

    def remove_watch(self, name: str) -> bool:
        """See Ledger."""
        with self._cursors.cursor() as cursor:
            return watches.remove_watch(cursor, name)

    def get_turns(self, events: Sequence[int]) -> Mapping[int, Turn]:
        """See Ledger."""
        with self._cursors.cursor() as cursor:
            return turns.get_turns(cursor, events, today=self._clock().date())

    def find_alerts(self, *, watch: str | None = None, limit: int = 50, offset: int = 0) -> Sequence[Alert]:
        """See Ledger."""
        with self._cursors.cursor() as cursor:
            return ledger.find_alerts(cursor, watch=watch, limit=limit, offset=offset)

    def find_deliveries(self, *, states: Sequence[str] = (), limit: int = 50, offset: int = 0) -> Sequence[Delivery]:
        """See Ledger."""
        with self._cursors.cursor() as cursor:
            return outbox.find_deliveries(cursor, states=states, limit=limit, offset=offset)

    def retry_deliveries(self, message: str | None = None) -> int:
        """See Ledger."""
        with self._cursors.cursor() as cursor:
            return outbox.retry_deliveries(cursor, self._clock(), message)

    def find_posts(
        self, *, kinds: Sequence[str] = (), name: str | None = None, limit: int = 50, offset: int = 0
    ) -> Sequence[Post]:
        """See Ledger."""
        with self._cursors.cursor() as cursor:
            return outbox.find_posts(cursor, kinds=kinds, name=name, limit=limit, offset=offset)

    def get_message(self, key: str) -> Message | None:
        """See Ledger."""
        with self._cursors.cursor() as cursor:
            return outbox.get_messages(cursor, [key]).get(key)
