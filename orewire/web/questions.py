"""Routes of the API that ask about events and articles, each in several forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response

from orewire.model.answers import EXPORT_FORMATS, Page
from orewire.model.errors import UsageError
from orewire.model.event import Cursor, Event, Filters, event_to_json, to_json
from orewire.model.facet import FACETS
from orewire.model.hit import hits_to_json
from orewire.model.ports import PAIRS, Questions
from orewire.model.trend import Movers
from orewire.web import parameters as asked
from orewire.web.answers import address_with, answer, link_header, next_offset
from orewire.web.cursors import read_cursor, write_cursor
from orewire.web.event_feed import FEED_TYPE, render_event_feed
from orewire.web.formats import EVENT_FORMS, TABLE_FORMS, wanted_form
from orewire.web.parameters import read_filters
from orewire.web.schemas import ArticlePage, BalanceAnswer, Decisions, EventPage, FacetAnswer, TrendAnswer
from orewire.web.shapes import answers_with
from orewire.web.tables import balance_table, facet_table, hit_table, mover_table, trend_table
from orewire.web.takeout import send_export
from orewire.web.trend_wire import balance_to_json, movers_to_json, trend_to_json
from orewire.web.wire import review_to_json

Question = Annotated[Filters, Depends(read_filters)]
TableForm = Annotated[str, Depends(wanted_form(TABLE_FORMS))]
EventForm = Annotated[str, Depends(wanted_form(EVENT_FORMS))]
Handler = Callable[..., Response]
_MOST_PLACES = 5000


def several_forms(app: FastAPI, path: str, forms: Sequence[str], model: Any, tag: str) -> Callable[[Handler], Handler]:
    """Give the application a route that answers in these forms, by `Accept` and by the end of its address."""

    def add(handler: Handler) -> Handler:
        shown = {"openapi_extra": {"x-forms": list(forms)}, "responses": answers_with(model), "tags": [tag]}
        app.get(path, **shown)(handler)  # type: ignore[arg-type]
        app.get(f"{path}.{{form}}", include_in_schema=False)(handler)
        return handler

    return add


def add_questions(app: FastAPI, questions: Questions) -> None:
    """Give the application its routes."""
    _add_events(app, questions)
    _add_counts(app, questions)
    _add_trends(app, questions)

    @several_forms(app, "/api/v1/search", TABLE_FORMS, ArticlePage, "articles")
    def search_articles(
        request: Request,
        form: TableForm,
        filters: Question,
        sort: asked.Sort = "relevance",
        limit: asked.Limit = 20,
        offset: asked.Offset = 0,
    ) -> Response:
        """Articles that match `text` and have an event that matches the other filters, with what shows it."""
        page = questions.search(filters, sort=sort, limit=limit, offset=offset)
        after = next_offset(request, limit=limit, offset=offset, found=len(page.hits), total=page.total)
        return answer(form, lambda: {**hits_to_json(page), "next": after}, lambda: hit_table(page), following=after)


def _add_events(app: FastAPI, questions: Questions) -> None:
    @several_forms(app, "/api/v1/events", EVENT_FORMS, EventPage, "events")
    def find_events(
        request: Request,
        form: EventForm,
        filters: Question,
        limit: asked.Limit = 50,
        offset: asked.Offset = 0,
        cursor: asked.After = None,
    ) -> Response:
        """Events that match, newest first, and how many there are in all; `next` is the address of the next page."""
        page = Page(limit=limit, offset=offset, after=_after(cursor, filters, offset))
        if form in EXPORT_FORMATS:
            return _send_page(request, questions, filters, page, form)
        events, end = find_page(questions, filters, page)
        following = _address_after(request, filters, end)
        if form == "atom":
            feed = render_event_feed(events, filters, request)
            return Response(feed, media_type=FEED_TYPE, headers=link_header(following))
        record = {"events": [event_to_json(event) for event in events], "total": questions.count_events(filters)}
        return JSONResponse(record | {"next": following}, headers=link_header(following))

    @app.get("/api/v1/events/{event_id}", responses=answers_with(Event), tags=["events"])
    def get_event(event_id: asked.Number) -> Response:
        """One event with its sources and stances; the number of a merged one leads to the one it went into."""
        event = questions.get_event(event_id)
        if event is None:
            raise HTTPException(404, f"no event {event_id!r}")
        return JSONResponse(event_to_json(event))

    @app.get("/api/v1/reviews", responses=answers_with(Decisions), tags=["events"])
    def get_reviews(event: asked.EventNumber = None) -> Response:
        """What people decided about events, the latest first."""
        return JSONResponse({"reviews": [review_to_json(one) for one in questions.get_reviews(event)]})


def find_page(questions: Questions, filters: Filters, page: Page) -> tuple[Sequence[Event], Cursor | None]:
    """The events of a page, and where it ended; None where no event comes behind it."""
    if not page.limit:
        return (), None
    found = questions.find_events(filters, limit=page.limit + 1, offset=page.offset, after=page.after)
    events = found[: page.limit]
    return events, Cursor(date=events[-1].date, id=events[-1].id) if len(found) > page.limit else None


def _after(cursor: str | None, filters: Filters, offset: int) -> Cursor | None:
    if cursor is not None and offset:
        raise UsageError(f"offset: found {offset}, expected none beside a cursor")
    return read_cursor(cursor, filters) if cursor is not None else None


def _address_after(request: Request, filters: Filters, end: Cursor | None) -> str | None:
    return address_with(request, offset=None, cursor=write_cursor(end, filters)) if end else None


def _send_page(request: Request, questions: Questions, filters: Filters, page: Page, form: str) -> Response:
    """A page as the export writes it."""
    export = questions.open_export(filters, form, page)
    return send_export(export, form, link_header(_address_after(request, filters, export.end)))


def _add_counts(app: FastAPI, questions: Questions) -> None:
    @several_forms(app, "/api/v1/facets", TABLE_FORMS, FacetAnswer, "events")
    def count_facets(form: TableForm, filters: Question, by: asked.ByFacets = (), limit: asked.Limit = 20) -> Response:
        """How many of the events that match have each country, mineral, type, family, status, stance and project."""
        facets = questions.count_facets(filters, by=by or FACETS, limit=limit)
        return answer(form, lambda: {"facets": [to_json(one) for one in facets]}, lambda: facet_table(facets))

    @app.get("/api/v1/places", tags=["events"])
    def find_places(
        filters: Question, limit: Annotated[int, Query(ge=0, le=_MOST_PLACES)] = _MOST_PLACES
    ) -> dict[str, Any]:
        """Where the events that match lie: projects with coordinates, and countries; most events first."""
        return {"places": [to_json(place) for place in questions.find_places(filters, limit=limit)]}

    @app.get("/api/v1/health", tags=["service"])
    def get_health() -> dict[str, Any]:
        """Counts of what is stored and queued, and the state of each feed."""
        return dict(questions.get_health())


def _add_trends(app: FastAPI, questions: Questions) -> None:
    @several_forms(app, "/api/v1/trends", TABLE_FORMS, TrendAnswer, "trends")
    def get_trend(
        form: TableForm,
        filters: Question,
        period: asked.PeriodName = "week",
        by: asked.ByDimensions = (),
        panel: asked.Panel = False,
    ) -> Response:
        """Events per period, oldest first, by one dimension or two; null where nothing was read."""
        trend = questions.get_trend(filters, period=period, by=by or "all", panel=panel)
        return answer(form, lambda: trend_to_json(trend), lambda: trend_table(trend))

    @several_forms(app, "/api/v1/movers", TABLE_FORMS, Movers, "trends")
    def find_movers(
        form: TableForm,
        filters: Question,
        period: asked.MoverPeriod = "week",
        by: asked.ByDimensions = (),
        limit: asked.Most = 50,
    ) -> Response:
        """Unusual rises, the least probable first, each with the events that explain it; `since` is not for them."""
        movers = questions.find_movers(filters, period=period, by=by or PAIRS, limit=limit)
        return answer(form, lambda: movers_to_json(movers), lambda: mover_table(movers))

    @several_forms(app, "/api/v1/balance", TABLE_FORMS, BalanceAnswer, "trends")
    def get_balance(
        form: TableForm, filters: Question, period: asked.PeriodName = "week", by: asked.ByDimension = "project"
    ) -> Response:
        """Events that somebody supports and opposes, over time."""
        balance = questions.get_balance(filters, period=period, by=by)
        return answer(form, lambda: balance_to_json(balance), lambda: balance_table(balance))


def add_event_feed(app: FastAPI, questions: Questions) -> None:
    """Give the application the Atom feed of any question."""

    @app.get(
        "/search.atom",
        tags=["events"],
        responses={200: {"content": {FEED_TYPE: {"schema": {"type": "string"}}}}},
        response_class=Response,
    )
    def get_search_feed(request: Request, filters: Question) -> Response:
        """The newest events that match, as an Atom feed."""
        events = questions.find_events(filters, limit=_FEED_ENTRIES)
        return Response(render_event_feed(events, filters, request), media_type=FEED_TYPE)


_FEED_ENTRIES = 50
