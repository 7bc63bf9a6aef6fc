"""Routes for what is taken out of the store whole: exports, snapshots, queries in SQL."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import BinaryIO

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from orewire.model.event import Filters
from orewire.model.ports import Questions
from orewire.web.guard import needs, note_target
from orewire.web.wire import answer_to_json

_CHUNK = 1 << 20
_LONGEST_QUERY = 1_000_000
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "duckdb": "application/octet-stream",
}


def add_takeout(app: FastAPI, questions: Questions, read_filters: Callable[..., Filters]) -> None:
    """Give the application these routes. SQL is for analysts, the whole store for admins."""

    @app.get("/api/v1/export")
    def export(filters: Filters = Depends(read_filters), format: str = "csv") -> Response:  # noqa: B008
        """All events that match, as a file."""
        found = questions.open_export(filters, format)
        told = {"Orewire-Events": str(found.events), "Orewire-Notes": json.dumps(found.notes)}
        return _file(found.body, format, told)

    @app.get("/api/v1/snapshot", dependencies=[Depends(needs("admin"))])
    def snapshot() -> Response:
        """The whole store, as a DuckDB database."""
        return _file(questions.open_snapshot(), "duckdb", {})

    @app.post("/api/v1/sql", dependencies=[Depends(needs("analyst"))])
    async def sql(request: Request, limit: int = 1000) -> Response:
        """The SELECT in the body, answered; see docs/sql.md."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LONGEST_QUERY:
                raise HTTPException(413, f"found more than {_LONGEST_QUERY} bytes")
        text = body.decode("utf-8", "replace")
        note_target(request, text)
        answer = await run_in_threadpool(lambda: questions.run_sql(text, limit=limit))
        return JSONResponse(answer_to_json(answer))


def _file(body: BinaryIO, form: str, told: dict[str, str]) -> Response:
    headers = {
        **told,
        "Content-Length": str(body.seek(0, os.SEEK_END)),
        "Content-Disposition": f'attachment; filename="{"store" if form == "duckdb" else "events"}.{form}"',
        "X-Content-Type-Options": "nosniff",
    }
    body.seek(0)
    return StreamingResponse(_chunks(body), media_type=_TYPES[form], headers=headers)


def _chunks(body: BinaryIO) -> Iterator[bytes]:
    with body:
        while chunk := body.read(_CHUNK):
            yield chunk
