"""The page of one event: the sentence that proves it in its context, its sources, how it was coded, what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from orewire.digest.items import direction_of, ordered_sources
from orewire.digest.plain import web_address
from orewire.model.event import Event, EventStance, Review, Source
from orewire.model.history import Belonging, History, Step
from orewire.model.review import STATES
from orewire.model.story import Passage
from orewire.web.pages.edits import values_shown
from orewire.web.pages.names import value_name
from orewire.web.pages.search import marked
from orewire.web.pages.shell import Desk, render, render_problem, unless_known, with_problems
from orewire.web.parameters import Number

_AROUND = 350
"""Characters on each side of the evidence: to prove it, not to read the whole article here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A source as shown: `url` only where it is one of the web, `pieces` of its passage with the evidence marked."""

    source: Source
    pieces: Sequence[tuple[str, bool]]
    direction: str
    url: str | None
    story: int | None
    belonging: Belonging | None


def add_event_page(app: FastAPI, desk: Desk) -> None:
    """Give the application the page; the number of a merged event leads to the one it went into."""

    def find(event_id: int) -> tuple[Event, dict[str, Any]] | tuple[()]:
        event = desk.memory.recall(("event", event_id), lambda: desk.questions.get_event(event_id))
        return (event, values_for(desk, event)) if event else ()

    @with_problems
    def answer(request: Request, event_id: int) -> Response:
        found = desk.memory.recall(("event page", event_id), lambda: find(event_id))
        if not found:
            return render_problem(request, 404, f"There is no event {event_id}.")
        event, values = found
        if event.id != event_id:
            return RedirectResponse(f"/events/{event.id}", 301)
        return unless_known(request, render(request, "event.html", **values))

    @app.get("/events/{event_id}", include_in_schema=False)
    async def show(request: Request, event_id: Number) -> Response:
        """What is known already waits for no thread; forms make the page another for each visitor."""
        if desk.memory.glance(("event page", event_id), lambda: find(event_id)) is not None:
            return answer(request, event_id)
        return await run_in_threadpool(answer, request, event_id)


def values_for(desk: Desk, event: Event) -> dict[str, Any]:
    """What the page of an event shows, and the forms by which it is corrected."""
    told = desk.memory.recall(("told", event.id), lambda: _values(desk, event))
    choices = desk.memory.recall("choices", desk.questions.get_choices)
    decisions = desk.memory.recall(("reviews", event.id), lambda: desk.questions.get_reviews(event.id))
    standing = [one for one in decisions if one.undone_at is None]
    shown = json.dumps(values_shown(told["event"]), ensure_ascii=False)
    return {**told, "choices": choices, "shown": shown, **decided(event, standing)}


def decided(event: Event, decisions: Sequence[Review]) -> dict[str, Any]:
    """Those in force, the latest first, and the one that made the event's state."""
    made = [one for one in decisions if one.event == event.id and STATES.get(one.action) == event.review]
    return {"decisions": decisions, "decided": made[0] if made and event.review else None}


def _values(desk: Desk, event: Event) -> dict[str, Any]:
    passages = desk.questions.get_passages(event.id, around=_AROUND)
    return values_of(event, desk.questions.get_history(event.id), passages)


def values_of(event: Event, history: History | None, passages: Sequence[Passage]) -> dict[str, Any]:
    """What the page shows."""
    placed = {(one.article_id, one.start): one for one in passages}
    belongings = {(one.article_id, one.evidence): one for one in history.belongings} if history else {}
    return {
        **decided(event, ()),
        "problem": "",
        "event": event,
        "draft": event,
        "sources": [_told(source, placed, belongings) for source in ordered_sources(event)],
        "sides": [("For", _holders(event, "support")), ("Against", _holders(event, "oppose"))],
        "steps": [_in_words(step) for step in history.steps] if history else [],
        "sequels": history.sequels if history else (),
    }


def _in_words(step: Step) -> Step:
    """What a report was the first to tell, as a reader would say it: the store tells codes."""
    step = replace(step, change=step.change.replace(" -> ", " → "))
    if step.kind == "place_known":
        names = (value_name("country", code) for code in step.change.removeprefix("in ").split(", "))
        return replace(step, change=f"said to be in {', '.join(names)}")
    words = {"minerals_known": "said to be about", "project_known": "said to be at"}.get(step.kind)
    return replace(step, change=f"{words} {step.change}") if words else step


def _told(
    source: Source,
    passages: Mapping[tuple[str, int | None], Passage],
    belongings: Mapping[tuple[str, str], Belonging],
) -> Told:
    """By its sentence: events of one article may have become one."""
    passage = passages.get((source.article_id, source.start))
    excerpt = passage.excerpt if passage else None
    return Told(
        source=source,
        pieces=marked(excerpt) if excerpt else [(source.evidence, True)],
        direction=direction_of(source.evidence),
        url=web_address(source.url),
        story=passage.story if passage else None,
        belonging=belongings.get((source.article_id, source.evidence)),
    )


def _holders(event: Event, polarity: str) -> Sequence[EventStance]:
    """Each holder once."""
    found = {stance.holder: stance for stance in event.stances if stance.polarity == polarity}
    return list(found.values())
