"""The page of results: events or articles that answer a question, what else to choose, ways to take it along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from orewire.digest.catalogue import get_catalogue
from orewire.model.answers import EXPORT_FORMATS
from orewire.model.codes import EVENT_TYPES, FAMILIES, POLARITIES, STATUSES
from orewire.model.errors import UsageError
from orewire.model.event import LIST_FILTERS, Event, Filters
from orewire.model.facet import Facet, FacetValue
from orewire.model.hit import Excerpt
from orewire.model.project import project_number
from orewire.web.charts.pictures import USUAL, PictureRef, picture_of_weeks
from orewire.web.pages.asking import YEAR, days_before, read_asked, year_to
from orewire.web.pages.kept import kept
from orewire.web.pages.names import value_name
from orewire.web.pages.question import (
    address,
    canonical,
    cursor_words,
    read_cursor,
    read_page,
    toggled,
    without,
)
from orewire.web.pages.shell import Desk, render, with_problems

_PATH: Final = "/search"
_SHOWN: Final = 25
_FACETS: Final = ("family", "type", "country", "mineral", "project", "stance", "status")
_VALUES: Final = 12
_VIEWS: Final = ("events", "articles")
_SORTS: Final = ("relevance", "date")
_MOST_PAGES: Final = 400
"""Pages of articles that can be leafed through: nobody reads further, and each costs more than the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a facet: `href` chooses it, or takes it back where it is chosen; None where it is no filter."""

    name: str
    count: str
    href: str | None
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A facet as it is shown; `more` values are left out."""

    name: str
    title: str
    choices: tuple[Choice, ...]
    more: int
    is_open: bool


def add_search_page(app: FastAPI, desk: Desk) -> None:
    """Give the application the page."""

    @app.get(_PATH, include_in_schema=False)
    @kept(desk)
    @with_problems
    def show(request: Request) -> Response:
        filters = read_asked(request, "after", "view", "sort", "page")
        view = _one_of(request, "view", _VIEWS)
        others = {"view": view if view != "events" else None}
        others |= {name: request.query_params.get(name) for name in ("after", "sort", "page")}
        if shorter := canonical(request, filters, **others):
            return RedirectResponse(shorter, 303)
        if view == "articles" and not filters.text:
            return RedirectResponse(address(_PATH, filters), 303)
        results = _articles(desk, request, filters) if view == "articles" else _events(desk, request, filters)
        return render(request, "search.html", **_around(desk, filters, view), **results)


def _one_of(request: Request, name: str, allowed: Sequence[str]) -> str:
    value = request.query_params.get(name) or allowed[0]
    if value not in allowed:
        raise UsageError(f"{name}: found {value!r}, expected one of {', '.join(allowed)}")
    return value


def _events(desk: Desk, request: Request, filters: Filters) -> dict[str, Any]:
    after = read_cursor(request.query_params.get("after"))
    found = desk.memory.recall(
        ("events", filters, after), lambda: desk.questions.find_events(filters, limit=_SHOWN + 1, after=after)
    )
    shown, last = found[:_SHOWN], found[_SHOWN - 1] if len(found) > _SHOWN else None
    older = address(_PATH, filters, after=cursor_words(last.date, last.id)) if last else None
    newest = address(_PATH, filters) if after else None
    return {"events": shown, "hits": None, "older": older, "newest": newest, "picture": _picture(filters, shown)}


def _picture(filters: Filters, events: Sequence[Event]) -> PictureRef | None:
    """The weeks that end with the newest event, or those that were asked for."""
    if not events or not events[0].date:
        return None
    until = filters.until or year_to(min(events[0].date, date.today()))[1]  # noqa: DTZ011 - a day of the reader's, about
    since = filters.since or days_before(until, YEAR)
    return picture_of_weeks(replace(filters, since=since, until=until), width=USUAL)


def _articles(desk: Desk, request: Request, filters: Filters) -> dict[str, Any]:
    sort, page = _one_of(request, "sort", _SORTS), read_page(request.query_params.get("page"), _MOST_PAGES)
    found = desk.memory.recall(
        ("articles", filters, sort, page),
        lambda: desk.questions.search(filters, sort=sort, limit=_SHOWN + 1, offset=(page - 1) * _SHOWN),
    )
    asked = {"view": "articles", "sort": sort if sort != _SORTS[0] else None}
    has_more = len(found.hits) > _SHOWN and page < _MOST_PAGES
    return {
        "events": None,
        "picture": None,
        "hits": [(hit, marked(hit.title), marked(hit.snippet)) for hit in found.hits[:_SHOWN]],
        "article_total": found.total,
        "sort": sort,
        "older": address(_PATH, filters, **asked, page=page + 1) if has_more else None,
        "newest": address(_PATH, filters, **asked) if page > 1 else None,
    }


