"""What people decide about events, kept beside what was resolved and derived, and to be undone.

merge, split ──> which event a mention counts for
accept, reject, edit ──> what the event is (store/corrections.py)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from orewire.model.errors import UsageError
from orewire.model.event import Event, Review, event_to_json
from orewire.model.review import STANCE_FIELDS
from store.choices import check_edits
from store.connection import Connection, in_list, rows, transaction
from store.events import get_event
from store.filters import clean

if TYPE_CHECKING:
    from store.resolve import Decision

_LONGEST_NAME, _LONGEST_REASON = 200, 2_000
"""Characters of who decides, and why."""


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
    """What was decided on which event mentions count for, and not undone."""
    merged: dict[int, int] = {}
    split: dict[tuple[int, str, str], int] = {}
    found = rows(
        connection, "SELECT * FROM reviews WHERE undone_at IS NULL AND action IN ('merge', 'split') ORDER BY id"
    )
    for row in found:
        if row["action"] == "merge":
            merged[row["event"]] = row["into_event"]
        else:
            split |= dict.fromkeys(map(tuple, json.loads(row["mentions"])), row["into_event"])
    return Decisions(merged, split)


def carry_out(connection: Connection, decision: Review, now: datetime) -> Review:
    """Do what was decided, in one transaction; the decision with its number. UsageError where it cannot be."""
    with transaction(connection):
        if decision.action == "undo":
            return _undo(connection, decision, now)
        make = _MAKE.get(decision.action)
        if decision.event is None or make is None:
            raise UsageError(f"action: found {decision.action!r}, expected {', '.join(_MAKE)} of an event, or undo")
        _check_holds(connection, decision.event)
        made = make(connection, decision, decision.event)
        review = _decide(
            connection,
            replace(
                decision, into_event=made.into_event, changes=made.changes, edits=_after(made.changes), made_at=now
            ),
            made.mentions,
        )
        if review.action != "accept":  # which changes nothing that is derived
            _follow(connection, _concerned(review))
    return review


@dataclass(frozen=True, slots=True)
class _Made:
    """Where mentions go, and which: all of the event where none are named; and what is changed."""

    into_event: int | None = None
    mentions: list[list[Any]] = field(default_factory=list)
    changes: Mapping[str, Sequence[Any]] = field(default_factory=dict)


def _check_holds(connection: Connection, event: int) -> None:
    """UsageError for an event that went into another, or that was rejected."""
    into = standing_decisions(connection).follow(event)
    if into != event:
        raise UsageError(f"event: found {event}, which went into {into}; expected an event that is there")
    rejected = [one for one in get_reviews(connection, event) if one.action == "reject" and one.undone_at is None]
    if rejected and rejected[0].event == event:
        raise UsageError(f"event: found {event}, which was rejected; expected one that is there: undo {rejected[0].id}")


def _look(connection: Connection, _: Review, event: int) -> _Made:
    """The event as it is was looked at: it is right, or there is none."""
    _there(connection, event)
    return _Made(mentions=_looked_at(connection, event))


def _edit(connection: Connection, decision: Review, event: int) -> _Made:
    """What differs holds from now on; what was said already is not decided anew."""
    edits, before = check_edits(connection, decision.edits), _editable(_there(connection, event))
    changes = {name: [before[name], after] for name, after in edits.items() if before[name] != after}
    if not changes:
        raise UsageError(f"edits: found nothing that differs from event {event}, expected new values; or accept it")
    return _Made(mentions=_looked_at(connection, event, edits.get("type")), changes=changes)


def _there(connection: Connection, event: int) -> Event:
    found = get_event(connection, event)
    if found is None:
        raise UsageError(f"event: found {event}, expected the number of an event")
    return found


def _editable(event: Event) -> dict[str, Any]:
    """The event's values as edits give them."""
    stances = [{name: asdict(stance)[name] for name in STANCE_FIELDS} for stance in event.stances]
    return {**event_to_json(event), "stances": stances}


def _looked_at(connection: Connection, event: int, type_: str | None = None) -> list[list[Any]]:
    """What tells of the event, by article, type, evidence, and the event that resolution chose.

    A later version may find the type by itself (`type_`): then the same sentence still is what was looked at.
    """
    found = connection.execute(
        "SELECT article, type, evidence, own_event FROM mentions WHERE event = $event ORDER BY article, number",
        {"event": event},
    ).fetchall()
    articles = sorted({article for article, *_ in found})
    known = set(
        connection.execute(
            f"SELECT article, type, evidence FROM mentions WHERE article IN {in_list(articles)}"  # noqa: S608
        ).fetchall()
    )
    alike = [[article, type_, evidence, own] for article, _, evidence, own in found if type_]
    return [*map(list, found), *(one for one in alike if tuple(one[:3]) not in known)]


