"""Events that answer a question, each with its sources and stances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from orewire.model.analysis import Value
from orewire.model.event import Event, EventStance, Filters, Source
from store.connection import Connection, rows
from store.filters import where_clause

_OWN = (
    "id", "type", "family", "status", "salience", "date", "project", "actor", "target", "stage", "confidence",
    "evidence", "first_seen", "last_seen", "article_count", "independent_sources",
)  # fmt: skip


def find_events(connection: Connection, filters: Filters, *, limit: int = 50, offset: int = 0) -> list[Event]:
    """Newest first; three queries however many events there are."""
    condition, values = where_clause(filters)
    found = rows(
        connection,
        f"""
        SELECT * FROM events WHERE {condition}
        ORDER BY date DESC NULLS LAST, confidence DESC, id LIMIT $limit OFFSET $offset
        """,  # noqa: S608 - the condition holds parameters only
        {**values, "limit": limit, "offset": offset},
    )
    return _with_reports(connection, found)


def count_events(connection: Connection, filters: Filters) -> int:
    """How many events match."""
    condition, values = where_clause(filters)
    found = connection.execute(f"SELECT count(*) FROM events WHERE {condition}", values).fetchone()  # noqa: S608
    return int(found[0]) if found else 0


def get_event(connection: Connection, event_id: str) -> Event | None:
    """One event by its id."""
    found = rows(connection, "SELECT * FROM events WHERE id = $id", {"id": event_id})
    return _with_reports(connection, found)[0] if found else None


def _with_reports(connection: Connection, found: Sequence[dict[str, Any]]) -> list[Event]:
    ids = [row["id"] for row in found]
    sources, stances = _sources(connection, ids), _stances(connection, ids)
    return [_event(row, sources[row["id"]], stances[row["id"]]) for row in found]


def _event(row: dict[str, Any], sources: list[Source], stances: list[EventStance]) -> Event:
    return Event(
        **{name: row[name] for name in _OWN},
        minerals=tuple(row["minerals"]),
        countries=tuple(row["countries"]),
        value=Value(amount=row["amount"], currency=row["currency"]) if row["amount"] is not None else None,
        sources=tuple(sources),
        stances=tuple(stances),
    )


def _sources(connection: Connection, ids: list[str]) -> defaultdict[str, list[Source]]:
    found = rows(
        connection,
        """
        SELECT event, articles.id AS article_id, url, title, source, lang, published, evidence,
            evidence_start AS start, evidence_end AS "end", confidence
        FROM mentions JOIN articles ON articles.id = mentions.article
        WHERE event IN $ids
        ORDER BY published NULLS LAST, articles.id
        """,
        {"ids": ids},
    )
    grouped: defaultdict[str, list[Source]] = defaultdict(list)
    for row in found:
        grouped[row.pop("event")].append(Source(**row))
    return grouped


def _stances(connection: Connection, ids: list[str]) -> defaultdict[str, list[EventStance]]:
    """Attitudes that the event's own articles report of it: see the filter `stance` for which belong to it."""
    found = rows(
        connection,
        """
        SELECT DISTINCT event, holder, holder_class, stances.target, polarity, stances.basis, stances.evidence
        FROM mentions JOIN stances ON stances.article = mentions.article JOIN events ON events.id = mentions.event
        WHERE event IN $ids
            AND (stances.target = 'mining' OR events.project IS NULL OR stances.target = events.project)
            AND (events.family IN ('opposition', 'legal') OR stances.evidence = mentions.evidence)
        ORDER BY ALL
        """,
        {"ids": ids},
    )
    grouped: defaultdict[str, list[EventStance]] = defaultdict(list)
    for row in found:
        grouped[row.pop("event")].append(EventStance(**row))
    return grouped
