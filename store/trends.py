"""Events over time, without gaps."""

from __future__ import annotations

from datetime import date, timedelta

from orewire.model.errors import UsageError
from orewire.model.event import Filters, TrendRow
from orewire.model.ports import DIMENSIONS, PERIODS
from store.connection import Connection, rows
from store.filters import where_clause

_KEYS = {
    "all": "'all'",
    "country": "unnest(countries)",
    "mineral": "unnest(minerals)",
    "project": "coalesce(project, '-')",
}
_MOST_PERIODS = 2000


def get_trend(connection: Connection, filters: Filters, *, period: str = "week", by: str = "all") -> list[TrendRow]:
    """Events per period and key, oldest first; the busiest keys first within a period.

    Events without a date belong to no period. The span is since..until where given, else from the first to the last
    matching event.
    """
    if period not in PERIODS:
        raise UsageError(f"period: found {period!r}, expected one of {', '.join(PERIODS)}")
    if by not in DIMENSIONS:
        raise UsageError(f"by: found {by!r}, expected one of {', '.join(DIMENSIONS)}")
    counts = _counts(connection, filters, period, by)
    if not counts:
        return []
    periods = _periods(filters, period, [start for start, _ in counts])
    totals: dict[str, int] = {}
    for (_, key), count in counts.items():
        totals[key] = totals.get(key, 0) + count
    keys = sorted(totals, key=lambda key: (-totals[key], key))
    return [
        TrendRow(period=start, key=key, count=counts.get((start, key), 0), change=_change(counts, periods, number, key))
        for number, start in enumerate(periods)
        for key in keys
    ]


def _counts(connection: Connection, filters: Filters, period: str, by: str) -> dict[tuple[date, str], int]:
    condition, values = where_clause(filters)
    found = rows(
        connection,
        f"""
        SELECT start, key, count(*) AS number
        FROM (SELECT date_trunc('{period}', date)::DATE AS start, {_KEYS.get(by, by)} AS key
              FROM events WHERE date IS NOT NULL AND {condition})
        GROUP BY ALL
        """,  # noqa: S608 - period and key come from closed lists
        values,
    )
    return {(row["start"], row["key"]): row["number"] for row in found}


def _change(counts: dict[tuple[date, str], int], periods: list[date], number: int, key: str) -> int | None:
    if number == 0:
        return None
    return counts.get((periods[number], key), 0) - counts.get((periods[number - 1], key), 0)


def _periods(filters: Filters, period: str, starts: list[date]) -> list[date]:
    """The starts of all periods of the span; the latest 2,000 of a span that is absurdly long."""
    first = filters.since or min(starts)
    last = filters.until - timedelta(days=1) if filters.until else max(starts)
    periods = [start_of(last, period)]
    while periods[-1] > start_of(first, period) and len(periods) < _MOST_PERIODS:
        periods.append(start_of(periods[-1] - timedelta(days=1), period))
    return periods[::-1]


def start_of(day: date, period: str) -> date:
    """The first day of the period that a day falls in; weeks begin on Monday."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day
