"""Projects that answer a question, and all that is known of one; where they stand is derived on asking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from orewire.model.errors import UnknownValue, UsageError
from orewire.model.project import STANDINGS, Actor, Dossier, Holder, Project, ProjectFilters, Standing
from store.attitudes import Attitude, by_quarter, find_attitudes, holders_of
from store.connection import Connection, in_list, rows
from store.events import get_events
from store.filters import check_filters, clean
from store.identity import name_key
from store.roster import Roster, Row
from store.standing import present

_OWN = ("id", "name", "operator", "latitude", "longitude", "events", "newest")
_TIMELINE = 1000
"""Events of a dossier, the newest, by which attitudes are told, too: more than anybody reads, few enough to send."""
_SHOWN_NAMESAKES = 8
_ACTORS = 50


def find_projects(
    connection: Connection,
    filters: ProjectFilters,
    *,
    today: date,
    limit: int = 50,
    offset: int = 0,
    roster: Roster | None = None,
) -> list[Project]:
    """Those of the newest events first; UsageError for a standing or country that means nothing."""
    roster = roster or Roster()
    found = _matching(connection, filters, today, roster)[offset : offset + limit]
    told = roster.standings(connection, today, [row["id"] for row in found])
    return [_project(row, told[row["id"]]) for row in found]


def count_projects(
    connection: Connection, filters: ProjectFilters, *, today: date, roster: Roster | None = None
) -> int:
    """How many match."""
    return len(_matching(connection, filters, today, roster or Roster()))


def _matching(connection: Connection, filters: ProjectFilters, today: date, roster: Roster) -> Sequence[Row]:
    """Those of the newest events first; where a project stands is known only once its events were looked at."""
    _check(filters)
    called = _called_so(connection, filters.name) if filters.name else None
    countries, minerals = {code.upper() for code in filters.country}, set(filters.mineral)
    found = [
        row
        for row in roster.projects(connection)
        if row["same_as"] is None
        and (filters.untold or row["events"])
        and (not countries or countries.intersection(row["countries"]))
        and (not minerals or minerals.intersection(row["minerals"]))
        and (called is None or row["id"] in called)
    ]
    if not filters.standing:
        return found
    told = roster.standings(connection, today, [row["id"] for row in found])
    return [row for row in found if {one.word for one in present(told[row["id"]])} & set(filters.standing)]


def _called_so(connection: Connection, names: Sequence[str]) -> set[int]:
    """Projects of which a name contains one of these."""
    keys = {f"name_{number}": name_key(clean(name)) for number, name in enumerate(names)}
    any_of = " OR ".join(f"contains(key, ${name})" for name in keys)
    found = connection.execute(f"SELECT project FROM project_names WHERE {any_of}", keys).fetchall()  # noqa: S608
    return {project for (project,) in found}


def _check(filters: ProjectFilters) -> None:
    from orewire.model.event import Filters

    check_filters(Filters(country=filters.country))
    for word in filters.standing:
        if word not in STANDINGS:
            raise UnknownValue("standing", word, STANDINGS)


def _project(row: Row, told: Sequence[Standing]) -> Project:
    now, *besides = present(told)
    return Project(
        **{name: row[name] for name in _OWN},
        countries=tuple(row["countries"]),
        minerals=tuple(row["minerals"]),
        standing=now,
        also=tuple(one.word for one in besides),
    )


def get_project(
    connection: Connection,
    name: str,
    *,
    today: date,
    country: str | None = None,
    timeline: int = _TIMELINE,
    roster: Roster | None = None,
) -> Dossier | None:
    """All that is known of a project, by its number or any of its names; None where there is none.

    UsageError where several are called so: it lists them.
    """
    roster, number = roster or Roster(), find_project(connection, name, country)
    row = roster.get(connection, number) if number is not None else None
    if number is None or row is None:
        return None
    told = roster.standings(connection, today, [number])[number]
    newest = _newest(connection, number)
    attitudes = find_attitudes(connection, newest, {row["name"], *row["aliases"]})
    project = _project(row, told)
    return Dossier(
        project=project,
        aliases=tuple(row["aliases"]),
        standings=told,
        timeline=tuple(get_events(connection, newest[:timeline])),
        attitudes=by_quarter(attitudes),
        holders=(holders := holders_of(attitudes)),
        actors=_actors(connection, number, holders, attitudes),
        namesakes=tuple(_namesakes(connection, project, today, roster)),
    )


def _newest(connection: Connection, number: int) -> list[int]:
    found = connection.execute(
        "SELECT id FROM events WHERE project = $id ORDER BY date DESC NULLS LAST, id DESC LIMIT $limit",
        {"id": number, "limit": _TIMELINE},
    ).fetchall()
    return [event for (event,) in found]


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


def _namesakes(connection: Connection, project: Project, today: date, roster: Roster) -> Iterator[Project]:
    found = connection.execute(
        "SELECT project FROM project_names WHERE key = $key AND project <> $id",
        {"id": project.id, "key": name_key(project.name)},
    ).fetchall()
    others = [row for (number,) in found if (row := roster.get(connection, number)) and row["same_as"] is None]
    told = roster.standings(connection, today, [row["id"] for row in others])
    for row in sorted(others, key=lambda row: (-row["events"], row["id"])):
        yield _project(row, told[row["id"]])


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
