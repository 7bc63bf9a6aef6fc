"""The HTTP API, version 1: events, trends and health for all on this machine; work only for those with the token."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Protocol

from fastapi import Body, Depends, FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from orewire.config import Config
from orewire.model.errors import OrewireError, UsageError
from orewire.model.event import Filters, Review, RoundReport, event_to_json, to_json
from orewire.model.facet import FACETS
from orewire.model.hit import hits_to_json
from orewire.model.ports import PAIRS, Ledger, Questions
from orewire.web.access_api import add_access
from orewire.web.access_pages import add_access_pages
from orewire.web.afterwards import Afterwards
from orewire.web.corrections import add_corrections
from orewire.web.door import Door
from orewire.web.dossiers import add_dossiers
from orewire.web.gate import Gate
from orewire.web.guard import needs, note_target
from orewire.web.keep import Keeping, add_keeping
from orewire.web.ledger import Telling, add_ledger
from orewire.web.pages.add import add_pages
from orewire.web.pages.shell import Desk
from orewire.web.queries import add_queries
from orewire.web.rates import Rates
from orewire.web.takeout import add_takeout
from orewire.web.trend_wire import balance_to_json, movers_to_json, trend_to_json
from orewire.web.wire import LIST_FILTERS, report_to_json, review_from_json, review_to_json

MAX_LIMIT = 1000
MAX_PLACES = 5000
MAX_DOCUMENT = 20_000_000
_OTHERS = frozenset({"since", "until", "text", "min_confidence", "seen_since", "seen_until"})


class Work(Keeping, Telling, Protocol):
    """What the service does on request."""

    async def run_round(self) -> RoundReport:
        """One round over all feeds, now."""

    async def add_document(self, body: bytes, name: str, url: str | None) -> RoundReport:
        """Store and understand one document; with `url` and no body it is fetched."""

    async def reprocess(self, *, every: bool) -> int:
        """Queue what another version understood, or all, to be understood again; how many wait."""

    async def review(self, decision: Review) -> Review:
        """Carry out what a person decided, or take it back."""


def create_app(questions: Questions, ledger: Ledger, work: Work, config: Config, *, door: Door) -> FastAPI:
    """The application around a store that answers and a service that works."""
    app = FastAPI(title="orewire", version="1", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    desk = Desk(questions=questions, ledger=ledger, work=work, config=config)
    app.add_middleware(Afterwards, changed=desk.memory.forget)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    # A page elsewhere could point its own name at 127.0.0.1 and read along: only our names are answered.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=config.service.hosts)
    app.add_middleware(Gate, door=door, rates=Rates())  # the outermost: no answer goes round it
    _add_errors(app)
    _add_questions(app, questions)
    add_dossiers(app, questions)
    _add_work(app, questions, work)
    _add_trends(app, questions)
    add_takeout(app, questions, read_filters)
    add_corrections(app, questions, read_filters)
    add_ledger(app, ledger, work)
    add_pages(app, desk)
    add_queries(app, desk)
    add_access(app, door)
    add_access_pages(app, door)
    return app


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(UsageError)
    async def refuse(_: Request, error: UsageError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 400)

    @app.exception_handler(RequestValidationError)
    async def refuse_type(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        return JSONResponse({"detail": f"{first['loc'][-1]}: found {first['input']!r}: {first['msg']}"}, 400)

    @app.exception_handler(OrewireError)
    async def fail(_: Request, error: OrewireError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 503)


def read_filters(  # noqa: PLR0913 - FastAPI reads the names of the filters from here
    request: Request,
    country: Annotated[list[str] | None, Query()] = None,
    mineral: Annotated[list[str] | None, Query()] = None,
    type: Annotated[list[str] | None, Query()] = None,
    family: Annotated[list[str] | None, Query()] = None,
    stance: Annotated[list[str] | None, Query()] = None,
    project: Annotated[list[str] | None, Query()] = None,
    actor: Annotated[list[str] | None, Query()] = None,
    status: Annotated[list[str] | None, Query()] = None,
    since: date | None = None,
    until: date | None = None,
    text: str | None = None,
    min_confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
    seen_since: AwareDatetime | None = None,
    seen_until: AwareDatetime | None = None,
) -> Filters:
    """The question of a request; UsageError for a parameter that nobody reads."""
    known = {*LIST_FILTERS, *_OTHERS, "limit", "offset", "period", "by", "sort", "panel", "format"}
    if unknown := sorted(set(request.query_params) - known):
        raise UsageError(f"filter: found {unknown[0]!r}, expected one of {', '.join(sorted(known))}")
    return Filters(
        country=tuple(country or ()),
        mineral=tuple(mineral or ()),
        type=tuple(type or ()),
        family=tuple(family or ()),
        stance=tuple(stance or ()),
        project=tuple(project or ()),
        actor=tuple(actor or ()),
        status=tuple(status or ()),
        since=since,
        until=until,
        text=text,
        min_confidence=min_confidence,
        seen_since=seen_since,
        seen_until=seen_until,
    )


Question = Annotated[Filters, Depends(read_filters)]
Limit = Annotated[int, Query(ge=0, le=MAX_LIMIT)]
By = Annotated[list[str] | None, Query()]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]


def _add_questions(app: FastAPI, questions: Questions) -> None:
    @app.get("/api/v1/events")
    def find_events(filters: Question, limit: Limit = 50, offset: Offset = 0) -> dict[str, Any]:
        """Events that match, newest first, and how many there are in all."""
        events = questions.find_events(filters, limit=limit, offset=offset) if limit else []
        return {"events": [event_to_json(event) for event in events], "total": questions.count_events(filters)}

    @app.get("/api/v1/facets")
    def count_facets(filters: Question, by: By = None, limit: Limit = 20) -> dict[str, Any]:
        """How many of the events that match have each country, mineral, type, family, status, stance and project."""
        return {"facets": [to_json(facet) for facet in questions.count_facets(filters, by=by or FACETS, limit=limit)]}

    @app.get("/api/v1/places")
    def find_places(
        filters: Question, limit: Annotated[int, Query(ge=0, le=MAX_PLACES)] = MAX_PLACES
    ) -> dict[str, Any]:
        """Where the events that match lie: projects with coordinates, and countries; most events first."""
        return {"places": [to_json(place) for place in questions.find_places(filters, limit=limit)]}

    @app.get("/api/v1/events/{event_id}")
    def get_event(event_id: int) -> dict[str, Any]:
        """One event with its sources and stances."""
        event = questions.get_event(event_id)
        if event is None:
            raise HTTPException(404, f"no event {event_id!r}")
        return event_to_json(event)

    @app.get("/api/v1/reviews")
    def get_reviews(event: int | None = None) -> dict[str, Any]:
        """What people decided about events, the latest first."""
        return {"reviews": [review_to_json(one) for one in questions.get_reviews(event)]}

    @app.get("/api/v1/search")
    def search(filters: Question, sort: str = "relevance", limit: Limit = 20, offset: Offset = 0) -> dict[str, Any]:
        """Articles that match `text` and have an event that matches the other filters, with what shows it."""
        return hits_to_json(questions.search(filters, sort=sort, limit=limit, offset=offset))

    @app.get("/api/v1/health")
    def get_health() -> dict[str, Any]:
        """Counts of what is stored and queued, and the state of each feed."""
        return dict(questions.get_health())


def _add_work(app: FastAPI, questions: Questions, work: Work) -> None:
    authorised = needs("admin")

    @app.post("/api/v1/round", dependencies=[Depends(authorised)])
    async def run_round() -> dict[str, Any]:
        """One round over all feeds, now."""
        return report_to_json(await work.run_round())

    @app.post("/api/v1/index", dependencies=[Depends(authorised)])
    def rebuild_index() -> dict[str, Any]:
        """Build the full-text index anew."""
        return {"articles": questions.rebuild_index()}

    @app.post("/api/v1/documents", dependencies=[Depends(authorised)])
    async def add_document(request: Request, name: str, url: str | None = None) -> dict[str, Any]:
        """Add the document in the body, or the one at `url`."""
        note_target(request, name)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_DOCUMENT:
                raise HTTPException(413, f"found more than {MAX_DOCUMENT} bytes")
        return report_to_json(await work.add_document(bytes(body), name, url))

    @app.post("/api/v1/reprocess", dependencies=[Depends(authorised)])
    async def reprocess(every: bool = False) -> dict[str, Any]:
        """Understand again what another version understood, or all; `reprocessing` of /health tells how it goes."""
        return {"queued": await work.reprocess(every=every)}

    @app.post("/api/v1/reviews", dependencies=[Depends(needs("analyst"))])
    async def review(request: Request, decision: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Accept, reject, edit, merge or split an event, or take such a decision back."""
        note_target(request, f"{decision.get('action')} {decision.get('event') or decision.get('id')}")
        return review_to_json(await work.review(review_from_json(decision)))

    add_keeping(app, work)


def _add_trends(app: FastAPI, questions: Questions) -> None:
    @app.get("/api/v1/trends")
    def get_trend(filters: Question, period: str = "week", by: By = None, panel: bool = False) -> dict[str, Any]:
        """Events per period, oldest first, by one dimension or two; null where nothing was read."""
        return trend_to_json(questions.get_trend(filters, period=period, by=by or "all", panel=panel))

    @app.get("/api/v1/movers")
    def find_movers(filters: Question, period: str = "week", by: By = None, limit: Limit = 50) -> dict[str, Any]:
        """Unusual rises, the least probable first, each with the events that explain it."""
        return movers_to_json(questions.find_movers(filters, period=period, by=by or PAIRS, limit=limit))

    @app.get("/api/v1/balance")
    def get_balance(filters: Question, period: str = "week", by: str = "project") -> dict[str, Any]:
        """Events that somebody supports and opposes, over time."""
        return balance_to_json(questions.get_balance(filters, period=period, by=by))
