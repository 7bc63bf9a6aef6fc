"""What happened (Event), how it is asked for (Filters), and how often (TrendRow)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from orewire.model.analysis import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One article that tells of an event, with the sentence that proves it."""

    article_id: str
    url: str | None
    title: str
    source: str
    lang: str | None
    published: datetime | None
    evidence: str
    start: int | None
    end: int | None
    confidence: float
    voice: str = "news"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStance:
    """One attitude reported by the articles of an event."""

    holder: str
    holder_class: str
    target: str
    polarity: str
    basis: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One real-world event, however many articles tell of it.

    `date` is when it happened, as an article says, else when it was first published as news; None for history that
    is recalled without a date. `first_seen` and `last_seen` are times of publication, of fetching where unknown.
    `independent_sources` counts copies of one story once. `voice` is the best that stands behind it: `official`,
    `statement` (a party's own), or `news`. `review` is what people decided of it: `accepted`, `edited` or `rejected`.
    """

    id: int
    type: str
    family: str
    status: str
    salience: str
    date: date | None
    minerals: tuple[str, ...]
    countries: tuple[str, ...]
    project: str | None
    actor: str | None
    target: str | None
    stage: str | None
    value: Value | None
    confidence: float
    evidence: str
    first_seen: datetime | None
    last_seen: datetime | None
    article_count: int
    independent_sources: int
    voice: str = "news"
    sources: tuple[Source, ...] = ()
    stances: tuple[EventStance, ...] = ()
    review: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page of events ended: date and id of its last one."""

    date: date | None
    id: int


LIST_FILTERS: Final = ("country", "mineral", "type", "family", "stance", "project", "actor", "status")
"""Filters of several values, any of which is meant."""
MOST_VALUES: Final = 500
"""Of one filter: more can only be meant to keep the store busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """A question about events. Several values of one filter mean any of them; different filters must all hold.

    `since` and `until` are dates, half-open: since <= date < until. `stance` is `support` or `oppose`.
    `text` is a query that title and text of one of the event's articles match: words that must all occur, "phrases",
    OR, NOT, parentheses, title:, source:, lang:, begin*, misspelt~. `seen_since` and `seen_until` are times, half-open:
    an event that was first reported before `seen_until` and last reported at or after `seen_since`.
    """

    country: tuple[str, ...] = ()
    mineral: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    stance: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    text: str | None = None
    min_confidence: float | None = None
    seen_since: datetime | None = None
    seen_until: datetime | None = None
    articles: Sequence[int] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRow:
    """Events in one period. `key` is the value of the dimension that was asked for, or `all`; `key2` of the second.

    `change` compares with the period before (None in the first). A period without events is a row of zero; one in
    which nothing was read is a gap: None. `share` is of the period's events, `per_thousand` of the panel's articles.
    """

    period: date
    key: str
    count: int | None
    change: int | None
    key2: str | None = None
    share: float | None = None
    per_thousand: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a person decides about events.

    `merge` one into another, `split` what some articles say off; `accept` it as it is, `reject` it (there is no such
    event), `edit` it; or `undo` a decision. To decide, `action`, `who` and what the action needs are enough: `event`
    and `into_event`; `event` and `articles` (ids); `event`; `event` and `edits`, the new values by field; or `id`, the
    number of a former decision. What was decided has all of them; `changes` are by field the values [before, after].
    """

    action: str
    who: str
    id: int | None = None
    event: int | None = None
    into_event: int | None = None
    articles: tuple[str, ...] = ()
    edits: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    reason: str | None = None
    made_at: datetime | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """What one round did; the numbers that `orewire run` prints."""

    feeds_ok: int = 0
    feeds_unchanged: int = 0
    feeds_failed: int = 0
    entries_new: int = 0
    pages_fetched: int = 0
    pages_failed: int = 0
    articles_new: int = 0
    articles_analysed: int = 0
    articles_relevant: int = 0
    events_new: int = 0
    events_updated: int = 0
    messages: int = 0
    seconds: float = 0.0
    failures: tuple[tuple[str, str], ...] = field(default=())
    """(address, reason) of each feed or page that failed."""
    new_event_ids: tuple[int, ...] = ()


def best_source(sources: Iterable[Source]) -> Source | None:
    """The one to show where there is room for one: see `source_rank`."""
    return min(sources, key=lambda one: source_rank(one.voice, one.url, one.published, one.article_id), default=None)


def source_rank(voice: str, url: str | None, published: datetime | None, article_id: str) -> tuple[Any, ...]:
    """The less the better: with an address, then by who speaks, then the first that was published."""
    speaks = VOICES.index(voice) if voice in VOICES else len(VOICES)
    return (url is None, speaks, published is None, published or _NEVER, article_id)


VOICES = ("official", "statement", "news")
"""Who speaks, the best source first."""
_NEVER = datetime.max.replace(tzinfo=UTC)


def event_to_json(event: Event) -> dict[str, Any]:
    """The event as the API and `--json` give it: every field, dates in ISO 8601."""
    return {key: _plain(value) for key, value in asdict(event).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # datetime is a date
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def to_json(record: Any) -> dict[str, Any]:
    """Any of our records as the API and `--json` give it, like `event_to_json`."""
    return {key: _plain(value) for key, value in asdict(record).items()}
