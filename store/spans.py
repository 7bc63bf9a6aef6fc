"""The span of time that an answer covers, and what of it was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.trend import Mark
from store.connection import Connection
from store.coverage import READ_SHARE, Reading, articles_by_place, at_least_week, find_gaps, newest_day
from store.dimensions import Numbers
from store.filters import check_filters, where_clause
from store.periods import LAST_DAY, place_of, start_at

MOST_PERIODS = 2000
MOST_ROWS = 500_000
"""Rows of one answer: 45 minerals by 19 types by week are 45,000 a year; ten times that is a mistake, or an export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What a trend covers: `places` are shown; totals count since <= day < end, and compare with before <= day < since.

    Events later than `end`, which ends with what was read, are announced ones: they are shown and not compared.
    """

    period: str
    places: range
    first: date
    last: date
    since: date | None
    end: date
    before: date | None


def find_span(connection: Connection, filters: Filters, period: str) -> Span | None:
    """The span of a question; None where it is open and no event matches. UsageError where it ends too early."""
    check_filters(filters)
    since, until = filters.since, min(filters.until, LAST_DAY) if filters.until else None
    found = (since, until - timedelta(days=1)) if since and until else _bounds(connection, filters)
    if found is None:
        return None
    stop = place_of(until - timedelta(days=1) if until else found[1], period) + 1
    places = range(max(place_of(since or found[0], period), stop - MOST_PERIODS), stop)
    first, last = since or start_at(places.start, period), until or start_at(places.stop, period)
    end = last if filters.until or not filters.since else _end_of_news(connection, first, last)
    length = end - first
    before = first - length if filters.since and first - date.min >= length else None
    return Span(period=period, places=places, first=first, last=last, since=filters.since, end=end, before=before)


def _bounds(connection: Connection, filters: Filters) -> tuple[date, date] | None:
    """The days of the first and the last event that match."""
    condition, values = where_clause(filters)
    first, last = connection.execute(
        f"SELECT min(date), max(date) FROM events WHERE date < $last_day AND {condition}",  # noqa: S608 - parameters only
        {**values, "last_day": LAST_DAY},
    ).fetchone() or (None, None)
    return (first, last) if first else None


def _end_of_news(connection: Connection, first: date, last: date) -> date:
    newest = newest_day(connection)
    return min(last, max(newest, first) + timedelta(days=1)) if newest else last


def check_rows(number: int) -> None:
    """UsageError where an answer would have more rows than anybody reads."""
    if number > MOST_ROWS:
        raise UsageError(
            f"by: found {number:,} rows, expected at most {MOST_ROWS:,}: use filters, a shorter span or longer periods"
        )


def with_gaps(lines: Numbers, unread: Sequence[bool]) -> tuple[tuple[int | None, ...], ...]:
    """The numbers; a zero of a period in which nothing was read is no number."""
    if not any(unread):
        return tuple(map(tuple, lines.tolist()))
    return tuple(
        tuple(None if gap and not number else number for number, gap in zip(line, unread, strict=True))
        for line in lines.tolist()
    )


def was_read_before(reading: Reading, span: Span) -> bool:
    """Whether articles were read in enough of the periods of the span before, so that it can be compared with."""
    if span.before is None or span.since is None:
        return False
    period = at_least_week(span.period)
    places = range(place_of(span.before, period), place_of(span.since - timedelta(days=1), period) + 1)
    read = articles_by_place(reading, period)
    return sum(1 for place in places if read[place]) >= READ_SHARE * len(places)


def marks_of(reading: Reading, span: Span, read: Counter[int], *, since: date | None = None) -> tuple[Mark, ...]:
    """The marks that fall into the span, or into that from `since` on; and the gaps of the span."""
    first = since or span.first
    own = [mark for mark in reading.marks if mark.day >= first or (mark.until and mark.until > first)]
    gaps = find_gaps({place for place in span.places if read[place]}, span.places, span.period)
    return tuple(sorted([*gaps, *own], key=lambda mark: (mark.day, mark.kind, mark.source or "")))
