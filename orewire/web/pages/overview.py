"""The first page: what changed, what is unusual, and the latest, at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import Response

from orewire.model.event import Event, Filters
from orewire.model.ledger import Turn
from orewire.web.pages.beside import beside
from orewire.web.pages.kept import kept
from orewire.web.pages.question import address
from orewire.web.pages.shell import Desk, render, with_problems

_LATEST: Final = 10
_LOOKED: Final = 100
"""Events, the newest, among which those are looked for that moved a project."""
_CHANGES: Final = 8
_MOVERS: Final = 6
_LEAD: Final = 5
_MONTH: Final = timedelta(days=30)
_OPPOSITION: Final = ("protest", "opposition", "lawsuit")
_APPROVALS: Final = ("permit_granted",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An event that moved its project."""

    event: Event
    turn: Turn


def add_overview(app: FastAPI, desk: Desk) -> None:
    """Give the application the page."""

    @app.get("/", include_in_schema=False)
    @kept(desk)
    @with_problems
    def show(request: Request) -> Response:
        return render(request, "overview.html", **recall_overview(desk))


def recall_overview(desk: Desk) -> dict[str, Any]:
    """What the page shows."""
    today = datetime.now(UTC).date()
    values = desk.memory.recall(("overview", today), lambda: _values(desk, today))
    return {**values, "beside": beside(desk, Filters(), values["latest"])}


def _values(desk: Desk, today: date) -> dict[str, Any]:
    questions = desk.questions
    happened = Filters(status=("actual",), until=today + timedelta(days=1))
    looked = questions.find_events(happened, limit=_LOOKED)
    day = looked[0].date if looked and looked[0].date else today
    lately = Filters(since=day - _MONTH, until=day + timedelta(days=1))
    (families,) = questions.count_facets(lately, by=("family",))
    return {
        "latest": [event for event in looked if event.salience == "main"][:_LATEST] or looked[:_LATEST],
        "changes": _changes(desk, looked),
        "movers": questions.find_movers(Filters(), limit=_MOVERS).movers,
        "opposition": questions.find_events(Filters(type=_OPPOSITION, status=("actual",)), limit=_LEAD),
        "approvals": questions.find_events(Filters(type=_APPROVALS, status=("actual",)), limit=_LEAD),
        "families": [(one.value, one.events) for one in families.values],
        "lately": lately,
        "all_opposition": address("/search", Filters(type=_OPPOSITION)),
        "all_approvals": address("/search", Filters(type=_APPROVALS)),
        "family_address": lambda family: address("/search", replace(lately, family=(family,))),
        "day": day,
    }


def _changes(desk: Desk, events: Sequence[Event]) -> list[Change]:
    turns = desk.ledger.get_turns([event.id for event in events if event.project])
    return [
        Change(event=event, turn=turn)
        for event in events
        if (turn := turns.get(event.id)) and turn.standing and turn.stood != turn.standing
    ][:_CHANGES]
