"""The natural earth projection (Šavrič, Patterson and Jenny), as the drawn outlines have it, and what of it is shown.

The page lays links over the outlines, so both must agree to the pixel; a test compares them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from orewire.model.errors import UsageError

LEAST: Final = 0.5
"""Degrees that a part of the map spans at least: the outlines know no more."""
_STEPS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of the world in degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a point lies in it."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


WORLD: Final = Box(west=-180, south=-57, east=180, north=84)
"""All that people live on."""


def read_box(west: float, south: float, east: float, north: float) -> Box:
    """A part of the world; UsageError where it is none."""
    for name, value, most in (("west", west, 180), ("east", east, 180), ("south", south, 90), ("north", north, 90)):
        if not -most <= value <= most:  # what is no number is in no order either
            raise UsageError(f"{name}: found {value:g}, expected -{most} to {most}")
    if east - west < LEAST:
        raise UsageError(f"east: found {east:g}, expected at least {LEAST:g} more than west, {west:g}")
    if north - south < LEAST:
        raise UsageError(f"north: found {north:g}, expected at least {LEAST:g} more than south, {south:g}")
    return Box(west=west, south=south, east=east, north=north)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A part of the world on a picture of that size: `scale` pixels a radian, its centre moved to `left`, `top`."""

    width: int
    height: int
    scale: float
    left: float
    top: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a point lies on the picture, in pixels from its left and its top."""
        x, y = project(longitude, latitude)
        return self.left + self.scale * x, self.top - self.scale * y

    def shows(self, x: float, y: float) -> bool:
        """Whether that lies on the picture."""
        return 0 <= x <= self.width and 0 <= y <= self.height


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees as x to the right and y to the top, in radians at the equator."""
    along, up = math.radians(longitude), math.radians(latitude)
    two = up * up
    four = two * two
    x = along * (0.8707 - 0.131979 * two + four * (-0.013791 + four * (0.003971 * two - 0.001529 * four)))
    y = up * (1.007226 + two * (0.015085 + four * (-0.044475 + 0.028874 * two - 0.005916 * four)))
    return x, y


def view_of(box: Box, width: int, height: int) -> View:
    """The view that shows all of a box, as large as it can."""
    steps = [step / _STEPS for step in range(_STEPS + 1)]
    sides = [(box.west + part * (box.east - box.west), box.south + other * (box.north - box.south))
             for part in steps for other in (0, 1)]  # fmt: skip
    sides += [(box.west + other * (box.east - box.west), box.south + part * (box.north - box.south))
              for part in steps for other in (0, 1)]  # fmt: skip
    xs, ys = zip(*(project(*side) for side in sides), strict=True)
    scale = min(width / (max(xs) - min(xs)), height / (max(ys) - min(ys)))
    return View(
        width=width,
        height=height,
        scale=scale,
        left=width / 2 - scale * (max(xs) + min(xs)) / 2,
        top=height / 2 + scale * (max(ys) + min(ys)) / 2,
    )
