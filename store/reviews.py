"""What people decided about events: merges and splits, kept beside what was resolved, and to be undone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from orewire.model.errors import UsageError
from orewire.model.event import Review
from store.connection import Connection, in_list, rows, transaction

if TYPE_CHECKING:
    from store.resolve import Decision


@dataclass(frozen=True, slots=True)
class Decided:
    """The event that a mention counts for, the one that resolution chose, how sure it was, and why."""

    event: int
    own_event: int
    score: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """Those in force: `merged` leads from an event to the one it went into, `split` from (article, type, evidence)."""

    merged: Mapping[int, int]
    split: Mapping[tuple[int, str, str], int]

    def event_of(self, own_event: int, told: tuple[int, str, str]) -> int:
        """Where a mention belongs that resolution gave to `own_event`."""
        return self.follow(self.split.get(told, own_event))

    def follow(self, event: int) -> int:
        """The event that an event went into, or itself."""
        seen = set[int]()
        while event in self.merged and event not in seen:
            seen.add(event)
            event = self.merged[event]
        return event

    def apply(
        self, decisions: Mapping[tuple[int, int], Decision], told: Mapping[tuple[int, int], tuple[int, str, str]]
    ) -> dict[tuple[int, int], Decided]:
        """The events that mentions count for; keys are (article, number)."""
        return {
            key: Decided(self.event_of(one.event, told[key]), one.event, one.score, one.reason)
            for key, one in decisions.items()
        }


def standing_decisions(connection: Connection) -> Decisions:
    """What was decided and not undone."""
    merged: dict[int, int] = {}
    split: dict[tuple[int, str, str], int] = {}
    for row in rows(connection, "SELECT * FROM reviews WHERE undone_at IS NULL ORDER BY id"):
        if row["action"] == "merge":
            merged[row["event"]] = row["into_event"]
        else:
            split |= dict.fromkeys(map(tuple, json.loads(row["mentions"])), row["into_event"])
    return Decisions(merged, split)


def carry_out(connection: Connection, decision: Review, now: datetime) -> Review:
    """Merge, split or undo, in one transaction; what was decided. UsageError where it cannot be."""
    with transaction(connection):
        if decision.action == "undo":
            return _undo(connection, decision, now)
        if decision.event is None or decision.action not in ("merge", "split"):
            raise UsageError(f"action: found {decision.action!r}, expected merge or split of an event, or undo")
        if decision.action == "merge":
            made = _merge(connection, decision.event, decision.into_event)
        else:
            made = _split(connection, decision.event, decision.articles)
        review = _decide(connection, replace(decision, into_event=made.into_event, made_at=now), made.mentions)
        _follow(connection, [decision.event, made.into_event])
    return review


@dataclass(frozen=True, slots=True)
class _Made:
    """Where mentions go, and which: all of the event where none are named."""

    into_event: int
    mentions: list[list[Any]]


def _merge(connection: Connection, event: int, into: int | None) -> _Made:
    """The mentions of one event count for another of the same type."""
    of_these = in_list([event, *([into] if into is not None else [])])
    types = dict(connection.execute(f"SELECT id, type FROM events WHERE id IN {of_these}").fetchall())  # noqa: S608
    for number in (event, into):
        if number not in types:
            raise UsageError(f"event: found {number}, expected the number of an event")
    if into is None or event == into or types[event] != types[into]:
        raise UsageError(f"event: found {event} ({types[event]}), expected another event of the type of {into}")
    return _Made(into, [])


def _split(connection: Connection, event: int, articles: Sequence[str]) -> _Made:
    """What some articles say of an event is an event of its own; at least one must stay."""
    told = _told(connection, event)
    going = [one for one in told if one["id"] in articles]
    if not going or len(going) == len(told) or len({one["id"] for one in going}) < len(set(articles)):
        known = ", ".join(sorted({one["id"] for one in told})) or "none"
        raise UsageError(f"article: found {', '.join(articles) or 'none'}, expected some but not all of {known}")
    (new,) = connection.execute("SELECT nextval('event_ids')").fetchone() or (0,)
    return _Made(new, [[one["article"], one["type"], one["evidence"]] for one in going])


def _undo(connection: Connection, decision: Review, now: datetime) -> Review:
    """Mentions count again for what they would without the decision."""
    found = [one for one in get_reviews(connection) if one.id == decision.id and one.undone_at is None]
    if not found:
        raise UsageError(f"review: found {decision.id}, expected the number of a decision in force")
    (former,) = found
    connection.execute("UPDATE reviews SET undone_at = $now WHERE id = $id", {"now": now, "id": decision.id})
    _follow(connection, [number for number in (former.event, former.into_event) if number is not None])
    return replace(former, undone_at=now)


def get_reviews(connection: Connection, event: int | None = None) -> list[Review]:
    """Decisions, the latest first; of one event, or all."""
    found = rows(
        connection,
        """
        SELECT id, action, event, into_event, who, reason, made_at, undone_at FROM reviews
        WHERE $event IS NULL OR event = $event OR into_event = $event ORDER BY id DESC
        """,
        {"event": event},
    )
    return [Review(**row) for row in found]


def _decide(connection: Connection, review: Review, mentions: list[list[Any]]) -> Review:
    (number,) = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM reviews").fetchone() or (1,)
    plain = ("action", "event", "into_event", "who", "reason", "made_at")
    connection.execute(
        """
        INSERT INTO reviews (id, action, event, into_event, who, reason, made_at, mentions)
        VALUES ($id, $action, $event, $into_event, $who, $reason, $made_at, $mentions)
        """,
        {**{name: getattr(review, name) for name in plain}, "id": number, "mentions": json.dumps(mentions)},
    )
    return replace(review, id=int(number))


def _told(connection: Connection, event: int) -> list[dict[str, Any]]:
    return rows(
        connection,
        """
        SELECT articles.id, article, mentions.number, type, evidence
        FROM mentions JOIN articles ON articles.number = article WHERE event = $event
        """,
        {"event": event},
    )


def _follow(connection: Connection, events: Sequence[int]) -> None:
    """Let the mentions of these events count for what the decisions in force say."""
    from store.refresh import refresh_events

    decisions = standing_decisions(connection)
    mentions = connection.execute(
        f"SELECT article, number, type, evidence, event, own_event FROM mentions WHERE event IN {in_list(events)}"  # noqa: S608
    ).fetchall()
    moved = {
        (article, number): target
        for article, number, type_, evidence, event, own_event in mentions
        if (target := decisions.event_of(own_event, (article, type_, evidence))) != event
    }
    for (article, number), target in moved.items():
        connection.execute(
            "UPDATE mentions SET event = $event WHERE article = $article AND number = $number",
            {"event": target, "article": article, "number": number},
        )
    refresh_events(connection, {*events, *moved.values()})
