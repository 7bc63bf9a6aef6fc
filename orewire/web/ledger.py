"""Routes of the API about watches, alerts, and how messages left; and each watch as an Atom feed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Protocol

from fastapi import Body, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import Response

from orewire.alerts.channels.atom import AtomSettings, render_feed
from orewire.model.event import to_json
from orewire.model.ledger import DELIVERY_STATES, StoredWatch
from orewire.model.message import message_to_json
from orewire.model.ports import Ledger
from orewire.web.guard import needs

MAX_LIMIT = 1000
Limit = Annotated[int, Query(ge=0, le=MAX_LIMIT)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]
_ENTRIES = 50


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
    _add_questions(app, ledger)

    @app.put("/api/v1/watches/{name:path}", dependencies=guarded)
    async def put_watch(name: str, settings: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Keep a watch with these settings, as config.yaml has them."""
        await work.put_watch(name, settings)
        return {"name": name}

    @app.delete("/api/v1/watches/{name:path}", dependencies=guarded)
    async def remove_watch(name: str) -> dict[str, Any]:
        """Forget a watch, and what waits for it."""
        return {"removed": await work.remove_watch(name)}

    @app.post("/api/v1/deliveries/retry", dependencies=[Depends(needs("admin"))])
    async def retry_deliveries(message: str | None = None) -> dict[str, Any]:
        """Let what was given up be tried again, of one message or of all."""
        return {"waiting": await work.retry_deliveries(message)}


def _add_questions(app: FastAPI, ledger: Ledger) -> None:
    @app.get("/api/v1/watches")
    def get_watches() -> dict[str, Any]:
        """All watches with their settings."""
        return {"watches": [watch_to_json(one) for one in ledger.get_watches()]}

    @app.get("/api/v1/turns")
    def get_turns(event: Annotated[list[int] | None, Query(max_length=1000)] = None) -> dict[str, Any]:
        """What these events mean for their projects: a standing that changed, a first of its type."""
        return {"turns": {str(number): to_json(turn) for number, turn in ledger.get_turns(event or []).items()}}

    @app.get("/api/v1/alerts")
    def find_alerts(watch: str | None = None, limit: Limit = 50, offset: Offset = 0) -> dict[str, Any]:
        """What was decided, of one watch or of all, the latest first."""
        return {"alerts": [to_json(one) for one in ledger.find_alerts(watch=watch, limit=limit, offset=offset)]}

    @app.get("/api/v1/deliveries")
    def find_deliveries(
        state: Annotated[list[str] | None, Query()] = None, limit: Limit = 50, offset: Offset = 0
    ) -> dict[str, Any]:
        """How messages left; `state` is waiting, sent or dead."""
        _check_states(state or [])
        found = ledger.find_deliveries(states=state or (), limit=limit, offset=offset)
        return {"deliveries": [to_json(one) for one in found]}

    @app.get("/api/v1/messages")
    def find_posts(
        kind: Annotated[list[str] | None, Query()] = None,
        name: str | None = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """Messages, the newest first; `kind` is alert, summary or digest."""
        found = ledger.find_posts(kinds=kind or (), name=name, limit=limit, offset=offset)
        return {"messages": [to_json(one) for one in found]}

    @app.get("/api/v1/messages/{key:path}")
    def get_message(key: str) -> dict[str, Any]:
        """A message as it was written."""
        if (message := ledger.get_message(key)) is None:
            raise HTTPException(404, f"no message {key!r}")
        return message_to_json(message)

    @app.get("/watches/{name:path}.atom")
    def get_feed(request: Request, name: str) -> Response:
        """The last messages of a watch as an Atom feed."""
        if name not in {watch.name for watch in ledger.get_watches()}:
            raise HTTPException(404, f"no watch {name!r}")
        return Response(watch_feed(ledger, name, str(request.url)), media_type="application/atom+xml")


def watch_feed(ledger: Ledger, name: str, self_link: str | None) -> bytes:
    """The last messages of a watch as an Atom feed (RFC 4287)."""
    posts = ledger.find_posts(kinds=("alert", "summary"), name=name, limit=_ENTRIES)
    messages = [message for post in posts if (message := ledger.get_message(post.key))]
    settings = AtomSettings(name=name, authority="orewire.invalid", self_link=self_link)
    return render_feed(messages, settings, now=datetime.now(UTC))


def watch_to_json(watch: StoredWatch) -> dict[str, Any]:
    """A watch with its settings."""
    return {**to_json(watch), "settings": dict(watch.settings)}


def _check_states(states: list[str]) -> None:
    for state in states:
        if state not in DELIVERY_STATES:
            raise HTTPException(400, f"state: found {state!r}, expected one of {', '.join(DELIVERY_STATES)}")
