"""Forms of our pages: what they bear, how they are read, and what every page knows of its visitor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from fastapi import HTTPException, Request
from markupsafe import Markup

from orewire.web.guard import visitor_of
from orewire.web.seal import Seal

LONGEST: Final = 20_000
FIELD: Final = "csrf"
Form = Mapping[str, list[str]]


async def read_form(request: Request, *, longest: int = LONGEST) -> Form:
    """What was filled in. 403 unless the form was on a page of ours that this visitor was shown; 413 if too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > longest:
            raise HTTPException(413, f"found more than {longest} bytes")
    try:
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=2_000)
    except ValueError as error:
        raise HTTPException(400, f"found a form that cannot be read: {error}") from error
    if not _seal(request).fits(one(form, FIELD)):
        raise HTTPException(403, "this must be sent from a page of orewire: load it again, and send it from there")
    return form


def one(form: Form, name: str) -> str:
    """The value of a field, without the white space around it."""
    return form.get(name, [""])[0].strip()


def csrf_token(request: Request) -> str:
    """What a form, or the header X-CSRF of a script of ours, must bear."""
    return _seal(request).token()


def csrf_field(request: Request) -> Markup:
    """The hidden field that every form of ours has."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token(request))


class _Field:
    """The same, made when a page has a form and not before: it may cost the visitor a cookie."""

    __slots__ = ("_request",)

    def __init__(self, request: Request) -> None:
        self._request = request

    def __html__(self) -> str:
        return csrf_field(self._request)


def page_values(request: Request) -> dict[str, Any]:
    """What every template knows: `visitor` (name, role, may, is_known), and `csrf`, to be put into every form."""
    return {"visitor": visitor_of(request), "csrf": _Field(request)}


def _seal(request: Request) -> Seal:
    seal: Seal = request.state.seal
    return seal
