"""Routes for what is taken out of the store whole: exports, snapshots, queries in SQL."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from io import BufferedIOBase
from typing import Annotated, Any, BinaryIO, cast

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import WithJsonSchema
from starlette.concurrency import run_in_threadpool

from orewire.model.answers import EXPORT_FORMATS, MOST_ROWS, Export
from orewire.model.event import Filters
from orewire.model.ports import Questions
from orewire.web.formats import MEDIA_TYPES
from orewire.web.guard import needs, note_target
from orewire.web.openapi import GUARDED, body_of
from orewire.web.parameters import read_filters
from orewire.web.schemas import SqlTable
from orewire.web.shapes import answers_with
from orewire.web.wire import answer_to_json

_CHUNK = 1 << 20
_LONGEST_QUERY = 1_000_000
_DATABASE = "application/octet-stream"
_Format = Annotated[
    Annotated[str, WithJsonSchema({"type": "string", "enum": list(EXPORT_FORMATS)})], Query(description="Of the file.")
]


def _files(*types: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {one: {"schema": {"type": "string", "format": "binary"}} for one in types}}}


def add_takeout(app: FastAPI, questions: Questions) -> None:
    """Give the application these routes. SQL is for analysts, the whole store for admins."""
    files = _files(*(MEDIA_TYPES[form] for form in EXPORT_FORMATS))

    @app.get("/api/v1/export", tags=["takeout"], responses=files, response_class=Response)
    def export_events(filters: Annotated[Filters, Depends(read_filters)], format: _Format = "csv") -> Response:
        """All events that match, as a file."""
        return send_export(questions.open_export(filters, format), format, {})

    @app.get(
        "/api/v1/snapshot",
        dependencies=[Depends(needs("admin"))],
        tags=["takeout"],
        responses=_files(_DATABASE),
        response_class=Response,
        openapi_extra=GUARDED,
    )
    def take_snapshot() -> Response:
        """The whole store, as a DuckDB database."""
        return _file(questions.open_snapshot(), "store.duckdb", _DATABASE, {})

    asked = GUARDED | body_of("text/plain", {"type": "string"})

    @app.post(
        "/api/v1/sql",
        dependencies=[Depends(needs("analyst"))],
        tags=["takeout"],
        responses=answers_with(SqlTable),
        openapi_extra=asked,
    )
    async def run_sql(request: Request, limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 1000) -> Response:
        """The SELECT in the body, answered; see docs/sql.md."""
        text = (await read_body(request, _LONGEST_QUERY)).decode("utf-8", "replace")
        note_target(request, text)
        answer = await run_in_threadpool(lambda: questions.run_sql(text, limit=limit))
        return JSONResponse(answer_to_json(answer))


async def read_body(request: Request, most: int) -> bytes:
    """The body of a request; 413 for one that is longer than `most` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise HTTPException(413, f"body: found more than {most} bytes, expected at most {most}")
    return bytes(body)


def send_export(export: Export, form: str, headers: Mapping[str, str]) -> Response:
    """Events as a file, with how many there are and what had to be changed."""
    told = {"Orewire-Events": str(export.events), "Orewire-Notes": json.dumps(export.notes)}
    tag = f'"{hashlib.file_digest(cast(BufferedIOBase, export.body), "sha256").hexdigest()[:32]}"'
    return _file(export.body, f"events.{form}", MEDIA_TYPES[form], {**told, **headers, "ETag": tag})


def _file(body: BinaryIO, name: str, media_type: str, told: Mapping[str, str]) -> Response:
    headers = {
        **told,
        "Content-Length": str(body.seek(0, os.SEEK_END)),
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    body.seek(0)
    return StreamingResponse(_chunks(body), media_type=media_type, headers=headers)


def _chunks(body: BinaryIO) -> Iterator[bytes]:
    with body:
        while chunk := body.read(_CHUNK):
            yield chunk
