"""Routes of the API about users, their tokens, and what was done: for admins only. And whether the service lives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from orewire.model.event import to_json
from orewire.web.door import Door
from orewire.web.guard import needs, note_target
from orewire.web.openapi import GUARDED
from orewire.web.parameters import Number, Time

MAX_DEEDS = 10_000
Since = Annotated[Time | None, Query(description="Only what was done at this time or later.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewUser(_Body):
    """Somebody who is to be let in."""

    name: str
    role: str
    password: str


class NewPassword(_Body):
    """In place of the former one."""

    password: str


class NewToken(_Body):
    """A token that is to be made."""

    name: str
    user: str
    role: str
    expires_at: Time | None = None


def add_access(app: FastAPI, door: Door) -> None:
    """Give the application its routes."""
    _add_users(app, door)
    _add_tokens(app, door)

    @app.get("/api/v1/audit", dependencies=[Depends(needs("admin"))], tags=["access"], openapi_extra=GUARDED)
    async def find_deeds(since: Since = None, limit: Annotated[int, Query(ge=1, le=MAX_DEEDS)] = 200) -> dict[str, Any]:
        """What was done, the latest first."""
        return {"deeds": [to_json(deed) for deed in await read_deeds(door, since, limit)]}

    @app.get("/healthz", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "ok"}


async def read_deeds(door: Door, since: datetime | None, limit: int) -> list[Any]:
    """What was done, with what still waits to be written down."""
    await door.try_flush()
    return list(await run_in_threadpool(lambda: door.access.find_deeds(since=since, limit=limit)))


def _add_users(app: FastAPI, door: Door) -> None:
    guarded = [Depends(needs("admin"))]

    @app.get("/api/v1/users", dependencies=guarded, tags=["access"], openapi_extra=GUARDED)
    def get_users() -> dict[str, Any]:
        """All users by name."""
        return {"users": [to_json(user) for user in door.access.get_users()]}

    @app.post("/api/v1/users", dependencies=guarded, tags=["access"], openapi_extra=GUARDED)
    async def add_user(request: Request, new: NewUser) -> dict[str, Any]:
        """Let somebody new log in."""
        note_target(request, new.name)
        await door.change(lambda access: access.add_user(new.name, new.role, new.password))
        return {"name": new.name}

    @app.put("/api/v1/users/{name}/password", dependencies=guarded, tags=["access"], openapi_extra=GUARDED)
    async def set_password(name: str, new: NewPassword) -> dict[str, Any]:
        """Another password; all sessions of the user end."""
        await door.change(lambda access: access.set_password(name, new.password))
        return {"name": name}

    @app.post("/api/v1/users/{name}/disable", dependencies=guarded, tags=["access"], openapi_extra=GUARDED)
    async def disable_user(name: str) -> dict[str, Any]:
        """Let a user in no more, nor programs that act for them."""
        await door.change(lambda access: access.disable_user(name))
        return {"name": name}

    @app.delete("/api/v1/users/{name}", dependencies=guarded, tags=["access"], openapi_extra=GUARDED)
    async def remove_user(name: str) -> dict[str, Any]:
        """Forget a user, with their tokens and sessions."""
        await door.change(lambda access: access.remove_user(name))
        return {"name": name}


def _add_tokens(app: FastAPI, door: Door) -> None:
    guarded = [Depends(needs("admin"))]

    @app.get("/api/v1/tokens", dependencies=guarded, tags=["access"], openapi_extra=GUARDED)
    def get_tokens() -> dict[str, Any]:
        """All tokens, also revoked ones, without their secrets."""
        return {"tokens": [to_json(token) for token in door.access.get_tokens()]}

    @app.post("/api/v1/tokens", dependencies=guarded, tags=["access"], openapi_extra=GUARDED)
    async def add_token(request: Request, new: NewToken) -> dict[str, Any]:
        """Let a program act for a user; the secret is told only now."""
        note_target(request, f"{new.name} of {new.user}")
        token, secret = await door.change(
            lambda access: access.add_token(new.name, user=new.user, role=new.role, expires_at=new.expires_at)
        )
        return {"token": to_json(token), "secret": secret}

    @app.delete("/api/v1/tokens/{number}", dependencies=guarded, tags=["access"], openapi_extra=GUARDED)
    async def revoke_token(number: Number) -> dict[str, Any]:
        """Let nobody in by this token any more."""
        return {"token": to_json(await door.change(lambda access: access.revoke_token(number)))}
