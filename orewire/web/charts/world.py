"""A map of where events lie: outlines, and spots as large as their number, coloured by who is for and against."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from orewire.digest.pictures import read_world
from orewire.model.place import Place
from orewire.web.charts.draw import Drawing
from orewire.web.charts.groups import Group, Spot, group_spots
from orewire.web.charts.ink import AGAINST, FOR, LAND, MIXED, PLAIN, SHORE, spec
from orewire.web.charts.projection import Box, View, view_of
from orewire.web.charts.tables import place_name
from orewire.web.charts.words import figures

_FLAT: Final = 0.5
"""Height of the map as a part of its width: that of the world."""
APART: Final = 26
"""Pixels between spots: as much as a finger needs."""
_SMALLEST, _LARGEST = 3.5, 15.0
"""Radius of a spot, at a width of 720."""
_FULL: Final = 8
"""Events of the largest spot, where no place has more."""
_LEANING: Final = 0.2
"""Of the balance, from which on a spot has the colour of a side."""
COLORS: Final = {"for": FOR, "against": AGAINST, "mixed": MIXED, "plain": PLAIN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A group as it is drawn: where, how large, and who speaks there (one of COLORS)."""

    group: Group
    x: float
    y: float
    radius: float
    tone: str


def map_view(box: Box, width: int) -> View:
    """The view of a part of the world at that width."""
    return view_of(box, width, round(width * _FLAT))


def map_marks(places: Iterable[Place], view: View) -> list[Mark]:
    """What is drawn on the map, the busiest first."""
    groups = group_spots(_spots(places, view), APART)
    most = max((group.events for group in groups), default=0)
    return [_mark(group, max(most, _FULL), view.width / 720) for group in groups]


def located(places: Iterable[Place]) -> Iterator[Place]:
    """Those that lie somewhere: countries for which the store has no point are given ours."""
    points = read_world()["points"]
    for place in places:
        if place.latitude is not None:
            yield place
        elif place.country in points:
            latitude, longitude = points[place.country]
            yield replace(place, latitude=latitude, longitude=longitude)


def _spots(places: Iterable[Place], view: View) -> Iterator[Spot]:
    for place in located(places):
        x, y = view.place(place.longitude or 0.0, place.latitude or 0.0)
        if view.shows(x, y):
            yield Spot(x=x, y=y, place=place)


def _mark(group: Group, most: int, zoom: float) -> Mark:
    radius = _SMALLEST + (_LARGEST * math.sqrt(zoom) - _SMALLEST) * math.sqrt(group.events / most)
    return Mark(group=group, x=round(group.x, 1), y=round(group.y, 1), radius=round(radius, 1), tone=_tone(group))


def _tone(group: Group) -> str:
    spoke = group.supporters + group.opponents
    if not spoke:
        return "plain"
    balance = (group.supporters - group.opponents) / spoke
    return "mixed" if abs(balance) < _LEANING else "for" if balance > 0 else "against"


def draw_world(view: View) -> Drawing:
    """Outlines alone, for what is laid over them."""
    return Drawing(spec=_map(view, []), title="The outlines of the countries")


def draw_map(marks: Sequence[Mark], view: View) -> Drawing:
    """Outlines and spots, the largest beneath."""
    values = [{"x": one.x, "y": one.y, "size": math.pi * one.radius**2, "color": COLORS[one.tone]} for one in marks]
    encoding: dict[str, Any] = {
        name: {"field": name, "type": "quantitative", "scale": None, "axis": None} for name in ("x", "y")
    }
    encoding["size"] = {"field": "size", "type": "quantitative", "scale": None, "legend": None}
    encoding["color"] = {"field": "color", "type": "nominal", "scale": None, "legend": None}
    circle = {"type": "circle", "opacity": 0.8, "stroke": SHORE, "strokeWidth": 1}
    return Drawing(
        spec=_map(view, [{"data": {"values": values}, "mark": circle, "encoding": encoding}]), title=map_title(marks)
    )


def map_title(marks: Sequence[Mark]) -> str:
    """Its figures in words."""
    return figures("Where the events lie", [(_name(one.group), one.group.events) for one in marks])


def _name(group: Group) -> str:
    """The busiest place, and how many more there are."""
    name, more = place_name(group.spots[0].place), len(group.spots) - 1
    return f"{name} and {more} more" if more else name


def _map(view: View, above: list[dict[str, Any]]) -> dict[str, Any]:
    outlines = {"values": read_world()["outlines"], "format": {"type": "topojson", "feature": "countries"}}
    land = {
        "data": outlines,
        "mark": {"type": "geoshape", "fill": LAND, "stroke": SHORE, "strokeWidth": 0.7},
        "projection": {
            "type": "naturalEarth1",
            "scale": view.scale,
            "translate": [view.left, view.top],
            "clipExtent": [[-4, -4], [view.width + 4, view.height + 4]],
        },
    }
    return spec(view.width, view.height, (0, 0, 0, 0), [land, *above])
