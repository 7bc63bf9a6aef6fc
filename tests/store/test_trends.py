"""Counts over time count events, and a quiet week is a zero."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from store.connection import Connection
from store.trends import get_trend
from tests.store.conftest import Tell, article, mention


@pytest.fixture
def told(tell: Tell) -> None:
    tell(article("a", day=date(2025, 11, 3)), mention())
    tell(article("b", day=date(2025, 11, 4)), mention())
    tell(article("c", day=date(2025, 11, 20)), mention("protest", countries=("RS", "CL")))
    tell(article("d", day=date(2025, 11, 20)), mention("accident", salience="background"))


@pytest.mark.usefixtures("told")
def test_weeks_without_gaps(connection: Connection) -> None:
    """Two reports of one event count once, history without a date not at all."""
    assert [(date(2025, 11, 3), 1, None), (date(2025, 11, 10), 0, -1), (date(2025, 11, 17), 1, 1)] == [
        (row.period, row.count, row.change) for row in get_trend(connection, Filters())
    ]


@pytest.mark.usefixtures("told")
def test_by_country(connection: Connection) -> None:
    """An event of two countries counts for each; the busiest comes first."""
    rows = get_trend(connection, Filters(), period="month", by="country")
    assert [("RS", 2), ("CL", 1)] == [(row.key, row.count) for row in rows]


@pytest.mark.usefixtures("told")
def test_span_is_the_one_asked_for(connection: Connection) -> None:
    """Zeros reach to both ends of since..until."""
    rows = get_trend(connection, Filters(since=date(2025, 10, 1), until=date(2025, 12, 31)), period="month")
    assert [0, 2, 0] == [row.count for row in rows]


@pytest.mark.parametrize("asked", [{"period": "year"}, {"by": "weather"}])
def test_unknown_words_are_refused(connection: Connection, asked: dict[str, Any]) -> None:
    """With the known ones."""
    with pytest.raises(UsageError, match="expected one of"):
        get_trend(connection, Filters(), **asked)


def test_absurd_spans_are_bounded(connection: Connection, tell: Tell) -> None:
    """A date read as year 3 costs no million rows."""
    tell(article("a"), mention(date=date(3, 1, 1)), mention("protest"))
    assert 2000 == len(get_trend(connection, Filters(), period="day"))
