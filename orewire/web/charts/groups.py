"""Spots that would lie on each other are shown as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from orewire.model.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place on the picture."""

    x: float
    y: float
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Spots that are shown as one, where the busiest of them lies; that one comes first."""

    x: float
    y: float
    spots: tuple[Spot, ...]

    @property
    def events(self) -> int:
        """Of all its places; an event of several countries counts in each."""
        return sum(spot.place.events for spot in self.spots)

    @property
    def supporters(self) -> int:
        """Of all its places."""
        return sum(spot.place.supporters for spot in self.spots)

    @property
    def opponents(self) -> int:
        """Of all its places."""
        return sum(spot.place.opponents for spot in self.spots)


def group_spots(spots: Iterable[Spot], apart: float) -> list[Group]:
    """Each spot joins the nearest busier one that is nearer than `apart`, or begins a group of its own.

    No two groups are nearer to each other than `apart`, which must be more than nothing. The busiest group comes first.
    """
    cells: defaultdict[tuple[int, int], list[list[Spot]]] = defaultdict(list)
    found: list[list[Spot]] = []
    for spot in sorted(spots, key=lambda one: (-one.place.events, one.place.name, one.x, one.y)):
        at = (int(spot.x // apart), int(spot.y // apart))
        near = [group for group in _around(cells, at) if _square(group[0], spot) < apart * apart]
        if near:
            min(near, key=lambda group: _square(group[0], spot)).append(spot)
        else:
            found.append([spot])
            cells[at].append(found[-1])
    return sorted(map(_group, found), key=lambda group: -group.events)


def _around(cells: defaultdict[tuple[int, int], list[list[Spot]]], at: tuple[int, int]) -> Iterator[list[Spot]]:
    """Groups of this cell and the eight beside it: whatever is near enough lies in one of them."""
    for column in range(at[0] - 1, at[0] + 2):
        for row in range(at[1] - 1, at[1] + 2):
            yield from cells.get((column, row), ())


def _square(one: Spot, other: Spot) -> float:
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2


def _group(spots: Sequence[Spot]) -> Group:
    return Group(x=spots[0].x, y=spots[0].y, spots=tuple(spots))
