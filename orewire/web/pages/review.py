"""Correcting: the queue of what is most doubtful, and the forms by which a person decides about an event."""

from __future__ import annotations

from typing import Final

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from orewire.model.errors import UsageError
from orewire.model.event import Event, Review
from orewire.web.forms import Form, one, read_form
from orewire.web.guard import needs, note_target, visitor_of
from orewire.web.pages.edits import read_decision, read_draft
from orewire.web.pages.event import values_for
from orewire.web.pages.question import address, read_question
from orewire.web.pages.shell import Desk, render, render_problem, with_problems
from orewire.web.parameters import Number

_SHOWN: Final = 25
_LONGEST: Final = 1_000_000
"""Bytes of a form: an event with many stances is told twice in it."""


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
        form = await read_form(request, longest=_LONGEST)
        note_target(request, f"{one(form, 'do')} {event_id}")
        event = await run_in_threadpool(lambda: desk.questions.get_event(event_id))
        if event is None:
            return render_problem(request, 404, f"There is no event {event_id}.")
        try:
            made = await desk.work.review(read_decision(form, event, visitor_of(request).name))
        except UsageError as error:
            problem = str(error)
            return await run_in_threadpool(lambda: _event_page(request, desk, event, problem, form))
        return RedirectResponse(_after(form, made), 303)


def _event_page(request: Request, desk: Desk, event: Event, problem: str, form: Form) -> Response:
    """The page with what is wrong; an edit stands in its form as it was, beside what it was made of."""
    is_edit = one(form, "do") == "edit" and one(form, "shown")
    draft = {"draft": read_draft(form), "shown": one(form, "shown")} if is_edit else {}
    return render(request, "event.html", status=400, **{**values_for(desk, event), **draft, "problem": problem})


def _after(form: Form, made: Review) -> str:
    """Back to the queue, or to the event as it is now."""
    back = one(form, "back")
    if back == "/queue" or back.startswith("/queue?"):
        return back
    return f"/events/{made.into_event or made.event}"
