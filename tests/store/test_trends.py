"""Counts over time count events; a quiet week is a zero, and a week in which nothing was read is none."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.ports import DIMENSIONS, PERIODS
from orewire.model.trend import Mark, Trend
from store.connection import Connection, open_database
from store.events import find_events
from store.trends import get_trend
from tests.store.conftest import Tell, article, mention, opposing, teller


@pytest.fixture
def told(tell: Tell) -> None:
    tell(article("a", day=date(2025, 11, 3)), mention())
    tell(article("b", day=date(2025, 11, 4)), mention())
    tell(article("quiet", day=date(2025, 11, 11)))
    tell(article("c", day=date(2025, 11, 20)), mention("protest", countries=("RS", "CL")))
    tell(article("d", day=date(2025, 11, 20)), mention("accident", salience="background"))


@pytest.mark.usefixtures("told")
def test_weeks_without_gaps(connection: Connection) -> None:
    """Two reports of one event count once, history without a date not at all."""
    assert [(date(2025, 11, 3), 1, None), (date(2025, 11, 10), 0, -1), (date(2025, 11, 17), 1, 1)] == [
        (row.period, row.count, row.change) for row in get_trend(connection, Filters())
    ]


def test_a_week_in_which_nothing_was_read_is_a_gap(connection: Connection, tell: Tell) -> None:
    """Neither a zero nor a change, and marked; an event that is told of it later is a count all the same."""
    tell(article("a", day=date(2025, 11, 3)), mention())
    tell(article("b", day=date(2025, 12, 1)), mention("protest", date=date(2025, 11, 18)), mention("strike"))
    trend = get_trend(connection, Filters())
    assert [(1, None), (None, None), (1, None), (None, None), (1, None)] == [(row.count, row.change) for row in trend]
    assert [(date(2025, 11, 10), date(2025, 12, 1))] == [
        (mark.day, mark.until) for mark in trend.marks if mark.kind == "gap"
    ]
    assert [1, 0, 0, 0, 1] == [period.articles for period in trend.periods]


@pytest.mark.usefixtures("told")
def test_by_country(connection: Connection) -> None:
    """An event of two countries counts for each, and as a share of the events; the busiest comes first."""
    rows = get_trend(connection, Filters(), period="month", by="country")
    assert [("RS", 2, 1.0), ("CL", 1, 0.5)] == [(row.key, row.count, row.share) for row in rows]


@pytest.mark.usefixtures("told")
def test_by_two_dimensions(connection: Connection) -> None:
    """One row for each pair that occurs, in the order asked for."""
    rows = get_trend(connection, Filters(), period="month", by=("country", "type"))
    assert [("CL", "protest", 1), ("RS", "permit_denied", 1), ("RS", "protest", 1)] == [
        (row.key, row.key2, row.count) for row in rows
    ]


def test_by_stance_and_by_source(connection: Connection, tell: Tell) -> None:
    """An event counts for each stance that is taken on it, and for each source that tells of it."""
    tell(article("a", source="Wire"), mention(), stances=(opposing(),))
    tell(article("b", source="Paper"), mention(), mention("accident", project="Bor"))
    stances = get_trend(connection, Filters(), by="stance")
    assert [("-", 1), ("oppose", 1)] == [(row.key, row.count) for row in stances]
    sources = get_trend(connection, Filters(), by=("source", "project"))
    assert [("Paper", "Bor", 1), ("Paper", "Jadar", 1), ("Wire", "Jadar", 1)] == [
        (row.key, row.key2, row.count) for row in sources
    ]
    assert [0.5, 0.5, 0.5] == [row.share for row in sources]


@pytest.mark.usefixtures("told")
def test_span_is_the_one_asked_for(connection: Connection, tell: Tell) -> None:
    """Zeros reach to both ends of since..until."""
    tell(article("first", day=date(2025, 10, 1)))
    tell(article("last", day=date(2025, 12, 30)))
    rows = get_trend(connection, Filters(since=date(2025, 10, 1), until=date(2025, 12, 31)), period="month")
    assert [0, 2, 0] == [row.count for row in rows]


def test_the_whole_span_is_compared_with_the_one_before(connection: Connection, tell: Tell) -> None:
    """Day by day as long, key by key; with the day that the span ends on, a period may be counted in part."""
    for number, day in enumerate((5, 6, 12, 19, 20, 26)):
        tell(article(f"n{number}", day=date(2025, 11, day)), mention(date=date(2025, 11, day), project=f"P{number}"))
    span = Filters(since=date(2025, 11, 17), until=date(2025, 12, 1))
    trend = get_trend(connection, span)
    assert (date(2025, 11, 3), 3, 3, 0) == (
        trend.before, trend.totals[0].count, trend.totals[0].before, trend.totals[0].change,
    )  # fmt: skip
    later = get_trend(connection, Filters(since=date(2025, 11, 12), until=date(2025, 11, 20)), period="day")
    assert [(2, 2, 0.0)] == [(total.count, total.before, total.relative) for total in later.totals]


def test_a_span_before_that_was_not_read_is_not_compared_with(connection: Connection, tell: Tell) -> None:
    """Nor its keys counted as lost."""
    tell(article("a", day=date(2025, 11, 3)), mention(date=date(2025, 6, 2), project="Old"))
    tell(article("b", day=date(2025, 11, 4)), mention())
    trend = get_trend(connection, Filters(since=date(2025, 8, 1)), by="project")
    assert (None, [("Jadar", 1, None, None)]) == (
        trend.before,
        [(total.key, total.count, total.before, total.change) for total in trend.totals],
    )


def test_totals_end_with_what_was_read(connection: Connection, tell: Tell) -> None:
    """An event announced for later is in its row, and not in a total that is compared."""
    for week in range(4):
        tell(article(f"n{week}", day=date(2025, 11, 3) + timedelta(weeks=week)), mention(project=f"P{week}"))
    tell(article("z", day=date(2025, 11, 24)), mention("court_ruling", date=date(2026, 1, 20), status="prospective"))
    trend = get_trend(connection, Filters(since=date(2025, 11, 17)))
    assert (date(2025, 11, 25), 2, 3) == (trend.until, trend.totals[0].count, sum(row.count or 0 for row in trend))


def test_the_panel_counts_what_its_sources_tell_of(connection: Connection, tell: Tell) -> None:
    """A source that joined late tells of twice as much, and the panel's counts stay as they are."""
    for week in range(10):
        day = date(2025, 9, 1) + timedelta(weeks=week)
        tell(article(f"w{week}", day=day, source="Wire"), mention(project=f"W{week}", date=day))
        if week >= 7:
            others = [mention("protest", project=f"{name}{week}", date=day) for name in "XY"]
            tell(article(f"n{week}", day=day, source="Newcomer"), *others)
    span = Filters(since=date(2025, 9, 1), until=date(2025, 11, 10))
    everything, panel = get_trend(connection, span), get_trend(connection, span, panel=True)
    assert [1] * 7 + [3] * 3 == [row.count for row in everything]
    assert ([1] * 10, [1000.0] * 10) == ([row.count for row in panel], [row.per_thousand for row in panel])
    assert ((None, None), ("Wire",)) == ((everything.panel, next(iter(everything)).per_thousand), panel.panel)
    assert Mark(kind="joined", day=date(2025, 10, 20), until=None, source="Newcomer") in everything.marks


