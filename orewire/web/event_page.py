"""The page of one event: the sentence that proves it, who tells of it, what became of it, who is for and against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from orewire.digest.items import direction_of, ordered_sources
from orewire.digest.plain import clean, web_address
from orewire.digest.wording import tell_event
from orewire.model.event import Event, EventStance, Source
from orewire.model.history import History
from orewire.model.ports import Questions
from orewire.web.pages import PAGE_HEADERS, render_page

_LONGEST = 2_000
"""Characters of evidence: more is not one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A source as it is shown; `url` only where it is a web address."""

    source: Source
    evidence: str
    direction: str
    url: str | None


def add_event_page(app: FastAPI, questions: Questions) -> None:
    """Give the application the page; the number of a merged event leads to the one it went into."""

    @app.get("/events/{event_id}", response_class=HTMLResponse, include_in_schema=False)
    def show(event_id: int) -> Response:
        event = questions.get_event(event_id)
        if event is None:
            raise HTTPException(404, f"no event {event_id}")
        if event.id != event_id:
            return RedirectResponse(f"/events/{event.id}", 301)
        return HTMLResponse(render_event(event, questions.get_history(event_id)), headers=PAGE_HEADERS)


def render_event(event: Event, history: History | None) -> str:
    """The page."""
    return render_page(
        "event.html",
        event=event,
        line=tell_event(event, "en"),
        evidence=clean(event.evidence, _LONGEST),
        direction=direction_of(event.evidence),
        sources=[_told(source) for source in ordered_sources(event)],
        sides=[("For", _holders(event, "support")), ("Against", _holders(event, "oppose"))],
        steps=history.steps if history else (),
        sequels=history.sequels if history else (),
    )


def _told(source: Source) -> _Told:
    return _Told(
        source=source,
        evidence=clean(source.evidence, _LONGEST),
        direction=direction_of(source.evidence),
        url=web_address(source.url),
    )


def _holders(event: Event, polarity: str) -> Sequence[EventStance]:
    """Each holder once."""
    found = {stance.holder: stance for stance in event.stances if stance.polarity == polarity}
    return list(found.values())
