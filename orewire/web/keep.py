"""Backup and check over HTTP: work that takes long, and is told of line by line until its last line is the answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import Depends, FastAPI, Query
from fastapi.responses import Response, StreamingResponse

from orewire.model.errors import OrewireError, UsageError
from orewire.model.keep import Backup, CheckReport, Told, backup_to_json, check_to_json
from orewire.web.guard import needs
from orewire.web.openapi import GUARDED

Answer = TypeVar("Answer")
_NDJSON = "application/x-ndjson"
_LINES: dict[int | str, dict[str, Any]] = {200: {"content": {_NDJSON: {"schema": {"type": "string"}}}}}


class Keeping(Protocol):
    """What the service does to keep its store safe."""

    async def back_up(self, told: Told) -> Backup:
        """Copy the store into its backup folder."""

    async def check(self, told: Told, *, sample: int | None, repair: bool) -> CheckReport:
        """Look whether the store is sound."""


def add_keeping(app: FastAPI, work: Keeping) -> None:
    """Give the application its routes for backup and check, for admins."""
    running: set[asyncio.Task[Any]] = set()

    @app.post(
        "/api/v1/backup",
        dependencies=[Depends(needs("admin"))],
        tags=["service"],
        responses=_LINES,
        openapi_extra=GUARDED,
        response_class=Response,
    )
    async def back_up() -> StreamingResponse:
        """Copy the store into its backup folder."""
        return _streamed(work.back_up, backup_to_json, running)

    @app.post(
        "/api/v1/check",
        dependencies=[Depends(needs("admin"))],
        tags=["service"],
        responses=_LINES,
        openapi_extra=GUARDED,
        response_class=Response,
    )
    async def check(sample: Annotated[int | None, Query(ge=1)] = None, repair: bool = False) -> StreamingResponse:
        """Look whether the store is sound."""
        return _streamed(lambda told: work.check(told, sample=sample, repair=repair), check_to_json, running)


def _streamed(
    begin: Callable[[Told], Awaitable[Answer]], to_json: Callable[[Answer], Any], running: set[asyncio.Task[Any]]
) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        said: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def told(*what: object) -> None:
            loop.call_soon_threadsafe(said.put_nowait, {"told": what})

        task = asyncio.ensure_future(begin(told))
        running.add(task)  # it goes on although nobody listens any more: a file half copied is nothing to leave behind
        task.add_done_callback(running.discard)
        task.add_done_callback(lambda _: said.put_nowait(None))
        while (line := await said.get()) is not None:
            yield f"{json.dumps(line)}\n"
        yield f"{json.dumps(_outcome(task, to_json))}\n"

    return StreamingResponse(lines(), media_type=_NDJSON)


def _outcome(task: asyncio.Future[Answer], to_json: Callable[[Answer], Any]) -> dict[str, Any]:
    try:
        return {"done": to_json(task.result())}
    except OrewireError as error:
        return {"error": str(error), "is_usage": isinstance(error, UsageError)}
