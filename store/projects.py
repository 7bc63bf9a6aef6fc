"""Projects that answer a question, and all that is known of one; where they stand is derived on asking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from orewire.model.errors import UnknownValue, UsageError
from orewire.model.event import Event
from orewire.model.project import STANDINGS, Actor, Dossier, Holder, Project, ProjectFilters, Standing
from store.attitudes import Attitude, by_quarter, find_attitudes, holders_of
from store.connection import Connection, in_list, rows
from store.events import get_events
from store.facts import get_standings
from store.filters import check_filters, clean
from store.identity import name_key
from store.standing import present

_OWN = ("id", "name", "operator", "latitude", "longitude", "events", "newest")
_TIMELINE = 1000
"""Events of a dossier, the newest: more than anybody reads, and few enough to send."""
_SHOWN_NAMESAKES = 8
_ACTORS = 50


def find_projects(
    connection: Connection, filters: ProjectFilters, *, today: date, limit: int = 50, offset: int = 0
) -> list[Project]:
    """Those of the newest events first; UsageError for a standing or country that means nothing."""
    if filters.standing:
        return _standing_so(connection, filters, today)[offset : offset + limit]
    condition, values = _where(filters)
    found = rows(
        connection,
        f"SELECT * FROM project_list WHERE {condition} {_NEWEST_FIRST} LIMIT $limit OFFSET $offset",  # noqa: S608
        {**values, "limit": limit, "offset": offset},
    )
    told = get_standings(connection, today, [row["id"] for row in found])
    return [_project(row, told[row["id"]]) for row in found]


def count_projects(connection: Connection, filters: ProjectFilters, *, today: date) -> int:
    """How many match."""
    if filters.standing:
        return len(_standing_so(connection, filters, today))
    condition, values = _where(filters)
    found = connection.execute(f"SELECT count(*) FROM project_list WHERE {condition}", values).fetchone()  # noqa: S608
    return int(found[0]) if found else 0


_NEWEST_FIRST = "ORDER BY newest DESC NULLS LAST, events DESC, id"


def _standing_so(connection: Connection, filters: ProjectFilters, today: date) -> list[Project]:
    """All that match: where a project stands is known only once all its events were looked at."""
    condition, values = _where(filters)
    found = rows(connection, f"SELECT * FROM project_list WHERE {condition} {_NEWEST_FIRST}", values)  # noqa: S608
    told = get_standings(connection, today, words=filters.standing)
    made = (_project(row, told[row["id"]]) for row in found)
    return [one for one in made if {one.standing.word, *one.also} & set(filters.standing)]


def _where(filters: ProjectFilters) -> tuple[str, dict[str, object]]:
    _check(filters)
    conditions, values = ["same_as IS NULL"], dict[str, object]()
    if filters.country:
        conditions.append("list_has_any(countries, $country)")
        values["country"] = [code.upper() for code in filters.country]
    if filters.mineral:
        conditions.append("list_has_any(minerals, $mineral)")
        values["mineral"] = list(filters.mineral)
    if filters.name:
        keys = {f"name_{number}": name_key(clean(name)) for number, name in enumerate(filters.name)}
        any_of = " OR ".join(f"contains(key, ${name})" for name in keys)
        conditions.append(f"id IN (SELECT project FROM project_names WHERE {any_of})")  # noqa: S608 - parameters only
        values |= keys
    if not filters.untold:
        conditions.append("events > 0")
    return " AND ".join(conditions), values


def _check(filters: ProjectFilters) -> None:
    from orewire.model.event import Filters

    check_filters(Filters(country=filters.country))
    for word in filters.standing:
        if word not in STANDINGS:
            raise UnknownValue("standing", word, STANDINGS)


def _project(row: dict[str, Any], told: Sequence[Standing]) -> Project:
    now, *besides = present(told)
    return Project(
        **{name: row[name] for name in _OWN},
        countries=tuple(row["countries"]),
        minerals=tuple(row["minerals"]),
        standing=now,
        also=tuple(one.word for one in besides),
    )


def get_project(connection: Connection, name: str, *, today: date, country: str | None = None) -> Dossier | None:
    """All that is known of a project, by its number or any of its names; None where there is none.

    UsageError where several are called so: it lists them.
    """
    number = find_project(connection, name, country)
    if number is None:
        return None
    (row,) = rows(connection, "SELECT * FROM project_list WHERE id = $id", {"id": number})
    told = get_standings(connection, today, [number])[number]
    timeline = _timeline(connection, number)
    attitudes = find_attitudes(connection, [event.id for event in timeline], {row["name"], *row["aliases"]})
    project = _project(row, told)
    return Dossier(
        project=project,
        aliases=tuple(row["aliases"]),
        standings=told,
        timeline=tuple(timeline),
        attitudes=by_quarter(attitudes),
        holders=(holders := holders_of(attitudes)),
        actors=_actors(connection, number, holders, attitudes),
        namesakes=tuple(_namesakes(connection, project, today)),
    )


def _timeline(connection: Connection, number: int) -> list[Event]:
    found = connection.execute(
        "SELECT id FROM events WHERE project = $id ORDER BY date DESC NULLS LAST, id DESC LIMIT $limit",
        {"id": number, "limit": _TIMELINE},
    ).fetchall()
    return get_events(connection, [event for (event,) in found])


def _actors(
    connection: Connection, number: int, holders: Sequence[Holder], attitudes: Sequence[Attitude]
) -> tuple[Actor, ...]:
    classes = {name_key(one.holder): one.holder_class for one in attitudes}
    classes |= {name_key(one.name): one.holder_class for one in holders}
    found = rows(
        connection,
        """
        SELECT actor AS name, count(*) AS events, list(DISTINCT type ORDER BY type) AS types, max(date) AS last
        FROM events WHERE project = $id AND actor IS NOT NULL
        GROUP BY actor ORDER BY events DESC, last DESC NULLS LAST, name LIMIT $limit
        """,
        {"id": number, "limit": _ACTORS},
    )
    return tuple(
        Actor(**{**row, "types": tuple(row["types"])}, holder_class=classes.get(name_key(row["name"]))) for row in found
    )


def _namesakes(connection: Connection, project: Project, today: date) -> Iterator[Project]:
    found = rows(
        connection,
        """
        SELECT * FROM project_list
        WHERE id <> $id AND same_as IS NULL AND id IN (SELECT project FROM project_names WHERE key = $key)
        ORDER BY events DESC, id
        """,
        {"id": project.id, "key": name_key(project.name)},
    )
    told = get_standings(connection, today, [row["id"] for row in found])
    return (_project(row, told[row["id"]]) for row in found)


def find_project(connection: Connection, name: str, country: str | None = None) -> int | None:
    """The number of the project that a name means: its own, another one of it, or a part of one, in that order.

    Of several that are called the same, the only one of which events are known; else UsageError lists them.
    """
    name = clean(name).strip()
    if not name:
        return None
    if name.isascii() and name.isdecimal() and (number := _by_number(connection, name)) is not None:
        return number
    for condition in _BY_NAME:
        found = _called(connection, condition, name, country)
        told = [row for row in found if row["events"]]
        if len(found) == 1 or len(told) == 1:
            return int((told or found)[0]["id"])
        if found:
            raise UsageError(_which(name, told or found))
    minerals = {mineral for (mineral,) in connection.execute("SELECT name FROM minerals").fetchall()}
    bare = " ".join(word for word in name_key(name).split() if word not in _KINDS | minerals)
    return find_project(connection, bare, country) if bare and bare != name_key(name) else None


_BY_NAME = (
    "id IN (SELECT id FROM projects WHERE name = $name OR list_contains(aliases, $name))",
    "id IN (SELECT project FROM project_names WHERE key = $key AND is_own)",
    "id IN (SELECT project FROM project_names WHERE key = $key)",
    "id IN (SELECT project FROM project_names WHERE contains(key, $key))",
)
"""Conditions on projects, the strictest first."""
_KINDS = frozenset(
    {"mine", "mines", "project", "deposit", "plant", "smelter", "refinery", "mina", "proyecto", "projeto", "projet"}
)
"""Words that people put beside a name, and the gazetteer does not."""


def _by_number(connection: Connection, number: str) -> int | None:
    found = connection.execute(
        "SELECT coalesce(same_as, id) FROM projects WHERE id = TRY_CAST($number AS INTEGER)", {"number": number}
    ).fetchone()
    return int(found[0]) if found else None


def _called(connection: Connection, condition: str, name: str, country: str | None) -> list[dict[str, Any]]:
    query = f"""
        SELECT id, name, countries, minerals FROM projects
        WHERE same_as IS NULL AND ($country IS NULL OR list_contains(countries, $country)) AND {condition}
    """  # noqa: S608 - our own words
    values = {"name": name, "key": name_key(name), "country": country.upper() if country else None}
    found = rows(connection, query, {key: value for key, value in values.items() if f"${key}" in query})
    ids = in_list([row["id"] for row in found])
    counted = connection.execute(f"SELECT project, count(*) FROM events WHERE project IN {ids} GROUP BY ALL")  # noqa: S608
    counts = dict(counted.fetchall())
    told = [row | {"events": counts.get(row["id"], 0)} for row in found]
    return sorted(told, key=lambda row: (-row["events"], row["name"], row["id"]))


def _which(name: str, found: Sequence[dict[str, Any]]) -> str:
    """Who is meant, and how to say which."""
    listed = "; ".join(_brief(row) for row in found[:_SHOWN_NAMESAKES])
    more = f"; and {len(found) - _SHOWN_NAMESAKES} more" if len(found) > _SHOWN_NAMESAKES else ""
    expected = "expected a number, or the name with a country"
    return f"project: found {name!r}, which {len(found)} are called; {expected}: {listed}{more}"


def _brief(row: dict[str, Any]) -> str:
    where, what = ", ".join(row["countries"]) or "place unknown", ", ".join(row["minerals"][:3])
    events = "1 event" if row["events"] == 1 else f"{row['events']} events"
    return f"{row['id']} {row['name']} ({', '.join(filter(None, (where, what, events)))})"
