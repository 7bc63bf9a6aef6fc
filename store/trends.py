"""Events over time, without gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from orewire.model.codes import FAMILY_OF_TYPE
from orewire.model.errors import UsageError
from orewire.model.event import Filters, TrendRow
from orewire.model.ports import DIMENSIONS, PERIODS
from store.connection import Connection, rows
from store.filters import where_clause

_KEYS = {
    "all": ("'all'", "['all']"),
    "type": ("type", "[raw]"),
    "family": ("type", "[raw]"),
    "status": ("status", "[raw]"),
    "country": ("country_set", "(SELECT members FROM country_sets WHERE id = raw)"),
    "mineral": ("mineral_set", "(SELECT members FROM mineral_sets WHERE id = raw)"),
    "project": ("project", "[coalesce((SELECT name FROM projects WHERE id = raw), '-')]"),
}
"""What is counted of each event, and the keys that it counts for."""

_MOST_PERIODS = 2000


def get_trend(
    connection: Connection,
    filters: Filters,
    *,
    period: str = "week",
    by: str = "all",
    articles: Sequence[int] | None = None,
) -> list[TrendRow]:
    """Events per period and key, oldest first; the busiest keys first within a period.

    Events without a date belong to no period. The span is since..until where given, else from the first to the last
    matching event.
    """
    if period not in PERIODS:
        raise UsageError(f"period: found {period!r}, expected one of {', '.join(PERIODS)}")
    if by not in DIMENSIONS:
        raise UsageError(f"by: found {by!r}, expected one of {', '.join(DIMENSIONS)}")
    counts = _counts(connection, where_clause(filters, articles=articles), period, by)
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


def _counts(
    connection: Connection, where: tuple[str, dict[str, object]], period: str, by: str
) -> dict[tuple[date, str], int]:
    condition, values = where
    raw, keys = _KEYS[by]
    found = rows(
        connection,
        f"""
        SELECT start, key, sum(number)::BIGINT AS number
        FROM (SELECT start, {keys} AS keys, number
              FROM (SELECT date_trunc('{period}', date)::DATE AS start, {raw} AS raw, count(*) AS number
                    FROM events WHERE date IS NOT NULL AND {condition} GROUP BY ALL)), unnest(keys) AS each(key)
        GROUP BY ALL
        """,  # noqa: S608 - period and key come from closed lists
        values,
    )
    counts: Counter[tuple[date, str]] = Counter()
    for row in found:
        counts[row["start"], FAMILY_OF_TYPE[row["key"]] if by == "family" else row["key"]] += row["number"]
    return dict(counts)


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
