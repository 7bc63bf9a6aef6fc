"""Unusual rises are found among many series, with the events that explain them; a source that joined makes none."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from store.connection import Connection, insert_rows
from store.movers import find_movers
from tests.store.conftest import Tell, article, mention

MONDAY = date(2025, 11, 10)
PAIRS = [(country, mineral) for country in ("RS", "CL", "CD", "ID") for mineral in ("lithium", "copper", "cobalt")]


class News:
    """A year of news, written straight into the tables: what articles say is tested elsewhere."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.told: list[tuple[date, str, str, str]] = []

    def tell(self, country: str, mineral: str, week: int, times: int = 1, *, source: str = "Wire") -> None:
        """So many events of a pair in a week, counted from the one that is tested: 0, -1, ..."""
        sunday = MONDAY + timedelta(weeks=week, days=6)
        self.told += [(sunday - timedelta(days=number % 7), country, mineral, source) for number in range(times)]

    def write(self) -> Connection:
        """Each event with one article and one mention, and the counts of the weeks, in place of what was there."""
        for table in ("articles", "mentions", "events", "weekly_counts", "country_sets", "mineral_sets"):
            self.connection.execute(f"DELETE FROM {table}")
        columns = {"id": "BIGINT", "day": "DATE", "country": "VARCHAR", "mineral": "VARCHAR", "source": "VARCHAR"}
        insert_rows(self.connection, "told", columns, [(number, *one) for number, one in enumerate(self.told)])
        self.connection.execute(_WRITE)
        return self.connection


_WRITE = """
    INSERT INTO country_sets SELECT row_number() OVER (), [country] FROM (SELECT DISTINCT country FROM told);
    INSERT INTO mineral_sets SELECT row_number() OVER (), [mineral] FROM (SELECT DISTINCT mineral FROM told);
    INSERT INTO articles (id, title, text, published, fetched, source, content_hash, number)
    SELECT id, '', '', day::TIMESTAMPTZ, day::TIMESTAMPTZ, source, '', id FROM told;
    INSERT INTO mentions (article, number, event, own_event, type, status, salience, minerals, countries, evidence,
        confidence, day, seen, source, voice, copy_group, reason, version)
    SELECT id, 0, id, id, 'protest', 'actual', 'main', [], [], country || ' ' || mineral, 0.5, day, day, source,
        'news', id, '', '1'
    FROM told;
    INSERT INTO events (id, type, status, salience, date, country_set, mineral_set, confidence, evidence_article,
        evidence_number, first_seen, last_seen, article_count, independent_sources, voice, supporters, opponents,
        version)
    SELECT told.id, 'protest', 'actual', 'main', day, countries.id, minerals.id, 0.5, told.id, 0, day,
        day, 1, told.id % 5, 'news', 0, 0, '1'
    FROM told
    JOIN country_sets AS countries ON countries.members = [country]
    JOIN mineral_sets AS minerals ON minerals.members = [mineral];
    INSERT INTO weekly_counts
    SELECT date_trunc('week', day), country, mineral, count(*) FROM told GROUP BY ALL;
    DELETE FROM told;
"""
OVER = Filters(until=MONDAY + timedelta(weeks=1))


@pytest.fixture
def news(connection: Connection) -> News:
    """A year of steady news of twelve pairs: none to three events a week."""
    connection.execute("CREATE TEMP TABLE told (id BIGINT, day DATE, country VARCHAR, mineral VARCHAR, source VARCHAR)")
    news, rng = News(connection), random.Random(7)
    for week in range(-54, 1):
        for country, mineral in PAIRS:
            news.tell(country, mineral, week, rng.choice((0, 1, 1, 2, 3)))
    return news


def test_steady_news_has_no_movers(news: News) -> None:
    """All twelve were looked at, over a year."""
    found = find_movers(news.write(), OVER)
    assert ((), 12, 54, 1, ()) == (found.movers, found.tested, found.compared, found.panel, found.notes)


def test_a_rise_is_found_and_explained(news: News) -> None:
    """With what is usual, since when, what the panel tells, and the events that most sources tell of."""
    news.tell("RS", "lithium", -1, 20)
    news.tell("RS", "lithium", 0, 30)
    (mover,) = find_movers(news.write(), OVER).movers
    assert ("RS", "lithium", MONDAY - timedelta(weeks=1)) == (mover.key, mover.key2, mover.since)
    assert 30 <= mover.count <= 33
    assert (mover.count, True) == (mover.panel_count, mover.p_value < 1e-6)
    assert 0 <= mover.usual <= mover.expected <= 3
    assert [("RS lithium", 4)] * 3 == [(event.evidence, event.independent_sources) for event in mover.events]
    assert all(MONDAY <= event.date < MONDAY + timedelta(weeks=1) for event in mover.events)


