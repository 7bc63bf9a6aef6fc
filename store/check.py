"""Whether a store is sound: that all of it can be read, and that what is derived is what it is derived from."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from orewire.model.errors import StoreDamaged, StoreError
from orewire.model.keep import CheckReport, Fault, Told
from store.apart import run_apart
from store.connection import Connection, in_list, open_database, rows
from store.invariants import INVARIANTS, Invariant
from store.reading import IndexDamaged, count_rows, one_moment, read_all
from store.refresh import derive_events
from store.reviews import standing_decisions

_SHOWN = 5
_BATCH = 10_000
_SCHEMA = """
SELECT 'table ' || table_name AS name FROM duckdb_tables() WHERE NOT internal AND NOT temporary
UNION ALL
SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type FROM duckdb_columns() WHERE NOT internal
UNION ALL
SELECT 'index ' || index_name || ' on ' || expressions || if(is_unique, ' unique', '') FROM duckdb_indexes()
UNION ALL
SELECT 'key of ' || table_name || ' ' || constraint_column_names::VARCHAR FROM duckdb_constraints()
WHERE constraint_type = 'PRIMARY KEY'
UNION ALL
SELECT 'view ' || view_name FROM duckdb_views() WHERE NOT internal
UNION ALL
SELECT 'sequence ' || sequence_name FROM duckdb_sequences()
"""


def check_store(connection: Connection, told: Told, *, sample: int | None = None, repair: bool = False) -> CheckReport:
    """Look at everything, as it is at one moment; with `sample` only so many events are derived again and compared.

    With `repair` what is derived and wrong is made anew, and the report is of what is left.
    """
    from store.repair import repair_store

    report = _look(connection, told, sample)
    if not repair or not any(fault.is_derived for fault in report.faults):
        return report
    done = tuple(repair_store(connection, told))
    return replace(_look(connection, told, sample), repaired=done)


def check_file(path: Path, told: Told, *, sample: int | None = None, repair: bool = False) -> CheckReport:
    """The same of a file that nobody has open; StoreDamaged where it cannot be opened."""
    return run_apart(_check_file, path, sample, repair, told=told)


def _check_file(path: Path, sample: int | None, repair: bool, told: Told) -> CheckReport:
    connection = open_database(path)
    try:
        return check_store(connection, told, sample=sample, repair=repair)
    finally:
        connection.close()


def _look(connection: Connection, told: Told, sample: int | None) -> CheckReport:
    faults, missing = _unreadable(connection, told), _missing_parts(connection)
    if missing:
        faults.append(_fault("schema", "parts of the schema that are not there", missing))
    if _may_lie(faults) or any(not one.startswith(_SIDE) for one in missing):
        return CheckReport(faults=tuple(faults))  # it cannot be asked any further
    try:
        return _ask(connection, told, sample, faults)
    except StoreDamaged as error:  # where nothing but a question looks
        return CheckReport(faults=(_fault("unreadable", "parts that cannot be read", [f"block: {error}"]),))


def _ask(connection: Connection, told: Told, sample: int | None, faults: list[Fault]) -> CheckReport:
    with one_moment(connection):
        counts = count_rows(connection)
        for number, invariant in enumerate(INVARIANTS, 1):
            faults += _broken(connection, invariant)
            told("checking", number, len(INVARIANTS))
        faults += _misplaced(connection)
        events = comparable_events(connection, sample)
        faults += [*_differing(connection, events, told), *_repeating(connection)]
    return CheckReport(faults=tuple(faults), rows=counts, events_derived=len(events))


def _unreadable(connection: Connection, told: Told) -> list[Fault]:
    found = list(read_all(connection, told))
    lost = [str(one) for one in found if not _is_index(connection, one)]
    lying = [str(one) for one in found if _is_index(connection, one)]
    return [
        *([_fault("unreadable", "parts of the file that cannot be read", lost)] if lost else []),
        *([_fault("index", "indexes that do not find all that is there", lying, is_derived=True)] if lying else []),
    ]


def _is_index(connection: Connection, error: StoreError) -> bool:
    """Whether it is over an index that can be made anew: that of a primary key cannot."""
    if not isinstance(error, IndexDamaged):
        return False
    made = connection.execute(
        """SELECT 1 FROM duckdb_indexes() WHERE table_name = $table AND trim(expressions, '[]''"') = $column""",
        {"table": error.table, "column": error.column},
    )
    return made.fetchone() is not None


def _may_lie(faults: Sequence[Fault]) -> bool:
    """Whether what is asked of the store may be answered wrongly."""
    return any(fault.kind in ("unreadable", "index") for fault in faults)


_SIDE = ("index ", "key ", "view ")


def _missing_parts(connection: Connection) -> list[str]:
    """What an empty store of this version has, and this one has not."""
    return sorted(_all_parts() - {name for (name,) in connection.execute(_SCHEMA).fetchall()})


@functools.cache
def _all_parts() -> frozenset[str]:
    fresh = open_database(None)
    try:
        return frozenset(name for (name,) in fresh.execute(_SCHEMA).fetchall())
    finally:
        fresh.close()


def _broken(connection: Connection, invariant: Invariant) -> list[Fault]:
    found = connection.execute(
        f"SELECT example, count(*) OVER () FROM ({invariant.query}) ORDER BY ALL LIMIT {_SHOWN}"  # noqa: S608 - our own
    ).fetchall()
    if not found:
        return []
    return [
        Fault(
            kind=invariant.kind, told=invariant.told, count=found[0][1], examples=tuple(str(one) for one, _ in found),
            is_derived=invariant.is_derived,
        )
    ]  # fmt: skip


def _fault(kind: str, told: str, examples: Sequence[str], *, is_derived: bool = False) -> Fault:
    return Fault(kind=kind, told=told, count=len(examples), examples=tuple(examples[:_SHOWN]), is_derived=is_derived)


def _repeating(connection: Connection) -> list[Fault]:
    found = [f"{name} ({fresh} after {taken})" for name, (fresh, taken) in repeating_counters(connection).items()]
    told = "counters that would give numbers again that are taken"
    return [_fault("numbers_again", told, found, is_derived=True)] if found else []


def repeating_counters(connection: Connection) -> dict[str, tuple[int, int]]:
    """Counters whose next number is not above all that are taken: that number, and the highest one taken.

    The number is used up: what DuckDB tells of a sequence without using it is not reliable after a crash.
    """
    repeating = {}
    for name, query in _TAKEN.items():
        ((taken,),) = connection.execute(query).fetchall()
        ((fresh,),) = connection.execute(f"SELECT nextval('{name}')").fetchall()
        if fresh <= (taken or 0):
            repeating[name] = fresh, taken
    return repeating


_TAKEN = {
    "article_numbers": "SELECT max(number) FROM articles",
    "event_ids": """
        SELECT greatest((SELECT max(id) FROM events), (SELECT max(greatest(event, own_event)) FROM mentions),
            (SELECT max(into_event) FROM reviews))
    """,
}


def _misplaced(connection: Connection) -> list[Fault]:
    found = [f"{article}.{number}" for article, number in misplaced_mentions(connection)]
    told = "mentions that count for an event which neither resolution nor a person gave them (article.place)"
    return [_fault("mention_misplaced", told, found, is_derived=True)] if found else []


def misplaced_mentions(connection: Connection) -> dict[tuple[int, int], int]:
    """Mentions by article and place that count for another event than they should, and the one that they should."""
    decisions = standing_decisions(connection)
    split = sorted({article for article, _, _ in decisions.split})
    found = connection.execute(
        f"""
        SELECT article, number, type, evidence, event, own_event FROM mentions
        WHERE event <> own_event OR own_event IN {in_list(sorted(decisions.merged))} OR article IN {in_list(split)}
        """  # noqa: S608 - numbers only
    ).fetchall()
    return {
        (article, number): target
        for article, number, type_, evidence, event, own_event in found
        if (target := decisions.event_of(own_event, (article, type_, evidence))) != event
    }


def comparable_events(connection: Connection, sample: int | None = None) -> list[int]:
    """Events none of whose articles waits to be understood again; at random, where only some are asked for."""
    some = "" if sample is None else f"USING SAMPLE reservoir({int(sample)} ROWS)"
    found = connection.execute(
        f"""
        SELECT id FROM (
            SELECT id FROM events ANTI JOIN (
                SELECT event FROM mentions JOIN articles ON articles.number = article WHERE analysed_version IS NULL
            ) ON event = id
        ) {some}
        """  # noqa: S608 - a number only
    ).fetchall()
    return sorted(number for (number,) in found)


def _differing(connection: Connection, events: Sequence[int], told: Told) -> list[Fault]:
    found = [f"{event} ({', '.join(columns)})" for event, columns in differing_events(connection, events, told).items()]
    told_so = "events that are not what their mentions say (columns that differ)"
    return [_fault("event_differs", told_so, found, is_derived=True)] if found else []


def differing_events(connection: Connection, events: Sequence[int], told: Told) -> dict[int, list[str]]:
    """Events that are not what is derived from their mentions, with the columns that differ."""
    differing: dict[int, list[str]] = {}
    for start in range(0, len(events), _BATCH):
        told("deriving events", start, len(events))
        batch = events[start : start + _BATCH]
        derived = derive_events(connection, batch)
        for stored in _stored_events(connection, batch):
            expected = derived.get(stored["id"])
            if expected and (columns := [name for name in expected if not _is_same(stored[name], expected[name])]):
                differing[stored["id"]] = columns
    return differing


def _stored_events(connection: Connection, events: Sequence[int]) -> list[dict[str, Any]]:
    return rows(
        connection,
        f"""
        SELECT events.* EXCLUDE (country_set, mineral_set, project), country_sets.members AS countries,
            mineral_sets.members AS minerals, projects.name AS project
        FROM events
        LEFT JOIN country_sets ON country_sets.id = country_set
        LEFT JOIN mineral_sets ON mineral_sets.id = mineral_set
        LEFT JOIN projects ON projects.id = events.project
        WHERE events.id IN {in_list(events)}
        """,  # noqa: S608 - numbers only
    )


def _is_same(stored: Any, expected: Any) -> bool:
    """Single precision is stored of some numbers."""
    if isinstance(expected, float) and isinstance(stored, float):
        return math.isclose(stored, expected, rel_tol=1e-6)
    if isinstance(stored, list):
        return tuple(stored) == tuple(expected)
    return bool(stored == expected)
