"""Where a picture of an answer is had, how large it is and what it says: all that a page needs to show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from orewire.model.event import Filters
from orewire.model.project import Dossier
from orewire.model.trend import Balance, Trend
from orewire.web.charts.balance import balance_rows, balance_title
from orewire.web.charts.draw import can_draw
from orewire.web.charts.projection import WORLD, Box, View
from orewire.web.charts.rows import PADS, Span, height_of
from orewire.web.charts.standing import standing_height, standing_title
from orewire.web.charts.trend import trend_rows, trend_span, trend_title
from orewire.web.wire import filters_to_query

NARROW, USUAL, WIDE = WIDTHS = (360, 720, 1080)
"""Widths that pictures can have; their words are as large in each, so a phone is given the narrow one."""

_SCREENS: Final = {NARROW: 44, USUAL: 72}
"""The widest screen, in letters, that is given a picture of that width instead of a wider one."""

Asked = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRef:
    """A picture for a template: its size is known before it is loaded, so nothing moves when it arrives.

    `sources` are the same for narrower screens: the query of the medium, the address, the width. `span` and `pads`
    (pixels left and right of it) tell where its days lie.
    """

    src: str
    width: int
    height: int
    alt: str
    sources: tuple[tuple[str, str, int], ...] = ()
    span: Span | None = None
    pads: tuple[int, int] = (PADS[0], PADS[1])


def picture_of_trend(filters: Filters, trend: Trend, *, width: int = USUAL) -> PictureRef | None:
    """The picture of a trend that answers this question; None where nothing happened or nothing can draw."""
    rows = trend_rows(trend)
    if not rows or not can_draw():
        return None
    asked = [*filters_to_query(filters), ("period", trend.period), *(("by", name) for name in trend.by)]
    if trend.panel is not None:
        asked.append(("panel", "true"))
    return _ref("trend", asked, width, height_of(rows), trend_title(trend), trend_span(trend))


def picture_of_weeks(filters: Filters, *, width: int = USUAL) -> PictureRef | None:
    """The picture of all events by week, which is asked for only when it is loaded; None if nothing can draw."""
    if not can_draw():
        return None
    asked = [*filters_to_query(filters), ("period", "week"), ("by", "all")]
    return _ref("trend", asked, width, height_of(1), "Events by week; the page “Trend” has the figures")


def picture_of_balance(filters: Filters, balance: Balance, *, width: int = USUAL) -> PictureRef | None:
    """The picture of a balance; None where nobody spoke or nothing can draw."""
    rows = balance_rows(balance)
    if not rows or not can_draw():
        return None
    asked = [*filters_to_query(filters), ("period", balance.period), ("by", balance.by)]
    return _ref("balance", asked, width, height_of(rows), balance_title(balance))


def picture_of_standing(dossier: Dossier, *, width: int = USUAL) -> PictureRef | None:
    """The picture of where a project stood; None where that is not known or nothing can draw."""
    if not any(one.since for one in dossier.standings) or not can_draw():
        return None
    height = standing_height(dossier.standings)
    asked = [("project", str(dossier.project.id))]
    return _ref("standing", asked, width, height, standing_title(dossier.standings))


def world_address(box: Box, view: View) -> str | None:
    """Where the outlines are had that lie beneath what is shown in a view of that box; None where nothing can draw."""
    return _address("world", [*box_query(box), ("width", str(view.width))]) if can_draw() else None


def box_query(box: Box) -> list[tuple[str, str]]:
    """A part of the world in an address; nothing for all of it."""
    if box == WORLD:
        return []
    return [(side, f"{getattr(box, side):g}") for side in SIDES]


SIDES: Final = ("west", "south", "east", "north")


def _ref(name: str, asked: Asked, width: int, height: int, alt: str, span: Span | None = None) -> PictureRef:
    return PictureRef(
        src=_address(name, [*asked, ("width", str(width))]),
        width=width,
        height=height,
        alt=alt,
        sources=tuple(
            (f"(max-width: {screen}rem)", _address(name, [*asked, ("width", str(one))]), one)
            for one, screen in _SCREENS.items()
            if one < width
        ),
        span=span,
    )


def _address(name: str, asked: Asked) -> str:
    return f"/charts/{name}.svg?{urlencode(asked)}"
