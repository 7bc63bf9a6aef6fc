"""Events over time: a row for each of the busiest keys, all of one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orewire.model.trend import Trend
from orewire.web.charts.draw import Drawing
from orewire.web.charts.ink import BAR, QUIET
from orewire.web.charts.rows import MOST_ROWS, Band, Line, Row, Span, rows_spec
from orewire.web.charts.words import figures, number, pair_name

_EACH: Final = {"day": "day", "week": "week", "month": "month"}


def trend_rows(trend: Trend) -> int:
    """How many rows its picture has."""
    return min(len(_shown(trend)), MOST_ROWS) if trend.periods else 0


def trend_span(trend: Trend) -> Span:
    """What its picture shows from left to right."""
    return Span.of([period.start for period in trend.periods], trend.period)


def draw_trend(trend: Trend, width: int) -> Drawing | None:
    """The picture; None where nothing happened."""
    rows = [_row(name, line, trend.period) for name, line in _shown(trend)[:MOST_ROWS]]
    return Drawing(spec=rows_spec(rows, trend_span(trend), width), title=trend_title(trend)) if rows else None


def trend_title(trend: Trend) -> str:
    """Its figures in words."""
    what = f"Events by {_EACH[trend.period]}"
    return figures(what, [(name, _sum(line)) for name, line in _shown(trend)])


def _shown(trend: Trend) -> list[tuple[str, Line]]:
    """Keys that have any events in the span, the busiest first as they come."""
    lines = zip(trend.keys, trend.counts, strict=True)
    return [(pair_name(trend.by, key), line) for key, line in lines if _sum(line)]


def _row(name: str, line: Line, period: str) -> Row:
    most = max(count or 0 for count in line)
    told = f"{number(_sum(line))} · most {number(most)} a {_EACH[period]}"
    return Row(name=name, told=((told, QUIET),), bands=(Band(line=line, color=BAR),))


def _sum(line: Sequence[int | None]) -> int:
    return sum(count or 0 for count in line)
