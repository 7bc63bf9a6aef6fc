"""The Protocols behind which a part can be swapped: a local store, or the service that owns one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from orewire.model.access import Deed, Token, User
from orewire.model.answers import Export, Page, SqlAnswer
from orewire.model.event import Cursor, Event, Filters, Review
from orewire.model.facet import FACETS, Facet
from orewire.model.history import History
from orewire.model.hit import HitPage
from orewire.model.ledger import Alert, Delivery, Post, StoredWatch, Turn
from orewire.model.message import Message
from orewire.model.place import Place
from orewire.model.project import Dossier, Project, ProjectFilters
from orewire.model.queries import SavedQuery
from orewire.model.story import Passage, Story
from orewire.model.trend import Balance, Movers, Trend

DIMENSIONS = ("all", "type", "family", "country", "mineral", "status", "project", "stance", "source")
PERIODS = ("day", "week", "month")
PAIRS = ("country", "mineral")
"""What movers are looked for in, where nothing else is asked for."""


class Questions(Protocol):
    """Everything that can be asked about events; the same answers with and without the service.

    Each method raises UsageError for a value that means nothing, StoreError where the store cannot answer.
    """

    def find_events(
        self, filters: Filters, *, limit: int = 50, offset: int = 0, after: Cursor | None = None
    ) -> Sequence[Event]:
        """Events that match, newest first, each with its sources and stances; `after` goes on behind a former page."""

    def count_events(self, filters: Filters) -> int:
        """How many events match."""

    def count_facets(self, filters: Filters, *, by: Sequence[str] = FACETS, limit: int = 20) -> Sequence[Facet]:
        """How many of the events that match have each value of these dimensions, `limit` values of each at most."""

    def find_places(self, filters: Filters, *, limit: int = 5000) -> Sequence[Place]:
        """Where the events that match lie, the places of the most events first."""

    def get_event(self, event_id: int) -> Event | None:
        """One event by its id; that of a merged event leads to the one it went into."""

    def get_trend(
        self, filters: Filters, *, period: str = "week", by: str | Sequence[str] = "all", panel: bool = False
    ) -> Trend:
        """Events per period (`day`, `week` from Monday, `month`) by one or two dimensions; all, or a panel's only."""

    def get_reviews(self, event: int | None = None) -> Sequence[Review]:
        """What people decided about events, or one event, the latest first."""

    def find_unreviewed(self, filters: Filters, *, limit: int = 50) -> Sequence[Event]:
        """News that match and that nobody accepted, rejected or edited, the most doubtful first."""

    def get_choices(self) -> Mapping[str, Sequence[str]]:
        """The values that each field of an edited event, and of its stances, may have; any, where there are none."""

    def find_labels(self) -> Sequence[Mapping[str, Any]]:
        """The articles that people have looked at, corrected, as labelled data."""

    def get_queries(self) -> Sequence[SavedQuery]:
        """The queries in SQL that people keep, by name."""

    def put_query(self, query: SavedQuery) -> None:
        """Keep a query, in place of a former one of its name."""

    def remove_query(self, name: str) -> bool:
        """Forget a query; whether there was one."""

    def get_health(self) -> Mapping[str, Any]:
        """Counts of what is stored and queued, and the state of each feed."""

    def get_history(self, event_id: int) -> History | None:
        """What became of an event, why each report belongs to it, and what came before and after."""

    def get_passages(self, event_id: int, *, around: int = 400) -> Sequence[Passage]:
        """Where articles prove an event, with so many characters on either side, the first reports first."""

    def get_story(self, story_id: int) -> Story | None:
        """A story: its reports and the events that they tell of."""

    def find_projects(self, filters: ProjectFilters, *, limit: int = 50, offset: int = 0) -> Sequence[Project]:
        """Projects that match, those of the newest events first, each with its present standing."""

    def count_projects(self, filters: ProjectFilters) -> int:
        """How many projects match."""

    def get_project(self, name: str, country: str | None = None, *, timeline: int = 1000) -> Dossier | None:
        """All that is known of a project by its number or any of its names; UsageError where several are called so.

        `timeline` is how many of its events are told, the newest: 1000 at most.
        """

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

    def open_export(self, filters: Filters, form: str, page: Page | None = None) -> Export:
        """All events that match, or a page of them, written as one of EXPORT_FORMATS; the caller closes the body."""

    def open_snapshot(self) -> BinaryIO:
        """The whole store as it is now, a DuckDB database; the caller closes it."""

    def run_sql(self, sql: str, *, limit: int = 1000) -> SqlAnswer:
        """At most `limit` rows of one SELECT; UsageError for one that is not allowed, or takes too long or too much."""


class Ledger(Protocol):
    """Watches, and what was told to whom; the same with and without the service. Errors as those of Questions."""

    def get_watches(self) -> Sequence[StoredWatch]:
        """All of them by name."""

    def put_watch(self, name: str, settings: Mapping[str, Any]) -> None:
        """Keep a watch that does not stand in the configuration, in place of a former one of its name.

        UnknownValue for a mineral or country that nobody knows: it would never tell of anything.
        """

    def remove_watch(self, name: str) -> bool:
        """Forget a watch, and what waits for it; whether there was one."""

    def get_turns(self, events: Sequence[int]) -> Mapping[int, Turn]:
        """What these events mean for their projects; those without one are left out."""

    def find_alerts(self, *, watch: str | None = None, limit: int = 50, offset: int = 0) -> Sequence[Alert]:
        """What was decided, of one watch or of all, the latest first."""

    def find_deliveries(self, *, states: Sequence[str] = (), limit: int = 50, offset: int = 0) -> Sequence[Delivery]:
        """How messages left, those in these states or all, the newest first."""

    def retry_deliveries(self, message: str | None = None) -> int:
        """Let what was given up be tried again, of one message or of all; how many."""

    def find_posts(
        self, *, kinds: Sequence[str] = (), name: str | None = None, limit: int = 50, offset: int = 0
    ) -> Sequence[Post]:
        """Messages of these kinds or of any, of one watch or digest or of all, the newest first."""

    def get_message(self, key: str) -> Message | None:
        """A message as it was written."""


class Access(Protocol):
    """Users, their tokens, and what was done; the same with and without the service. Errors as those of Questions."""

    def get_users(self) -> Sequence[User]:
        """All of them by name."""

    def add_user(self, name: str, role: str, password: str) -> None:
        """Let somebody new log in."""

    def set_password(self, name: str, password: str) -> None:
        """Another password; all sessions of the user end."""

    def disable_user(self, name: str) -> None:
        """Let a user in no more, nor programs that act for them; all their sessions end."""

    def remove_user(self, name: str) -> None:
        """Forget a user, with their tokens and sessions; what they did stays recorded."""

    def get_tokens(self) -> Sequence[Token]:
        """All of them, also revoked ones, in the order in which they were made."""

    def add_token(
        self, name: str, *, user: str, role: str, expires_at: datetime | None = None
    ) -> tuple[Token, str]:  # fmt: skip
        """Let a program act for a user; its secret, which is told only now, comes with it."""

    def revoke_token(self, number: int) -> Token:
        """Let nobody in by this token any more."""

    def find_deeds(self, *, since: datetime | None = None, limit: int = 200) -> Sequence[Deed]:
        """What was done since then, the latest first."""


class Channel(Protocol):
    """A way by which messages leave, to one place: a mailbox, a webhook, a file."""

    async def send(self, message: Message) -> None:
        """Deliver it: the other side has it for good when this returns.

        Raises DeliveryUnclear where it may have arrived, DeliveryError where it has not.
        """