def _merge(connection: Connection, decision: Review, event: int) -> _Made:
    """The mentions of one event count for another of the same type."""
    into = decision.into_event
    of_these = in_list([event, *([into] if into is not None else [])])
    types = dict(connection.execute(f"SELECT id, type FROM events WHERE id IN {of_these}").fetchall())  # noqa: S608
    for number in (event, into):
        if number not in types:
            raise UsageError(f"event: found {number}, expected the number of an event")
    if into is None or event == into or types[event] != types[into]:
        raise UsageError(f"event: found {event} ({types[event]}), expected another event of the type of {into}")
    return _Made(into, [])


def _split(connection: Connection, decision: Review, event: int) -> _Made:
    """What some articles say of an event is an event of its own; at least one must stay."""
    articles = decision.articles
    told = _told(connection, event)
    going = [one for one in told if one["id"] in articles]
    if not going or len(going) == len(told) or len({one["id"] for one in going}) < len(set(articles)):
        known = ", ".join(sorted({one["id"] for one in told})) or "none"
        raise UsageError(f"article: found {', '.join(articles) or 'none'}, expected some but not all of {known}")
    (new,) = connection.execute("SELECT nextval('event_ids')").fetchone() or (0,)
    return _Made(new, [[one["article"], one["type"], one["evidence"]] for one in going])


_MAKE: Mapping[str, Callable[[Connection, Review, int], _Made]] = {
    "merge": _merge, "split": _split, "accept": _look, "reject": _look, "edit": _edit,
}  # fmt: skip


def _undo(connection: Connection, decision: Review, now: datetime) -> Review:
    """Mentions count again for what they would without the decision."""
    found = [one for one in get_reviews(connection) if one.id == decision.id and one.undone_at is None]
    if not found:
        raise UsageError(f"review: found {decision.id}, expected the number of a decision in force")
    (former,) = found
    concerned = _concerned(former)
    before = standing_decisions(connection)
    reached = {*concerned, *map(before.follow, concerned)}  # mentions may have gone on from where it brought them
    connection.execute("UPDATE reviews SET undone_at = $now WHERE id = $id", {"now": now, "id": decision.id})
    if former.action != "accept":
        _follow(connection, reached)
    return replace(former, undone_at=now)


def _concerned(review: Review) -> list[int]:
    return [number for number in (review.event, review.into_event) if number is not None]


def _after(changes: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    return {name: after for name, (_, after) in changes.items()}


def get_reviews(connection: Connection, event: int | None = None) -> list[Review]:
    """Decisions, the latest first; of one event, or all."""
    found = rows(
        connection,
        """
        SELECT id, action, event, into_event, changes, who, reason, made_at, undone_at FROM reviews
        WHERE $event IS NULL OR event = $event OR into_event = $event ORDER BY id DESC
        """,
        {"event": event},
    )
    return [_review(row) for row in found]


def _review(row: dict[str, Any]) -> Review:
    changes = json.loads(row["changes"] or "{}")
    return Review(**{**row, "changes": changes, "edits": _after(changes)})


def _decide(connection: Connection, review: Review, mentions: list[list[Any]]) -> Review:
    (number,) = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM reviews").fetchone() or (1,)
    plain = ("action", "event", "into_event", "who", "reason", "made_at")
    connection.execute(
        """
        INSERT INTO reviews (id, action, event, into_event, who, reason, made_at, mentions, changes)
        VALUES ($id, $action, $event, $into_event, $who, $reason, $made_at, $mentions, $changes)
        """,
        {
            **{name: getattr(review, name) for name in plain},
            "who": _said("who", review.who, _LONGEST_NAME),
            "reason": _said("reason", review.reason, _LONGEST_REASON) if review.reason else None,
            "id": number,
            "mentions": json.dumps(mentions),
            "changes": json.dumps(review.changes) if review.changes else None,
        },
    )
    return replace(review, id=int(number))


def _said(name: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise UsageError(f"{name}: found {len(text)} characters, expected {longest} at most")
    return clean(text)


def _told(connection: Connection, event: int) -> list[dict[str, Any]]:
    return rows(
        connection,
        """
        SELECT articles.id, article, mentions.number, type, evidence
        FROM mentions JOIN articles ON articles.number = article WHERE event = $event
        """,
        {"event": event},
    )


def _follow(connection: Connection, events: Collection[int]) -> None:
    """Let the mentions that count for these events, or were resolved to them, count for what the decisions say."""
    from store.refresh import refresh_events

    decisions, these = standing_decisions(connection), in_list(sorted(events))
    mentions = connection.execute(
        f"""
        SELECT article, number, type, evidence, event, own_event FROM mentions
        WHERE event IN {these} OR own_event IN {these}
        """  # noqa: S608 - numbers only
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
