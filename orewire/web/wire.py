"""Events and reports as they travel between the service and its client: JSON and back, losing nothing."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from orewire.model.analysis import Value
from orewire.model.errors import UsageError
from orewire.model.event import Event, EventStance, Filters, Review, RoundReport, Source, TrendRow

LIST_FILTERS = ("country", "mineral", "type", "family", "stance", "project", "actor", "status")


def filters_to_query(filters: Filters) -> list[tuple[str, str]]:
    """The query string of a question, as (name, value) pairs; every filter has the same name everywhere."""
    pairs = [(name, value) for name in LIST_FILTERS for value in getattr(filters, name)]
    single = {name: getattr(filters, name) for name in ("since", "until", "text", "min_confidence")}
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


def trend_from_json(record: dict[str, Any]) -> TrendRow:
    """One row of a trend."""
    return TrendRow(
        period=date.fromisoformat(record["period"]),
        key=record["key"],
        count=record["count"],
        change=record["change"],
    )


def trend_to_json(row: TrendRow) -> dict[str, Any]:
    """One row of a trend."""
    return {"period": row.period.isoformat(), "key": row.key, "count": row.count, "change": row.change}


def review_to_json(review: Review) -> dict[str, Any]:
    """A decision about events."""
    values = {field.name: getattr(review, field.name) for field in fields(review)}
    times = {name: time.isoformat() if (time := values[name]) else None for name in ("made_at", "undone_at")}
    return {**values, **times, "articles": list(review.articles)}


def review_from_json(record: dict[str, Any]) -> Review:
    """The inverse of `review_to_json`; UsageError for what is no decision."""
    try:
        times = {name: _time(record.get(name)) for name in ("made_at", "undone_at")}
        return Review(**{**record, **times, "articles": tuple(record.get("articles", ()))})
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"review: found {error}, expected action, who, and event, into_event, articles or id"
        ) from error


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


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _time(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
