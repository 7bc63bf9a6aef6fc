"""Days, weeks and months as whole numbers that follow each other: places on the axis of time."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from orewire.model.errors import UnknownValue
from orewire.model.ports import PERIODS

_SQL = {
    "day": "date - DATE '0001-01-01'",
    "week": "(date - DATE '0001-01-01') // 7",  # the first day of year 1 was a Monday
    "month": "year(date) * 12 + month(date) - 13",
}
_EPOCH = date(1970, 1, 1).toordinal()
LAST_DAY = date(9999, 11, 30)
"""A later day is a mistake; its period would end after the last day that there is."""


def check_period(period: str) -> None:
    """UsageError where it is none that we know."""
    if period not in PERIODS:
        raise UnknownValue("period", period, PERIODS)


def place_sql(period: str) -> str:
    """The place of `events.date`, which must lie in years 1 to 9999."""
    return f"({_SQL[period]})::INTEGER"


def place_of(day: date, period: str) -> int:
    """The place of the period that a day falls in; weeks begin on Monday."""
    if period == "month":
        return (day.year - 1) * 12 + day.month - 1
    return (day.toordinal() - 1) // (7 if period == "week" else 1)


def places_of(days: NDArray[np.int64], period: str) -> NDArray[np.int64]:
    """The same for many days, as ordinals."""
    if period == "month":
        months: NDArray[np.int64] = (days - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return months + (1970 - 1) * 12
    return (days - 1) // (7 if period == "week" else 1)


def start_at(place: int, period: str) -> date:
    """The first day of a place."""
    if period == "month":
        return date(place // 12 + 1, place % 12 + 1, 1)
    return date.min + timedelta(days=place * (7 if period == "week" else 1))
