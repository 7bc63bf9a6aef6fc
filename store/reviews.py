"""What people decided about events: merges and splits, kept beside what was resolved, and to be undone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from orewire.model.errors import UsageError
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
            split |= dict.fromkeys(json.loads(row["mentions"]), row["into_event"])
    return Decisions(merged, split)


def merge_events(
    connection: Connection, event: int, into: int, *, who: str, now: datetime, reason: str | None = None
) -> int:
    """Let the mentions of one event count for another of the same type; the number of the decision."""
    with transaction(connection):
        types = dict(connection.execute(f"SELECT id, type FROM events WHERE id IN {in_list([event, into])}").fetchall())  # noqa: S608
        for number in (event, into):
            if number not in types:
                raise UsageError(f"event: found {number}, expected the number of an event")
        if event == into or types[event] != types[into]:
            raise UsageError(f"event: found {event} ({types[event]}), expected another event of type {types[into]}")
        review = _decide(connection, "merge", event, into, who=who, now=now, reason=reason, mentions=[])
        _follow(connection, [event, into])
    return review


def split_event(
    connection: Connection, event: int, articles: Sequence[str], *, who: str, now: datetime, reason: str | None = None
) -> tuple[int, int]:
    """Let what some articles say of an event be an event of its own; the numbers of the decision and of that event.

    `articles` are ids; at least one must stay.
    """
    with transaction(connection):
        told = _told(connection, event)
        going = [one for one in told if one["id"] in articles]
        if not going or len(going) == len(told) or len({one["id"] for one in going}) < len(set(articles)):
            known = ", ".join(sorted({one["id"] for one in told})) or "none"
            raise UsageError(f"article: found {', '.join(articles)}, expected some but not all of {known}")
        (new,) = connection.execute("SELECT nextval('event_ids')").fetchone() or (0,)
        mentions = [[one["article"], one["type"], one["evidence"]] for one in going]
        review = _decide(connection, "split", event, new, who=who, now=now, reason=reason, mentions=mentions)
        _follow(connection, [event])
    return review, new


def undo_review(connection: Connection, review: int, now: datetime) -> None:
    """Take a merge or split back: its mentions count again for what they would without it."""
    with transaction(connection):
        found = rows(connection, "SELECT * FROM reviews WHERE id = $id AND undone_at IS NULL", {"id": review})
        if not found:
            raise UsageError(f"review: found {review}, expected the number of a decision in force")
        connection.execute("UPDATE reviews SET undone_at = $now WHERE id = $id", {"now": now, "id": review})
        _follow(connection, [found[0]["event"], found[0]["into_event"]])


def get_reviews(connection: Connection, event: int | None = None) -> list[dict[str, Any]]:
    """Decisions, the latest first; of one event, or all."""
    return rows(
        connection,
        """
        SELECT id, action, event, into_event, who, reason, made_at, undone_at FROM reviews
        WHERE $event IS NULL OR event = $event OR into_event = $event ORDER BY id DESC
        """,
        {"event": event},
    )


def _decide(  # noqa: PLR0913 - the columns of the row
    connection: Connection,
    action: str,
    event: int,
    into: int,
    *,
    who: str,
    now: datetime,
    reason: str | None,
    mentions: list[list[Any]],
) -> int:
    (review,) = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM reviews").fetchone() or (1,)
    connection.execute(
        "INSERT INTO reviews VALUES ($id, $action, $event, $into, $mentions, $who, $reason, $now, NULL)",
        {
            "id": review, "action": action, "event": event, "into": into, "mentions": json.dumps(mentions),
            "who": who, "reason": reason, "now": now,
        },
    )  # fmt: skip
    return int(review)


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
