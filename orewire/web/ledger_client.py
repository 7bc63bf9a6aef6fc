"""The service's watches, alerts and messages over HTTP: implements `orewire.model.ports.Ledger`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from orewire.model.ledger import Alert, Delivery, Post, StoredWatch, Turn
from orewire.model.message import Message, message_from_json
from orewire.model.records import from_json
from orewire.web.client import ServiceClient

Query = list[tuple[str, str]]


class LedgerClient:
    """Asks by a client of the service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def get_watches(self) -> Sequence[StoredWatch]:
        """See Ledger."""
        return [from_json(StoredWatch, record) for record in self._client.get("watches", [])["watches"]]

    def put_watch(self, name: str, settings: Mapping[str, Any]) -> None:
        """See Ledger."""
        self._client.send("PUT", f"watches/{quote(name, safe='')}", json.dumps(dict(settings)).encode())

    def remove_watch(self, name: str) -> bool:
        """See Ledger."""
        return bool(self._client.send("DELETE", f"watches/{quote(name, safe='')}")["removed"])

    def get_turns(self, events: Sequence[int]) -> Mapping[int, Turn]:
        """See Ledger."""
        turns: dict[int, Turn] = {}
        for start in range(0, len(events), _AT_ONCE):
            query = [("event", str(number)) for number in events[start : start + _AT_ONCE]]
            found = self._client.get("turns", query)["turns"]
            turns |= {int(number): from_json(Turn, turn) for number, turn in found.items()}
        return turns

    def find_alerts(self, *, watch: str | None = None, limit: int = 50, offset: int = 0) -> Sequence[Alert]:
        """See Ledger."""
        query = [*_given("watch", watch), *_page(limit, offset)]
        return [from_json(Alert, record) for record in self._client.get("alerts", query)["alerts"]]

    def find_deliveries(self, *, states: Sequence[str] = (), limit: int = 50, offset: int = 0) -> Sequence[Delivery]:
        """See Ledger."""
        query = [*(("state", state) for state in states), *_page(limit, offset)]
        return [from_json(Delivery, record) for record in self._client.get("deliveries", query)["deliveries"]]

    def retry_deliveries(self, message: str | None = None) -> int:
        """See Ledger."""
        asked = f"?message={quote(message, safe='')}" if message is not None else ""
        return int(self._client.send("POST", f"deliveries/retry{asked}")["waiting"])

    def find_posts(
        self, *, kinds: Sequence[str] = (), name: str | None = None, limit: int = 50, offset: int = 0
    ) -> Sequence[Post]:
        """See Ledger."""
        query = [*(("kind", kind) for kind in kinds), *_given("name", name), *_page(limit, offset)]
        return [from_json(Post, record) for record in self._client.get("messages", query)["messages"]]

    def get_message(self, key: str) -> Message | None:
        """See Ledger."""
        try:
            return message_from_json(self._client.get(f"messages/{quote(key, safe='')}", []))
        except LookupError:
            return None


_AT_ONCE = 500


def _given(name: str, value: str | None) -> Query:
    return [] if value is None else [(name, value)]


def _page(limit: int, offset: int) -> Query:
    return [("limit", str(limit)), ("offset", str(offset))]
