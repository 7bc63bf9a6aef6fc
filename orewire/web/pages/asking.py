"""The form of a question above a picture: what was asked, and what can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from fastapi import Request

from orewire.model.codes import FAMILIES, POLARITIES
from orewire.model.event import LIST_FILTERS, Filters
from orewire.web.pages.names import country_code
from orewire.web.pages.question import read_question
from orewire.web.wire import filters_to_query

YEAR: Final = 364
"""Days: weeks that are whole."""
_IN_THE_FORM: Final = frozenset({"text", "country", "mineral", "project", "family", "stance", "since", "until"})
_CHOICES: Final = {"family": FAMILIES, "stance": POLARITIES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A form: `choices` are what its lists offer, `kept` what it carries along though it has no field for it."""

    action: str
    filters: Filters
    choices: dict[str, tuple[str, ...]]
    kept: tuple[tuple[str, str], ...]
    spans: tuple[tuple[str, str], ...] = ()


def read_asked(request: Request, *others: str) -> Filters:
    """The question in the address of a page, where countries may be typed by name, and minerals with a capital."""
    filters = read_question(request, *others)
    return replace(
        filters,
        country=tuple(dict.fromkeys(map(country_code, filters.country))),
        mineral=tuple(dict.fromkeys(map(str.lower, filters.mineral))),
    )


def asking(action: str, filters: Filters, *more: tuple[str, str]) -> Asking:
    """The form of a question; `more` is carried along, too. Of a list the first value has a field."""
    firsts = {(name, getattr(filters, name)[0]) for name in LIST_FILTERS if getattr(filters, name)}
    kept = [
        (name, value)
        for name, value in filters_to_query(filters)
        if name not in _IN_THE_FORM or (name in LIST_FILTERS and (name, value) not in firsts)
    ]
    choices = {name: tuple(values) for name, values in _CHOICES.items()}
    return Asking(action=action, filters=filters, choices=choices, kept=(*kept, *more))


def spans(end: date, to: Callable[[date, date], str]) -> tuple[tuple[str, str], ...]:
    """Spans that are often asked for, which end before a day, and where `to` says they lead."""
    return tuple((name, to(days_before(end, days), end)) for name, days in _SPANS)


def days_before(day: date, days: int) -> date:
    """So many days earlier, or the first day that there is."""
    return date.fromordinal(max(day.toordinal() - days, 1))


def year_to(day: date) -> tuple[date, date]:
    """The 52 weeks of which the last has that day: whatever news of one week is the newest, one span is asked for."""
    end = day + timedelta(days=7 - day.weekday())
    return days_before(end, YEAR), end


_SPANS: Final = (("30 days", 30), ("13 weeks", 91), ("a year", YEAR), ("five years", 1826))