def test_an_empty_panel_divides_by_nothing(connection: Connection, tell: Tell) -> None:
    """It says that it is empty, and counts nothing."""
    tell(article("a", day=date(2025, 9, 1)), mention())
    tell(article("b", day=date(2025, 11, 3)), mention("protest"))
    trend = get_trend(connection, Filters(), panel=True)
    assert ((), 0) == (trend.panel, len(trend))


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "year"},
        {"by": "weather"},
        {"by": ("type", "weather")},
        {"by": ("type", "type")},
        {"by": ("type", "country", "mineral")},
    ],
)
def test_unknown_words_are_refused(connection: Connection, asked: dict[str, str]) -> None:
    """With the known ones."""
    with pytest.raises(UsageError, match="expected"):
        get_trend(connection, Filters(), **asked)  # type: ignore[arg-type]


def test_absurd_spans_are_bounded(connection: Connection, tell: Tell) -> None:
    """A date read as year 3 costs no million rows; nor do spans at the ends of time."""
    tell(article("a"), mention(date=date(3, 1, 1)), mention("protest"))
    assert 2000 == len(get_trend(connection, Filters(), period="day"))
    ends = Filters(since=date.min, until=date.max)
    assert [2000] * 3 == [len(get_trend(connection, ends, period=period).periods) for period in PERIODS]


def test_more_rows_than_anybody_reads_are_refused(connection: Connection, tell: Tell) -> None:
    """With what to do about it."""
    many = [mention(project=f"P{number}", date=date(2025, 11, 3)) for number in range(255)]
    tell(article("a"), *many, mention(date=date(2019, 11, 3), project="Old"))
    with pytest.raises(UsageError, match="shorter span"):
        get_trend(connection, Filters(since=date(2019, 1, 1)), period="day", by=("project", "type"))


DAYS = st.dates(date(2025, 9, 1), date(2025, 11, 30))
EVENTS = st.lists(
    st.tuples(
        DAYS,
        st.sampled_from(["protest", "strike", "policy"]),
        st.lists(st.sampled_from(["RS", "CL", "CD"]), unique=True, max_size=3),
        st.lists(st.sampled_from(["lithium", "gold"]), unique=True, max_size=2),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EVENTS, st.sampled_from(PERIODS), st.sampled_from(list(product(DIMENSIONS, DIMENSIONS))))
def test_rows_add_up_to_the_events(
    events: list[tuple[date, str, list[str], list[str]]], period: str, by: tuple[str, str]
) -> None:
    """Whatever is counted by: each key has as many as the events themselves say, and periods count each event once."""
    connection = open_database(None)
    tell = teller(connection)
    for number, (day, type_, countries, minerals) in enumerate(events):
        told = mention(type_, date=day, countries=tuple(countries), minerals=tuple(minerals), project=f"P{number}")
        tell(article(f"n{number}", day=day), told)
    one, two = get_trend(connection, Filters(), period=period, by=by[0]), _two(connection, period, by)
    stored = find_events(connection, Filters(), limit=100)
    connection.close()
    assert len(stored) == sum(period.events for period in one.periods)
    for dimension, members in (("country", "countries"), ("mineral", "minerals")):
        if by[0] == dimension:
            assert Counter(key for event in stored for key in getattr(event, members)) == _by_key(one)
        if by[0] != dimension == by[1] and by[0] in ("type", "status", "project", "all"):
            assert sum(_by_key(two).values()) == sum(len(getattr(event, members)) for event in stored)


def _two(connection: Connection, period: str, by: tuple[str, str]) -> Trend:
    return get_trend(connection, Filters(), period=period, by=tuple(dict.fromkeys(by)))


def _by_key(trend: Trend) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in trend:
        found[row.key] += row.count or 0
    return found
