"""Routes of the API about projects and about the history of events."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query, Request

from orewire.model.errors import UsageError
from orewire.model.event import to_json
from orewire.model.ports import Questions
from orewire.model.project import ProjectFilters

_KNOWN = frozenset(field.name for field in fields(ProjectFilters)) | {"limit", "offset"}
_MAX_LIMIT = 1000
_MOST_AROUND = 2000
"""Characters on each side of the evidence: to prove it, not to read the whole article here."""

Timeline = Annotated[int, Query(ge=0, le=1000)]
"""Events of a dossier that are told, the newest."""


def add_dossiers(app: FastAPI, questions: Questions) -> None:
    """Give the application its routes."""

    @app.get("/api/v1/projects")
    def find_projects(
        filters: Annotated[ProjectFilters, Depends(read_project_filters)],
        limit: Annotated[int, Query(ge=0, le=_MAX_LIMIT)] = 50,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> dict[str, Any]:
        """Projects that match, those of the newest events first, and how many there are in all."""
        found = questions.find_projects(filters, limit=limit, offset=offset) if limit else []
        return {"projects": [to_json(project) for project in found], "total": questions.count_projects(filters)}

    @app.get("/api/v1/projects/{project_id}")
    def get_project(project_id: int, timeline: Timeline = 1000) -> dict[str, Any]:
        """All that is known of one project, by its number; that of a second name leads to the project itself."""
        return _found(questions.get_project(str(project_id), timeline=timeline), f"no project {project_id}")

    @app.get("/api/v1/project")
    def find_project(name: str, country: str | None = None, timeline: Timeline = 1000) -> dict[str, Any]:
        """The same by any of its names; 400 lists those that are called so."""
        return _found(questions.get_project(name, country, timeline=timeline), f"no project {name!r}")

    @app.get("/api/v1/events/{event_id}/history")
    def get_history(event_id: int) -> dict[str, Any]:
        """What became of an event, why each report belongs to it, and what came before and after."""
        return _found(questions.get_history(event_id), f"no event {event_id}")

    @app.get("/api/v1/events/{event_id}/passages")
    def get_passages(event_id: int, around: Annotated[int, Query(ge=0, le=_MOST_AROUND)] = 400) -> dict[str, Any]:
        """Where articles prove an event: the evidence and what stands around it."""
        return {"passages": [to_json(one) for one in questions.get_passages(event_id, around=around)]}

    @app.get("/api/v1/stories/{story_id}")
    def get_story(story_id: int) -> dict[str, Any]:
        """A story: its reports, and the events that they tell of."""
        return _found(questions.get_story(story_id), f"no story {story_id}")


def _found(record: Any, otherwise: str) -> dict[str, Any]:
    if record is None:
        raise HTTPException(404, otherwise)
    return to_json(record)


def read_project_filters(
    request: Request,
    country: Annotated[list[str] | None, Query()] = None,
    mineral: Annotated[list[str] | None, Query()] = None,
    standing: Annotated[list[str] | None, Query()] = None,
    name: Annotated[list[str] | None, Query()] = None,
    untold: bool = False,
) -> ProjectFilters:
    """The question of a request; UsageError for a parameter that nobody reads."""
    if unknown := sorted(set(request.query_params) - _KNOWN):
        raise UsageError(f"filter: found {unknown[0]!r}, expected one of {', '.join(sorted(_KNOWN))}")
    return ProjectFilters(
        country=tuple(country or ()),
        mineral=tuple(mineral or ()),
        standing=tuple(standing or ()),
        name=tuple(name or ()),
        untold=untold,
    )
