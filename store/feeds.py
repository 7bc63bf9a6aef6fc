"""Feeds and their state; what a poll brought goes into the queue in the same transaction as its validators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from orewire.model.article import ENTRY_FIELDS, Entry
from orewire.model.feed import FeedSpec, FeedState, Poll
from store.connection import Connection, rows, transaction

_SPEC = tuple(field.name for field in fields(FeedSpec))
_STATE = tuple(field.name for field in fields(FeedState))
MOST_CHANGES = 3
"""Times that a page is fetched again as its entry changed; some feeds change theirs with every poll."""
_CHANGE_PAUSE = timedelta(hours=3)
_COLUMN = {"interval": "poll_interval"}  # `interval` is a word of SQL


def sync_feeds(connection: Connection, specs: Sequence[FeedSpec]) -> None:
    """Make the configured feeds the ones that are asked; those left out keep their state."""
    known = {_spec(row) for row in rows(connection, "SELECT * FROM feeds WHERE configured")}
    new, dropped = [spec for spec in specs if spec not in known], known.difference(specs)
    with transaction(connection):
        connection.execute(
            "UPDATE feeds SET configured = FALSE WHERE url IN $urls", {"urls": [spec.url for spec in dropped]}
        )
        if new:
            _configure(connection, new)


def _configure(connection: Connection, specs: Sequence[FeedSpec]) -> None:
    """One statement for all: DuckDB keeps the whole of each changed block for every statement of a transaction."""
    connection.execute(
        """
        INSERT INTO feeds (url, name, kind, lang, country, purpose, user_agent, robots, voice, configured)
        SELECT unnest($url), unnest($name), unnest($kind), unnest($lang), unnest($country), unnest($purpose),
            unnest($user_agent), unnest($robots), unnest($voice::VARCHAR[]), TRUE
        ON CONFLICT (url) DO UPDATE SET name = excluded.name, kind = excluded.kind, lang = excluded.lang,
            country = excluded.country, purpose = excluded.purpose, user_agent = excluded.user_agent,
            robots = excluded.robots, voice = excluded.voice, configured = TRUE, retired = FALSE
        """,
        {name: [getattr(spec, name) for spec in specs] for name in _SPEC},
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
    return record_polls(connection, [poll], now)[0]


def record_polls(connection: Connection, polls: Sequence[Poll], now: datetime) -> list[int]:
    """The same for several feeds in one transaction; an entry that two of them tell is new to the first."""
    told = [(poll.spec.url, entry) for poll in polls if poll.outcome == "ok" for entry in poll.entries]
    with transaction(connection):
        new = Counter(_queue(connection, told, now))
        _remember(connection, [poll.state for poll in polls], [poll.spec.url for poll in polls])
    return [new[poll.spec.url] for poll in polls]


def _remember(connection: Connection, states: Sequence[FeedState], urls: Sequence[str]) -> None:
    names = [name for name in _STATE if name != "url"]
    columns = ", ".join(f"{_COLUMN.get(name, name)} = new.{name}_" for name in names)
    values = ", ".join(f"unnest(${name}) AS {name}_" for name in names)
    connection.execute(
        f"UPDATE feeds SET {columns} FROM (SELECT unnest($url) AS url_, {values}) AS new WHERE url = new.url_",  # noqa: S608 - our own names
        {name: [getattr(state, name) for state in states] for name in names} | {"url": list(urls)},
    )


def queue_entries(connection: Connection, feed: str, entries: Sequence[Entry], now: datetime) -> int:
    """Queue the entries of a feed that are new; returns how many were."""
    with transaction(connection):
        return len(_queue(connection, [(feed, entry) for entry in entries], now))


def _queue(connection: Connection, told: Sequence[tuple[str, Entry]], now: datetime) -> list[str]:
    """Queue what is new; the feeds of what was. An entry told twice is one; the first wins."""
    entries: dict[str, tuple[str, Entry]] = {}
    for feed, entry in told:
        entries.setdefault(entry.url, (feed, entry))
    known = {
        row["url"]: row
        for row in rows(
            connection,
            "SELECT url, feed, title, summary, state, changes, queued_at FROM pages WHERE url IN $urls",
            {"urls": list(entries)},
        )
    }
    told_again = [(feed, entry, known[url]) for url, (feed, entry) in entries.items() if url in known]
    changed = [entry for feed, entry, page in told_again if page["feed"] == feed and _has_changed(entry, page, now)]
    _queue_again(connection, changed, now)
    fresh = [value for url, value in entries.items() if url not in known]
    if fresh:
        connection.execute(
            """
            INSERT INTO pages
                (url, feed, title, published, summary, author, source, document, state, next_try, queued_at)
            SELECT unnest($url), unnest($feed), unnest($title), unnest($published), unnest($summary), unnest($author),
                unnest($source), unnest($document), 'queued', $now, $now
            """,
            {name: [getattr(entry, name) for _, entry in fresh] for name in ENTRY_FIELDS}
            | {"feed": [feed for feed, _ in fresh], "now": now},
        )
    return [feed for feed, _ in fresh]


def _has_changed(entry: Entry, known: dict[str, Any], now: datetime) -> bool:
    """Whether its feed tells a page that was fetched in other words; dates change without meaning anything."""
    return (
        known["state"] == "done"
        and (entry.title, entry.summary) != (known["title"], known["summary"])
        and known["changes"] < MOST_CHANGES
        and now - known["queued_at"] >= _CHANGE_PAUSE
    )


def _queue_again(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    if entries:
        connection.execute(
            """
            UPDATE pages SET title = new.title_, summary = new.summary_, state = 'queued', attempts = 0,
                next_try = $now, queued_at = $now, changes = changes + 1
            FROM (SELECT unnest($url) AS url_, unnest($title) AS title_, unnest($summary) AS summary_) AS new
            WHERE url = new.url_
            """,
            {name: [getattr(entry, name) for entry in entries] for name in ("url", "title", "summary")} | {"now": now},
        )


def get_feed_rows(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """The state of each configured feed, for people: times as ISO 8601, articles a day over the last two weeks."""
    found = rows(
        connection,
        """
        SELECT feeds.url, feeds.name, feeds.kind, feeds.lang, country, last_poll, last_success, last_error,
            failures, next_poll, newest_entry, retired, coalesce(queue.entries, 0) AS entries,
            coalesce(queue.dead, 0) AS dead, coalesce(read.articles, 0) AS articles, coalesce(read.recent, 0) AS recent,
            coalesce(read.stubs, 0) AS stubs,
            greatest(1.0, least(14.0, date_diff('hour', queue.since, $now) / 24)) AS days
        FROM feeds
        LEFT JOIN (
            SELECT feed, count(*) AS entries, count(*) FILTER (WHERE state = 'dead') AS dead, min(queued_at) AS since
            FROM pages GROUP BY feed
        ) AS queue ON queue.feed = feeds.url
        LEFT JOIN (
            SELECT feed, count(*) AS articles, count(*) FILTER (WHERE fetched >= $since) AS recent,
                count(*) FILTER (WHERE is_stub) AS stubs
            FROM articles GROUP BY feed
        ) AS read ON read.feed = feeds.url
        WHERE configured
        ORDER BY feeds.name, feeds.url
        """,
        {"now": now, "since": now - timedelta(days=14)},
    )
    return [_told(row) for row in found]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    recent, days = row.pop("recent"), row.pop("days")
    told = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}
    return told | {"articles_a_day": round(recent / (days or 1.0), 1)}
