"""What an event is, given all reports of it: decisions, no SQL."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from orewire.model.codes import VOICES

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One mention of an event with what matters of its article."""

    status: str
    salience: str
    minerals: tuple[str, ...]
    countries: tuple[str, ...]
    project: str | None
    actor: str | None
    target: str | None
    date: date | None
    stage: str | None
    amount: float | None
    currency: str | None
    article: int
    number: int
    evidence: str
    evidence_start: int | None
    confidence: float
    version: str
    published: datetime | None
    seen: datetime
    source: str
    voice: str
    copy_group: int


def derive_event(reports: Sequence[Report]) -> dict[str, Any]:
    """The event's own columns from all reports of it: the surest speaks, the latest tells how far it has come."""
    surest = sorted(reports, key=lambda one: (one.salience != "main", -one.confidence, one.evidence))
    by_time = sorted(reports, key=lambda one: (one.seen, one.evidence))
    news = [one.published.date() for one in reports if one.published and one.salience == "main"]
    first = _first(one.date for one in surest if one.status == "actual") or _first(one.date for one in surest)
    in_body = [one for one in surest if one.evidence_start is not None] or surest
    paid = _first(one for one in surest if one.amount is not None)
    return {
        "status": "actual" if any(one.status == "actual" for one in reports) else "prospective",
        "salience": surest[0].salience,
        "date": first or min(news, default=None),
        "minerals": _agreed([one.minerals for one in surest]),
        "countries": _agreed([one.countries for one in surest]),
        "project": _first(one.project for one in surest),
        "actor": _first(one.actor for one in surest),
        "target": _first(one.target for one in surest),
        "stage": _first(one.stage for one in reversed(by_time)),
        "amount": paid.amount if paid else None,
        "currency": paid.currency if paid else None,
        "confidence": _together(reports),
        "evidence_article": in_body[0].article,
        "evidence_number": in_body[0].number,
        "first_seen": by_time[0].seen,
        "last_seen": by_time[-1].seen,
        "article_count": len(reports),
        "independent_sources": _independent(reports),
        "voice": min((one.voice for one in reports), key=VOICES.index),
        "version": surest[0].version,
    }


def _agreed(values: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """What at least a third of the reports name, in the order of the surest; all that one names if none agree."""
    counts = Counter(value for one in values for value in dict.fromkeys(one))
    agreed = tuple(value for value, count in counts.items() if count * 3 >= len(values))
    return agreed or tuple(_first(one or None for one in values) or ())


def _together(reports: Sequence[Report]) -> float:
    """Independent texts strengthen each other; copies of one text do not."""
    best: dict[int, float] = {}
    for one in reports:
        best[one.copy_group] = max(best.get(one.copy_group, 0.0), one.confidence)
    return round(min(0.99, 1 - math.prod(1 - confidence for confidence in best.values())), 3)


def _independent(reports: Sequence[Report]) -> int:
    return min(len({one.copy_group for one in reports}), len({one.source for one in reports}))


def count_holders(stances: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many holders support and oppose; one who is told of twice counts once."""
    holders = {(stance["polarity"], stance["holder"]) for stance in stances}
    polarities = Counter(polarity for polarity, _ in holders)
    return {"supporters": polarities["support"], "opponents": polarities["oppose"]}


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
