"""What events can be counted by: they are grouped by small numbers first, and the few groups are then given keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orewire.model.codes import EVENT_TYPES, FAMILY_OF_TYPE, STATUSES
from orewire.model.errors import UnknownValue, UsageError
from orewire.model.ports import DIMENSIONS
from orewire.model.trend import Key
from store.connection import Connection, look_up

Numbers = NDArray[np.int64]
Keys = Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """`raw` is a number of each event, in SQL; `keys` finds what such numbers stand for: none, one or several keys.

    `table` joins what the number is read from, of events that meet `{condition}`; it may give an event several rows.
    """

    raw: str
    keys: Callable[[Connection, Sequence[int]], Keys]
    table: str = ""


def check_dimensions(by: str | Sequence[str], most: int = 2) -> tuple[str, ...]:
    """The dimensions asked for; UsageError for an unknown one, one that is named twice, or too many."""
    names = (by,) if isinstance(by, str) else tuple(by) or ("all",)
    for name in names:
        if name not in DIMENSIONS:
            raise UnknownValue("by", name, DIMENSIONS)
    if len(set(names)) < len(names) or len(names) > most:
        expected = "two different dimensions at most" if most == 2 else "one dimension"
        raise UsageError(f"by: found {', '.join(names)}, expected {expected}")
    return names


def _fixed(keys: Keys) -> Callable[[Connection, Sequence[int]], Keys]:
    return lambda connection, raws: keys


def _number_of(column: str, words: Sequence[str]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"list_position([{listed}], {column})"


def _members(table: str) -> Callable[[Connection, Sequence[int]], Keys]:
    def find(connection: Connection, raws: Sequence[int]) -> Keys:
        return look_up(connection, table, "members", raws)

    return find


def _project_names(connection: Connection, raws: Sequence[int]) -> Keys:
    return {-1: ("-",)} | {number: (name,) for number, name in look_up(connection, "projects", "name", raws).items()}


def _outlets(connection: Connection, raws: Sequence[int]) -> Keys:
    found = connection.execute("SELECT hash(source), source FROM (SELECT DISTINCT source FROM mentions)").fetchall()
    return {number: (source,) for number, source in found}


_TYPE = _number_of("type", EVENT_TYPES)
_DIMENSIONS = {
    "all": Dimension(raw="0", keys=_fixed({0: ("all",)})),
    "type": Dimension(raw=_TYPE, keys=_fixed({number: (one,) for number, one in enumerate(EVENT_TYPES, 1)})),
    "family": Dimension(
        raw=_TYPE, keys=_fixed({number: (FAMILY_OF_TYPE[one],) for number, one in enumerate(EVENT_TYPES, 1)})
    ),
    "country": Dimension(raw="country_set", keys=_members("country_sets")),
    "mineral": Dimension(raw="mineral_set", keys=_members("mineral_sets")),
    "status": Dimension(
        raw=_number_of("status", STATUSES), keys=_fixed({number: (one,) for number, one in enumerate(STATUSES, 1)})
    ),
    "project": Dimension(raw="coalesce(project, -1)", keys=_project_names),
    "stance": Dimension(
        raw="(supporters > 0)::INTEGER + 2 * (opponents > 0)::INTEGER",
        keys=_fixed({0: ("-",), 1: ("support",), 2: ("oppose",), 3: ("support", "oppose")}),
    ),
    "source": Dimension(
        raw="outlet",
        keys=_outlets,
        table="""
        JOIN (
            SELECT DISTINCT event, hash(source) AS outlet
            FROM mentions WHERE event IN (SELECT id FROM events WHERE {condition})
        ) ON event = events.id
        """,
    ),
}


def find_dimension(name: str) -> Dimension:
    """The dimension of that name, one of DIMENSIONS."""
    return _DIMENSIONS[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is counted: `columns` group the events beside their keys, `measures` are sums over a group, all in SQL."""

    condition: str
    values: Mapping[str, object]
    columns: Mapping[str, str]
    measures: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Each row is one key (its place in `keys`) in one group of the columns; an event of several keys is in several.

    `whole` are the groups before they were given their keys: there each event is once.
    """

    keys: list[Key]
    key: Numbers
    columns: Mapping[str, Any]
    whole: Mapping[str, Any]


def cells_by_place(cells: Cells, measure: str, places: range) -> Numbers:
    """Sums of a measure: a line for each key, a column for each place; what lies elsewhere is left out."""
    place = cells.columns["place"] - places.start
    inside = (place >= 0) & (place < len(places))
    spot = cells.key[inside] * len(places) + place[inside]
    sums = np.bincount(spot, cells.columns[measure][inside], minlength=len(cells.keys) * len(places))
    return sums.astype(np.int64).reshape(len(cells.keys), len(places))


def count_cells(connection: Connection, by: Sequence[str], question: Question) -> Cells:
    """Count events by one or two dimensions and by the question's columns."""
    dimensions = [_DIMENSIONS[name] for name in by]
    grouped = _group(connection, dimensions, question)
    numbers, kind = _distinct(grouped["raw_0"])
    lists = _keys_of(connection, dimensions[0], numbers)
    if len(dimensions) == 2:
        numbers, second = _distinct(grouped["raw_1"])
        kinds, kind = _distinct(kind * len(numbers) + second)
        lists = _pairs(lists, _keys_of(connection, dimensions[1], numbers), *np.divmod(kinds, len(numbers)))
    rows, spots = _expand(kind, lists.lengths)
    doubled = any(dimension.table for dimension in dimensions)
    return Cells(
        keys=lists.keys,
        key=lists.flat[spots],
        columns={name: grouped[name][rows] for name in (*question.columns, *question.measures)},
        whole=_group(connection, (), question) if doubled else grouped,
    )


