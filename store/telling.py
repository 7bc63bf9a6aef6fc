"""What articles say, shown to people: the passages that prove an event, and stories with all their reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from orewire.model.hit import Excerpt
from orewire.model.story import Passage, Report, Story
from store.connection import Connection, rows
from store.events import get_events
from store.evidence import reports_of

_MOST = 200
"""Reports that are shown of one event or story, the first ones."""
_EVENTS = 100
_PASSAGE = ("article_id", "story", "start")


def get_passages(connection: Connection, event: int, *, around: int) -> list[Passage]:
    """A passage for each mention of the event, with at most `around` characters on either side of its evidence."""
    told = reports_of(
        connection,
        event,
        mentions="seen, evidence_start AS start, evidence_end AS stop",
        articles="id AS article_id, story, text",
    )
    found = rows(
        connection,
        f"""
        SELECT article_id, story, start, stop, greatest(start - $around, 0) AS first,
            substr(text, first + 1, stop + $around - first) AS passage
        FROM {told} ORDER BY seen, article LIMIT $most
        """,  # noqa: S608 - our own words and numbers
        {"around": around, "most": _MOST},
    )
    return [Passage(**{name: row[name] for name in _PASSAGE}, excerpt=_excerpt(row)) for row in found]


def _excerpt(row: dict[str, Any]) -> Excerpt | None:
    if row["start"] is None or not row["passage"]:
        return None
    start, end = row["start"] - row["first"], row["stop"] - row["first"]
    return Excerpt(text=row["passage"], start=row["first"], highlights=((start, end),))


def get_story(connection: Connection, story: int) -> Story | None:
    """A story; None where there is none."""
    told = rows(connection, "SELECT id, first_seen, last_seen FROM stories WHERE id = $story", {"story": story})
    if not told:
        return None
    found = rows(
        connection,
        """
        SELECT one.number, one.id AS article_id, one.url, one.title, one.source, one.lang, one.published, one.voice,
            CASE WHEN one.copy_group <> one.number THEN first.id END AS copy_of
        FROM articles AS one LEFT JOIN articles AS first ON first.number = one.copy_group
        WHERE one.story = $story ORDER BY coalesce(one.published, one.fetched), one.number LIMIT $most
        """,
        {"story": story, "most": _MOST},
    )
    events = connection.execute(
        """
        SELECT DISTINCT event FROM mentions WHERE article IN (SELECT number FROM articles WHERE story = $story)
        ORDER BY event DESC LIMIT $most
        """,
        {"story": story, "most": _EVENTS},
    ).fetchall()
    reports = tuple(Report(**{name: row[name] for name in Report.__slots__}) for row in found)
    shown = get_events(connection, [number for (number,) in events])
    newest_first = sorted(shown, key=lambda one: one.date or date.min, reverse=True)
    return Story(**told[0], reports=reports, events=tuple(newest_first))
