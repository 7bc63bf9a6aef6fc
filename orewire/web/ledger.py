"""Routes of the API about watches, alerts, and how messages left; and each watch as an Atom feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Protocol

from fastapi import Body, Depends, FastAPI, HTTPException, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import WithJsonSchema

from orewire.alerts.channels.atom import AtomSettings, render_feed
from orewire.model.errors import UnknownValue
from orewire.model.event import to_json
from orewire.model.ledger import DELIVERY_STATES, StoredWatch
from orewire.model.message import message_to_json
from orewire.model.ports import Ledger
from orewire.web.answers import link_header, next_offset
from orewire.web.event_feed import FEED_TYPE
from orewire.web.guard import needs
from orewire.web.openapi import GUARDED
from orewire.web.parameters import MAX_LIMIT, MAX_NUMBER, Limit, Offset
from orewire.web.schemas import AlertPage, DeliveryPage, PostPage, Turns, Watches
from orewire.web.shapes import answers_with

_ENTRIES = 50
_KINDS = ("alert", "summary", "digest")
_State = Annotated[str, WithJsonSchema({"type": "string", "enum": list(DELIVERY_STATES)})]
_Kind = Annotated[str, WithJsonSchema({"type": "string", "enum": list(_KINDS)})]
_Event = Annotated[int, Query(ge=0, le=MAX_NUMBER)]
_Name = Annotated[str, Path(description="Of the watch.")]


class Telling(Protocol):
    """What the service does about alerts, as nobody else may write meanwhile."""

    async def put_watch(self, name: str, settings: dict[str, Any]) -> None:
        """Keep a watch."""

    async def remove_watch(self, name: str) -> bool:
        """Forget a watch; whether there was one."""

    async def retry_deliveries(self, message: str | None) -> int:
        """Let what was given up be tried again; how many."""


def add_ledger(app: FastAPI, ledger: Ledger, work: Telling) -> None:
    """Give the application its routes; watches are changed by analysts."""
    guarded = [Depends(needs("analyst"))]
    _add_watches(app, ledger)
    _add_lists(app, ledger)

    @app.put("/api/v1/watches/{name:path}", dependencies=guarded, tags=["ledger"], openapi_extra=GUARDED)
    async def put_watch(name: _Name, settings: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Keep a watch with these settings, as config.yaml has them."""
        await work.put_watch(name, settings)
        return {"name": name}

    @app.delete("/api/v1/watches/{name:path}", dependencies=guarded, tags=["ledger"], openapi_extra=GUARDED)
    async def remove_watch(name: _Name) -> dict[str, Any]:
        """Forget a watch, and what waits for it."""
        return {"removed": await work.remove_watch(name)}

    for_admins = [Depends(needs("admin"))]

    @app.post("/api/v1/deliveries/retry", dependencies=for_admins, tags=["ledger"], openapi_extra=GUARDED)
    async def retry_deliveries(message: str | None = None) -> dict[str, Any]:
        """Let what was given up be tried again, of one message or of all."""
        return {"waiting": await work.retry_deliveries(message)}


def _add_watches(app: FastAPI, ledger: Ledger) -> None:
    @app.get("/api/v1/watches", responses=answers_with(Watches), tags=["ledger"])
    def get_watches() -> Response:
        """All watches with their settings."""
        return JSONResponse({"watches": [watch_to_json(one) for one in ledger.get_watches()]})

    @app.get("/api/v1/turns", responses=answers_with(Turns), tags=["ledger"])
    def get_turns(event: Annotated[tuple[_Event, ...], Query(max_length=MAX_LIMIT)] = ()) -> Response:
        """What these events mean for their projects: a standing that changed, a first of its type."""
        return JSONResponse({"turns": {str(number): to_json(turn) for number, turn in ledger.get_turns(event).items()}})

    feed: dict[int | str, dict[str, Any]] = {200: {"content": {FEED_TYPE: {"schema": {"type": "string"}}}}}

    @app.get("/watches/{name:path}.atom", tags=["ledger"], responses=feed, response_class=Response)
    def get_feed(request: Request, name: str) -> Response:
        """The last messages of a watch as an Atom feed."""
        if name not in {watch.name for watch in ledger.get_watches()}:
            raise HTTPException(404, f"no watch {name!r}")
        return Response(watch_feed(ledger, name, str(request.url)), media_type=FEED_TYPE)


def _add_lists(app: FastAPI, ledger: Ledger) -> None:
    @app.get("/api/v1/alerts", responses=answers_with(AlertPage), tags=["ledger"])
    def find_alerts(request: Request, watch: str | None = None, limit: Limit = 50, offset: Offset = 0) -> Response:
        """What was decided, of one watch or of all, the latest first."""
        found = ledger.find_alerts(watch=watch, limit=limit + 1, offset=offset)
        return _listed(request, "alerts", found, limit, offset)

    @app.get("/api/v1/deliveries", responses=answers_with(DeliveryPage), tags=["ledger"])
    def find_deliveries(
        request: Request,
        state: Annotated[tuple[_State, ...], Query()] = (),
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> Response:
        """How messages left; `state` is waiting, sent or dead."""
        _check("state", state, DELIVERY_STATES)
        found = ledger.find_deliveries(states=state, limit=limit + 1, offset=offset)
        return _listed(request, "deliveries", found, limit, offset)

    @app.get("/api/v1/messages", responses=answers_with(PostPage), tags=["ledger"])
    def find_posts(
        request: Request,
        kind: Annotated[tuple[_Kind, ...], Query()] = (),
        name: str | None = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> Response:
        """Messages, the newest first; `kind` is alert, summary or digest."""
        _check("kind", kind, _KINDS)
        found = ledger.find_posts(kinds=kind, name=name, limit=limit + 1, offset=offset)
        return _listed(request, "messages", found, limit, offset)

    @app.get("/api/v1/messages/{key:path}", tags=["ledger"])
    def get_message(key: str) -> dict[str, Any]:
        """A message as it was written."""
        if (message := ledger.get_message(key)) is None:
            raise HTTPException(404, f"no message {key!r}")
        return message_to_json(message)


def _listed(request: Request, name: str, found: Sequence[Any], limit: int, offset: int) -> Response:
    """A page of what was asked for with one more, which tells whether there is another page."""
    page = found[:limit]
    after = next_offset(request, limit=limit, offset=offset, found=len(page), total=offset + len(found))
    return JSONResponse({name: [to_json(one) for one in page], "next": after}, headers=link_header(after))


def _check(name: str, values: Sequence[str], allowed: Sequence[str]) -> None:
    for value in values:
        if value not in allowed:
            raise UnknownValue(name, value, allowed)


def watch_feed(ledger: Ledger, name: str, self_link: str | None) -> bytes:
    """The last messages of a watch as an Atom feed (RFC 4287)."""
    posts = ledger.find_posts(kinds=("alert", "summary"), name=name, limit=_ENTRIES)
    messages = [message for post in posts if (message := ledger.get_message(post.key))]
    settings = AtomSettings(name=name, authority="orewire.invalid", self_link=self_link)
    return render_feed(messages, settings, now=datetime.now(UTC))


def watch_to_json(watch: StoredWatch) -> dict[str, Any]:
    """A watch with its settings."""
    return {**to_json(watch), "settings": dict(watch.settings)}
