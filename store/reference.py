"""The tables of what is known before anything is read, filled anew when the data has another version.

Projects that articles named before keep their numbers; one that turns out to be another's second name leads there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orewire.model.reference import KnownProject, Reference
from store.connection import Connection, replace_rows, rows, transaction
from store.identity import NAMES, PROJECT, name_key
from store.roster import note_projects

_NAME = "gazetteer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A stored project; `is_told` where an event refers to it."""

    id: int
    name: str
    countries: tuple[str, ...]
    origin: str = "articles"
    is_told: bool = False


Keyed = tuple[KnownProject, list[str]]
"""A known project with its names folded, its own first."""


@dataclass(slots=True)
class Plan:
    """What becomes of the stored projects: which known one each is, which are second names, which are unknown."""

    known: dict[int, Keyed] = field(default_factory=dict)
    same_as: dict[int, int] = field(default_factory=dict)
    unknown: list[Row] = field(default_factory=list)


def reference_version(connection: Connection) -> str | None:
    """Which version of the data the tables were filled from."""
    found = connection.execute("SELECT version FROM reference_data WHERE name = $name", {"name": _NAME}).fetchone()
    return found[0] if found else None


def put_reference(connection: Connection, reference: Reference, now: datetime) -> None:
    """Fill the tables, all of them or none. Doing it again changes nothing."""
    minerals = [(one.name, one.symbol) for one in reference.minerals]
    places = [(one.code, one.name, *(one.at or (None, None))) for one in reference.places]
    with transaction(connection):
        replace_rows(connection, "minerals", {"name": "VARCHAR", "symbol": "VARCHAR"}, minerals, key=("name",))
        kinds = {"code": "VARCHAR", "name": "VARCHAR", "latitude": "DOUBLE", "longitude": "DOUBLE"}
        replace_rows(connection, "places", kinds, places, key=("code",))
        _put_projects(connection, reference.projects)
        connection.execute(
            "INSERT OR REPLACE INTO reference_data VALUES ($name, $version, $now)",
            {"name": _NAME, "version": reference.version, "now": now},
        )


def plan_projects(known: Sequence[KnownProject], stored: Sequence[Row]) -> Plan:
    """Which stored project each known one is: of its name or another name of it, and in one of its countries.

    A name that is certain takes what articles placed elsewhere, too, unless another known project lies there.
    """
    by_key: defaultdict[str, list[Row]] = defaultdict(list)
    for row in sorted(stored, key=lambda one: one.id):
        by_key[name_key(row.name)].append(row)
    apart, homes = _apart(known)
    plan, taken = Plan(), set[int]()
    fresh = max((row.id for row in stored), default=0) + 1
    for one, keys in apart:
        mine = [
            row for key in keys for row in by_key[key] if row.id not in taken and _is_same(one, row, homes=homes[key])
        ]
        number = mine[0].id if mine else fresh
        fresh += not mine
        plan.known[number] = one, keys
        plan.same_as |= {row.id: number for row in mine[1:]}
        taken.update(row.id for row in mine)
    plan.unknown = [row for row in stored if row.id not in taken]
    return plan


def _apart(known: Sequence[KnownProject]) -> tuple[list[Keyed], Mapping[str, set[str]]]:
    """All but what a better source before it knows in the same country; and in which countries each name is known."""
    kept: list[Keyed] = []
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for one in known:
        keys = list(dict.fromkeys(map(name_key, (one.name, *one.aliases))))
        places = one.countries or ("",)
        if not homes[keys[0]] & set(places):
            kept.append((one, keys))
            for key in keys:
                homes[key].update(places)
    return kept, homes


def _is_same(one: KnownProject, row: Row, *, homes: Set[str]) -> bool:
    """`homes`: where known projects of the row's name lie."""
    here, there = set(one.countries), set(row.countries)
    if here & there or not here | there:
        return True
    if not there:
        return row.origin == "articles" and not homes - here
    is_its_own = row.origin == one.origin or (row.origin == "articles" and one.is_certain)
    return is_its_own and not homes & there


def _put_projects(connection: Connection, known: Sequence[KnownProject]) -> None:
    stored = {row.id: row for row in _stored(connection)}
    plan = plan_projects(known, list(stored.values()))
    kept = [row for row in plan.unknown if row.origin == "articles" or row.is_told]
    values = [_values(number, one) for number, (one, _) in plan.known.items()]
    values += [_bare(row) for row in kept]
    values += [_bare(stored[number], same_as=into) for number, into in plan.same_as.items()]
    replace_rows(connection, "projects", PROJECT, values, key=("id",))
    for number, into in plan.same_as.items():
        connection.execute("UPDATE events SET project = $into WHERE project = $id", {"id": number, "into": into})
    note_projects(connection, {*stored, *plan.known})
    _put_names(connection, plan, kept, [(name_key(stored[number].name), into) for number, into in plan.same_as.items()])


def _stored(connection: Connection) -> list[Row]:
    found = rows(
        connection,
        """
        SELECT id, name, countries, origin, id IN (SELECT project FROM events WHERE project IS NOT NULL) AS is_told
        FROM projects
        """,
    )
    return [Row(**{**row, "countries": tuple(row["countries"])}) for row in found]


def _values(number: int, one: KnownProject) -> tuple[Any, ...]:
    latitude, longitude = one.at or (None, None)
    return (
        number, one.name, list(one.aliases), list(one.countries), list(one.minerals), one.operator, latitude, longitude,
        one.origin, one.is_certain, None,
    )  # fmt: skip


def _bare(row: Row, *, same_as: int | None = None) -> tuple[Any, ...]:
    """A project that only articles know."""
    return row.id, row.name, [], list(row.countries), [], None, None, None, "articles", False, same_as


def _put_names(connection: Connection, plan: Plan, others: Iterable[Row], second: Iterable[tuple[str, int]]) -> None:
    """All names anew; `second` are those of projects that are another's."""
    names = {(keys[0], number): True for number, (_, keys) in plan.known.items()}
    names |= {(name_key(row.name), row.id): True for row in others}
    aliases = [(key, number) for number, (_, keys) in plan.known.items() for key in keys[1:]]
    for name in (*aliases, *second):
        names.setdefault(name, False)
    told = [(key, number, is_own) for (key, number), is_own in names.items()]
    replace_rows(connection, "project_names", NAMES, told, key=("key", "project"))
