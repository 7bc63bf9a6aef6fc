"""Events that answer a question, each with its sources and stances."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from orewire.model.analysis import Value
from orewire.model.codes import FAMILY_OF_TYPE
from orewire.model.event import Cursor, Event, EventStance, Filters, Source
from store.connection import Connection, in_list, look_up, rows
from store.corrections import Correction, standing_corrections
from store.filters import matching

_OWN = (
    "id", "type", "status", "salience", "date", "project", "actor", "target", "stage", "confidence",
    "first_seen", "last_seen", "article_count", "independent_sources", "voice",
)  # fmt: skip
_COLUMNS = ", ".join((*_OWN, "country_set", "mineral_set", "amount", "currency", "evidence_article", "evidence_number"))
_MONTH = timedelta(days=31)
_SPARE = 1.5
"""News comes in waves: so much farther back than on average is looked."""
_TOO_LONG = 1_000
"""Days; from there on all events are looked through at once."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def find_events(
    connection: Connection,
    filters: Filters,
    *,
    limit: int = 50,
    offset: int = 0,
    after: Cursor | None = None,
) -> list[Event]:
    """Newest first, those without a date last; `after` goes on behind the last event of a former page."""
    return get_events(connection, find_ids(connection, filters, limit=limit, offset=offset, after=after))


def find_ids(
    connection: Connection, filters: Filters, *, limit: int, offset: int = 0, after: Cursor | None = None
) -> list[int]:
    """The numbers of the events that `find_events` finds."""
    events, values = matching(filters)
    if after is not None:
        events = f"(SELECT * FROM {events} WHERE {_behind(after)}) AS events"  # noqa: S608 - parameters only
        values |= {"after_date": after.date, "after_id": after.id}
    return _newest(connection, events, values, limit=limit, offset=offset)


def cursor_at(connection: Connection, event_id: int) -> Cursor:
    """The place of an event in the order of `find_events`."""
    (day,) = connection.execute("SELECT date FROM events WHERE id = $id", {"id": event_id}).fetchone() or (None,)
    return Cursor(date=day, id=event_id)


def _behind(after: Cursor) -> str:
    """What comes after an event in the order of `find_events`."""
    if after.date is None:
        return "events.date IS NULL AND events.id < $after_id AND $after_date IS NULL"
    return "(events.date < $after_date OR (events.date = $after_date AND events.id < $after_id) OR events.date IS NULL)"


def _newest(connection: Connection, events: str, values: dict[str, object], *, limit: int, offset: int) -> list[int]:
    """Ids of the page. How many match in the newest month tells how far back it ends: no more is looked through."""
    order = "ORDER BY date DESC NULLS LAST, id DESC LIMIT $limit OFFSET $offset"
    page = {**values, "limit": limit, "offset": offset}
    newest = values.get("after_date") or _newest_day(connection)
    if isinstance(newest, date) and (days := _days_for(connection, events, values, newest, limit + offset)):
        found = connection.execute(
            f"SELECT id FROM {events} WHERE date >= $first {order}",  # noqa: S608 - parameters only
            {**page, "first": newest - timedelta(days=min(days, (newest - date.min).days))},
        ).fetchall()
        if len(found) == limit:
            return [number for (number,) in found]
    found = connection.execute(f"SELECT id FROM {events} {order}", page).fetchall()  # noqa: S608 - parameters only
    return [number for (number,) in found]


def _days_for(connection: Connection, events: str, values: dict[str, object], newest: date, wanted: int) -> int | None:
    """Days back from the newest day in which that many should match; None where that may be all of them."""
    first = newest - min(_MONTH, newest - date.min)
    (counted,) = connection.execute(
        f"SELECT count(*) FROM {events} WHERE date >= $first",  # noqa: S608 - parameters only
        {**values, "first": first},
    ).fetchone() or (0,)
    days = math.ceil(_MONTH.days * max(1.0, _SPARE * wanted / counted)) if counted else _TOO_LONG
    return days if days < _TOO_LONG else None


def _newest_day(connection: Connection) -> date | None:
    """The day of the newest report, or of the newest event where that lies before it: what is planned lies ahead."""
    found = connection.execute("SELECT least(max(date), max(last_seen)::DATE) FROM events").fetchone()
    return found[0] if found else None


def count_events(connection: Connection, filters: Filters) -> int:
    """How many events match."""
    events, values = matching(filters)
    found = connection.execute(f"SELECT count(*) FROM {events}", values).fetchone()  # noqa: S608
    return int(found[0]) if found else 0


def get_event(connection: Connection, event_id: int) -> Event | None:
    """One event by its id."""
    found = get_events(connection, [event_id])
    return found[0] if found else None


def get_events(connection: Connection, ids: Sequence[int]) -> list[Event]:
    """Events in the order of their ids; those that are not there are left out. Eight queries however many they are."""
    if not ids:
        return []
    found = rows(connection, f"SELECT {_COLUMNS} FROM events WHERE id IN {in_list(ids)}")  # noqa: S608 - numbers only
    _name(connection, found)
    by_id = {event.id: event for event in tell_events(connection, found)}
    return [by_id[number] for number in ids if number in by_id]


