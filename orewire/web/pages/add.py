"""All pages, given to the application."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from orewire.model.project import STANDINGS, ProjectFilters
from orewire.web.charts.routes import add_charts
from orewire.web.pages.event import add_event_page
from orewire.web.pages.map import add_map_page
from orewire.web.pages.overview import add_overview, recall_overview
from orewire.web.pages.projects import add_project_pages, recall_projects
from orewire.web.pages.reading import add_reading_pages
from orewire.web.pages.review import add_review_pages
from orewire.web.pages.search import add_search_page
from orewire.web.pages.shell import Desk, add_static, load_templates, render_problem
from orewire.web.pages.topics import COUNTRIES, MINERALS, add_topic_pages, recall_counts
from orewire.web.pages.trends import add_trends_page
from orewire.web.pages.watches import add_watch_pages


def add_pages(app: FastAPI, desk: Desk) -> None:
    """Give the application its pages and what they load."""
    add_static(app)
    for add in (
        add_overview, add_search_page, add_event_page, add_project_pages, add_topic_pages, add_reading_pages,
        add_trends_page, add_map_page, add_watch_pages, add_review_pages,
    ):  # fmt: skip
        add(app, desk)
    add_charts(app, desk)


def warm_up(desk: Desk) -> None:
    """Make what is looked at first before anybody does: in a large store it takes seconds once."""

    def make() -> None:
        load_templates()
        recall_overview(desk)
        for kind in (COUNTRIES, MINERALS):
            recall_counts(desk, kind)
        for standing in STANDINGS:
            recall_projects(desk, ProjectFilters(standing=(standing,)))
        recall_projects(desk, ProjectFilters())

    desk.memory.prepare(make)


async def tell_problem(request: Request, error: HTTPException) -> Response:
    """People are told on a page what programs are told in JSON."""
    if error.status_code < 400:  # whoever must log in first is led there
        return Response(status_code=error.status_code, headers=error.headers)
    told = f"There is no page {request.url.path}." if error.detail == "Not Found" else str(error.detail)
    return render_problem(request, error.status_code, told)
