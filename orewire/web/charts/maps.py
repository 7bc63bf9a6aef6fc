"""A map for a page: outlines that are loaded, and over them a link for each spot, which works without a script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from orewire.model.event import Filters
from orewire.model.place import Place
from orewire.web.charts.draw import can_draw
from orewire.web.charts.pictures import USUAL, box_query, world_address
from orewire.web.charts.projection import LEAST, WORLD, Box
from orewire.web.charts.tables import place_address, place_name
from orewire.web.charts.words import number
from orewire.web.charts.world import Mark, located, map_marks, map_title, map_view
from orewire.web.pages.question import address

REGIONS: Final = {
    "africa": Box(west=-20, south=-36, east=54, north=38),
    "asia": Box(west=40, south=-12, east=150, north=56),
    "europe": Box(west=-12, south=34, east=42, north=71),
    "north-america": Box(west=-168, south=14, east=-52, north=72),
    "oceania": Box(west=110, south=-48, east=180, north=2),
    "south-america": Box(west=-84, south=-56, east=-33, north=14),
}
_MARGIN: Final = 0.2
"""Of what is shown, on each side of the places that it is shown for."""
_CLOSEST: Final = 2 * LEAST


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSpot:
    """A spot that leads somewhere; `reach` is how far around it a finger is taken for it."""

    href: str
    name: str
    x: float
    y: float
    radius: float
    reach: float
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapShown:
    """A map for a template. `outlines` is None where nothing can draw them; `whole` leads to the map of its own."""

    width: int
    height: int
    outlines: str | None
    spots: tuple[MapSpot, ...]
    alt: str
    whole: str


def map_of(filters: Filters, places: Sequence[Place], *, box: Box = WORLD, width: int = USUAL) -> MapShown:
    """The map of places that answer a question."""
    view = map_view(box, width)
    marks = map_marks(places, view)
    return MapShown(
        width=view.width,
        height=view.height,
        outlines=world_address(box, view) if can_draw() else None,
        spots=tuple(_spot(one, filters, box) for one in marks),
        alt=map_title(marks),
        whole=map_address(filters, box),
    )


def map_address(filters: Filters, box: Box) -> str:
    """The map of a question, zoomed to a part of the world."""
    return address("/map", filters, **dict(box_query(box)))


def box_around(places: Iterable[Place], *, least: float = _CLOSEST) -> Box:
    """The part of the world that holds these places with room around, at least so many degrees high; else all."""
    points = [(place.longitude or 0.0, place.latitude or 0.0) for place in located(places)]
    if not points:
        return WORLD
    longitudes, latitudes = zip(*points, strict=True)
    west, east = _sides(min(longitudes), max(longitudes), 180, 2 * least)
    south, north = _sides(min(latitudes), max(latitudes), 90, least)
    return Box(west=west, south=south, east=east, north=north)


def _sides(low: float, high: float, most: float, least: float) -> tuple[float, float]:
    """The ends of a span with room around, `least` wide, within what there is; to tenths, as addresses have them."""
    room = max(_MARGIN * (high - low), (least - (high - low)) / 2, _MARGIN)
    return max(round(low - room, 1), -most), min(round(high + room, 1), most)


def _spot(mark: Mark, filters: Filters, box: Box) -> MapSpot:
    return MapSpot(
        href=_href(mark, filters, box),
        name=_name(mark),
        x=mark.x,
        y=mark.y,
        radius=mark.radius,
        reach=max(mark.radius, 12.0),
        tone=mark.tone,
    )


def _href(mark: Mark, filters: Filters, box: Box) -> str:
    """A place leads to its page; a group to a nearer look, or to the table where there is none."""
    places = [spot.place for spot in mark.group.spots]
    if len(places) == 1:
        return place_address(places[0])
    nearer = box_around(places)
    is_nearer = nearer.east - nearer.west < 0.9 * (box.east - box.west)
    return map_address(filters, nearer) if is_nearer else "#places"


def _name(mark: Mark) -> str:
    group = mark.group
    first, more = place_name(group.spots[0].place), len(group.spots) - 1
    names = f"{first} and {more} more places" if more > 1 else f"{first} and one more place" if more else first
    events = "1 event" if group.events == 1 else f"{number(group.events)} events"
    sides = ((group.supporters, "for"), (group.opponents, "against"))
    spoken = "".join(f", {number(count)} {side}" for count, side in sides if count)
    return f"{names}: {events}{spoken}"
