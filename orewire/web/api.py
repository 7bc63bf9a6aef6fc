"""The HTTP API, version 1: events, trends and health for all on this machine; work only for those with the token."""

from __future__ import annotations

from typing import Annotated, Any, Protocol

from fastapi import Body, Depends, FastAPI, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from orewire.config import Config
from orewire.model.event import Review, RoundReport
from orewire.model.ports import Ledger, Questions
from orewire.web.access_api import add_access
from orewire.web.access_pages import add_access_pages
from orewire.web.afterwards import Afterwards
from orewire.web.api_page import add_api_page
from orewire.web.assistant import Assistant
from orewire.web.conditional import Conditional, Weakened
from orewire.web.corrections import add_corrections
from orewire.web.door import SERVICE, Door
from orewire.web.dossiers import add_dossiers
from orewire.web.gate import Gate
from orewire.web.guard import needs, note_target, visitor_of
from orewire.web.keep import Keeping, add_keeping
from orewire.web.ledger import Telling, add_ledger
from orewire.web.openapi import GUARDED, body_of, describe
from orewire.web.pages.add import add_pages, tell_problem
from orewire.web.pages.shell import Desk
from orewire.web.parameters import read_filters
from orewire.web.problems import add_problems, refuse_unknown
from orewire.web.queries import add_queries
from orewire.web.questions import add_event_feed, add_questions
from orewire.web.rates import Rates
from orewire.web.schemas import Decision
from orewire.web.shapes import answers_with
from orewire.web.takeout import add_takeout, read_body
from orewire.web.turns import InTurn
from orewire.web.wire import report_to_json, review_from_json, review_to_json

__all__ = ["Work", "create_app", "read_filters"]

MAX_DOCUMENT = 20_000_000


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
    names = config.service.hosts
    assistant, desk = Assistant(questions, names), Desk(questions=questions, ledger=ledger, work=work, config=config)
    app = FastAPI(
        title="orewire",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=assistant.lifespan,
        dependencies=[Depends(refuse_unknown)],
        generate_unique_id_function=lambda route: route.name,
    )
    app.add_middleware(InTurn)
    app.add_middleware(Conditional)
    app.add_middleware(Afterwards, changed=desk.memory.forget)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(Weakened)
    # A page elsewhere could point its own name at 127.0.0.1 and read along: only our names are answered.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=names)
    app.add_middleware(Gate, door=door, rates=Rates())  # the outermost: no answer goes round it
    add_problems(app, tell_problem)
    _add_answers(app, questions, ledger, work)
    add_pages(app, desk)
    add_queries(app, desk)
    add_access(app, door)
    add_access_pages(app, door)
    add_api_page(app)
    assistant.join(app)
    describe(app)
    app.state.desk = desk
    return app


def _add_answers(app: FastAPI, questions: Questions, ledger: Ledger, work: Work) -> None:
    """What programs ask for."""
    add_questions(app, questions)
    add_event_feed(app, questions)
    add_dossiers(app, questions)
    add_takeout(app, questions)
    add_corrections(app, questions)
    add_ledger(app, ledger, work)
    _add_work(app, questions, work)


def _add_work(app: FastAPI, questions: Questions, work: Work) -> None:
    guarded = [Depends(needs("admin"))]

    @app.post("/api/v1/round", dependencies=guarded, tags=["service"], openapi_extra=GUARDED)
    async def run_round() -> dict[str, Any]:
        """One round over all feeds, now."""
        return report_to_json(await work.run_round())

    @app.post("/api/v1/index", dependencies=guarded, tags=["service"], openapi_extra=GUARDED)
    def rebuild_index() -> dict[str, Any]:
        """Build the full-text index anew."""
        return {"articles": questions.rebuild_index()}

    document = GUARDED | body_of("application/octet-stream", {"type": "string", "format": "binary"})

    @app.post("/api/v1/documents", dependencies=guarded, tags=["service"], openapi_extra=document)
    async def add_document(
        request: Request,
        name: Annotated[str, Query(description="Of the file: its end tells what it is.")],
        url: Annotated[str | None, Query(description="Where it is from; without a body it is fetched there.")] = None,
    ) -> dict[str, Any]:
        """Add the document in the body, or the one at `url`."""
        note_target(request, name)
        body = await read_body(request, MAX_DOCUMENT)
        return report_to_json(await work.add_document(body, name, url))

    @app.post("/api/v1/reprocess", dependencies=guarded, tags=["service"], openapi_extra=GUARDED)
    async def reprocess(every: bool = False) -> dict[str, Any]:
        """Understand again what another version understood, or all; `reprocessing` of /health tells how it goes."""
        return {"queued": await work.reprocess(every=every)}

    @app.post(
        "/api/v1/reviews",
        dependencies=[Depends(needs("analyst"))],
        tags=["events"],
        responses=answers_with(Decision),
        openapi_extra=GUARDED,
    )
    async def review(request: Request, decision: Annotated[dict[str, Any], Body()]) -> Response:
        """Accept, reject, edit, merge or split an event, or take such a decision back."""
        note_target(request, f"{decision.get('action')} {decision.get('event') or decision.get('id')}")
        visitor = visitor_of(request)
        told = decision if visitor is SERVICE else {**decision, "who": visitor.name}  # a command asks for somebody else
        return JSONResponse(review_to_json(await work.review(review_from_json(told))))

    add_keeping(app, work)
