"""A question as an address and back: every page of results has one that stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import Request

from orewire.model.errors import UsageError
from orewire.model.event import LIST_FILTERS, Cursor, Filters
from orewire.web.wire import filters_to_query

SINGLE_FILTERS: Final = ("since", "until", "text", "min_confidence", "seen_since", "seen_until")
_LONGEST: Final = 200
"""Values of one question."""
_SHOWN: Final = 40
"""Characters of what was found where a number was expected."""


def read_question(request: Request, *others: str) -> Filters:
    """The filters in the address of a page; UsageError for what is none, or one of `others` that the page knows.

    What was left empty in a form is no filter.
    """
    params = request.query_params
    known = {*LIST_FILTERS, *SINGLE_FILTERS, *others}
    if unknown := sorted(set(params) - known):
        raise UsageError(f"filter: found {unknown[0]!r}, expected one of {', '.join(sorted(known))}")
    if len(params.multi_items()) > _LONGEST:
        raise UsageError(f"filter: found {len(params.multi_items())} values, expected {_LONGEST} at most")
    values: dict[str, Any] = {name: _values(params.getlist(name)) for name in LIST_FILTERS}
    values |= {name: _READ[name](name, params[name]) for name in SINGLE_FILTERS if params.get(name, "").strip()}
    return Filters(**values)


def _values(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in given if value.strip()))


def read_day(name: str, value: str) -> date:
    """A day; UsageError for what is none."""
    try:
        return date.fromisoformat(value.strip())
    except ValueError as error:
        raise UsageError(f"{name}: found {value!r}, expected a day such as 2025-11-13") from error


def _read_time(name: str, value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise UsageError(f"{name}: found {value!r}, expected a time such as 2025-11-13T12:00:00+00:00") from error
    if moment.tzinfo is None:
        raise UsageError(f"{name}: found {value!r}, expected a time with its zone, such as +00:00")
    return moment


def _read_share(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise UsageError(f"{name}: found {value!r}, expected a number from 0 to 1") from error


_READ: Final[Mapping[str, Any]] = {
    "since": read_day,
    "until": read_day,
    "text": lambda _, value: value,
    "min_confidence": _read_share,
    "seen_since": _read_time,
    "seen_until": _read_time,
}


def read_cursor(value: str | None) -> Cursor | None:
    """Where the page before ended, as `address_of` wrote it; UsageError for what it did not write."""
    if not value:
        return None
    day, _, number = value.partition("~")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise UsageError(f"after: found {value!r}, expected the address of a page")
    return Cursor(date=read_day("after", day) if day else None, id=int(number))


def cursor_words(day: date | None, number: int) -> str:
    """The inverse of `read_cursor`."""
    return f"{day.isoformat() if day else ''}~{number}"


def read_page(value: str | None, most: int) -> int:
    """The number of a page from 1 to `most`, 1 where nothing is said; UsageError for what is none."""
    written = value or "1"
    # By its length, first: a number of many digits, leading zeros among them, is never made one.
    is_number = written.isascii() and written.isdigit() and len(written) <= len(str(most))
    if not is_number or not 1 <= int(written) <= most:
        raise UsageError(f"page: found {written[:_SHOWN]!r}, expected a number from 1 to {most}")
    return int(written)


def address(path: str, filters: Filters, **others: object) -> str:
    """The address of a question on a page; others that are None or empty are left out."""
    more = [(name, str(value)) for name, value in others.items() if value not in (None, "")]
    query = urlencode([*filters_to_query(filters), *more], quote_via=quote, safe="~:/")
    return f"{path}?{query}" if query else path


def canonical(request: Request, filters: Filters, **others: object) -> str | None:
    """The address of what was asked for, where the form that asked left fields empty or named a country; else None."""
    asked = request.query_params
    is_short = all(value.strip() for _, value in asked.multi_items())
    return (
        None
        if is_short and tuple(asked.getlist("country")) == filters.country
        else address(request.url.path, filters, **others)
    )


def toggled(filters: Filters, name: str, value: str) -> Filters:
    """The question with a value of a filter added, or taken away where it is there."""
    chosen: tuple[str, ...] = getattr(filters, name)
    kept = tuple(one for one in chosen if one.lower() != value.lower())
    changed: dict[str, Any] = {name: kept if len(kept) < len(chosen) else (*chosen, value)}
    return replace(filters, **changed)


def without(filters: Filters, name: str) -> Filters:
    """The question without a filter."""
    changed: dict[str, Any] = {name: () if name in LIST_FILTERS else None}
    return replace(filters, **changed)
