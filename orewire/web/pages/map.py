"""The page of where events lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.place import Place
from orewire.web.charts.maps import REGIONS, map_address, map_of
from orewire.web.charts.pictures import SIDES
from orewire.web.charts.projection import WORLD, Box
from orewire.web.charts.routes import read_part
from orewire.web.charts.tables import places_table
from orewire.web.charts.world import located
from orewire.web.pages.answers import recall_places
from orewire.web.pages.asking import asking, read_asked
from orewire.web.pages.kept import kept
from orewire.web.pages.question import address, canonical
from orewire.web.pages.shell import Desk, render, with_problems

_PATH: Final = "/map"


def add_map_page(app: FastAPI, desk: Desk) -> None:
    """Give the application the page."""

    @app.get(_PATH, include_in_schema=False)
    @kept(desk)
    @with_problems
    def show(request: Request) -> Response:
        filters, box = read_asked(request, *SIDES, "region"), _read_part(request)
        if canonical(request, filters) is not None:
            return RedirectResponse(map_address(filters, box), 303)
        values = desk.memory.recall(("map", filters, box), lambda: _values(desk, filters, box))
        return render(request, "map.html", **values)


def _read_part(request: Request) -> Box:
    """The part of the world that is asked for by name or by its sides."""
    region = request.query_params.get("region")
    if not region:
        return read_part(request)
    if region not in REGIONS:
        raise UsageError(f"region: found {region!r}, expected one of {', '.join(REGIONS)}")
    return REGIONS[region]


def _values(desk: Desk, filters: Filters, box: Box) -> dict[str, Any]:
    places = recall_places(desk, filters)
    shown = _within(places, box)
    return {
        "form": asking(_PATH, filters, *((side, f"{getattr(box, side):g}") for side in SIDES if box != WORLD)),
        "filters": filters,
        "box": box,
        "is_part": box != WORLD,
        "world": map_address(filters, WORLD),
        "regions": [(name, map_address(filters, part), part == box) for name, part in REGIONS.items()],
        "shown": map_of(filters, places, box=box),
        "total": len(shown),
        "table": places_table(shown),
        "events": address("/search", filters),
        "trends": address("/trends", filters),
        "api": address("/api/v1/places", filters),
    }


def _within(places: Sequence[Place], box: Box) -> list[Place]:
    """Places that lie in that part; of all the world also those that lie nowhere that we know."""
    if box == WORLD:
        return list(places)
    return [place for place in located(places) if box.holds(place.longitude or 0.0, place.latitude or 0.0)]
