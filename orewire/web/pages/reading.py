"""Pages to read: stories, digests and messages as they were sent, the codebook, what this is."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from orewire.digest.render import with_pictures
from orewire.model.codes import FAMILIES
from orewire.web.pages.kept import kept
from orewire.web.pages.shell import Desk, render, render_problem, with_problems
from orewire.web.parameters import Number

_LISTED: Final = 100
_AS_SENT: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
}
"""For what was written to readers: its styles and pictures are within it, and nothing of it can run or be sent."""


def add_reading_pages(app: FastAPI, desk: Desk) -> None:
    """Give the application these pages."""

    @app.get("/stories/{story_id}", include_in_schema=False)
    @kept(desk)
    @with_problems
    def story(request: Request, story_id: Number) -> Response:
        found = desk.questions.get_story(story_id)
        if found is None:
            return render_problem(request, 404, f"There is no story {story_id}.")
        return render(request, "story.html", story=found)

    @app.get("/digests", include_in_schema=False)
    @kept(desk)
    @with_problems
    def digests(request: Request) -> Response:
        return render(request, "digests.html", posts=desk.ledger.find_posts(kinds=("digest",), limit=_LISTED))

    @app.get("/messages/{key:path}", include_in_schema=False)
    @with_problems
    def message(request: Request, key: str) -> Response:
        if (found := desk.ledger.get_message(key)) is None or found.html is None:
            return render_problem(request, 404, f"There is no message {key!r}.")
        return HTMLResponse(with_pictures(found.html, found.pictures), headers=_AS_SENT)

    @app.get("/health", include_in_schema=False)
    @kept(desk)
    @with_problems
    def health(request: Request) -> Response:
        return render(request, "health.html", health=desk.memory.recall("health", desk.questions.get_health))

    @app.get("/codebook", include_in_schema=False)
    @kept(desk)
    @with_problems
    def codebook(request: Request) -> Response:
        from nlp.codebook import event_types

        return render(request, "codebook.html", families=FAMILIES, types=event_types())

    @app.get("/about", include_in_schema=False)
    @kept(desk)
    @with_problems
    def about(request: Request) -> Response:
        return render(
            request,
            "about.html",
            health=desk.memory.recall("health", desk.questions.get_health),
            version=version("orewire"),
        )
