"""Feeds and their state; what a poll brought goes into the queue in the same transaction as its validators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from orewire.model.feed import FeedSpec, FeedState, Poll
from store.connection import Connection, rows, transaction

_SPEC = tuple(field.name for field in fields(FeedSpec))
_STATE = tuple(field.name for field in fields(FeedState))
_COLUMN = {"interval": "poll_interval"}  # `interval` is a word of SQL


def sync_feeds(connection: Connection, specs: Sequence[FeedSpec]) -> None:
    """Make the configured feeds the ones that are asked; those left out keep their state."""
    with transaction(connection):
        connection.execute("UPDATE feeds SET configured = FALSE WHERE configured")
        for spec in specs:
            connection.execute(
                """
                INSERT INTO feeds (url, name, lang, country, purpose, user_agent, configured)
                VALUES ($url, $name, $lang, $country, $purpose, $user_agent, TRUE)
                ON CONFLICT (url) DO UPDATE SET name = excluded.name, lang = excluded.lang, country = excluded.country,
                    purpose = excluded.purpose, user_agent = excluded.user_agent, configured = TRUE
                """,
                {name: getattr(spec, name) for name in _SPEC},
            )


def get_feed_states(connection: Connection) -> list[tuple[FeedSpec, FeedState]]:
    """Every configured feed that is not retired, with what is remembered of it."""
    found = rows(connection, "SELECT * FROM feeds WHERE configured AND NOT retired ORDER BY name, url")
    return [(_spec(row), _state(row)) for row in found]


def due_feeds(connection: Connection, now: datetime) -> list[tuple[FeedSpec, FeedState]]:
    """Those whose next poll has come."""
    return [
        (spec, state)
        for spec, state in get_feed_states(connection)
        if (state.next_poll is None or state.next_poll <= now) and (state.wait_until is None or state.wait_until <= now)
    ]


def _spec(row: dict[str, Any]) -> FeedSpec:
    return FeedSpec(**{name: row[name] for name in _SPEC})


def _state(row: dict[str, Any]) -> FeedState:
    return FeedState(**{name: row[_COLUMN.get(name, name)] for name in _STATE})


def record_poll(connection: Connection, poll: Poll, now: datetime) -> int:
    """Remember the feed's state and queue the entries that are new; returns how many were."""
    with transaction(connection):
        new = _queue_entries(connection, poll, now) if poll.outcome == "ok" else 0
        columns = ", ".join(f"{_COLUMN.get(name, name)} = ${name}" for name in _STATE if name != "url")
        connection.execute(
            f"UPDATE feeds SET {columns} WHERE url = $url",  # noqa: S608 - columns are field names of ours
            {name: getattr(poll.state, name) for name in _STATE} | {"url": poll.spec.url},
        )
    return new


def _queue_entries(connection: Connection, poll: Poll, now: datetime) -> int:
    entries = {entry.url: entry for entry in reversed(poll.entries)}  # an entry told twice is one; the first wins
    known = {
        row["url"] for row in rows(connection, "SELECT url FROM pages WHERE url IN $urls", {"urls": list(entries)})
    }
    fresh = [entry for url, entry in reversed(entries.items()) if url not in known]
    for entry in fresh:
        connection.execute(
            """
            INSERT INTO pages (url, feed, title, published, summary, author, state, next_try, queued_at)
            VALUES ($url, $feed, $title, $published, $summary, $author, 'queued', $now, $now)
            """,
            {
                "url": entry.url, "feed": poll.spec.url, "title": entry.title, "published": entry.published,
                "summary": entry.summary, "author": entry.author, "now": now,
            },
        )  # fmt: skip
    return len(fresh)


def get_feed_rows(connection: Connection) -> list[dict[str, Any]]:
    """The state of each configured feed, for people: times as ISO 8601."""
    found = rows(
        connection,
        """
        SELECT feeds.url, feeds.name, feeds.lang, country, last_poll, last_success, last_error, failures, next_poll,
            newest_entry, retired, count(pages.url) AS entries,
            count(pages.url) FILTER (WHERE pages.state = 'done') AS articles,
            count(pages.url) FILTER (WHERE pages.state = 'dead') AS dead
        FROM feeds LEFT JOIN pages ON pages.feed = feeds.url
        WHERE configured
        GROUP BY ALL
        ORDER BY feeds.name, feeds.url
        """,
    )
    return [
        {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}
        for row in found
    ]
