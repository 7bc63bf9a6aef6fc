"""Routes of the API about projects and about the history of events."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response

from orewire.model.event import to_json
from orewire.model.history import History
from orewire.model.ports import Questions
from orewire.model.project import Dossier, ProjectFilters
from orewire.model.story import Story
from orewire.web import parameters as asked
from orewire.web.answers import answer, next_offset
from orewire.web.formats import TABLE_FORMS
from orewire.web.parameters import read_project_filters
from orewire.web.questions import TableForm, several_forms
from orewire.web.schemas import ProjectPage
from orewire.web.shapes import answers_with
from orewire.web.tables import project_table

_NAME = Query(description="Any of its names, a part of one, or its number.")
_COUNTRY = Query(description="Where it lies, for a name that several have.")

_MOST_AROUND = 2000
"""Characters on each side of the evidence: to prove it, not to read the whole article here."""
Timeline = Annotated[int, Query(ge=0, le=1000, description="Events of a dossier that are told, the newest.")]


def add_dossiers(app: FastAPI, questions: Questions) -> None:
    """Give the application its routes."""

    @several_forms(app, "/api/v1/projects", TABLE_FORMS, ProjectPage, "projects")
    def find_projects(
        request: Request,
        form: TableForm,
        filters: Annotated[ProjectFilters, Depends(read_project_filters)],
        limit: asked.Limit = 50,
        offset: asked.Offset = 0,
    ) -> Response:
        """Projects that match, those of the newest events first, and how many there are in all."""
        found = questions.find_projects(filters, limit=limit, offset=offset) if limit else []
        total = questions.count_projects(filters)
        after = next_offset(request, limit=limit, offset=offset, found=len(found), total=total)
        record = {"projects": [to_json(project) for project in found], "total": total, "next": after}
        return answer(form, lambda: record, lambda: project_table(found), following=after)

    @app.get("/api/v1/projects/{project_id}", responses=answers_with(Dossier), tags=["projects"])
    def get_project(project_id: asked.Number, timeline: Timeline = 1000) -> Response:
        """All that is known of one project, by its number; that of a second name leads to the project itself."""
        return _found(questions.get_project(str(project_id), timeline=timeline), f"no project {project_id}")

    @app.get("/api/v1/project", responses=answers_with(Dossier), tags=["projects"])
    def find_project(
        name: Annotated[str, _NAME],
        country: Annotated[asked.Code | None, _COUNTRY] = None,
        timeline: Timeline = 1000,
    ) -> Response:
        """The same by any of its names; 400 lists those that are called so."""
        return _found(questions.get_project(name, country, timeline=timeline), f"no project {name!r}")

    @app.get("/api/v1/events/{event_id}/history", responses=answers_with(History), tags=["events"])
    def get_history(event_id: asked.Number) -> Response:
        """What became of an event, why each report belongs to it, and what came before and after."""
        return _found(questions.get_history(event_id), f"no event {event_id}")

    @app.get("/api/v1/events/{event_id}/passages", tags=["events"])
    def get_passages(
        event_id: asked.Number, around: Annotated[int, Query(ge=0, le=_MOST_AROUND)] = 400
    ) -> dict[str, Any]:
        """Where articles prove an event: the evidence and what stands around it."""
        return {"passages": [to_json(one) for one in questions.get_passages(event_id, around=around)]}

    @app.get("/api/v1/stories/{story_id}", responses=answers_with(Story), tags=["articles"])
    def get_story(story_id: asked.Number) -> Response:
        """A story: its reports, and the events that they tell of."""
        return _found(questions.get_story(story_id), f"no story {story_id}")


def _found(record: Any, otherwise: str) -> Response:
    if record is None:
        raise HTTPException(404, otherwise)
    return JSONResponse(to_json(record))