def _group(connection: Connection, dimensions: Sequence[Dimension], question: Question) -> dict[str, Any]:
    """One row for each group of equal numbers, as an array for each column."""
    groups = {f"raw_{place}": dimension.raw for place, dimension in enumerate(dimensions)} | dict(question.columns)
    named = ", ".join(f"{sql} AS {name}" for name, sql in {**groups, **question.measures}.items())
    tables = " ".join(dimension.table.format(condition=question.condition) for dimension in dimensions)
    return connection.execute(
        f"SELECT {named} FROM events {tables} WHERE {question.condition} GROUP BY ALL",  # noqa: S608 - our own words
        question.values,
    ).fetchnumpy()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLists:
    """Lists of keys, one after the other: how long each is, and the place among `keys` of each member."""

    keys: list[Key]
    flat: Numbers
    lengths: Numbers


def _keys_of(connection: Connection, dimension: Dimension, numbers: Any) -> KeyLists:
    """What each number stands for."""
    listed = numbers.tolist()
    found = dimension.keys(connection, listed)
    lists = [found.get(number, ()) for number in listed]
    labels = list(dict.fromkeys(chain.from_iterable(lists)))
    place_of = {label: place for place, label in enumerate(labels)}
    return KeyLists(
        keys=[(label, None) for label in labels],
        flat=np.array([place_of[label] for label in chain.from_iterable(lists)], dtype=np.int64),
        lengths=np.array([len(one) for one in lists], dtype=np.int64),
    )


def _pairs(first: KeyLists, second: KeyLists, one: Numbers, two: Numbers) -> KeyLists:
    """For each pair of a list of the first and a list of the second, all pairs of their keys."""
    rows, spots = _expand(one, first.lengths)
    rows2, spots2 = _expand(two[rows], second.lengths)
    width = len(second.keys)
    found, flat = _distinct(first.flat[spots[rows2]] * width + second.flat[spots2])
    return KeyLists(
        keys=[(first.keys[pair // width][0], second.keys[pair % width][0]) for pair in found.tolist()],
        flat=flat,
        lengths=np.bincount(rows[rows2], minlength=len(one)),
    )


def _expand(chosen: Numbers, lengths: Numbers) -> tuple[Numbers, Numbers]:
    """Of lists that lie one after the other, the members of the chosen ones: which choice, and where each lies."""
    starts = np.cumsum(lengths) - lengths
    times = lengths[chosen]
    rows = np.repeat(np.arange(len(chosen)), times)
    return rows, np.arange(len(rows)) + np.repeat(starts[chosen] - np.cumsum(times) + times, times)


def _distinct(numbers: Any) -> tuple[Any, Numbers]:
    """The distinct numbers, ascending, and the place of each among them: without sorting where they are small."""
    lowest = numbers.min() if len(numbers) else 0
    width = int(numbers.max()) - int(lowest) + 1 if len(numbers) else 0
    if width > 16 * len(numbers):
        return np.unique(numbers, return_inverse=True)
    present = np.zeros(width, dtype=bool)
    present[numbers - lowest] = True
    return np.flatnonzero(present) + lowest, (np.cumsum(present) - 1)[numbers - lowest]