def test_the_kept_counts_and_the_events_give_the_same_movers(news: News) -> None:
    """The same pairs asked the other way round, and with a filter that lets everything pass."""
    news.tell("RS", "lithium", 0, 30)
    kept = find_movers(news.write(), OVER)
    counted = find_movers(news.connection, replace(OVER, min_confidence=0))
    turned = find_movers(news.connection, OVER, by=("mineral", "country"))
    assert kept == counted
    assert [("lithium", "RS", kept.movers[0].p_value)] == [(one.key, one.key2, one.p_value) for one in turned.movers]


def test_other_dimensions(news: News) -> None:
    """A country alone, or a type; a month, too."""
    news.tell("CD", "gold", 0, 40)
    assert ["CD"] == [mover.key for mover in find_movers(news.write(), OVER, by="country").movers]
    month = find_movers(news.connection, Filters(until=date(2025, 12, 1)), by="mineral", period="month")
    assert [("gold", date(2025, 11, 1))] == [(mover.key, month.start) for mover in month.movers]


def test_a_source_that_joined_makes_no_mover(news: News) -> None:
    """It tells of thirty events in its first week; without a panel to ask, the answer says what it cannot know."""
    news.tell("CL", "copper", 0, 30, source="Newcomer")
    assert () == find_movers(news.write(), OVER).movers


def test_without_a_panel_the_answer_says_so(news: News) -> None:
    """Each week of another source: whoever rose may have been joined by one."""
    news.told = [(day, country, mineral, f"Outlet {day.isocalendar().week}") for day, country, mineral, _ in news.told]
    news.tell("CL", "copper", 0, 30, source="Newcomer")
    found = find_movers(news.write(), OVER)
    assert ([("CL", None)], 0) == ([(mover.key, mover.panel_count) for mover in found.movers], found.panel)
    assert "panel is empty" in found.notes[0]


def test_few_events_are_no_news(news: News) -> None:
    """Four after a year of none."""
    news.tell("AR", "boron", 0, 4)
    assert () == find_movers(news.write(), OVER).movers


def test_the_last_week_that_is_over(news: News) -> None:
    """Without a day: that of the newest article; a week that is not over is tested when asked for, and named."""
    news.told.append((MONDAY + timedelta(weeks=1), "RS", "lithium", "Wire"))
    assert MONDAY == find_movers(news.write(), Filters()).start
    running = find_movers(news.connection, Filters(until=MONDAY + timedelta(weeks=2)))
    assert (MONDAY + timedelta(weeks=1), True) == (running.start, "not over" in running.notes[0])


def test_weeks_that_were_not_read_are_left_out(news: News) -> None:
    """They are neither zeros of the past nor a week to be tested."""
    first, last = MONDAY - timedelta(weeks=30), MONDAY - timedelta(weeks=10)
    news.told = [one for one in news.told if not first <= one[0] < last]
    found = find_movers(news.write(), OVER)
    assert ((), 34) == (found.movers, found.compared)
    unread = find_movers(news.connection, Filters(until=MONDAY - timedelta(weeks=12)))
    assert (0, True) == (unread.tested, unread.notes[0].startswith("nothing was read"))


def test_too_short_a_past(connection: Connection, tell: Tell) -> None:
    """Seven weeks tell no level; nor does an empty store."""
    assert ("nothing has been read yet",) == find_movers(connection, Filters()).notes
    for week in range(8):
        tell(article(f"n{week}", day=MONDAY - timedelta(weeks=week)), mention())
    found = find_movers(connection, Filters(until=MONDAY + timedelta(weeks=1)))
    assert (0, True) == (found.tested, "7 weeks, and 8 are needed" in found.notes[0])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"period": "day"}, "week, month"),
        ({"by": ("country", "weather")}, "mineral"),
        ({"limit": 0}, "1 to"),
        ({"filters": Filters(since=date(2025, 1, 1))}, "only until"),
    ],
)
def test_what_means_nothing_is_refused(connection: Connection, asked: dict[str, object], told: str) -> None:
    """With what was expected."""
    with pytest.raises(UsageError, match=told):
        find_movers(connection, **{"filters": Filters(), **asked})  # type: ignore[arg-type]


def test_the_ends_of_time(news: News) -> None:
    """Nothing was read there, and nothing breaks."""
    for until in (date(1, 1, 2), date(1, 2, 1), date.max):
        assert () == find_movers(news.write(), Filters(until=until)).movers
