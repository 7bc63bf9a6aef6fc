"""Events derived anew from their mentions, and the weekly counts that stand on them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from orewire.model.ledger import Was
from store.connection import Connection, in_list, insert_rows, pack_rows, rows, table_of
from store.corrections import UNTOUCHED, Correction, standing_corrections
from store.derive import Report, count_holders, derive_event
from store.events import stance_belongs
from store.identity import project_ids
from store.ledger import note_changes
from store.roster import note_projects
from store.sets import set_ids

_TYPES = {
    "id": "BIGINT", "type": "VARCHAR", "status": "VARCHAR", "salience": "VARCHAR", "date": "DATE",
    "country_set": "UINTEGER", "mineral_set": "UINTEGER", "project": "INTEGER", "actor": "VARCHAR",
    "target": "VARCHAR", "stage": "VARCHAR", "amount": "DOUBLE", "currency": "VARCHAR", "confidence": "FLOAT",
    "evidence_article": "BIGINT", "evidence_number": "UTINYINT", "first_seen": "TIMESTAMPTZ",
    "last_seen": "TIMESTAMPTZ", "article_count": "INTEGER",
    "independent_sources": "INTEGER", "voice": "VARCHAR", "supporters": "INTEGER", "opponents": "INTEGER",
    "version": "VARCHAR",
}  # fmt: skip
_REPORT = tuple(field.name for field in fields(Report))
_TOLD = ("event", "own_event", "type", *(name for name in _REPORT if name != "published"))
"""Columns of mentions that events are derived from."""


def refresh_events(connection: Connection, ids: Collection[int]) -> set[int]:
    """Derive these events anew; without mentions, or rejected, they are gone. Those that are new, by their ids.

    Belongs into a transaction.
    """
    if not ids:
        return set()
    before = _stored(connection, ids)
    corrections = standing_corrections(connection, ids)
    holding = [number for number in ids if not corrections.get(number, UNTOUCHED).is_rejected]
    derived = derive_events(connection, holding, corrections)
    gone = [number for number in before if number not in derived]
    if gone:
        connection.execute(f"DELETE FROM events WHERE id IN {in_list(gone)}")  # noqa: S608 - numbers only
    projects = _write(connection, derived, before)
    note_projects(connection, projects | {row["project"] for row in before.values() if row["project"] is not None})
    _count_weeks(connection, _counted(before), _counted(derived))
    note_changes(connection, ((number, _was(before.get(number))) for number in (*gone, *derived)))
    return derived.keys() - before.keys()


def _stored(connection: Connection, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What the stored ones of these events are counted by, and what the alerts must know of them."""
    found = rows(
        connection,
        f"""
        SELECT events.* EXCLUDE (country_set, mineral_set), country_sets.members AS countries,
            mineral_sets.members AS minerals
        FROM (
            SELECT id, date, country_set, mineral_set, project, status, stage, confidence FROM events
            WHERE id IN {in_list(sorted(ids))}
        ) AS events
        LEFT JOIN country_sets ON country_sets.id = country_set LEFT JOIN mineral_sets ON mineral_sets.id = mineral_set
        """,  # noqa: S608 - numbers only
    )
    return {row["id"]: row for row in found}


def _was(row: dict[str, Any] | None) -> Was | None:
    return Was(**{field.name: row[field.name] for field in fields(Was)}) if row else None


def derive_events(
    connection: Connection, ids: Collection[int], corrections: Mapping[int, Correction] | None = None
) -> dict[int, dict[str, Any]]:
    """The columns of each event that has mentions, as it is corrected, with sets and names not yet as numbers."""
    if not ids:
        return {}
    if corrections is None:
        corrections = standing_corrections(connection, ids)
    mentions = _mentions(connection, ids)
    articles = sorted({row["article"] for row in mentions})
    stances = _stances(connection, articles)
    published = dict(
        connection.execute(
            f"SELECT number, published FROM articles WHERE number IN {in_list(articles)}"  # noqa: S608 - numbers only
        ).fetchall()
    )
    grouped: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in mentions:
        grouped[row["event"]].append({**row, "published": published.get(row["article"])})
    return {event: _values(event, told, stances, corrections.get(event, UNTOUCHED)) for event, told in grouped.items()}


def _mentions(connection: Connection, ids: Collection[int]) -> list[dict[str, Any]]:
    """The mentions of these events. The index tells which articles to read: DuckDB is slow at taking rows out by it."""
    found = connection.execute(
        f"SELECT min(article), max(article) FROM mentions WHERE event IN {in_list(sorted(ids))}"  # noqa: S608
    ).fetchall()
    return rows(
        connection,
        f"""
        SELECT {", ".join(_TOLD)} FROM mentions
        WHERE article BETWEEN $first AND $last AND event IN (SELECT unnest($events))
        ORDER BY article, number
        """,  # noqa: S608 - our own names
        {"first": found[0][0], "last": found[0][1], "events": sorted(ids)},
    )


