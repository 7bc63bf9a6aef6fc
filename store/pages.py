"""The queue between polling and fetching. One process owns the database, so a page under way needs no mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from orewire.model.article import ENTRY_FIELDS, Article, Entry
from orewire.model.errors import FetchError
from store.articles import has_article, put_article
from store.connection import Connection, rows, transaction

_PAGES = """
    SELECT pages.*, coalesce(feeds.name, pages.feed) AS feed_name, feeds.kind, feeds.voice
    FROM pages LEFT JOIN feeds ON feeds.url = pages.feed
"""
OF_HOST = 8
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(days=1)
_MOST_ATTEMPTS = 10
"""Some forty hours."""
_GONE = frozenset({404, 410})
_NEVER = frozenset({"forbidden_address", "forbidden_scheme", "bad_url", "bug"})
_CLOSED = "asked_to_wait"
_NOT_ASKED = frozenset({_CLOSED, "robots_unknown"})
"""The page itself was not asked for: it is no attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedPage:
    """A page to fetch, with the entry that announced it; `kind` and `voice` are those of its feed."""

    url: str
    feed: str
    feed_name: str
    entry: Entry
    attempts: int
    queued_at: datetime
    kind: str | None = None
    voice: str | None = None


def claim_pages(connection: Connection, now: datetime, limit: int, *, of_host: int = OF_HOST) -> list[QueuedPage]:
    """Pages whose time has come, the longest queued first; few of each host: no slow one holds up the others."""
    found = rows(
        connection,
        f"""
        {_PAGES}
        WHERE state = 'queued' AND next_try <= $now
        QUALIFY row_number() OVER (PARTITION BY regexp_extract(pages.url, '//([^/]*)', 1) ORDER BY queued_at, pages.url)
            <= $of_host
        ORDER BY queued_at, pages.url
        LIMIT $limit
        """,
        {"now": now, "limit": limit, "of_host": of_host},
    )
    return [_page(row) for row in found]


def _page(row: dict[str, Any]) -> QueuedPage:
    return QueuedPage(
        entry=Entry(**{name: row[name] for name in ENTRY_FIELDS}),
        **{name: row[name] for name in ("url", "feed", "feed_name", "attempts", "queued_at", "kind", "voice")},
    )


def get_page(connection: Connection, url: str, *, feed: str) -> QueuedPage:
    """The page of that address in whatever state; one of which no entry is known has only its address and feed."""
    found = rows(connection, f"{_PAGES} WHERE pages.url = $url", {"url": url})
    if found:
        return _page(found[0])
    unknown = datetime.min.replace(tzinfo=UTC)
    return QueuedPage(url=url, feed=feed, feed_name=feed, entry=Entry(url=url), attempts=0, queued_at=unknown)


def record_fetched(connection: Connection, page_url: str, article: Article, now: datetime) -> str:
    """Store the page's article and take the page off the queue, in one transaction; `new`, `same` or `revised`."""
    with transaction(connection):
        outcome = put_article(connection, article, now)
        connection.execute("UPDATE pages SET state = 'done', reason = NULL WHERE url = $url", {"url": page_url})
    return outcome


def record_page_failure(
    connection: Connection, page_url: str, error: FetchError, now: datetime, *, instead: Article | None = None
) -> str | None:
    """Put the page off, twice as long each time, or as long as the server asks; give it up when it is gone, or after
    so many attempts.

    `instead`, what is known of it without the page, is stored where there is no article yet, as news need not wait.
    Returns `new` where it was.
    """
    with transaction(connection):
        found = connection.execute("SELECT attempts FROM pages WHERE url = $url", {"url": page_url}).fetchone()
        attempts = (found[0] if found else 0) + (error.reason not in _NOT_ASKED)
        is_dead = attempts >= _MOST_ATTEMPTS or error.status in _GONE or error.reason in _NEVER
        pause = min(_FIRST_PAUSE * 2 ** max(0, attempts - 1), _LONGEST_PAUSE)
        connection.execute(
            """
            UPDATE pages SET state = $state, attempts = $attempts, next_try = $next_try, reason = $reason
            WHERE url = $url
            """,
            {
                "state": "dead" if is_dead else "queued",
                "attempts": attempts,
                "next_try": now + max(pause, timedelta(seconds=error.retry_after or 0.0)),
                "reason": str(error),
                "url": page_url,
            },
        )
        if instead is None or error.reason == _CLOSED or has_article(connection, instead.id):
            return None
        return put_article(connection, instead, now)


def count_pages(connection: Connection) -> dict[str, int]:
    """How many pages are in each state."""
    found = rows(connection, "SELECT state, count(*) AS number FROM pages GROUP BY state")
    return {"queued": 0, "done": 0, "dead": 0} | {row["state"]: row["number"] for row in found}
