"""Projects: the list, and the dossier of one with its standing, timeline, attitudes and actors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.project import STANDINGS, Attitudes, Dossier, Project, ProjectFilters
from orewire.web.charts.pictures import NARROW, picture_of_standing
from orewire.web.pages.answers import recall_dossier
from orewire.web.pages.beside import beside
from orewire.web.pages.kept import kept
from orewire.web.pages.names import country_code
from orewire.web.pages.question import address, read_page
from orewire.web.pages.shell import Desk, render, render_problem, with_problems
from orewire.web.parameters import Number
from orewire.web.wire import projects_to_query

_SHOWN: Final = 50
_MOST_PAGES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """Holders for and against in a quarter, all classes together."""

    told: Attitudes
    support: int
    oppose: int


def add_project_pages(app: FastAPI, desk: Desk) -> None:
    """Give the application its pages; any name of a project leads to its number."""

    @app.get("/projects", include_in_schema=False)
    @kept(desk)
    @with_problems
    def show_list(request: Request) -> Response:
        filters, page = _read(request), read_page(request.query_params.get("page"), _MOST_PAGES)
        found, total = recall_projects(desk, filters, page)
        return render(
            request,
            "projects.html",
            projects=found[:_SHOWN],
            filters=filters,
            standings=STANDINGS,
            total=total,
            older=_address(filters, page + 1) if len(found) > _SHOWN and page < _MOST_PAGES else None,
            newest=_address(filters, 1) if page > 1 else None,
        )

    @app.get("/project", include_in_schema=False)
    @with_problems
    def find(request: Request, name: str = "", country: str | None = None) -> Response:
        try:
            found = desk.questions.get_project(name, country or None, timeline=0)
        except UsageError:
            return RedirectResponse(_address(ProjectFilters(name=(name,)), 1), 303)
        if found is None:
            return render_problem(request, 404, f"No project is called {name!r}.")
        return RedirectResponse(f"/projects/{found.project.id}", 303)

    @app.get("/projects/{project_id}", include_in_schema=False)
    @kept(desk)
    @with_problems
    def show(request: Request, project_id: Number) -> Response:
        found = recall_dossier(desk, project_id)
        if found is None:
            return render_problem(request, 404, f"There is no project {project_id}.")
        if found.project.id != project_id:
            return RedirectResponse(f"/projects/{found.project.id}", 301)
        return render(request, "project.html", **_values(desk, found))


def recall_projects(desk: Desk, filters: ProjectFilters, page: int = 1) -> tuple[Sequence[Project], int]:
    """A page of projects and one more, and how many there are in all."""
    return desk.memory.recall(("projects", filters, page), lambda: _find(desk, filters, page))


def _find(desk: Desk, filters: ProjectFilters, page: int) -> tuple[Sequence[Project], int]:
    found = desk.questions.find_projects(filters, limit=_SHOWN + 1, offset=(page - 1) * _SHOWN)
    return found, desk.questions.count_projects(filters)


def _read(request: Request) -> ProjectFilters:
    params = request.query_params
    known = {"country", "mineral", "standing", "name", "page", "untold"}
    if unknown := sorted(set(params) - known):
        raise UsageError(f"filter: found {unknown[0]!r}, expected one of {', '.join(sorted(known))}")
    values = {
        name: tuple(value.strip() for value in params.getlist(name) if value.strip())
        for name in ("country", "mineral", "standing", "name")
    }
    values["country"] = tuple(map(country_code, values["country"]))
    values["mineral"] = tuple(map(str.lower, values["mineral"]))
    return ProjectFilters(**values, untold=params.get("untold") in ("true", "1", "on"))


def _address(filters: ProjectFilters, page: int) -> str:
    pairs = [*projects_to_query(filters), *([("page", str(page))] if page > 1 else [])]
    return f"/projects?{urlencode(pairs)}" if pairs else "/projects"


def _values(desk: Desk, dossier: Dossier) -> dict[str, Any]:
    project = dossier.project
    question = Filters(project=(f"#{project.id}",))  # other projects may share its name, or have it in theirs
    return {
        "dossier": dossier,
        "project": project,
        "timeline": dossier.timeline,
        "all_events": address("/search", question),
        "watch": address("/watches", question) + "#new",
        "standing": picture_of_standing(dossier, width=NARROW),
        "beside": beside(desk, question, dossier.timeline, around=project.countries[:1]) if project.events else None,
        "quarters": _quarters(dossier.attitudes),
        "supporters": [one for one in dossier.holders if one.polarity == "support"],
        "opponents": [one for one in dossier.holders if one.polarity == "oppose"],
    }


def _quarters(attitudes: Sequence[Attitudes]) -> list[Quarter]:
    return [Quarter(told=one, support=sum(one.support.values()), oppose=sum(one.oppose.values())) for one in attitudes]
