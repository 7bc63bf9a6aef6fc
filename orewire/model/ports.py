"""The Protocols behind which a part can be swapped: a local store, or the service that owns one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, Protocol

from orewire.model.answers import Export, SqlAnswer
from orewire.model.event import Event, Filters, Review
from orewire.model.facet import FACETS, Facet
from orewire.model.history import History
from orewire.model.hit import HitPage
from orewire.model.message import Message
from orewire.model.project import Dossier, Project, ProjectFilters
from orewire.model.trend import Balance, Movers, Trend

DIMENSIONS = ("all", "type", "family", "country", "mineral", "status", "project", "stance", "source")
PERIODS = ("day", "week", "month")
PAIRS = ("country", "mineral")
"""What movers are looked for in, where nothing else is asked for."""


class Questions(Protocol):
    """Everything that can be asked about events; the same answers with and without the service.

    Each method raises UsageError for a value that means nothing, StoreError where the store cannot answer.
    """

    def find_events(self, filters: Filters, *, limit: int = 50, offset: int = 0) -> Sequence[Event]:
        """Events that match, newest first, each with its sources and stances."""

    def count_events(self, filters: Filters) -> int:
        """How many events match."""

    def count_facets(self, filters: Filters, *, by: Sequence[str] = FACETS, limit: int = 20) -> Sequence[Facet]:
        """How many of the events that match have each value of these dimensions, `limit` values of each at most."""

    def get_event(self, event_id: int) -> Event | None:
        """One event by its id; that of a merged event leads to the one it went into."""

    def get_trend(
        self, filters: Filters, *, period: str = "week", by: str | Sequence[str] = "all", panel: bool = False
    ) -> Trend:
        """Events per period (`day`, `week` from Monday, `month`) by one or two dimensions; all, or a panel's only."""

    def get_reviews(self, event: int | None = None) -> Sequence[Review]:
        """What people decided about events, or one event, the latest first."""

    def get_health(self) -> Mapping[str, Any]:
        """Counts of what is stored and queued, and the state of each feed."""

    def get_history(self, event_id: int) -> History | None:
        """What became of an event, why each report belongs to it, and what came before and after."""

    def find_projects(self, filters: ProjectFilters, *, limit: int = 50, offset: int = 0) -> Sequence[Project]:
        """Projects that match, those of the newest events first, each with its present standing."""

    def count_projects(self, filters: ProjectFilters) -> int:
        """How many projects match."""

    def get_project(self, name: str, country: str | None = None) -> Dossier | None:
        """All that is known of a project by its number or any of its names; UsageError where several are called so."""

    def search(self, filters: Filters, *, sort: str = "relevance", limit: int = 20, offset: int = 0) -> HitPage:
        """Articles that match `filters.text` and have an event that matches the other filters.

        `sort`: `relevance`, or `date` for the newest first.
        """

    def rebuild_index(self) -> int:
        """Build the full-text index anew; how many articles it holds."""

    def find_movers(
        self, filters: Filters, *, period: str = "week", by: str | Sequence[str] = PAIRS, limit: int = 50
    ) -> Movers:
        """The unusual rises of the last `week` or `month` that ends by `filters.until`, else by the newest article."""

    def get_balance(self, filters: Filters, *, period: str = "week", by: str = "project") -> Balance:
        """How many events somebody supports and opposes per period and value of a dimension."""

    def open_export(self, filters: Filters, form: str) -> Export:
        """All events that match, written as one of EXPORT_FORMATS; the caller closes the body."""

    def open_snapshot(self) -> BinaryIO:
        """The whole store as it is now, a DuckDB database; the caller closes it."""

    def run_sql(self, sql: str, *, limit: int = 1000) -> SqlAnswer:
        """At most `limit` rows of one SELECT; UsageError for one that is not allowed, or takes too long or too much."""


class Channel(Protocol):
    """A way by which messages leave, to one place: a mailbox, a webhook, a file."""

    async def send(self, message: Message) -> None:
        """Deliver it: the other side has it for good when this returns.

        Raises DeliveryUnclear where it may have arrived, DeliveryError where it has not.
        """
