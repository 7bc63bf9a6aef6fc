"""Answers of the store, made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from orewire.model.place import Place
from orewire.model.project import Standing
from orewire.model.trend import Balance, BalanceRow, Period, Trend

START = date(2025, 1, 6)


def trend_of(lines: dict[str, Sequence[int | None]], *, by: str = "mineral", period: str = "week") -> Trend:
    """A trend by week with these lines."""
    length = len(next(iter(lines.values()), ()))
    starts = [START + timedelta(days=7 * place) for place in range(length)]
    return Trend(
        by=(by,),
        period=period,
        since=START,
        until=START + timedelta(days=7 * length),
        periods=tuple(Period(start=start, events=1, articles=1) for start in starts),
        keys=tuple((key, None) for key in lines),
        counts=tuple(map(tuple, lines.values())),
    )


def balance_of(lines: dict[str, Sequence[tuple[int, int]]]) -> Balance:
    """A balance by project and week: events for and against."""
    rows = tuple(
        _row(key, support, oppose, START + timedelta(days=7 * place))
        for key, line in lines.items()
        for place, (support, oppose) in enumerate(line)
    )
    totals = tuple(_row(key, sum(one for one, _ in line), sum(one for _, one in line)) for key, line in lines.items())
    return Balance(by="project", period="week", rows=rows, totals=totals)


def _row(key: str, support: int, oppose: int, period: date | None = None) -> BalanceRow:
    return BalanceRow(period=period, key=key, support=support, oppose=oppose, supporters=support, opponents=oppose)


STANDINGS = (
    Standing(word="sought", until=date(2023, 5, 1)),
    Standing(word="permitted", since=date(2023, 5, 1), until=date(2024, 2, 1)),
    Standing(word="contested", since=date(2023, 8, 1)),
    Standing(word="suspended", since=date(2024, 2, 1)),
)


def place(name: str = "Jadar", **changes: object) -> Place:
    """A project in Serbia that differs as told."""
    values: dict[str, object] = {
        "name": name, "country": "RS", "latitude": 44.5, "longitude": 19.3, "project": 7, "events": 3,
        "supporters": 0, "opponents": 0, "newest": START,
    }  # fmt: skip
    return Place(**{**values, **changes})  # type: ignore[arg-type]
