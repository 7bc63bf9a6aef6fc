"""Errors of the API as problem+json (RFC 9457): what was wrong, what was found, what is allowed."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route

from orewire.model.errors import OrewireError, UnknownValue, UsageError

PROBLEM_TYPE: Final = "application/problem+json"
OtherError = Callable[[Request, HTTPException], Awaitable[Response]]
"""How a page that is none of the API's tells an error."""
_SHOWN = 200
"""Characters of a value that was found: an error is no echo."""
_TOLD = re.compile(r"(?P<parameter>[a-z_]{1,40}): found (?P<found>.{1,200}?), expected ", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error of the API. `parameter`, `found` and `expected` (all that is allowed) only where they help."""

    type: str
    title: str
    status: int
    detail: str
    parameter: str | None = None
    found: str | None = None
    expected: tuple[str, ...] | None = None


class NotAcceptable(UnknownValue):
    """A form in which the answer cannot be had."""


def make_problem(status: int, detail: str, **told: Any) -> Problem:
    """A problem of this status; the page /api tells what its type means."""
    title = HTTPStatus(status).phrase
    return Problem(type=f"/api#{title.lower().replace(' ', '-')}", title=title, status=status, detail=detail, **told)


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as it is sent, without what it does not tell."""
    told = {name: value for name, value in asdict(problem).items() if value is not None}
    given = {**({"WWW-Authenticate": "Bearer"} if problem.status == 401 else {}), **(headers or {})}
    return JSONResponse(told, problem.status, given, media_type=PROBLEM_TYPE)


def is_for_programs(path: str) -> bool:
    """Whether programs read what is at this path: the API and the feeds."""
    return path.startswith("/api/") or path.endswith(".atom")


def add_problems(app: FastAPI, otherwise: OtherError = http_exception_handler) -> None:
    """Let every error of the API be told so; `otherwise` tells those of the pages. The gate tells what is a fault."""

    async def answer(request: Request, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
        if is_for_programs(request.url.path):
            return problem_response(problem, headers)
        return await otherwise(request, HTTPException(problem.status, problem.detail, dict(headers or {})))

    @app.exception_handler(UsageError)
    async def refuse(request: Request, error: UsageError) -> Response:
        return await answer(request, usage_problem(error))

    @app.exception_handler(RequestValidationError)
    async def refuse_type(request: Request, error: RequestValidationError) -> Response:
        return await answer(request, _type_problem(error))

    @app.exception_handler(OrewireError)
    async def fail(request: Request, error: OrewireError) -> Response:
        return await answer(request, make_problem(503, str(error)), {"Retry-After": "5"})

    @app.exception_handler(ClientDisconnect)
    async def note_the_end(request: Request, _: ClientDisconnect) -> Response:
        """Nobody is there to be told; it is no fault of ours, which the log would tell at length."""
        return await answer(request, make_problem(400, "the request broke off"))

    @app.exception_handler(HTTPException)
    async def refuse_plainly(request: Request, error: HTTPException) -> Response:
        headers = {**(error.headers or {}), **(_allow(request) if error.status_code == 405 else {})}
        return await answer(request, make_problem(error.status_code, str(error.detail)), headers)


def usage_problem(error: UsageError) -> Problem:
    """What a question that means nothing is told."""
    status = 406 if isinstance(error, NotAcceptable) else 400
    if isinstance(error, UnknownValue):
        told = {"parameter": error.parameter, "found": error.found[:_SHOWN], "expected": error.allowed or None}
        return make_problem(status, str(error), **told)
    parts = _TOLD.match(str(error))
    told = {"parameter": parts["parameter"], "found": parts["found"].strip("'")} if parts else {}
    return make_problem(status, str(error), **told)


def _type_problem(error: RequestValidationError) -> Problem:
    """What a value of the wrong kind is told."""
    first = error.errors()[0]
    name, found = str(first["loc"][-1]), str(first["input"])[:_SHOWN]
    if first["type"] == "missing":
        return make_problem(400, f"{name}: found none, expected a value", parameter=name)
    return make_problem(400, f"{name}: found {found!r}: {_expected(first)}", parameter=name, found=found)


def _expected(error: Mapping[str, Any]) -> str:
    """What is allowed, in our words where it was our own check that refused."""
    cause = error.get("ctx", {}).get("error")
    return f"expected {cause}" if isinstance(cause, ValueError) else str(error["msg"])


def _allow(request: Request) -> dict[str, str]:
    """All methods of an address: the framework knows those of its first route only."""
    methods = {
        method
        for route in request.app.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    return {"Allow": ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))}


async def refuse_unknown(request: Request) -> None:
    """UnknownValue for a parameter that the route does not read: what is misspelt would be passed over in silence."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not is_for_programs(request.url.path):
        return
    known = sorted(set(_query_names(route.dependant)))
    for name in request.query_params:
        if name not in known:
            raise UnknownValue("parameter", name, known)


def _query_names(dependant: Dependant) -> Iterator[str]:
    """The parameters that a route and all that it depends on read."""
    yield from (field.alias for field in dependant.query_params)
    for one in dependant.dependencies:
        yield from _query_names(one)
