"""Events over time, by one dimension or two, beside what was read at that time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from orewire.model.event import Filters
from orewire.model.trend import Period, Trend, TrendTotal
from store.connection import Connection, transaction
from store.coverage import ReadDays, Reading, articles_by_place, find_panel, told_by
from store.dimensions import Cells, Numbers, Question, cells_by_place, check_dimensions, count_cells
from store.filters import where_clause
from store.periods import check_period, place_sql, start_at
from store.spans import Span, check_rows, find_span, marks_of, was_read_before, with_gaps

_BEFORE = -1
"""The place of all that lies in the span before."""


def get_trend(
    connection: Connection,
    filters: Filters,
    *,
    period: str = "week",
    by: str | Sequence[str] = "all",
    panel: bool = False,
    read_days: ReadDays | None = None,
) -> Trend:
    """Events per period and key; see `Trend`.

    Events without a date belong to no period. The span is since..until where given, else from the first to the last
    matching event; only a span with `since` has one before it to be compared with.
    """
    check_period(period)
    names = check_dimensions(by)
    with transaction(connection):  # one state of the store for all queries
        span = find_span(connection, filters, period)
        if span is None:
            return Trend(by=names, period=period, panel=() if panel else None)
        reading = (read_days or ReadDays()).get(connection, span.before or span.first, span.last)
        sources = find_panel(reading, period) if panel else None
        cells = _count(connection, filters, span, names, sources)
    return _compose(cells, names, span, reading, sources)


def _count(
    connection: Connection, filters: Filters, span: Span, by: Sequence[str], panel: Sequence[str] | None
) -> Cells:
    condition, values = where_clause(replace(filters, since=None, until=None))
    condition = f"date >= $span_first AND date < $span_last AND {condition}"
    values |= {"span_first": span.before or span.first, "span_last": span.last}
    columns = {"place": place_sql(span.period)}
    if span.since:
        columns["place"] = f"CASE WHEN date < $span_since THEN {_BEFORE} ELSE {columns['place']} END"
        values["span_since"] = span.since
    if span.end < span.last:
        columns["later"] = "date >= $span_end"
        values["span_end"] = span.end
    if panel is not None:
        condition, values = told_by(panel, condition, values)
    question = Question(condition=condition, values=values, columns=columns, measures={"number": "count(*)"})
    return count_cells(connection, by, question)


def _compose(cells: Cells, by: tuple[str, ...], span: Span, reading: Reading, panel: tuple[str, ...] | None) -> Trend:
    check_rows(len(cells.keys) * len(span.places))
    lines = cells_by_place(cells, "number", span.places)
    read = articles_by_place(reading, span.period)
    of_panel = articles_by_place(reading, span.period, panel) if panel is not None else None
    known = of_panel if of_panel is not None else read
    before = span.before if was_read_before(reading, span) else None
    order = _busiest_first(cells, lines, all_keys=before is not None)
    return Trend(
        by=by,
        period=span.period,
        since=span.first,
        until=span.end,
        before=before,
        periods=_periods(cells, span, read, of_panel),
        keys=tuple(cells.keys[place] for place in order),
        counts=with_gaps(lines[order], [not known[place] for place in span.places]),
        totals=_totals(cells, order, compared=before is not None),
        marks=marks_of(reading, span, read, since=before),
        panel=panel,
    )


def _busiest_first(cells: Cells, lines: Numbers, *, all_keys: bool) -> list[int]:
    """The order of the keys; those that only the span before has are left out where it is not compared with."""
    sums, keys = lines.sum(axis=1).tolist(), cells.keys
    shown = [place for place, number in enumerate(sums) if number or all_keys]
    return sorted(shown, key=lambda place: (-sums[place], keys[place][0], keys[place][1] or ""))


def _periods(cells: Cells, span: Span, read: Counter[int], of_panel: Counter[int] | None) -> tuple[Period, ...]:
    spots = cells.whole["place"] - span.places.start
    inside = (spots >= 0) & (spots < len(span.places))
    events = np.bincount(spots[inside], cells.whole["number"][inside], minlength=len(span.places)).astype(np.int64)
    return tuple(
        Period(
            start=start_at(place, span.period),
            events=number,
            articles=read[place],
            panel_articles=of_panel[place] if of_panel is not None else None,
        )
        for place, number in zip(span.places, events.tolist(), strict=True)
    )


def _totals(cells: Cells, order: Sequence[int], *, compared: bool) -> tuple[TrendTotal, ...]:
    place = cells.columns["place"]
    within = _sums(cells, (place != _BEFORE) & ~cells.columns.get("later", np.zeros(len(place), dtype=bool)))
    before = _sums(cells, place == _BEFORE)
    return tuple(
        TrendTotal(
            key=cells.keys[place][0],
            key2=cells.keys[place][1],
            count=within[place],
            before=before[place] if compared else None,
        )
        for place in order
    )


def _sums(cells: Cells, chosen: Any) -> list[int]:
    sums = np.bincount(cells.key[chosen], cells.columns["number"][chosen], minlength=len(cells.keys))
    numbers: list[int] = sums.astype(np.int64).tolist()
    return numbers
