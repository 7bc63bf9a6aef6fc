"""The day with which the year beside a list ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import cast

from orewire.model.event import Event, Filters
from orewire.web.pages.answers import newest_day
from orewire.web.pages.asking import year_to
from orewire.web.pages.memory import Memory
from orewire.web.pages.shell import Desk
from tests.orewire.digest.conftest import event

TODAY = datetime.now(UTC).date()


def desk_of(*events: Event) -> tuple[Desk, list[Filters]]:
    """A store that answers with these, and what it was asked."""
    asked: list[Filters] = []

    def find_events(filters: Filters, *, limit: int) -> list[Event]:
        asked.append(filters)
        return list(events[:limit])

    return cast(Desk, SimpleNamespace(memory=Memory(), questions=SimpleNamespace(find_events=find_events))), asked


def test_what_is_shown_already_is_not_asked_for() -> None:
    """The newest that has happened: neither what is expected nor what has no date."""
    desk, asked = desk_of()
    days = [
        event(date=TODAY + timedelta(days=30)),
        event(date=TODAY - timedelta(days=1), status="prospective"),
        event(date=TODAY - timedelta(days=9)),
        event(date=None),
    ]
    assert (TODAY - timedelta(days=9), []) == (newest_day(desk, Filters(), days), asked)


def test_what_is_not_shown_is_asked_for() -> None:
    """Of what is asked for, expected things too where they are; today where there is nothing."""
    desk, asked = desk_of(event(date=date(2020, 5, 1)))
    expected = Filters(status=("prospective",))
    assert [date(2020, 5, 1)] * 2 == [newest_day(desk, filters) for filters in (Filters(), expected)]
    happened = Filters(status=("actual",), until=TODAY + timedelta(days=1))
    assert [happened, replace(happened, status=("prospective",))] == asked
    assert TODAY == newest_day(desk_of()[0], Filters())


def test_the_year_ends_with_the_week() -> None:
    """On a Monday, 52 weeks after the one that it begins with."""
    monday = date(2025, 11, 10)
    assert {(date(2024, 11, 18), date(2025, 11, 17))} == {year_to(monday + timedelta(days=n)) for n in range(7)}
    assert (date.min, date(1, 1, 8)) == year_to(date.min)
