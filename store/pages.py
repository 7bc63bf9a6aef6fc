"""The queue between polling and fetching. One process owns the database, so a page under way needs no mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from orewire.model.article import ENTRY_FIELDS, Article, Entry
from store.articles import put_article
from store.connection import Connection, rows, transaction

_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(days=1)
_MOST_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedPage:
    """A page to fetch, with the entry that announced it."""

    url: str
    feed: str
    feed_name: str
    entry: Entry
    attempts: int
    queued_at: datetime


def claim_pages(connection: Connection, now: datetime, limit: int) -> list[QueuedPage]:
    """Pages whose time has come, the longest queued of each host first, so that no host holds up the others."""
    found = rows(
        connection,
        """
        SELECT pages.*, coalesce(feeds.name, pages.feed) AS feed_name
        FROM pages LEFT JOIN feeds ON feeds.url = pages.feed
        WHERE state = 'queued' AND next_try <= $now
        ORDER BY
            row_number() OVER (PARTITION BY regexp_extract(pages.url, '//([^/]*)', 1) ORDER BY queued_at, pages.url),
            queued_at, pages.url
        LIMIT $limit
        """,
        {"now": now, "limit": limit},
    )
    return [_page(row) for row in found]


def _page(row: dict[str, Any]) -> QueuedPage:
    return QueuedPage(
        entry=Entry(**{name: row[name] for name in ENTRY_FIELDS}),
        **{name: row[name] for name in ("url", "feed", "feed_name", "attempts", "queued_at")},
    )


def get_page(connection: Connection, url: str, *, feed: str) -> QueuedPage:
    """The page of that address in whatever state; one of which no entry is known has only its address and feed."""
    found = rows(
        connection,
        """
        SELECT pages.*, coalesce(feeds.name, pages.feed) AS feed_name
        FROM pages LEFT JOIN feeds ON feeds.url = pages.feed
        WHERE pages.url = $url
        """,
        {"url": url},
    )
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
    connection: Connection,
    page_url: str,
    reason: str,
    now: datetime,
    *,
    permanent: bool = False,
    instead: Article | None = None,
) -> str | None:
    """Put the page off, twice as long each time; give it up when it is gone or was tried five times.

    Then `instead` is stored, what is known of it without the page; returns how: `new`, `same`, `revised`.
    """
    with transaction(connection):
        found = connection.execute("SELECT attempts FROM pages WHERE url = $url", {"url": page_url}).fetchone()
        attempts = (found[0] if found else 0) + 1
        dead = permanent or attempts >= _MOST_ATTEMPTS
        connection.execute(
            """
            UPDATE pages SET state = $state, attempts = $attempts, next_try = $next_try, reason = $reason
            WHERE url = $url
            """,
            {
                "state": "dead" if dead else "queued",
                "attempts": attempts,
                "next_try": now + min(_FIRST_PAUSE * 2 ** (attempts - 1), _LONGEST_PAUSE),
                "reason": reason,
                "url": page_url,
            },
        )
        return put_article(connection, instead, now) if dead and instead else None


def count_pages(connection: Connection) -> dict[str, int]:
    """How many pages are in each state."""
    found = rows(connection, "SELECT state, count(*) AS number FROM pages GROUP BY state")
    return {"queued": 0, "done": 0, "dead": 0} | {row["state"]: row["number"] for row in found}
