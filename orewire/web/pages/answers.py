"""Answers that a page shares with its pictures, which are asked for a moment later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from orewire.model.event import Event, Filters
from orewire.model.place import Place
from orewire.model.project import Dossier
from orewire.model.trend import Balance, Trend
from orewire.web.pages.shell import Desk


def newest_day(desk: Desk, filters: Filters, shown: Sequence[Event] = ()) -> date:
    """The day of the newest event that matches and has happened; today where there is none.

    `shown` are the newest of all that match, if any were found already. What is only expected lies ahead of the news.
    """
    today = datetime.now(UTC).date()
    if days := [event.date for event in shown if event.date and event.date <= today and event.status == "actual"]:
        return max(days)
    happened = replace(filters, status=filters.status or ("actual",), until=today + timedelta(days=1))
    found = desk.memory.recall(("newest", happened), lambda: desk.questions.find_events(happened, limit=1))
    return found[0].date if found and found[0].date else today


def recall_trend(desk: Desk, filters: Filters, *, period: str, by: Sequence[str], panel: bool = False) -> Trend:
    """See Questions.get_trend."""
    return desk.memory.recall(
        ("trend", filters, period, tuple(by), panel),
        lambda: desk.questions.get_trend(filters, period=period, by=by, panel=panel),
    )


def recall_balance(desk: Desk, filters: Filters, *, period: str, by: str) -> Balance:
    """See Questions.get_balance."""
    return desk.memory.recall(
        ("balance", filters, period, by), lambda: desk.questions.get_balance(filters, period=period, by=by)
    )


def recall_places(desk: Desk, filters: Filters) -> Sequence[Place]:
    """See Questions.find_places."""
    return desk.memory.recall(("places", filters), lambda: desk.questions.find_places(filters))


def recall_dossier(desk: Desk, project: int) -> Dossier | None:
    """A project's dossier with as much of its timeline as its page shows."""
    return desk.memory.recall(
        ("project", project), lambda: desk.questions.get_project(str(project), timeline=_TIMELINE)
    )


_TIMELINE: Final = 50
"""Events of a dossier that are shown at once; the rest is a page of results."""
