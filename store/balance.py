"""Who stands for and against, over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orewire.model.codes import POLARITIES
from orewire.model.event import Filters
from orewire.model.trend import Balance, BalanceRow
from store.connection import Connection, transaction
from store.coverage import ReadDays, articles_by_place
from store.dimensions import Cells, Question, cells_by_place, check_dimensions, count_cells
from store.filters import where_clause
from store.periods import check_period, place_sql, start_at
from store.spans import Span, check_rows, find_span, marks_of, with_gaps

_MEASURES = {
    "support": "count(*) FILTER (supporters > 0)",
    "oppose": "count(*) FILTER (opponents > 0)",
    "supporters": "sum(supporters)::BIGINT",
    "opponents": "sum(opponents)::BIGINT",
}


def get_balance(
    connection: Connection,
    filters: Filters,
    *,
    period: str = "week",
    by: str | Sequence[str] = "project",
    read_days: ReadDays | None = None,
) -> Balance:
    """Events that somebody supports or opposes, per period and key; see `Balance`.

    The span is since..until where given, else from the first to the last event of which somebody spoke.
    """
    check_period(period)
    (name,) = check_dimensions(by, most=1)
    spoken = replace(filters, stance=filters.stance or POLARITIES)
    with transaction(connection):  # one state of the store for all queries
        span = find_span(connection, spoken, period)
        if span is None:
            return Balance(by=name, period=period)
        read = (read_days or ReadDays()).get(connection, span.first, span.last)
        cells = _count(connection, spoken, span, name)
    articles = articles_by_place(read, period)
    return Balance(
        by=name,
        period=period,
        rows=_rows(cells, span, [not articles[place] for place in span.places]),
        totals=_totals(cells, span),
        marks=marks_of(read, span, articles),
    )


def _count(connection: Connection, filters: Filters, span: Span, by: str) -> Cells:
    condition, values = where_clause(replace(filters, since=None, until=None))
    question = Question(
        condition=f"date >= $span_first AND date < $span_last AND {condition}",
        values={**values, "span_first": span.first, "span_last": span.last},
        columns={"place": place_sql(span.period)},
        measures=_MEASURES,
    )
    return count_cells(connection, (by,), question)


def _rows(cells: Cells, span: Span, unread: Sequence[bool]) -> tuple[BalanceRow, ...]:
    check_rows(len(cells.keys) * len(span.places))
    lines = {measure: cells_by_place(cells, measure, span.places) for measure in _MEASURES}
    order = _most_told(cells, span)
    support, oppose = (with_gaps(lines[polarity], unread) for polarity in POLARITIES)
    supporters, opponents = lines["supporters"].tolist(), lines["opponents"].tolist()  # numbers one by one are slow
    starts = [start_at(place, span.period) for place in span.places]
    return tuple(
        BalanceRow(
            period=start,
            key=cells.keys[key][0],
            support=support[key][column],
            oppose=oppose[key][column],
            supporters=supporters[key][column],
            opponents=opponents[key][column],
        )
        for column, start in enumerate(starts)
        for key in order
    )


def _totals(cells: Cells, span: Span) -> tuple[BalanceRow, ...]:
    sums = {measure: cells_by_place(cells, measure, span.places).sum(axis=1).tolist() for measure in _MEASURES}
    return tuple(
        BalanceRow(period=None, key=cells.keys[key][0], **{measure: sums[measure][key] for measure in _MEASURES})
        for key in _most_told(cells, span)
    )


def _most_told(cells: Cells, span: Span) -> list[int]:
    """The keys by how many events they were spoken of in, most first."""
    told = sum(cells_by_place(cells, polarity, span.places).sum(axis=1) for polarity in POLARITIES)
    return sorted(range(len(cells.keys)), key=lambda key: (-told[key], cells.keys[key][0]))
