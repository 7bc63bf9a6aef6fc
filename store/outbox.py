"""Messages as they were written, and by which channels each has left: the last queue before the reader."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from orewire.model.ledger import Delivery, Post
from orewire.model.message import Message, message_from_json, message_to_json
from store.connection import Connection, rows
from store.filters import clean

_DELIVERY = """
    SELECT deliveries.*, created, subject FROM deliveries JOIN messages ON messages.key = deliveries.message
"""


def add_message(connection: Connection, message: Message, post: Post, channels: Iterable[str], now: datetime) -> None:
    """Keep a message with its deliveries, which are due at once; one that is kept already stays as it is."""
    if connection.execute("SELECT 1 FROM messages WHERE key = $key", {"key": post.key}).fetchone():
        return
    connection.execute(
        """
        INSERT INTO messages (key, kind, name, day, thread, created, subject, body, events)
        VALUES ($key, $kind, $name, $day, $thread, $created, $subject, $body, $events)
        """,
        {
            **{name: getattr(post, name) for name in ("key", "kind", "name", "day", "thread", "created", "subject")},
            "subject": clean(post.subject),
            "body": clean(json.dumps(message_to_json(message), ensure_ascii=False)),
            "events": list(post.events),
        },
    )
    for channel in dict.fromkeys(channels):
        connection.execute(
            """
            INSERT INTO deliveries (message, channel, state, attempts, due)
            VALUES ($key, $channel, 'waiting', 0, $now)
            """,
            {"key": post.key, "channel": channel, "now": now},
        )


def get_messages(connection: Connection, keys: Collection[str]) -> dict[str, Message]:
    """Messages by key, as they were written."""
    found = connection.execute(
        "SELECT key, body FROM messages WHERE key IN (SELECT unnest($keys))", {"keys": sorted(keys)}
    ).fetchall()
    return {key: message_from_json(json.loads(body)) for key, body in found}


def due_deliveries(connection: Connection, now: datetime, *, except_for: Collection[str], limit: int) -> list[Delivery]:
    """Those whose time has come, the oldest first, but none of these channels."""
    found = rows(
        connection,
        f"""
        {_DELIVERY} WHERE state = 'waiting' AND due <= $now AND channel NOT IN (SELECT unnest($busy::VARCHAR[]))
        ORDER BY created, message LIMIT $limit
        """,
        {"now": now, "busy": sorted(except_for), "limit": limit},
    )
    return [Delivery(**row) for row in found]


def record_delivery(connection: Connection, delivery: Delivery) -> None:
    """How a try went."""
    connection.execute(
        """
        UPDATE deliveries SET state = $state, attempts = $attempts, due = $due, error = $error, ended_at = $ended_at
        WHERE message = $message AND channel = $channel
        """,
        {
            name: getattr(delivery, name)
            for name in ("message", "channel", "state", "attempts", "due", "error", "ended_at")
        },
    )


def find_deliveries(connection: Connection, *, states: Sequence[str], limit: int, offset: int) -> list[Delivery]:
    """Deliveries, the newest message first; in these states, or in any."""
    found = rows(
        connection,
        f"""
        {_DELIVERY} WHERE $any OR state IN (SELECT unnest($states::VARCHAR[]))
        ORDER BY created DESC, message, channel LIMIT $limit OFFSET $offset
        """,
        {"any": not states, "states": list(states), "limit": limit, "offset": offset},
    )
    return [Delivery(**row) for row in found]


def retry_deliveries(connection: Connection, now: datetime, message: str | None = None) -> int:
    """Let what was given up be tried again, of one message or of all; how many."""
    found = connection.execute(
        """
        UPDATE deliveries SET state = 'waiting', due = $now, ended_at = NULL
        WHERE state = 'dead' AND ($message IS NULL OR message = $message) RETURNING 1
        """,
        {"now": now, "message": message},
    )
    return len(found.fetchall())


def count_deliveries(connection: Connection) -> dict[str, int]:
    """How many there are in each state that any is in."""
    return dict(connection.execute("SELECT state, count(*) FROM deliveries GROUP BY ALL").fetchall())


def count_alert_messages(connection: Connection, day_of: Mapping[str, date]) -> dict[str, int]:
    """How many messages each watch was sent on its own present day."""
    names = ", ".join(f"($name_{place}, $day_{place}::DATE)" for place in range(len(day_of)))
    if not day_of:
        return {}
    values: dict[str, object] = {}
    for place, (name, day) in enumerate(day_of.items()):
        values |= {f"name_{place}": name, f"day_{place}": day}
    found = connection.execute(
        f"""
        SELECT name, count(*) FROM messages
        WHERE kind IN ('alert', 'summary') AND (name, day) IN ({names}) GROUP BY ALL
        """,  # noqa: S608 - parameters only
        values,
    )
    return dict(found.fetchall())


def find_posts(
    connection: Connection, *, kinds: Sequence[str], name: str | None = None, limit: int = 50, offset: int = 0
) -> list[Post]:
    """Messages of these kinds or of any, of one watch or digest or of all, the newest first."""
    found = rows(
        connection,
        """
        SELECT key, kind, name, day, thread, created, subject, events FROM messages
        WHERE (len($kinds::VARCHAR[]) = 0 OR kind IN (SELECT unnest($kinds::VARCHAR[])))
            AND ($name IS NULL OR name = $name)
        ORDER BY created DESC, key LIMIT $limit OFFSET $offset
        """,
        {"kinds": list(kinds), "name": name, "limit": limit, "offset": offset},
    )
    return [Post(**{**row, "events": tuple(row["events"])}) for row in found]


def told_events(connection: Connection, name: str, since: date) -> set[int]:
    """The events of a digest's former messages, of the days since then."""
    found = connection.execute(
        """
        SELECT DISTINCT unnest(events) FROM messages WHERE kind = 'digest' AND name = $name AND day >= $since
        """,
        {"name": name, "since": since},
    )
    return {event for (event,) in found.fetchall()}


def last_digest_days(connection: Connection) -> dict[str, date]:
    """The last day of which each digest told."""
    return dict(connection.execute("SELECT name, max(day) FROM messages WHERE kind = 'digest' GROUP BY ALL").fetchall())
