"""How many of the events that match have each country, mineral, type and so on: counted in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from orewire.model.codes import FAMILY_OF_TYPE
from orewire.model.errors import UnknownValue
from orewire.model.event import Filters
from orewire.model.facet import FACETS, Facet, FacetValue
from store.connection import Connection
from store.dimensions import find_dimension
from store.filters import matching


def count_facets(
    connection: Connection, filters: Filters, *, by: Sequence[str] = FACETS, limit: int = 20
) -> tuple[Facet, ...]:
    """A Facet for each dimension asked for, in that order; see `Facet`. UsageError for one that is none of FACETS."""
    for name in by:
        if name not in FACETS:
            raise UnknownValue("by", name, FACETS)
    names = tuple(dict.fromkeys(by)) or FACETS
    numbers = _count_numbers(connection, filters, tuple(dict.fromkeys(_RAW.get(name, name) for name in names)))
    return tuple(_facet(connection, name, numbers[_RAW.get(name, name)], limit) for name in names)


_RAW = {"family": "type"}
"""What a dimension is counted by, where that is another one."""
_AS_TEXT = ("type", "status")
"""Counted as they are: to make numbers of them takes longer than to group by text."""


def _count_numbers(connection: Connection, filters: Filters, names: Sequence[str]) -> dict[str, list[tuple[Any, int]]]:
    """(number or text, events) for each dimension; the numbers stand for keys, as `Dimension` says."""
    events, values = matching(filters)
    columns = ", ".join(f"{name if name in _AS_TEXT else find_dimension(name).raw} AS {name}" for name in names)
    grouped = ", ".join(f"({name})" for name in names)
    found = connection.execute(
        f"""
        SELECT grouping({", ".join(names)}), {", ".join(names)}, count(*)
        FROM (SELECT {columns} FROM {events}) GROUP BY GROUPING SETS ({grouped})
        """,  # noqa: S608 - parameters only
        values,
    ).fetchall()
    numbers: dict[str, list[tuple[Any, int]]] = {name: [] for name in names}
    place_of = {(1 << len(names)) - 1 - (1 << (len(names) - 1 - place)): place for place in range(len(names))}
    for group, *row, events_of in found:
        place = place_of[group]
        numbers[names[place]].append((row[place], events_of))
    return numbers


def _facet(connection: Connection, name: str, numbers: Sequence[tuple[Any, int]], limit: int) -> Facet:
    counts: Counter[str] = Counter()
    keys = _keys(connection, name, [number for number, _ in numbers])
    for number, events in numbers:
        for key in keys.get(number, ()):
            counts[key] += events
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    values = tuple(FacetValue(value=key, events=events) for key, events in ordered[:limit])
    return Facet(name=name, values=values, more=len(ordered) - len(values))


def _keys(connection: Connection, name: str, found: Sequence[Any]) -> Mapping[Any, Sequence[str]]:
    if name == "family":
        return {kind: (FAMILY_OF_TYPE[kind],) for kind in found}
    return {text: (text,) for text in found} if name in _AS_TEXT else find_dimension(name).keys(connection, found)