def _name(connection: Connection, found: Sequence[dict[str, Any]]) -> None:
    """Put sets and names in place of their numbers: joined to the events in one query, they take twice as long."""
    for column, number, table, named in _NAMED:
        names = look_up(connection, table, named, sorted({row[number] for row in found if row[number] is not None}))
        for row in found:
            row[column] = names.get(row[number])


_NAMED = (
    ("countries", "country_set", "country_sets", "members"),
    ("minerals", "mineral_set", "mineral_sets", "members"),
    ("project", "project", "projects", "name"),
)


def tell_events(connection: Connection, found: Sequence[dict[str, Any]]) -> list[Event]:
    """Events with their sources and stances; `found` has their own columns, sets and names in place of numbers."""
    corrections = standing_corrections(connection, [row["id"] for row in found])
    mentions, articles, stances = _reports(connection, found)
    evidence = {(row["event"], row["article"], row["number"]): row["evidence"] for row in mentions}
    for row in found:
        row["evidence"] = evidence[row["id"], row["evidence_article"], row["evidence_number"]]
    sources, spoken = _group_sources(mentions, articles), _group_stances(found, mentions, stances)
    spoken = _correct(spoken, corrections)
    states = {event: correction.state for event, correction in corrections.items()}
    return [_event(row, sources[row["id"]], spoken[row["id"]], states.get(row["id"])) for row in found]


def _correct(
    spoken: defaultdict[int, list[EventStance]], corrections: Mapping[int, Correction]
) -> defaultdict[int, list[EventStance]]:
    for event, correction in corrections.items():
        told = correction.correct(asdict(stance) for stance in spoken[event])
        spoken[event] = [EventStance(**stance) for stance in told]
    return spoken


def _event(row: dict[str, Any], sources: list[Source], stances: list[EventStance], review: str | None) -> Event:
    return Event(
        **{name: row[name] for name in _OWN if name != "confidence"},
        evidence=row["evidence"],
        confidence=round(row["confidence"], 3),
        family=FAMILY_OF_TYPE[row["type"]],
        minerals=tuple(row["minerals"]),
        countries=tuple(row["countries"]),
        value=Value(amount=row["amount"], currency=row["currency"]) if row["amount"] is not None else None,
        sources=tuple(sources),
        stances=tuple(stances),
        review=review,
    )


def _reports(connection: Connection, found: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], ...]:
    """The mentions of these events, the articles that they stand in, and the stances of those."""
    mentions = rows(
        connection,
        f"""
        SELECT event, article, number, project, evidence, evidence_start AS start, evidence_end AS "end", confidence
        FROM mentions WHERE event IN {in_list([row["id"] for row in found])}
        """,  # noqa: S608 - numbers only
    )
    numbers = in_list(sorted({row["article"] for row in mentions}))
    articles = rows(
        connection,
        f"""
        SELECT number, id AS article_id, url, title, source, lang, published, voice
        FROM articles WHERE number IN {numbers}
        """,  # noqa: S608 - numbers only
    )
    stances = rows(connection, f"SELECT {_STANCE}, article FROM stances WHERE article IN {numbers}")  # noqa: S608
    return mentions, articles, sorted(stances, key=lambda row: tuple(row.values()))


_STANCE = "holder, holder_class, target, polarity, basis, evidence"


def _group_sources(mentions: list[dict[str, Any]], articles: list[dict[str, Any]]) -> defaultdict[int, list[Source]]:
    """By time of publication, those without one last."""
    by_number = {row.pop("number"): row for row in articles}
    grouped: defaultdict[int, list[Source]] = defaultdict(list)
    for row in mentions:
        told = {name: row[name] for name in ("evidence", "start", "end")}
        source = Source(**told, **by_number[row["article"]], confidence=round(row["confidence"], 3))
        grouped[row["event"]].append(source)
    for sources in grouped.values():
        sources.sort(key=lambda one: (one.published is None, one.published or _NEVER, one.article_id))
    return grouped


def _group_stances(
    found: Sequence[dict[str, Any]], mentions: list[dict[str, Any]], stances: list[dict[str, Any]]
) -> defaultdict[int, list[EventStance]]:
    """Attitudes that an event's own articles report of it: `stance_belongs` says which."""
    by_article: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in stances:
        by_article[row.pop("article")].append(row)
    types = {row["id"]: row["type"] for row in found}
    projects: defaultdict[int, set[str | None]] = defaultdict(set)
    for mention in mentions:
        projects[mention["event"]].add(mention["project"])
    grouped: defaultdict[int, dict[EventStance, None]] = defaultdict(dict)
    for mention in mentions:
        event, evidence = mention["event"], mention["evidence"]
        for stance in by_article[mention["article"]]:
            if stance_belongs(stance, type_=types[event], projects=projects[event], evidence=evidence):
                grouped[mention["event"]][EventStance(**stance)] = None
    return defaultdict(list, {event: list(found) for event, found in grouped.items()})


def stance_belongs(stance: dict[str, Any], *, type_: str, projects: Collection[str | None], evidence: str) -> bool:
    """A stance belongs to an event of conflict in its article, or to the event told by the same sentence.

    `projects` are the names that the event's own reports give its project, None where one gives none.
    """
    if any(projects) and stance["target"] not in ("mining", *projects):
        return False
    return FAMILY_OF_TYPE[type_] in ("opposition", "legal") or stance["evidence"] == evidence
