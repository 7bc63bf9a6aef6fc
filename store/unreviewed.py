"""The queue of those who correct: events that nobody has looked at, the most doubtful first; and what was rejected."""

from __future__ import annotations

from orewire.model.event import Event, Filters
from store.connection import Connection
from store.corrections import UNTOUCHED, standing_corrections
from store.events import get_events, tell_events
from store.filters import matching

_STEPS = 20
"""Confidences within a twentieth count as one: then coverage says what is worth a look, and then the newest."""


def find_unreviewed(connection: Connection, filters: Filters, *, limit: int = 50) -> list[Event]:
    """News that match and that nobody accepted, rejected or edited: the least sure first, of these the most told."""
    events, values = matching(filters)
    found = connection.execute(
        f"""
        SELECT id FROM {events}
        WHERE salience = 'main' AND id NOT IN (
            SELECT event FROM reviews WHERE action IN ('accept', 'reject', 'edit') AND undone_at IS NULL
        )
        ORDER BY floor(confidence * {_STEPS}), independent_sources DESC, last_seen DESC, id DESC LIMIT $limit
        """,  # noqa: S608 - parameters only
        {**values, "limit": limit},
    ).fetchall()
    return get_events(connection, [number for (number,) in found])


def get_rejected(connection: Connection, event_id: int) -> Event | None:
    """An event that was rejected, as it would be; None where it was not."""
    from store.refresh import derive_events

    corrections = standing_corrections(connection, [event_id])
    if not corrections.get(event_id, UNTOUCHED).is_rejected:
        return None
    derived = derive_events(connection, [event_id], corrections)
    return next(iter(tell_events(connection, list(derived.values()))), None)
