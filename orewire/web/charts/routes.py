"""The addresses of pictures, with the same filters as every question."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import Response

from orewire.model.errors import UsageError
from orewire.web.charts.balance import draw_balance
from orewire.web.charts.draw import Drawing, Gallery, can_draw, draw_svg
from orewire.web.charts.pictures import SIDES, USUAL, WIDTHS
from orewire.web.charts.projection import WORLD, Box, read_box
from orewire.web.charts.standing import draw_standing
from orewire.web.charts.trend import draw_trend
from orewire.web.charts.world import draw_map, draw_world, map_marks, map_view
from orewire.web.pages.answers import recall_balance, recall_dossier, recall_places, recall_trend
from orewire.web.pages.question import read_question
from orewire.web.pages.shell import Desk
from orewire.web.parameters import MAX_NUMBER

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
"""Opened by itself, a picture is a document that holds its own style."""
_A_MINUTE: Final = "private, max-age=60"
_A_DAY: Final = "public, max-age=86400"
"""Of the outlines, which hold nothing that was read."""


def add_charts(app: FastAPI, desk: Desk) -> None:
    """Give the application the pictures; where what draws is not installed, there are none: 404."""
    gallery = Gallery(draw=draw_svg)

    @app.get("/charts/trend.svg", include_in_schema=False)
    def trend(request: Request) -> Response:
        filters, width = read_question(request, "period", "by", "panel", "width"), read_width(request)
        by, panel = request.query_params.getlist("by") or ("all",), request.query_params.get("panel") == "true"
        answer = recall_trend(desk, filters, period=_period(request), by=by, panel=panel)
        return _answer(request, gallery, draw_trend(answer, width))

    @app.get("/charts/balance.svg", include_in_schema=False)
    def balance(request: Request) -> Response:
        filters, width = read_question(request, "period", "by", "width"), read_width(request)
        by = request.query_params.get("by") or "project"
        answer = recall_balance(desk, filters, period=_period(request), by=by)
        return _answer(request, gallery, draw_balance(answer, width))

    @app.get("/charts/standing.svg", include_in_schema=False)
    def standing(request: Request, project: Annotated[int, Query(ge=0, le=MAX_NUMBER)]) -> Response:
        width, dossier = read_width(request), recall_dossier(desk, project)
        if dossier is None:
            raise HTTPException(404, f"no project {project}")
        return _answer(request, gallery, draw_standing(dossier.standings, datetime.now(UTC).date(), width))

    @app.get("/charts/map.svg", include_in_schema=False)
    def draw_places(request: Request) -> Response:
        filters, view = read_question(request, *SIDES, "width"), map_view(read_part(request), read_width(request))
        return _answer(request, gallery, draw_map(map_marks(recall_places(desk, filters), view), view))

    @app.get("/charts/world.svg", include_in_schema=False)
    def world(request: Request) -> Response:
        drawing = draw_world(map_view(read_part(request), read_width(request)))
        return _answer(request, gallery, drawing, kept=_A_DAY)


def _answer(request: Request, gallery: Gallery, drawing: Drawing | None, *, kept: str = _A_MINUTE) -> Response:
    """The picture; 304 where the reader has it, and then nothing is drawn."""
    if drawing is None:
        raise HTTPException(404, "nothing to draw: no event answers this question")
    if not can_draw():
        raise HTTPException(404, "no pictures here: they need the extra `charts`")
    mark = f'W/"{drawing.key}"'
    headers = {**_HEADERS, "Cache-Control": kept, "ETag": mark}
    if mark in request.headers.get("if-none-match", "").split(", "):
        return Response(status_code=304, headers=headers)
    return _sent(gallery.get(drawing), headers, request.headers.get("accept-encoding", ""))


def _sent(compressed: bytes, headers: dict[str, str], accepted: str) -> Response:
    if "gzip" in accepted:
        headers |= {"Content-Encoding": "gzip"}
    body = compressed if "gzip" in accepted else gzip.decompress(compressed)
    return Response(body, media_type="image/svg+xml", headers={**headers, "Vary": "Accept-Encoding"})


def read_width(request: Request) -> int:
    """The width asked for, one of WIDTHS."""
    value = request.query_params.get("width") or str(USUAL)
    if value not in map(str, WIDTHS):
        raise UsageError(f"width: found {value!r}, expected one of {', '.join(map(str, WIDTHS))}")
    return int(value)


def read_part(request: Request) -> Box:
    """The part of the world asked for by its sides, all of them or none; UsageError where it is none."""
    given = {side: request.query_params[side] for side in SIDES if request.query_params.get(side)}
    if not given:
        return WORLD
    if missing := [side for side in SIDES if side not in given]:
        raise UsageError(f"{missing[0]}: found nothing, expected degrees beside {', '.join(given)}")
    return read_box(**{side: _degrees(side, value) for side, value in given.items()})


def _degrees(side: str, value: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise UsageError(f"{side}: found {value!r}, expected degrees") from error


def _period(request: Request) -> str:
    return request.query_params.get("period") or "week"
