"""What was read: the panel, the gaps, and the marks where a source joined, left or fell silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.ports import PERIODS
from orewire.model.trend import Mark
from store.connection import Connection
from store.coverage import (
    SHORTEST_SILENCE,
    History,
    ReadDays,
    articles_by_place,
    find_gaps,
    find_marks,
    find_panel,
)  # fmt: skip
from store.periods import LAST_DAY, place_of, places_of, start_at
from tests.store.conftest import Tell, article

FIRST = date(2025, 9, 1)
SPAN = (FIRST.toordinal(), FIRST.toordinal() + 91)
ordinals = st.integers(*SPAN).filter(lambda day: day < SPAN[1])
distinct_days = st.lists(ordinals, min_size=1, unique=True).map(sorted)


def history(
    days: Sequence[int] | range, *, former: int | None = None, later: int | None = None, source: str = "Wire"
) -> History:
    """Of days counted from the first of the span."""
    return History(source=source, days=np.array(days) + SPAN[0], former=former, later=later)


def marks(one: History) -> list[tuple[str, int, int | None]]:
    """Kind, day and end of each mark, counted from the first day of the span."""
    return [
        (mark.kind, (mark.day - FIRST).days, (mark.until - FIRST).days if mark.until else None)
        for mark in find_marks([one], span=SPAN)
    ]


def test_a_source_that_is_read_throughout_has_no_mark() -> None:
    """Daily, or on weekdays, or once a week; nor for a holiday of six days."""
    for days in (range(91), [day for day in range(91) if day % 7 < 5], range(0, 91, 7), [*range(40), *range(46, 91)]):
        assert [] == marks(history(days))


def test_joined_left_and_silent() -> None:
    """From the day on which it was so; silence ends with the day on which the source came back."""
    assert [("joined", 30, None)] == marks(history(range(30, 91)))
    assert [("left", 60, None)] == marks(history(range(60)))
    assert [("silent", 40, 60)] == marks(history([*range(40), *range(60, 91)]))


def test_what_lies_outside_the_span_tells_silence_from_joining_and_leaving() -> None:
    """A source that has articles before did not join, one that has some afterwards did not leave."""
    assert [("silent", 0, 30)] == marks(history(range(30, 91), former=SPAN[0] - 3))
    assert [("silent", 60, 95)] == marks(history(range(60), later=SPAN[0] + 95))
    assert [] == marks(history(range(5, 91), former=SPAN[0] - 2))


def test_a_rare_source_is_not_called_silent() -> None:
    """Five times its usual gap is longer than the span; and of four articles no usual gap is known."""
    assert [] == marks(history(range(0, 60, 20)))
    assert [] == marks(history([0, 25, 50, 70, 89]))
    assert [] == marks(history([0, 1, 2, 3]))


@given(distinct_days)
def test_marks_lie_within_the_span(days: list[int]) -> None:
    """In order; a silence is longer than any that is usual, and at most one joining and one leaving."""
    found = find_marks([History(source="Wire", days=np.array(days))], span=SPAN)
    assert list(found) == sorted(found, key=lambda mark: mark.day)
    assert all(SPAN[0] <= mark.day.toordinal() <= SPAN[1] for mark in found)
    assert all(
        mark.until and (mark.until - mark.day).days >= SHORTEST_SILENCE for mark in found if mark.kind == "silent"
    )
    assert len([mark for mark in found if mark.kind == "joined"]) <= 1
    assert len([mark for mark in found if mark.kind == "left"]) <= 1


@given(st.sets(st.integers(0, 20)), st.integers(0, 10), st.integers(11, 20), st.sampled_from(PERIODS))
def test_gaps_are_the_rest_of_the_places(read: set[int], first: int, last: int, period: str) -> None:
    """Each unread place lies in exactly one gap, and no read one in any."""
    places = range(first, last)
    gaps = find_gaps(read, places, period)
    covered = [
        place for mark in gaps if mark.until
        for place in range(place_of(mark.day, period), place_of(mark.until, period))
    ]  # fmt: skip
    assert [place for place in places if place not in read] == covered


@given(st.dates(date(1, 1, 1), LAST_DAY), st.sampled_from(PERIODS))
def test_places_follow_each_other(day: date, period: str) -> None:
    """A day lies in its period, whose neighbour begins after it; many days have the places of each."""
    place = place_of(day, period)
    assert start_at(place, period) <= day < start_at(place + 1, period)
    assert [place] == places_of(np.array([day.toordinal()]), period).tolist()


@given(st.dates(date(1, 1, 1), LAST_DAY), st.sampled_from(PERIODS))
def test_the_database_counts_the_same_places(day: date, period: str) -> None:
    """Years 1 to 9999, weeks from Monday."""
    import duckdb

    from store.periods import place_sql

    found = duckdb.execute(f"SELECT {place_sql(period)} FROM (SELECT $day AS date)", {"day": day}).fetchone()
    assert (place_of(day, period),) == found


@pytest.fixture
def read(connection: Connection, tell: Tell) -> None:
    """Ten weeks of a daily wire without weekends, of a weekly that skips two, and of a newcomer."""
    for week in range(10):
        monday = FIRST + timedelta(weeks=week)
        for weekday in range(5):
            tell(article(f"w{week}-{weekday}", day=monday + timedelta(days=weekday), source="Wire"))
        if week not in (3, 6):
            tell(article(f"p{week}", day=monday, source="Weekly"))
        if week >= 7:
            tell(article(f"n{week}", day=monday + timedelta(days=6), source="Newcomer"))


@pytest.mark.usefixtures("read")
def test_panel(connection: Connection) -> None:
    """Read in eight weeks of ten is throughout, in three is not; days are judged by their weeks."""
    reading = ReadDays().get(connection, FIRST, FIRST + timedelta(weeks=10))
    assert [("Weekly", "Wire")] * 2 == [find_panel(reading, period) for period in ("week", "day")]
    assert 50 == sum(articles_by_place(reading, "week", ("Wire",)).values())
    assert [6, 5] == [articles_by_place(reading, "week")[place_of(FIRST, "week") + week] for week in (0, 3)]


@pytest.mark.usefixtures("read")
def test_the_span_is_half_open_and_new_articles_count(connection: Connection, tell: Tell) -> None:
    """What is kept of a span is asked for again when an article has been added."""
    days = ReadDays()
    week = FIRST, FIRST + timedelta(weeks=1)
    assert 6 == sum(articles_by_place(days.get(connection, *week), "day").values())
    tell(article("another", day=week[1] - timedelta(days=1), source="Newcomer"))
    tell(article("outside", day=week[1], source="Newcomer"))
    assert 7 == sum(articles_by_place(days.get(connection, *week), "day").values())


@pytest.mark.usefixtures("read")
def test_marks_of_what_is_stored(connection: Connection) -> None:
    """The newcomer joined; seen from a later span, it was there before; the end of the news is no silence."""
    days = ReadDays()
    whole = days.get(connection, FIRST, FIRST + timedelta(weeks=30))
    joined = FIRST + timedelta(weeks=7, days=6)
    assert (Mark(kind="joined", day=joined, until=None, source="Newcomer"),) == whole.marks
    assert () == days.get(connection, joined + timedelta(days=1), FIRST + timedelta(weeks=10)).marks
    assert () == days.get(connection, FIRST + timedelta(weeks=20), FIRST + timedelta(weeks=30)).marks


@pytest.mark.usefixtures("read")
def test_what_was_held_is_what_is_read_anew(connection: Connection, tell: Tell) -> None:
    """Articles without a date, of old days, of new outlets: the counts held grow to what a first look finds."""
    span = FIRST - timedelta(weeks=20), FIRST + timedelta(weeks=30)
    held = ReadDays()
    held.get(connection, *span)
    for number, day in enumerate((FIRST + timedelta(days=3), None, FIRST - timedelta(days=90), FIRST)):
        told = article(f"more{number}", day=day or FIRST, source=("Wire", "Another")[number % 2])
        tell(told if day else replace(told, published=None))
        assert _counts(ReadDays(), connection, span) == _counts(held, connection, span)


def _counts(days: ReadDays, connection: Connection, span: tuple[date, date]) -> dict[str, tuple[list[int], list[int]]]:
    reading = days.get(connection, *span)
    each = {**reading.sources, "": reading.total}
    return {source: (own.days.tolist(), own.articles.tolist()) for source, own in each.items()}
