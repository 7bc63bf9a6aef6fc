"""Queries that are kept: their routes, and the page on which SQL is asked."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import Body, Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from orewire.model.answers import MOST_ROWS, SqlAnswer
from orewire.model.errors import UsageError
from orewire.model.event import to_json
from orewire.model.queries import SavedQuery
from orewire.web.forms import one, read_form
from orewire.web.guard import needs, note_target, visitor_of
from orewire.web.openapi import GUARDED
from orewire.web.pages.shell import Desk, render, with_problems

_ROWS: Final = 200
"""Of an answer that are shown; all of it is a file."""
_LONGEST: Final = 20_000
"""Characters of a query in an address."""
FIRST: Final = """SELECT type, count(*) AS events, max(date) AS newest
FROM event_list
GROUP BY type
ORDER BY events DESC"""


def add_queries(app: FastAPI, desk: Desk) -> None:
    """Give the application the page and the routes; asking and keeping are for analysts."""
    _add_page(app, desk)
    _add_routes(app, desk)


def _add_page(app: FastAPI, desk: Desk) -> None:
    guarded = [Depends(needs("analyst"))]

    @app.get("/sql", include_in_schema=False, dependencies=guarded)
    @with_problems
    def show(request: Request, sql: str = "", form: str = "") -> Response:
        if len(sql) > _LONGEST:
            raise UsageError(f"sql: found {len(sql)} characters, expected {_LONGEST:,} at most: ask by the API")
        if form == "csv" and sql.strip():
            return _as_csv(desk.questions.run_sql(sql, limit=MOST_ROWS))
        return _page(request, desk, sql)

    @app.post("/sql", include_in_schema=False, dependencies=guarded)
    async def change(request: Request) -> Response:
        filled = await read_form(request, longest=_LONGEST * 4)
        name = one(filled, "name")
        note_target(request, name)
        try:
            if one(filled, "do") == "remove":
                await desk.work.write(lambda: desk.questions.remove_query(name))
                return RedirectResponse("/sql", 303)
            query = _query(request, name, one(filled, "sql"))
            await desk.work.write(lambda: desk.questions.put_query(query))
        except UsageError as error:
            problem = str(error)
            return await run_in_threadpool(lambda: _page(request, desk, "", problem=problem, status=400))
        return RedirectResponse("/sql", 303)


def _add_routes(app: FastAPI, desk: Desk) -> None:
    guarded = [Depends(needs("analyst"))]

    @app.get("/api/v1/queries", dependencies=guarded, tags=["takeout"], openapi_extra=GUARDED)
    def get_queries() -> dict[str, Any]:
        """The queries that people keep to ask again."""
        return {"queries": [to_json(one) for one in desk.questions.get_queries()]}

    @app.put("/api/v1/queries/{name:path}", dependencies=guarded, tags=["takeout"], openapi_extra=GUARDED)
    async def put_query(request: Request, name: str, sql: Annotated[str, Body(embed=True)]) -> dict[str, Any]:
        """Keep a query, in place of a former one of its name."""
        query = _query(request, name, sql)
        await desk.work.write(lambda: desk.questions.put_query(query))
        return to_json(query)

    @app.delete("/api/v1/queries/{name:path}", dependencies=guarded, tags=["takeout"], openapi_extra=GUARDED)
    async def remove_query(name: str) -> dict[str, Any]:
        """Forget a query."""
        return {"removed": await desk.work.write(lambda: desk.questions.remove_query(name))}


def _query(request: Request, name: str, sql: str) -> SavedQuery:
    return SavedQuery(name=name, sql=sql, who=visitor_of(request).name, made_at=datetime.now(UTC))


def _page(request: Request, desk: Desk, sql: str, *, problem: str = "", status: int = 200) -> Response:
    answer = None
    if sql.strip():
        try:
            answer = desk.questions.run_sql(sql, limit=_ROWS)
        except UsageError as error:
            problem, status = str(error), 400
    return render(
        request,
        "sql.html",
        status=status,
        sql=sql or FIRST,
        answer=answer,
        problem=problem,
        queries=desk.questions.get_queries(),
        cell=_cell,
    )


def _cell(value: Any) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return str(value)


def _as_csv(answer: SqlAnswer) -> Response:
    """All rows as a file that no spreadsheet runs; UsageError where there are too many."""
    from store.textforms import csv_cell

    if answer.more:
        raise UsageError(f"found more than {MOST_ROWS:,} rows, expected fewer: ask with LIMIT, or take a snapshot")
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([csv_cell(name) for name, _ in answer.columns])
    for row in answer.rows:
        told = [_cell(value) for value in row]
        writer.writerow([text if _is_number(text) else csv_cell(text) for text in told])
    headers = {"Content-Disposition": 'attachment; filename="answer.csv"'}
    return Response(written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
