"""Pages without forms of their own are made once for all who look at them as the same visitor, and packed once."""

from __future__ import annotations

import functools
import gzip
from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from orewire.web.guard import visitor_of
from orewire.web.pages.memory import NotKept
from orewire.web.pages.shell import Desk, unless_known

Handler = Callable[..., Response]
_LEVEL: Final = 5


def kept(desk: Desk) -> Callable[[Handler], Callable[..., Awaitable[Response]]]:
    """For the handler of a page: see `Memory` for how long its answer is shown. What is there waits for no thread."""

    def around(handler: Handler) -> Callable[..., Awaitable[Response]]:
        @functools.wraps(handler)
        async def shown(request: Request, *args: Any, **kwargs: Any) -> Response:
            def make() -> tuple[Response, Response]:
                return _made(handler(request, *args, **kwargs))

            visitor = visitor_of(request)
            key = ("page", request.url.path, request.url.query, visitor.name, visitor.role, visitor.session)
            try:
                found = desk.memory.glance(key, make)
                if found is None:
                    found = await run_in_threadpool(lambda: desk.memory.recall(key, make))
            except NotKept as not_kept:
                response: Response = not_kept.answer
                return response
            is_packed = "gzip" in request.headers.get("accept-encoding", "")
            return unless_known(request, found[is_packed])

        return shown

    return around


def _made(response: Response) -> tuple[Response, Response]:
    """As it is, and packed: in that order."""
    if response.status_code >= 400:
        raise NotKept(response)
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    packed = gzip.compress(bytes(response.body), _LEVEL, mtime=0)
    told = {**headers, "content-encoding": "gzip", "vary": "Accept-Encoding"}
    return response, Response(packed, response.status_code, told)
