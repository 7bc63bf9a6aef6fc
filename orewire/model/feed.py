"""Whom we ask (FeedSpec, from config.yaml), what we remember of them (FeedState), what a poll brought (Poll)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orewire.model.article import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A feed as the user lists it. `country` is ISO 3166-1 alpha-2, `INT` or None; `lang` ISO 639-1 or None.

    `kind` is how it is read: a file of `ingest/readers`; `robots` whether robots.txt is heeded for the feed itself.
    `voice` is who speaks in its articles, where the user says so: else each article tells.
    """

    url: str
    name: str
    kind: str = "feed"
    lang: str | None = None
    country: str | None = None
    purpose: str | None = None
    user_agent: str | None = None
    robots: bool = True
    voice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between polls; kept in the same transaction as the entries it brought."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    """SHA-256 of the last body that was read to its end: the same bytes need not be read again."""
    moved_to: str | None = None
    last_poll: datetime | None = None
    last_success: datetime | None = None
    last_error: str | None = None
    failures: int = 0
    next_poll: datetime | None = None
    wait_until: datetime | None = None
    """Set by Retry-After: not asked before, even by `orewire run`."""
    interval: float = 3600.0
    """Seconds between polls, adapted to how often the feed brings something new."""
    entries_digest: str | None = None
    """Of the addresses of the entries it had last: tells whether it brought something new."""
    skip_hours: str | None = None
    """Hours of UTC in which the feed asks not to be polled, such as `0,1,2`."""
    newest_entry: datetime | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one poll of a feed brought: the state to remember and the entries, new or not.

    `outcome` is `ok`, `unchanged` (304), `waiting` (the server asked us to), `retired` (410) or `failed`;
    `reason` says why for the last three.
    """

    spec: FeedSpec
    state: FeedState
    outcome: str
    entries: tuple[Entry, ...] = ()
    reason: str | None = None
