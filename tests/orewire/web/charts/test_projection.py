"""Links lie where the outlines are drawn."""

from __future__ import annotations

import gzip
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.errors import UsageError
from orewire.web.charts.draw import draw_svg
from orewire.web.charts.ink import spec
from orewire.web.charts.projection import WORLD, Box, project, read_box, view_of

longitudes, latitudes = st.floats(-180, 180), st.floats(-90, 90)


@given(longitudes, latitudes)
def test_projection_stays_in_its_bounds(longitude: float, latitude: float) -> None:
    """Nothing of the earth lies outside, and west is left of east."""
    x, y = project(longitude, latitude)
    assert abs(x) <= 0.8707 * math.pi + 1e-9
    assert abs(y) <= project(0, 90)[1] + 1e-9
    assert math.copysign(1, x) == math.copysign(1, longitude) or not x
    assert (x, -y) == pytest.approx(project(longitude, -latitude))


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    west, south = draw(st.floats(-180, 179)), draw(st.floats(-90, 89))
    return Box(west=west, south=south, east=draw(st.floats(west + 0.5, 180)), north=draw(st.floats(south + 0.5, 90)))


@given(boxes(), st.sampled_from((360, 720, 1080)), st.floats(0, 1), st.floats(0, 1))
def test_a_view_shows_its_box(box: Box, width: int, along: float, up: float) -> None:
    """All of it, to the pixel."""
    view = view_of(box, width, width // 2)
    x, y = view.place(box.west + along * (box.east - box.west), box.south + up * (box.north - box.south))
    assert -1 <= x <= view.width + 1
    assert -1 <= y <= view.height + 1


@pytest.mark.parametrize("box", [WORLD, Box(west=10, south=35, east=30, north=50)])
def test_it_agrees_with_what_is_drawn(box: Box) -> None:
    """To a fifth of a pixel, by drawn points of known places."""
    view, known = view_of(box, 720, 360), [(19.3, 44.5), (12.0, 40.0), (28.5, 48.25)]
    values = [{"lon": longitude, "lat": latitude} for longitude, latitude in known]
    place = {
        "longitude": {"field": "lon", "type": "quantitative"},
        "latitude": {"field": "lat", "type": "quantitative"},
    }
    layer = {
        "data": {"values": values},
        "mark": {"type": "circle", "size": 4},
        "projection": {"type": "naturalEarth1", "scale": view.scale, "translate": [view.left, view.top]},
        "encoding": place,
    }
    drawn = gzip.decompress(draw_svg(spec(720, 360, (0, 0, 0, 0), [layer]), "x")).decode()
    found = re.findall(r'transform="translate\((-?[\d.]+),(-?[\d.]+)\)" d="M1', drawn)
    for (x, y), (longitude, latitude) in zip(found, known, strict=True):
        assert (float(x), float(y)) == pytest.approx(view.place(longitude, latitude), abs=0.2)


@pytest.mark.parametrize(
    ("sides", "told"),
    [
        ((-181, 0, 10, 10), "west: found -181"),
        ((0, 0, float("nan"), 10), "east: found nan"),
        ((0, 0, 10, 91), "north: found 91"),
        ((10, 0, 10, 10), "east: found 10, expected at least 0.5 more"),
        ((0, 20, 10, 10), "north: found 10, expected at least 0.5 more"),
    ],
)
def test_what_is_no_part_of_the_world(sides: tuple[float, float, float, float], told: str) -> None:
    """Is refused with the side that is wrong."""
    with pytest.raises(UsageError, match=told):
        read_box(*sides)