def _stances(connection: Connection, articles: Sequence[int]) -> defaultdict[int, list[dict[str, Any]]]:
    found = rows(
        connection,
        f"SELECT article, holder, target, polarity, evidence FROM stances WHERE article IN {in_list(articles)}",  # noqa: S608
    )
    grouped: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        grouped[row["article"]].append(row)
    return grouped


def _values(
    event: int,
    told: Sequence[dict[str, Any]],
    stances: defaultdict[int, list[dict[str, Any]]],
    correction: Correction,
) -> dict[str, Any]:
    values = {"type": _type(event, told), **derive_event([_report(row) for row in told]), **correction.fields}
    type_, projects = values["type"], {row["project"] for row in told}
    own = [
        stance
        for row in told
        for stance in stances[row["article"]]
        if stance_belongs(stance, type_=type_, projects=projects, evidence=row["evidence"])
    ]
    return {"id": event, **values, **count_holders(correction.correct(own))}


def _type(event: int, told: Sequence[dict[str, Any]]) -> str:
    """Reports of another type can only have been merged into it."""
    type_: str = next((row["type"] for row in told if row["own_event"] == event), told[0]["type"])
    return type_


def _report(row: dict[str, Any]) -> Report:
    values = {name: row[name] for name in _REPORT}
    return Report(**{**values, "minerals": tuple(values["minerals"]), "countries": tuple(values["countries"])})


def _write(connection: Connection, derived: dict[int, dict[str, Any]], before: Collection[int]) -> set[int]:
    """Write the rows of events; the numbers of their projects."""
    countries = set_ids(connection, "country_sets", (values["countries"] for values in derived.values()))
    minerals = set_ids(connection, "mineral_sets", (values["minerals"] for values in derived.values()))
    named = {(values["project"], values["countries"]) for values in derived.values() if values["project"]}
    projects = project_ids(connection, named)
    new: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    for number, values in derived.items():
        row = {
            **values,
            "country_set": countries[values["countries"]],
            "mineral_set": minerals[values["minerals"]],
            "project": projects.get((values["project"], values["countries"])),
        }
        (changed if number in before else new).append(tuple(row[name] for name in _TYPES))
    insert_rows(connection, "events", _TYPES, new)
    if changed:
        _update(connection, changed)
    return set(projects.values())


def _update(connection: Connection, changed: Sequence[tuple[Any, ...]]) -> None:
    changes = ", ".join(f"{name} = derived.{name}" for name in _TYPES if name != "id")
    connection.execute(
        f"UPDATE events SET {changes} FROM {table_of(_TYPES)} AS derived WHERE events.id = derived.id",  # noqa: S608
        pack_rows(_TYPES, changed),
    )


Counted = Mapping[int, tuple[date | None, Sequence[str], Sequence[str]]]
"""By event: what it is counted by, date, countries and minerals."""
_CHANGES = {"week": "DATE", "country": "VARCHAR", "mineral": "VARCHAR", "events": "INTEGER"}


def _counted(events: Mapping[int, Mapping[str, Any]]) -> Counted:
    return {number: (one["date"], one["countries"] or (), one["minerals"] or ()) for number, one in events.items()}


def _count_weeks(connection: Connection, before: Counted, after: Counted) -> None:
    """Bring the weekly counts from what these events were to what they are."""
    totals = Counter(_pairs(after))
    totals.subtract(_pairs(before))
    changes = [(*key, number) for key, number in totals.items() if number]
    if not changes:
        return
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS changed_counts AS FROM weekly_counts LIMIT 0")
    connection.execute("DELETE FROM changed_counts")
    insert_rows(connection, "changed_counts", _CHANGES, changes)
    connection.execute(_ADD_CHANGES)
    connection.execute(_ADD_NEW)
    connection.execute(
        "DELETE FROM weekly_counts WHERE week IN (SELECT week FROM changed_counts WHERE events < 0) AND events = 0"
    )


_ADD_CHANGES = """
UPDATE weekly_counts SET events = weekly_counts.events + changed.events FROM changed_counts AS changed
WHERE weekly_counts.week = changed.week AND weekly_counts.country = changed.country
    AND weekly_counts.mineral = changed.mineral
"""
_ADD_NEW = "INSERT INTO weekly_counts FROM changed_counts ANTI JOIN weekly_counts USING (week, country, mineral)"


def _pairs(events: Counted) -> Iterable[tuple[date, str, str]]:
    """Week, country and mineral of each count; before the first Monday of all there is none."""
    for day, countries, minerals in events.values():
        if day and day > date.min + timedelta(days=7):
            week = day - timedelta(days=day.weekday())
            yield from ((week, country, mineral) for country in countries for mineral in minerals)
