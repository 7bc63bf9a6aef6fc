"""Events and reports as they travel between the service and its client: JSON and back, losing nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from orewire.model.analysis import Value
from orewire.model.answers import SqlAnswer
from orewire.model.errors import StoreError, UsageError
from orewire.model.event import LIST_FILTERS, Event, EventStance, Filters, Review, RoundReport, Source
from orewire.model.keep import Told
from orewire.model.project import ProjectFilters


def filters_to_query(filters: Filters) -> list[tuple[str, str]]:
    """The query string of a question, as (name, value) pairs; every filter has the same name everywhere."""
    pairs = [(name, value) for name in LIST_FILTERS for value in getattr(filters, name)]
    single = {name: getattr(filters, name) for name in ("since", "until", "text", "min_confidence")}
    single |= {name: time.isoformat() for name in ("seen_since", "seen_until") if (time := getattr(filters, name))}
    return pairs + [(name, str(value)) for name, value in single.items() if value is not None]


def event_from_json(record: dict[str, Any]) -> Event:
    """The inverse of `event_to_json`."""
    value = record["value"]
    return Event(
        **{
            **record,
            "date": _day(record["date"]),
            "first_seen": _time(record["first_seen"]),
            "last_seen": _time(record["last_seen"]),
            "minerals": tuple(record["minerals"]),
            "countries": tuple(record["countries"]),
            "value": Value(**value) if value else None,
            "sources": tuple(_source(source) for source in record["sources"]),
            "stances": tuple(EventStance(**stance) for stance in record["stances"]),
        }
    )


def _source(record: dict[str, Any]) -> Source:
    return Source(**{**record, "published": _time(record["published"])})


def review_to_json(review: Review) -> dict[str, Any]:
    """A decision about events."""
    values = {field.name: getattr(review, field.name) for field in fields(review)}
    times = {name: time.isoformat() if (time := values[name]) else None for name in ("made_at", "undone_at")}
    return {**values, **times, "articles": list(review.articles)}


def review_from_json(record: dict[str, Any]) -> Review:
    """The inverse of `review_to_json`; UsageError for what is no decision. No answer could tell a lone surrogate."""
    spelt = json.loads(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace"))
    told = {name: value for name, value in spelt.items() if value is not None}
    for name, (is_such, expected) in _REVIEW.items():
        if name in told and not is_such(told[name]):
            raise UsageError(f"{name}: found {told[name]!r}, expected {expected}")
    try:
        times = {name: _time(told.get(name)) for name in ("made_at", "undone_at")}
        return Review(**{**told, **times, "articles": tuple(told.get("articles", ()))})
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"review: found {error}, expected action, who, and event, into_event, articles, edits or id"
        ) from error


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


_REVIEW = {
    **dict.fromkeys(("id", "event", "into_event"), (_is_number, "a number")),
    **dict.fromkeys(("action", "who", "reason", "made_at", "undone_at"), (_is_text, "text")),
    **dict.fromkeys(("edits", "changes"), (_is_object, "an object of fields")),
    "articles": (_is_list, "a list of ids of articles"),
}
"""What a decision may say of each field."""


def report_to_json(report: RoundReport) -> dict[str, Any]:
    """A round's report."""
    return {field.name: getattr(report, field.name) for field in fields(report)}


def report_from_json(record: dict[str, Any]) -> RoundReport:
    """The inverse of `report_to_json`."""
    return RoundReport(
        **{
            **record,
            "failures": tuple((address, reason) for address, reason in record["failures"]),
            "new_event_ids": tuple(record["new_event_ids"]),
        }
    )


def answer_to_json(answer: SqlAnswer) -> dict[str, Any]:
    """The answer to a query."""
    told = {field.name: getattr(answer, field.name) for field in fields(answer)}
    return {**told, "as_of": answer.as_of.isoformat()}


def answer_from_json(record: dict[str, Any]) -> SqlAnswer:
    """The answer to a query."""
    return SqlAnswer(
        columns=tuple((name, kind) for name, kind in record["columns"]),
        rows=tuple(map(tuple, record["rows"])),
        more=record["more"],
        as_of=datetime.fromisoformat(record["as_of"]),
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _time(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def projects_to_query(filters: ProjectFilters) -> list[tuple[str, str]]:
    """The query string of a question about projects, as (name, value) pairs."""
    lists = ("country", "mineral", "standing", "name")
    pairs = [(name, value) for name in lists for value in getattr(filters, name)]
    return [*pairs, ("untold", "true")] if filters.untold else pairs


def read_answer(lines: Iterable[bytes], told: Told) -> Any:
    """The answer at the end of lines that tell how it goes; its error, where it could not be done."""
    for line in lines:
        said = json.loads(line)
        if "done" in said:
            return said["done"]
        if "error" in said:
            raise (UsageError if said["is_usage"] else StoreError)(said["error"])
        told(*said["told"])
    raise StoreError("the service ended before it was done")
