"""What a picture shows, as a table: for those who read figures, and where there is no picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from orewire.digest.plain import clean_name
from orewire.model.place import Place
from orewire.model.trend import Balance, BalanceRow, Trend
from orewire.web.charts.rows import MOST_ROWS
from orewire.web.charts.words import key_name, number, pair_name
from orewire.web.pages.names import value_name

SHOWN: Final = 50
"""Rows of a table behind a picture; the rest is a link away."""

Cell = tuple[str, str | None]
"""What is shown, and where it leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Headings and rows; the first column names its row, from `numbers` on they count. `more` rows are left out."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: int = 0
    csv: str | None = None
    numbers: int = 1

    @classmethod
    def of(
        cls, headings: Iterable[str], rows: Sequence[Sequence[Cell]], csv: str | None = None, *, numbers: int = 1
    ) -> Table:
        """The first of these rows."""
        shown = tuple(map(tuple, rows[:SHOWN]))
        return cls(headings=tuple(headings), rows=shown, more=len(rows) - len(shown), csv=csv, numbers=numbers)


def trend_table(trend: Trend, csv: str | None = None) -> Table:
    """Periods, the newest first, with the counts of the busiest keys."""
    names = [pair_name(trend.by, key) for key in trend.keys[:MOST_ROWS]]
    rows = [
        [(period.start.isoformat(), None), *(_plain(line[place]) for line in trend.counts[:MOST_ROWS])]
        for place, period in enumerate(trend.periods)
    ]
    return Table.of([f"{trend.period} from", *names], rows[::-1], csv)


def balance_table(balance: Balance, csv: str | None = None) -> Table:
    """Periods, the newest first, with events for and against of the most told of."""
    keys = [total.key for total in balance.totals[: MOST_ROWS // 2]]
    names = [key_name(balance.by, key) for key in keys]
    found: defaultdict[str, dict[str, BalanceRow]] = defaultdict(dict)
    for row in balance.rows:
        found[row.period.isoformat() if row.period else ""][row.key] = row
    rows = [
        [(day, None), *(_plain(number) for key in keys for number in (told[key].support, told[key].oppose))]
        for day, told in found.items()
    ]
    sides = [f"{name}, {side}" for name in names for side in ("for", "against")]
    return Table.of([f"{balance.period} from", *sides], rows[::-1], csv)


def places_table(places: Sequence[Place], csv: str | None = None) -> Table:
    """Places, those of the most events first."""
    headings = ("Place", "Country", "Events", "For", "Against", "Newest")
    return Table.of(headings, [_place_row(place) for place in places], csv, numbers=2)


def _place_row(place: Place) -> list[Cell]:
    country = (value_name("country", place.country), f"/countries/{place.country}") if place.country else ("–", None)
    figures = (_plain(count) for count in (place.events, place.supporters, place.opponents))
    return [(place_name(place), place_address(place)), country, *figures, (str(place.newest or "–"), None)]


def place_name(place: Place) -> str:
    """A project by its name, a country in the reader's words."""
    return clean_name(place.name) if place.project or not place.country else value_name("country", place.country)


def place_address(place: Place) -> str:
    """The page of a place."""
    return f"/projects/{place.project}" if place.project is not None else f"/countries/{place.country}"


def _plain(count: int | None) -> Cell:
    return ("not read" if count is None else number(count), None)
