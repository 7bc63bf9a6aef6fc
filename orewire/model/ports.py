"""The Protocols behind which a part can be swapped: a local store, or the service that owns one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from orewire.model.event import Event, Filters, Review, TrendRow

DIMENSIONS = ("all", "type", "family", "country", "mineral", "status", "project")
PERIODS = ("day", "week", "month")


class Questions(Protocol):
    """Everything that can be asked about events; the same answers with and without the service.

    Each method raises UsageError for a value that means nothing, StoreError where the store cannot answer.
    """

    def find_events(self, filters: Filters, *, limit: int = 50, offset: int = 0) -> Sequence[Event]:
        """Events that match, newest first, each with its sources and stances."""

    def count_events(self, filters: Filters) -> int:
        """How many events match."""

    def get_event(self, event_id: int) -> Event | None:
        """One event by its id."""

    def get_trend(self, filters: Filters, *, period: str = "week", by: str = "all") -> Sequence[TrendRow]:
        """Events per period (`day`, `week` from Monday, `month`), without gaps, oldest first."""

    def get_reviews(self, event: int | None = None) -> Sequence[Review]:
        """What people decided about events, or one event, the latest first."""

    def get_health(self) -> Mapping[str, Any]:
        """Counts of what is stored and queued, and the state of each feed."""
