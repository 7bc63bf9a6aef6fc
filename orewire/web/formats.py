"""In which form an answer is had: by the end of its address, else by what `Accept` says (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from fastapi import Request

from orewire.web.problems import NotAcceptable

MEDIA_TYPES: Final = {
    "json": "application/json",
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "atom": "application/atom+xml",
}
TABLE_FORMS: Final = ("json", "csv", "parquet")
EVENT_FORMS: Final = tuple(MEDIA_TYPES)
_RANGE = re.compile(r"\s*(?P<type>[\w!#$&^.+*-]+/[\w!#$&^.+*-]+)\s*(?P<parameters>(;[^,]*)?)", re.ASCII)
_QUALITY = re.compile(r";\s*q\s*=\s*(?P<q>[01](\.\d{0,3})?)\s*(;|$)", re.ASCII | re.IGNORECASE)


def wanted_form(offered: Sequence[str]) -> Callable[[Request], Awaitable[str]]:
    """A dependency: the form that is wanted of those offered, the first where nothing is said; NotAcceptable."""

    async def wanted(request: Request) -> str:
        form = request.path_params.get("form")
        if form is not None and form not in offered:
            raise NotAcceptable("form", form, offered)
        return form or choose_form(request.headers.getlist("accept"), offered)

    return wanted


def choose_form(accept: Sequence[str], offered: Sequence[str]) -> str:
    """The form that is liked best, the first of equals; NotAcceptable where all are refused."""
    ranges = _read_accept(",".join(accept))
    if not ranges:
        return offered[0]
    liked = {form: _quality(MEDIA_TYPES[form], ranges) for form in offered}
    best = max(offered, key=lambda form: liked[form])  # max keeps the first of equals
    if not liked[best]:
        raise NotAcceptable("Accept", ", ".join(accept)[:200], [MEDIA_TYPES[form] for form in offered])
    return best


def _read_accept(text: str) -> dict[str, float]:
    """Each media range with its quality; what is none is passed over, as browsers and scripts send anything."""
    found = (_RANGE.fullmatch(part) for part in text.split(","))
    return {part["type"].lower(): _q(part["parameters"]) for part in found if part}


def _q(parameters: str) -> float:
    found = _QUALITY.search(parameters)
    return min(float(found["q"]), 1.0) if found else 1.0


def _quality(media_type: str, ranges: dict[str, float]) -> float:
    """That of the most specific range that fits."""
    main = media_type.partition("/")[0]
    fitting = (one for one in (media_type, f"{main}/*", "*/*") if one in ranges)
    return ranges[found] if (found := next(fitting, None)) else 0.0
