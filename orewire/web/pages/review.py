"""Correcting: the queue of what is most doubtful, and the forms by which a person decides about an event."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from orewire.model.errors import UsageError
from orewire.model.event import Event, Review
from orewire.model.review import CODED, LISTED, NAMED, STANCE_FIELDS
from orewire.web.forms import Form, one, read_form
from orewire.web.guard import needs, note_target, visitor_of
from orewire.web.pages.event import values_for
from orewire.web.pages.names import country_code
from orewire.web.pages.question import address, read_question
from orewire.web.pages.shell import Desk, render, render_problem, with_problems
from orewire.web.parameters import Number

_SHOWN: Final = 25
_ACTIONS: Final = ("accept", "reject", "edit", "merge", "split", "undo")
_MOST_STANCES: Final = 20


def add_review_pages(app: FastAPI, desk: Desk) -> None:
    """Give the application the queue, and what the forms of an event's page ask for; deciding is for analysts."""
    guarded = [Depends(needs("analyst"))]

    @app.get("/queue", include_in_schema=False)
    @with_problems
    def queue(request: Request) -> Response:
        filters = read_question(request)
        events = desk.questions.find_unreviewed(filters, limit=_SHOWN)
        return render(request, "queue.html", events=events, here_again=address("/queue", filters))

    @app.post("/events/{event_id}/review", include_in_schema=False, dependencies=guarded)
    async def decide(request: Request, event_id: Number) -> Response:
        form = await read_form(request)
        note_target(request, f"{one(form, 'do')} {event_id}")
        event = await run_in_threadpool(lambda: desk.questions.get_event(event_id))
        if event is None:
            return render_problem(request, 404, f"There is no event {event_id}.")
        try:
            made = await desk.work.review(read_decision(form, event, visitor_of(request).name))
        except UsageError as error:
            problem = str(error)
            return await run_in_threadpool(lambda: _event_page(request, desk, event, problem))
        return RedirectResponse(_after(form, made), 303)


def _event_page(request: Request, desk: Desk, event: Event, problem: str) -> Response:
    return render(request, "event.html", status=400, **{**values_for(desk, event), "problem": problem})


def _after(form: Form, made: Review) -> str:
    """Back to the queue, or to the event as it is now."""
    back = one(form, "back")
    if back == "/queue" or back.startswith("/queue?"):
        return back
    return f"/events/{made.into_event or made.event}"


def read_decision(form: Form, event: Event, who: str) -> Review:
    """What a form of the event's page decides; UsageError for what is no decision."""
    action = one(form, "do")
    if action not in _ACTIONS:
        raise UsageError(f"do: found {action!r}, expected one of {', '.join(_ACTIONS)}")
    return Review(
        action=action,
        who=who,
        reason=one(form, "reason") or None,
        event=event.id if action != "undo" else None,
        id=_number(form, "id") if action == "undo" else None,
        into_event=_number(form, "into_event") if action == "merge" else None,
        articles=tuple(form.get("article", [])) if action == "split" else (),
        edits=_edits(form, event) if action == "edit" else {},
    )


def _number(form: Form, name: str) -> int:
    value = one(form, name)
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise UsageError(f"{name}: found {value[:20]!r}, expected a number")
    return int(value)


def _edits(form: Form, event: Event) -> dict[str, Any]:
    """The fields that were filled in with something else than the event has."""
    told = {**_plain_values(form), "stances": _stances(form)}
    before = {**{name: getattr(event, name) for name in told if name != "stances"}, "stances": _present(event)}
    edits = {name: value for name, value in told.items() if value != _comparable(before[name])}
    if not edits:
        raise UsageError("edit: found nothing changed, expected another value of at least one field")
    return edits


def _plain_values(form: Form) -> dict[str, Any]:
    told: dict[str, Any] = {name: one(form, name) or None for name in (*CODED, *NAMED) if name in form}
    for name in (part for part in LISTED if part in form):
        told[name] = [value.strip() for value in one(form, name).split(",") if value.strip()]
    if "countries" in told:
        told["countries"] = list(map(country_code, told["countries"]))
    if "date" in form:
        told["date"] = _day(one(form, "date"))
    return told


def _day(value: str) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if value else None
    except ValueError as error:
        raise UsageError(f"date: found {value!r}, expected a day such as 2025-11-13, or nothing") from error


def _stances(form: Form) -> list[dict[str, str]]:
    """The rows of the form that name a holder."""
    columns = {name: form.get(f"stance_{name}", []) for name in STANCE_FIELDS}
    rows = [dict(zip(columns, map(str.strip, values), strict=True)) for values in zip(*columns.values(), strict=False)]
    return [row for row in rows[:_MOST_STANCES] if row["holder"]]


def _present(event: Event) -> list[dict[str, str]]:
    return [{name: getattr(stance, name) for name in STANCE_FIELDS} for stance in event.stances]


def _comparable(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
