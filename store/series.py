"""Counts of keys over a window of time, of all events or of those that a panel tells of: movers are found in these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from orewire.model.event import Filters
from orewire.model.ports import PAIRS
from orewire.model.trend import Key
from store.connection import Connection
from store.coverage import told_by
from store.dimensions import Numbers, Question, cells_by_place, count_cells
from store.filters import where_clause
from store.periods import place_sql, start_at
from store.rises import BASELINES, FEWEST_PERIODS, MINIMUM, Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The period that is tested (its place), and how far `back` those lie in which something was read."""

    filters: Filters
    by: tuple[str, ...]
    period: str
    place: int
    was_read: bool = False
    back: Numbers = field(default_factory=lambda: np.array([], dtype=np.int64))

    @property
    def baseline(self) -> Baseline:
        """What the period is compared with."""
        return BASELINES[self.period]

    @property
    def places(self) -> range:
        """From the farthest period that is compared to the one that is tested."""
        return range(max(self.place - self.baseline.longest, 0), self.place + 1)

    @property
    def days(self) -> tuple[date, date]:
        """The first day, and the day after the last."""
        return start_at(self.places.start, self.period), start_at(self.places.stop, self.period)

    @property
    def can_be_tested(self) -> bool:
        """Whether it was read, and enough before it."""
        return self.was_read and len(self.back) >= FEWEST_PERIODS

    def compared_with(self, read: Mapping[int, int]) -> Window:
        """The same, knowing how many articles were read of each place."""
        back = [self.place - place for place in self.places[:-1] if read.get(place)]
        return replace(self, was_read=bool(read.get(self.place)), back=np.array(back, dtype=np.int64))

    def question(self, first: int, conditions: Sequence[str] = (), **values: object) -> tuple[str, dict[str, object]]:
        """The condition on events from a place on to the end of the tested period, and its values."""
        condition, own = where_clause(replace(self.filters, since=None, until=None))
        days = {"window_first": start_at(first, self.period), "window_last": start_at(self.place + 1, self.period)}
        dated = "date >= $window_first AND date < $window_last"
        return " AND ".join([dated, condition, *conditions]), {**own, **days, **values}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Counts of keys (rows) over the places of a window (columns); `tested` counts the keys that were left out, too."""

    keys: Sequence[Key]
    counts: Numbers
    tested: int

    @property
    def last(self) -> Numbers:
        """The counts of the tested period."""
        return self.counts[:, -1]

    def past(self, window: Window) -> Numbers:
        """The counts of the periods before that were read, in the order of `window.back`."""
        return self.counts[:, -1 - window.back]

    def only(self, places: Sequence[int]) -> Series:
        """Some of them."""
        return Series(keys=[self.keys[place] for place in places], counts=self.counts[places], tested=self.tested)


def find_series(connection: Connection, window: Window) -> Series:
    """The series whose last count reaches the minimum."""
    if (
        window.period == "week"
        and sorted(window.by) == sorted(PAIRS)
        and window.filters == Filters(until=window.filters.until)
    ):
        return _pairs(connection, window)
    condition, values = window.question(window.places.start)
    series = _count_by_place(connection, window, condition, values)
    return series.only(np.flatnonzero(series.last >= MINIMUM).tolist())


def _count_by_place(connection: Connection, window: Window, condition: str, values: dict[str, object]) -> Series:
    question = Question(
        condition=condition,
        values=values,
        columns={"place": place_sql(window.period)},
        measures={"number": "count(*)"},
    )
    cells = count_cells(connection, window.by, question)
    return Series(keys=cells.keys, counts=cells_by_place(cells, "number", window.places), tested=len(cells.keys))


def _pairs(connection: Connection, window: Window) -> Series:
    """All pairs of country and mineral by week, from the counts that are kept of them."""
    first, second = window.by
    span = {"first": start_at(window.places.start, "week"), "last": start_at(window.place, "week")}
    latest = f"""
        SELECT {first} AS key, {second} AS key2, row_number() OVER (ORDER BY {first}, {second}) - 1 AS number
        FROM weekly_counts WHERE week = $last AND events >= $minimum
    """  # noqa: S608 - our own names
    found = connection.execute(
        f"""
        WITH latest AS MATERIALIZED ({latest})
        SELECT number, ($last - week) // 7 AS back, events
        FROM weekly_counts JOIN latest ON {first} = key AND {second} = key2
        WHERE week >= $first AND week <= $last
        """,  # noqa: S608 - our own names
        {**span, "minimum": MINIMUM},
    ).fetchnumpy()
    named = connection.execute(
        f"SELECT key, key2 FROM ({latest}) ORDER BY number",  # noqa: S608 - our own names
        {"last": span["last"], "minimum": MINIMUM},
    ).fetchall()
    (tested,) = connection.execute(
        """
        SELECT count(*) FROM (
            SELECT DISTINCT country, mineral FROM weekly_counts WHERE week >= $first AND week <= $last)
        """,
        span,
    ).fetchone() or (0,)
    counts = np.zeros((len(named), len(window.places)), dtype=np.int64)
    counts[found["number"], len(window.places) - 1 - found["back"]] = found["events"]
    return Series(keys=named, counts=counts, tested=tested)


def told_series(connection: Connection, window: Window, keys: Sequence[Key], panel: Sequence[str]) -> Series:
    """The same series over the events that the panel tells of, in the order of these keys."""
    narrow, wanted = narrowed(window.by, keys)
    condition, values = told_by(panel, *window.question(window.places.start, narrow, **wanted))
    series = _count_by_place(connection, window, condition, values)
    place_of_key = {key: place for place, key in enumerate(series.keys)}
    counts = np.zeros((len(keys), len(window.places)), dtype=np.int64)
    for row, key in enumerate(keys):
        if key in place_of_key:
            counts[row] = series.counts[place_of_key[key]]
    return Series(keys=keys, counts=counts, tested=len(keys))


_PAIRED = """
    (country_set, mineral_set) IN (
        SELECT country_sets.id, mineral_sets.id
        FROM (SELECT unnest($wanted_country) AS country, unnest($wanted_mineral) AS mineral), country_sets, mineral_sets
        WHERE list_contains(country_sets.members, country) AND list_contains(mineral_sets.members, mineral))
"""
_SINGLE = "{name}_set IN (SELECT id FROM {name}_sets WHERE list_has_any(members, $wanted_{name}))"


def narrowed(by: Sequence[str], keys: Sequence[Key]) -> tuple[list[str], dict[str, object]]:
    """Conditions that leave out most events of other countries and minerals: a matter of speed only."""
    wanted: dict[str, object] = {
        f"wanted_{name}": [key[place] for key in keys] for place, name in enumerate(by) if name in PAIRS
    }
    if len(wanted) == 2:
        return [_PAIRED], wanted
    return [_SINGLE.format(name=name) for name in by if name in PAIRS], wanted
