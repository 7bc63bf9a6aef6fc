"""What each answer of the API looks like, for its description: documentation that tests hold against the answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orewire.model.event import Event, TrendRow
from orewire.model.facet import Facet
from orewire.model.ledger import Alert, Delivery, Post, Turn
from orewire.model.project import Project
from orewire.model.trend import Mark, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Events, newest first; how many match in all; and the address of the next page, null at the end."""

    events: tuple[Event, ...]
    total: int
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetAnswer:
    """Values of each filter, the most frequent first."""

    facets: tuple[Facet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """A half-open range of characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """The passage that shows why an article was found, and where it begins in the article's text."""

    text: str
    start: int
    highlights: tuple[Highlight, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """An article, and the numbers of its events that match."""

    id: str
    url: str | None
    title: str
    title_highlights: tuple[Highlight, ...]
    source: str
    lang: str | None
    published: datetime | None
    score: float | None
    snippet: Snippet
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """Articles; `total` is null where more were found than were compared with the filters."""

    articles: tuple[FoundArticle, ...]
    total: int | None
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Events of the whole span, and the change against the span before."""

    key: str
    key2: str | None
    count: int
    before: int | None
    change: int | None
    relative: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendAnswer:
    """Events per period and key, oldest first, and what is needed to read them."""

    trend: tuple[TrendRow, ...]
    by: tuple[str, ...]
    period: str
    since: date | None
    until: date | None
    before: date | None
    periods: tuple[Period, ...]
    totals: tuple[Total, ...]
    marks: tuple[Mark, ...]
    panel: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceLine:
    """Events that somebody supports and opposes, and how many do; `balance` from -1 to 1, null where nobody spoke."""

    period: date | None
    key: str
    support: int | None
    oppose: int | None
    supporters: int
    opponents: int
    balance: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceAnswer:
    """Support and opposition over time, and of the whole span."""

    balance: tuple[BalanceLine, ...]
    by: str
    period: str
    totals: tuple[BalanceLine, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPage:
    """Projects, those of the newest events first."""

    projects: tuple[Project, ...]
    total: int
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about events."""

    action: str
    who: str
    id: int | None
    event: int | None
    into_event: int | None
    articles: tuple[str, ...]
    reason: str | None
    made_at: datetime | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Decisions, the latest first."""

    reviews: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTold:
    """A watch with its settings, as config.yaml has them."""

    name: str
    settings: dict[str, Any]
    is_own: bool
    made_at: datetime
    after_event: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watches:
    """All watches."""

    watches: tuple[WatchTold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """What events mean for their projects, by number."""

    turns: dict[str, Turn]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """What was decided, the latest first."""

    alerts: tuple[Alert, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPage:
    """How messages left."""

    deliveries: tuple[Delivery, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPage:
    """Messages, the newest first."""

    messages: tuple[Post, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlTable:
    """Rows of a query; `columns` are pairs of name and type, `more` says that rows were left out."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool
    as_of: datetime
