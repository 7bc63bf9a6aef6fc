"""The page of what happens more and what less: a picture, its figures, what is unusual, who is for and against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from orewire.model.errors import UsageError
from orewire.model.event import LIST_FILTERS, Filters
from orewire.model.ports import DIMENSIONS, PAIRS, PERIODS
from orewire.model.trend import Key, Mover, Movers, TrendTotal
from orewire.web.charts.pictures import WIDE, picture_of_balance, picture_of_trend
from orewire.web.charts.tables import SHOWN, balance_table, trend_table
from orewire.web.charts.words import pair_name, tell_mark
from orewire.web.pages.answers import newest_day, recall_balance, recall_trend
from orewire.web.pages.asking import asking, read_asked, spans, year_to
from orewire.web.pages.kept import kept
from orewire.web.pages.question import address, canonical
from orewire.web.pages.shell import Desk, render, with_problems

_PATH: Final = "/trends"
_BY_DAY, _BY_WEEK = timedelta(days=62), timedelta(days=1100)
"""The longest spans that are shown by day, and by week, where no period is asked for."""
_MOVERS: Final = 8
_MARKS: Final = 12
_BY: Final = ("family",)
_BALANCED: Final = ("project", "country", "mineral", "type", "family")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the page is about."""

    filters: Filters
    by: tuple[str, ...]
    period: str

    def address(self, path: str = _PATH, **changes: Any) -> str:
        """Where the same is had with other filters, by another path."""
        told = address(path, replace(self.filters, **changes), period=self.period)
        return told + "".join(f"&by={name}" for name in self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A row of the totals: a key in words, and where its events are."""

    name: str
    href: str | None
    told: TrendTotal


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusual:
    """A mover in words, and where its events are."""

    name: str
    href: str | None
    told: Mover


def add_trends_page(app: FastAPI, desk: Desk) -> None:
    """Give the application the page."""

    @app.get(_PATH, include_in_schema=False)
    @kept(desk)
    @with_problems
    def show(request: Request) -> Response:
        asked = _read(request, desk)
        if canonical(request, asked.filters) is not None:
            return RedirectResponse(asked.address(), 303)
        values = desk.memory.recall(("trends", asked), lambda: _values(desk, asked))
        return render(request, "trends.html", **values)


def _read(request: Request, desk: Desk) -> Asked:
    filters = _with_span(desk, read_asked(request, "period", "by"))
    by = tuple(dict.fromkeys(name for name in request.query_params.getlist("by") if name)) or _BY
    period = request.query_params.get("period") or _period_of(filters)
    if period not in PERIODS:
        raise UsageError(f"period: found {period!r}, expected one of {', '.join(PERIODS)}")
    return Asked(filters=filters, by=by, period=period)


def _with_span(desk: Desk, filters: Filters) -> Filters:
    """Where no span is asked for, the year that ends with the newest event that has happened."""
    if filters.since or filters.until:
        return filters
    since, until = year_to(newest_day(desk, filters))
    return replace(filters, since=since, until=until)


def _period_of(filters: Filters) -> str:
    if not filters.since:
        return "month"
    length = (filters.until or datetime.now(UTC).date()) - filters.since
    return "day" if length <= _BY_DAY else "week" if length <= _BY_WEEK else "month"


def _values(desk: Desk, asked: Asked) -> dict[str, Any]:
    trend = recall_trend(desk, asked.filters, period=asked.period, by=asked.by)
    return {
        "asked": asked,
        "form": asking(_PATH, asked.filters),
        "spans": _spans(asked),
        "dimensions": DIMENSIONS,
        "periods": PERIODS,
        "trend": trend,
        "picture_ref": picture_of_trend(asked.filters, trend, width=WIDE),
        "table": trend_table(trend, asked.address("/api/v1/trends.csv")),
        "totals": [_total(asked, one) for one in trend.totals[:SHOWN]],
        "marks": [tell_mark(mark) for mark in trend.marks[-_MARKS:]],
        "more_marks": max(len(trend.marks) - _MARKS, 0),
        "csv": asked.address("/api/v1/trends.csv"),
        "events": address("/search", asked.filters),
        "map": address("/map", asked.filters),
        **_balance(desk, asked),
        **_movers(desk, asked),
    }


def _spans(asked: Asked) -> tuple[tuple[str, str], ...]:
    end = asked.filters.until or datetime.now(UTC).date() + timedelta(days=1)
    bare = replace(asked, period="")
    return spans(end, lambda since, until: bare.address(since=since, until=until))


def _balance(desk: Desk, asked: Asked) -> dict[str, Any]:
    by = next((name for name in asked.by if name in _BALANCED), _BALANCED[0])
    # Thousands of projects by week are more than anybody reads, and take a second.
    period = "month" if (by, asked.period) == ("project", "week") else asked.period
    balance = recall_balance(desk, asked.filters, period=period, by=by)
    csv = address("/api/v1/balance.csv", asked.filters, period=period, by=by)
    return {
        "balance": balance,
        "balance_ref": picture_of_balance(asked.filters, balance, width=WIDE),
        "balance_table": balance_table(balance, csv),
    }


def _movers(desk: Desk, asked: Asked) -> dict[str, Any]:
    """What is unusual in the last week or month of the span, in what the page counts by; else in pairs."""
    period = "month" if asked.period == "month" else "week"
    by = PAIRS if asked.by == ("all",) else asked.by
    filters = replace(asked.filters, since=None)
    found = desk.memory.recall(
        ("movers", filters, period, by),
        lambda: desk.questions.find_movers(filters, period=period, by=by, limit=_MOVERS),
    )
    return {"movers": [_unusual(asked, found, one) for one in found.movers], "unusual": found}


def _unusual(asked: Asked, found: Movers, mover: Mover) -> Unusual:
    key = (mover.key, mover.key2)
    return Unusual(name=pair_name(found.by, key), href=_events_of(asked, found.by, key, since=found.start), told=mover)


def _total(asked: Asked, total: TrendTotal) -> Total:
    key = (total.key, total.key2)
    return Total(name=pair_name(asked.by, key), href=_events_of(asked, asked.by, key), told=total)


def _events_of(asked: Asked, by: Sequence[str], key: Key, **changes: Any) -> str | None:
    """Where the events of a key are; None where no filter means it."""
    chosen: dict[str, Any] = {
        name: (value,) for name, value in zip(by, key, strict=False) if value is not None and name != "all"
    }
    if any(name not in LIST_FILTERS or value == ("-",) for name, value in chosen.items()):
        return None
    return address("/search", replace(asked.filters, **chosen, **changes))
