"""Countries and minerals: the list of each, and the page of one, which are of one make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from orewire.digest.catalogue import get_catalogue
from orewire.model.event import Filters
from orewire.model.facet import Facet
from orewire.model.project import ProjectFilters
from orewire.web.pages.beside import beside
from orewire.web.pages.kept import kept
from orewire.web.pages.names import country_names, value_name
from orewire.web.pages.question import address, toggled
from orewire.web.pages.shell import Desk, render, render_problem, with_problems

_ALL: Final = 300
"""Countries or minerals in a list: more than there are."""
_EVENTS: Final = 12
_PROJECTS: Final = 15
_VALUES: Final = 12
_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Countries or minerals: the name of the filter, where their pages are, and whether there is such a one."""

    name: str
    path: str
    title: str
    other: str
    key: Callable[[str], str]
    is_known: Callable[[str], bool]


COUNTRIES: Final = Kind(
    name="country",
    path="/countries",
    title="Countries",
    other="mineral",
    key=str.upper,
    is_known=lambda code: code == "EU" or code in country_names(),
)
MINERALS: Final = Kind(
    name="mineral",
    path="/minerals",
    title="Minerals",
    other="country",
    key=str.lower,
    is_known=lambda name: name in get_catalogue("en").words["minerals"] or 0 < len(name) <= 60,
)


def add_topic_pages(app: FastAPI, desk: Desk) -> None:
    """Give the application its pages."""
    for kind in (COUNTRIES, MINERALS):
        _add(app, desk, kind)


def _add(app: FastAPI, desk: Desk, kind: Kind) -> None:
    @app.get(kind.path, include_in_schema=False)
    @kept(desk)
    @with_problems
    def show_list(request: Request) -> Response:
        return render(request, "topics.html", kind=kind, told=recall_counts(desk, kind), name=value_name)

    @app.get(f"{kind.path}/{{value}}", include_in_schema=False)
    @kept(desk)
    @with_problems
    def show(request: Request, value: str) -> Response:
        key = kind.key(value)
        if not kind.is_known(key):
            return render_problem(request, 404, f"No {kind.name} is called {value!r}.")
        if key != value:
            return RedirectResponse(f"{kind.path}/{key}", 301)
        name = value_name(kind.name, key)
        values = desk.memory.recall((kind.name, key), lambda: _values(desk, kind, key))
        return render(
            request,
            "topic.html",
            kind=kind,
            key=key,
            name=name,
            beside=beside(desk, values["filters"], values["events"]),
            **values,
        )


def recall_counts(desk: Desk, kind: Kind) -> list[tuple[str, int, int]]:
    """Values, and how many events each has, in all and in the last year."""
    return desk.memory.recall(kind.path, lambda: _counts(desk, kind))


def _counts(desk: Desk, kind: Kind) -> list[tuple[str, int, int]]:
    recent = Filters(since=datetime.now(UTC).date() - _YEAR)
    (ever,) = desk.questions.count_facets(Filters(), by=(kind.name,), limit=_ALL)
    (lately,) = desk.questions.count_facets(recent, by=(kind.name,), limit=_ALL)
    newest = {one.value: one.events for one in lately.values}
    return [(one.value, one.events, newest.get(one.value, 0)) for one in ever.values if one.value != "-"]


def _values(desk: Desk, kind: Kind, key: str) -> dict[str, Any]:
    questions = desk.questions
    chosen: dict[str, Any] = {kind.name: (key,)}
    filters = Filters(**chosen)
    facets = questions.count_facets(filters, by=("family", kind.other, "stance"), limit=_VALUES)
    of_projects = ProjectFilters(**chosen)
    return {
        "filters": filters,
        "families": _linked(facets[0], filters),
        "others": _linked(facets[1], filters),
        "stances": _linked(facets[2], filters),
        "other_title": "Countries" if kind.other == "country" else "Minerals",
        "total": sum(one.events for one in facets[0].values),  # each event is of one family
        "events": questions.find_events(filters, limit=_EVENTS),
        "projects": questions.find_projects(of_projects, limit=_PROJECTS),
        "project_total": questions.count_projects(of_projects),
        "all_events": address("/search", filters),
        "all_projects": f"/projects?{urlencode(chosen, doseq=True)}",
        "watch": address("/watches", filters) + "#new",
        "trends": address("/trends", filters),
        "atom": address("/search.atom", filters),
    }


def _linked(facet: Facet, filters: Filters) -> list[tuple[str, int, str]]:
    """Values in words, how many events have each, and where these are."""
    return [
        (
            value_name(facet.name, one.value),
            one.events,
            address("/search", toggled(filters, facet.name, one.value)),
        )
        for one in facet.values
        if one.value != "-"
    ]
