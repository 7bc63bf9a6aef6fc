"""Which project a name means: decided by the name and the countries of the event, so that namesakes stay apart.

Mines of one name lie in several countries. An event joins the project of its name that lies in one of its own
countries; only a name that is certain to mean one project (the gazetteer says so) takes events from elsewhere, too.
What fits none is a project of its own, without a place.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from store.connection import Connection, insert_rows
from store.fingerprints import fold

ORIGINS = ("gazetteer", "articles", "site")
"""Whose project goes first among equals."""
NAMES = {"key": "VARCHAR", "project": "INTEGER", "is_own": "BOOLEAN"}
PROJECT = {
    "id": "INTEGER", "name": "VARCHAR", "aliases": "VARCHAR[]", "countries": "VARCHAR[]", "minerals": "VARCHAR[]",
    "operator": "VARCHAR", "latitude": "DOUBLE", "longitude": "DOUBLE", "origin": "VARCHAR", "is_certain": "BOOLEAN",
    "same_as": "INTEGER",
}  # fmt: skip
Wanted = tuple[str, tuple[str, ...]]
"""Name and countries, as an event gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """A project that has the name in question; `is_own`: as its own name, not as another one."""

    id: int
    countries: tuple[str, ...]
    origin: str
    is_certain: bool = False
    is_own: bool = True


def name_key(name: str) -> str:
    """A name without case, accents, script of Serbian and punctuation: `Jadar`, `ЈАДАР` and `jadar` are one."""
    plain = name.lower() if name.isascii() else fold(unicodedata.normalize("NFKC", name))
    return " ".join(re.findall(r"\w+", plain)) or plain.strip()


def choose_project(countries: Sequence[str], namesakes: Sequence[Namesake]) -> int | None:
    """The project that an event of these countries is about, or None for one that is not known yet."""
    here = [one for one in namesakes if lies_in(one, countries)]
    certain = [one for one in namesakes if one.is_certain]
    only = [one for one in namesakes if len(namesakes) == 1 and not (countries and one.countries)]
    chosen = here or certain or only
    return min(chosen, key=_rank).id if chosen else None


def lies_in(one: Namesake, countries: Sequence[str]) -> bool:
    """Whether it is known to lie in one of the countries; where neither has any, that is the same place."""
    if not countries:
        return not one.countries
    return bool(set(one.countries) & set(countries))


def _rank(one: Namesake) -> tuple[bool, int, int]:
    return not one.is_own, ORIGINS.index(one.origin), one.id


def project_ids(connection: Connection, wanted: Collection[Wanted]) -> dict[Wanted, int]:
    """Numbers of the projects that events name; those that are new are added without a place."""
    known = find_namesakes(connection, {name_key(name) for name, _ in wanted})
    numbers: dict[Wanted, int] = {}
    new: list[tuple[int, str, list[str], str]] = []
    placed: list[tuple[int, list[str]]] = []
    fresh = _next_id(connection)
    for name, countries in sorted(set(wanted), key=lambda one: (one[0], not one[1], one[1])):
        key = name_key(name)
        number = choose_project(countries, known[key])
        if number is None:
            number, fresh = fresh, fresh + 1
            new.append((number, name, list(countries), key))
            known[key].append(Namesake(id=number, countries=countries, origin="articles"))
        elif countries and (only := _unplaced(known[key], number)):
            placed.append((number, list(countries)))
            known[key] = [Namesake(id=number, countries=countries, origin=only.origin)]
        numbers[name, countries] = number
    _write(connection, new, placed)
    return numbers


def find_namesakes(connection: Connection, keys: Iterable[str]) -> defaultdict[str, list[Namesake]]:
    """By folded name, all projects that have it."""
    found = connection.execute(
        """
        SELECT key, id, countries, origin, is_certain, is_own
        FROM project_names JOIN projects ON projects.id = project_names.project
        WHERE key IN $keys ORDER BY ALL
        """,
        {"keys": sorted(keys)},
    ).fetchall()
    by_key: defaultdict[str, list[Namesake]] = defaultdict(list)
    for key, number, countries, origin, is_certain, is_own in found:
        by_key[key].append(
            Namesake(id=number, countries=tuple(countries), origin=origin, is_certain=is_certain, is_own=is_own)
        )
    return by_key


def _unplaced(namesakes: Iterable[Namesake], number: int) -> Namesake | None:
    """The project itself, where only articles know it and none has told yet where it lies."""
    return next((one for one in namesakes if one.id == number and not one.countries and one.origin == "articles"), None)


def _next_id(connection: Connection) -> int:
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM projects").fetchone() or (0,)
    return int(last) + 1


def _write(
    connection: Connection, new: Sequence[tuple[int, str, list[str], str]], placed: Sequence[tuple[int, list[str]]]
) -> None:
    insert_rows(
        connection,
        "projects",
        PROJECT,
        [
            (number, name, [], countries, [], None, None, None, "articles", False, None)
            for number, name, countries, _ in new
        ],
    )
    insert_rows(connection, "project_names", NAMES, [(key, number, True) for number, _, _, key in new])
    for number, countries in placed:
        connection.execute(
            "UPDATE projects SET countries = $countries WHERE id = $id", {"id": number, "countries": countries}
        )
