"""How an answer leaves: as JSON, as a table, or page by page with the address of the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from orewire.web.formats import MEDIA_TYPES
from orewire.web.tables import Table, write_table

Record = Mapping[str, Any]


def answer(
    form: str, record: Callable[[], Record], table: Callable[[], Table], *, following: str | None = None
) -> Response:
    """The answer in the form that is wanted; only that form is made."""
    headers = link_header(following)
    if form == "json":
        return JSONResponse(record(), headers=headers)
    told = table()
    headers |= {"Content-Disposition": f'attachment; filename="{told.name}.{form}"'}
    return Response(write_table(told, form), media_type=MEDIA_TYPES[form], headers=headers)


def link_header(following: str | None) -> dict[str, str]:
    """Where the next page is, for who reads no JSON (RFC 8288)."""
    return {"Link": f'<{following}>; rel="next"'} if following else {}


def address_with(request: Request, **changed: object) -> str:
    """The full address of this request with other parameters; None leaves one out."""
    address = request.url.remove_query_params(list(changed))
    return str(address.include_query_params(**{name: value for name, value in changed.items() if value is not None}))


def next_offset(request: Request, *, limit: int, offset: int, found: int, total: int | None) -> str | None:
    """The address of the next page; None at the end, which is where a page is not full if nobody counted."""
    end = offset + found
    is_last = not found or (found < limit if total is None else end >= total)
    return None if is_last else address_with(request, limit=limit, offset=end)
