"""How many of the events that match have each country, mineral, type and so on: counted in one pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.facet import FACETS, Facet, FacetValue
from store.connection import Connection
from store.dimensions import find_dimension
from store.filters import where_clause


def count_facets(
    connection: Connection, filters: Filters, *, by: Sequence[str] = FACETS, limit: int = 20
) -> tuple[Facet, ...]:
    """A Facet for each dimension asked for, in that order; see `Facet`. UsageError for one that is none of FACETS."""
    for name in by:
        if name not in FACETS:
            raise UsageError(f"by: found {name!r}, expected one of {', '.join(FACETS)}")
    names = tuple(dict.fromkeys(by)) or FACETS
    numbers = _count_numbers(connection, filters, names)
    return tuple(_facet(connection, name, numbers[name], limit) for name in names)


def _count_numbers(connection: Connection, filters: Filters, names: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
    """(number, events) for each dimension; the numbers stand for keys, as `Dimension` says."""
    condition, values = where_clause(filters)
    matching = ", ".join(f"{find_dimension(name).raw} AS {name}" for name in names)
    counted = " UNION ALL ".join(
        f"SELECT '{name}' AS facet, {name} AS number, count(*) AS events FROM matching GROUP BY ALL"  # noqa: S608
        for name in names
    )
    found = connection.execute(
        f"WITH matching AS MATERIALIZED (SELECT {matching} FROM events WHERE {condition}) {counted}",  # noqa: S608
        values,
    ).fetchall()
    numbers: dict[str, list[tuple[int, int]]] = {name: [] for name in names}
    for name, number, events in found:
        numbers[name].append((number, events))
    return numbers


def _facet(connection: Connection, name: str, numbers: Sequence[tuple[int, int]], limit: int) -> Facet:
    keys = find_dimension(name).keys(connection, [number for number, _ in numbers])
    counts: defaultdict[str, int] = defaultdict(int)
    for number, events in numbers:
        for key in keys.get(number, ()):
            counts[key] += events
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    values = tuple(FacetValue(value=key, events=events) for key, events in ordered[:limit])
    return Facet(name=name, values=values, more=len(ordered) - len(values))
