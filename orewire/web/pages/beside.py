"""What stands beside the lists of a page: the last year of what it is about, and where that lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from orewire.model.event import Event, Filters
from orewire.model.place import Place
from orewire.web.charts.maps import MapShown, box_around, map_of
from orewire.web.charts.pictures import NARROW, PictureRef, picture_of_trend
from orewire.web.charts.projection import WORLD, Box
from orewire.web.charts.tables import Table, trend_table
from orewire.web.pages.answers import newest_day, recall_places, recall_trend
from orewire.web.pages.asking import year_to
from orewire.web.pages.question import address
from orewire.web.pages.shell import Desk

_ROOM: Final = 12.0
"""Degrees that the map shows from south to north at least: a point alone says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """For a template: the trend by family, where it is None there is none to see, and the map."""

    trend: PictureRef | None
    table: Table
    trends: str
    map: MapShown


def beside(desk: Desk, filters: Filters, shown: Sequence[Event], *, around: Sequence[str] = ()) -> Beside:
    """The year that ends with the newest event that matches; the map shows these countries, or those asked for.

    `shown` are the newest events that match, as the page shows them.
    """
    return desk.memory.recall(("beside", filters, tuple(around)), lambda: _make(desk, filters, shown, around))


def _make(desk: Desk, filters: Filters, shown: Sequence[Event], around: Sequence[str]) -> Beside:
    since, until = year_to(newest_day(desk, filters, shown))
    year = replace(filters, since=since, until=until)
    trend, places = recall_trend(desk, year, period="week", by=("family",)), recall_places(desk, year)
    return Beside(
        trend=picture_of_trend(year, trend, width=NARROW),
        table=trend_table(trend, address("/api/v1/trends.csv", year, period="week", by="family")),
        trends=address("/trends", year, period="week", by="family"),
        map=map_of(year, places, box=_part(filters.country or around, places), width=NARROW),
    )


def _part(countries: Sequence[str], places: Sequence[Place]) -> Box:
    """Around what lies in these countries, else the world."""
    if not countries:
        return WORLD
    codes = {code.upper() for code in countries}
    return box_around((place for place in places if place.country in codes), least=_ROOM)