def marked(excerpt: Excerpt) -> list[tuple[str, bool]]:
    """Pieces of a passage, and whether each is what was looked for."""
    pieces, at = [], 0
    for start, end in excerpt.highlights:
        pieces += [(excerpt.text[at:start], False), (excerpt.text[start:end], True)]
        at = end
    return [piece for piece in [*pieces, (excerpt.text[at:], False)] if piece[0]]


def _around(desk: Desk, filters: Filters, view: str) -> dict[str, Any]:
    facets, total = desk.memory.recall(("counts", filters), lambda: _counts(desk, filters))
    return {
        "filters": filters,
        "view": view,
        "total": total,
        "groups": [_group(facet, filters) for facet in facets],
        "chosen": _chosen(filters),
        "spans": _spans(filters),
        "exports": [(form, address("/api/v1/export", filters, format=form)) for form in EXPORT_FORMATS],
        "atom": address("/search.atom", filters),
        "api": address("/api/v1/events", filters),
        "watch": address("/watches", replace(filters, since=None, until=None)) + "#new",
        "trends": address("/trends", filters),
        "map": address("/map", filters),
        "views": [(one, address(_PATH, filters, view=one if one != "events" else None)) for one in _VIEWS],
        "allowed": {"type": EVENT_TYPES, "family": FAMILIES, "stance": POLARITIES, "status": STATUSES},
        "kept": [(name, value) for name in LIST_FILTERS for value in getattr(filters, name)],
    }


def _counts(desk: Desk, filters: Filters) -> tuple[Sequence[Facet], int]:
    """The facets, and how many events there are in all: each has one status."""
    facets = desk.questions.count_facets(filters, by=_FACETS, limit=_VALUES)
    return facets, sum(one.events for facet in facets if facet.name == "status" for one in facet.values)


def _group(facet: Facet, filters: Filters) -> Group:
    chosen = {value.lower() for value in getattr(filters, facet.name)}
    values = _known_by_number(facet, filters) or list(facet.values)
    choices = [_choice(facet.name, one.value, one.events, filters, one.value.lower() in chosen) for one in values]
    listed = {one.value.lower() for one in values}
    missing = [value for value in getattr(filters, facet.name) if value.lower() not in listed]
    choices += [_choice(facet.name, value, 0, filters, True) for value in missing]
    return Group(
        name=facet.name,
        title=_TITLES[facet.name],
        choices=tuple(choices),
        more=facet.more,
        is_open=bool(chosen) or facet.name in ("family", "country", "mineral"),
    )


def _known_by_number(facet: Facet, filters: Filters) -> list[FacetValue]:
    """The one project that was asked for by its number: chosen by that, and not a second time by its name."""
    asked = filters.project if facet.name == "project" and len(filters.project) == len(facet.values) == 1 else ()
    return [replace(facet.values[0], value=value) for value in asked if project_number(value) is not None]


_TITLES: Final = {
    "family": "Family",
    "type": "What happened",
    "country": "Country",
    "mineral": "Mineral",
    "project": "Project",
    "stance": "For or against",
    "status": "Status",
}


def _choice(name: str, value: str, count: int, filters: Filters, is_chosen: bool) -> Choice:
    href = None if value == "-" else address(_PATH, toggled(filters, name, value))
    number = get_catalogue("en").number(count)
    return Choice(name=value_name(name, value), count=number, href=href, is_chosen=is_chosen)


def _chosen(filters: Filters) -> list[tuple[str, str]]:
    """What the question asks for, in words, and the address without it."""
    told = [
        (value_name(name, value), address(_PATH, toggled(filters, name, value)))
        for name in LIST_FILTERS
        for value in getattr(filters, name)
    ]
    singles = (
        ("text", "“{}”"), ("since", "from {}"), ("until", "before {}"), ("min_confidence", "at least {} sure"),
        ("seen_since", "reported since {}"), ("seen_until", "reported before {}"),
    )  # fmt: skip
    for name, words in singles:
        if (value := getattr(filters, name)) is not None:
            told.append((words.format(value), address(_PATH, without(filters, name))))
    return told


def _spans(filters: Filters) -> list[tuple[str, str]]:
    """Spans that are often asked for."""
    today = date.today()  # noqa: DTZ011 - a day of the reader's, about
    spans = (("7 days", 7), ("30 days", 30), ("a year", 365))
    told = [
        (name, address(_PATH, replace(filters, since=today - timedelta(days=days), until=None))) for name, days in spans
    ]
    return [*told, ("all time", address(_PATH, replace(filters, since=None, until=None)))]
