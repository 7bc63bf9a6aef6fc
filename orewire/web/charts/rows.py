"""Rows of counts over time, one above the other on one scale: the shape that trends and balances share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from orewire.web.charts.ink import STRONG, VEIL, VEILED, spec

MOST_ROWS: Final = 8
PADS: Final = (8, 8, 2, 24)
"""Left, right, top and bottom of where it is drawn."""
_ROW, _ALONE = 52, 150
"""Height of a row, and of one that is alone."""
_WORDS: Final = 18
"""Of a row: the line on which its name stands."""
_TICK: Final = 110
"""Pixels that a date on the axis needs."""
_CHARACTER: Final = 7.3
"""Width of one in a name, in pixels: of the widest fonts of machines, so that none runs into the next."""

Line = Sequence[int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Counts by period in one colour, above the line or, where `is_below`, beneath it; None where nothing was read."""

    line: Line
    color: str
    is_below: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A name, what is told of it at the other end in colours, and its bands."""

    name: str
    told: tuple[tuple[str, str], ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The first days of the periods, and the day after the last of them."""

    starts: tuple[date, ...]
    end: date

    @classmethod
    def of(cls, starts: Sequence[date], period: str) -> Span:
        """The span of these periods."""
        return cls(starts=tuple(starts), end=after(starts[-1], period) if starts else date.min)


def after(day: date, period: str) -> date:
    """The first day of the next period."""
    if period == "month":
        return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=7 if period == "week" else 1)


def height_of(rows: int) -> int:
    """Of a picture with so many rows."""
    return PADS[2] + PADS[3] + (_ALONE if rows == 1 else _ROW * rows)


def rows_spec(rows: Sequence[Row], span: Span, width: int) -> dict[str, Any]:
    """The picture."""
    height = height_of(len(rows))
    inner, tall = width - PADS[0] - PADS[1], height - PADS[2] - PADS[3]
    time = {
        "field": "day",
        "type": "temporal",
        "scale": {"type": "utc", "domain": [span.starts[0].isoformat(), span.end.isoformat()]},
        "axis": {
            "title": None,
            "format": _form(span),
            "tickCount": max(2, inner // _TICK),
            "labelFlush": 30,
            "labelOverlap": "greedy",
            "labelSeparation": 14,
        },
    }
    layers = [_veils(rows, span, time, tall), _shapes(rows, span, time, tall), *_names(rows, inner, tall)]
    return spec(width, height, PADS, layers)


def _form(span: Span) -> str:
    days = (span.end - span.starts[0]).days
    return "%-d %b %Y" if days < 100 else "%b %Y" if days < 3000 else "%Y"


def _shapes(rows: Sequence[Row], span: Span, time: dict[str, Any], tall: int) -> dict[str, Any]:
    """One filled outline a band, however many periods: a picture of ten years by day stays small."""
    up, down = _most(rows, is_below=False), _most(rows, is_below=True)
    step, scale = tall / len(rows), (tall / len(rows) - _WORDS - 4) / max(up + down, 1)
    values: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        line = step * (place + 1) - 2 - down * scale
        for number, band in enumerate(row.bands):
            own = {"shape": f"{place}-{number}", "color": band.color}
            values += [own | point for point in _outline(band, span, line, scale)]
    encoding = {
        "x": time,
        "y": {"field": "at", "type": "quantitative", "scale": None, "axis": None},
        "detail": {"field": "shape", "type": "nominal"},
        "fill": {"field": "color", "type": "nominal", "scale": None, "legend": None},
        "order": {"value": None},  # as they come
    }
    return {"data": {"values": values}, "mark": _OUTLINE, "encoding": encoding}


_OUTLINE: Final = {"type": "line", "interpolate": "step-after", "strokeWidth": 0}


def _outline(band: Band, span: Span, line: float, scale: float) -> list[dict[str, Any]]:
    """From the line to the line again; where a count is that of the period before, nothing turns."""
    sign = scale if band.is_below else -scale
    counts = [count or 0 for count in band.line]
    turns = [
        (day, count) for day, count, before in zip(span.starts, counts, (0, *counts), strict=False) if count != before
    ]
    ends = (span.starts[0], 0), *turns, (span.end, counts[-1]), (span.end, 0)
    return [{"day": day.isoformat(), "at": round(line + sign * count, 1)} for day, count in ends]


def _most(rows: Sequence[Row], *, is_below: bool) -> int:
    bands = (band for row in rows for band in row.bands if band.is_below == is_below)
    return max((count or 0 for band in bands for count in band.line), default=0)


def _veils(rows: Sequence[Row], span: Span, time: dict[str, Any], tall: int) -> dict[str, Any]:
    """Over the spans in which nothing was read."""
    ends = (*span.starts[1:], span.end)
    values: list[dict[str, Any]] = []
    for start, end, count in zip(span.starts, ends, rows[0].bands[0].line, strict=True):
        if count is not None:
            continue
        if values and values[-1]["until"] == start.isoformat():
            values[-1]["until"] = end.isoformat()
        else:
            values.append({"day": start.isoformat(), "until": end.isoformat()})
    mark = {"type": "rect", "color": VEIL, "opacity": VEILED, "y": 0, "y2": tall}
    return {"data": {"values": values}, "mark": mark, "encoding": {"x": time, "x2": {"field": "until"}}}


def _names(rows: Sequence[Row], inner: int, tall: int) -> list[dict[str, Any]]:
    """Each row's name at its left, what is told of it at its right."""
    names, told, step = [], [], tall / len(rows)
    for place, row in enumerate(rows):
        at, right = step * place + 13, float(inner)
        for words, color in reversed(row.told):
            told.append(Words(x=right, y=at, words=words, color=color))
            right -= _CHARACTER * len(words) + 12
        names.append(Words(x=0, y=at, words=shortened(row.name, right - 8), color=STRONG))
    return [words_layer(names), words_layer(told, align="right")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words at a point, in pixels."""

    x: float
    y: float
    words: str
    color: str


def words_layer(words: Sequence[Words], *, align: str = "left") -> dict[str, Any]:
    """A layer of words."""
    encoding: dict[str, Any] = {
        side: {"field": side, "type": "quantitative", "scale": None, "axis": None} for side in ("x", "y")
    }
    encoding["color"] = {"field": "color", "type": "nominal", "scale": None, "legend": None}
    encoding["text"] = {"field": "words", "type": "nominal"}
    values = [{"x": round(one.x, 1), "y": round(one.y, 1), "words": one.words, "color": one.color} for one in words]
    return {"data": {"values": values}, "mark": {"type": "text", "align": align}, "encoding": encoding}


def shortened(name: str, room: float) -> str:
    """The name, cut where it would not have room."""
    most = max(4, int(room / _CHARACTER))
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"
