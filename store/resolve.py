"""Which event a mention belongs to, and what an event is given its mentions: decisions, no SQL."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

T = TypeVar("T")

POINT_TYPES = frozenset(
    {"protest", "accident", "court_ruling", "permit_granted", "permit_denied", "lawsuit", "trade_deal", "acquisition",
     "supply_deal", "discovery"}
)  # fmt: skip
"""What happens on a day; the others drag on."""
POINT_DAYS = 5
"""Papers tell of what happened on a day within a working week."""
DRAWN_OUT_DAYS = 10
PROJECT_DAYS = 21
"""A named project leaves less room for confusion: follow-ups three weeks later are still about the same act."""
RECALLED_DAYS = 60
"""A story that recalls an act of its project without a date means one of the last two months."""
MIN_SCORE = 1.0

_SAME_PROJECT, _SAME_STORY, _SAME_COUNTRY, _SAME_MINERAL, _SAME_ACTOR = 1.0, 1.2, 0.5, 0.5, 0.4
_OTHER_ACTOR, _A_DAY_APART = -0.2, -0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A mention, or an event, as far as resolution looks at it.

    `day` is when it happened or was reported. `recalled` marks history without a date of its own.
    """

    id: str
    type: str
    day: date | None
    project: str | None
    countries: frozenset[str]
    minerals: frozenset[str]
    actor: str | None
    copy_groups: frozenset[str] = frozenset()
    recalled: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The event a mention belongs to, and why."""

    event: str
    score: float
    reason: str


def resolve(mention: Told, candidates: Iterable[Told]) -> Decision | None:
    """The best event for a mention, or None where it is a new one."""
    decisions = [decision for event in candidates if (decision := _compare(mention, event)) is not None]
    best = max(decisions, key=lambda decision: (decision.score, decision.event), default=None)
    return best if best is not None and best.score >= MIN_SCORE else None


def _compare(mention: Told, event: Told) -> Decision | None:
    if mention.type != event.type or _differ(mention.project, event.project):
        return None
    apart = abs((mention.day - event.day).days) if mention.day and event.day else 0
    if apart > _days_allowed(mention, event) or not _may_be_recalled(mention, event):
        return None
    same_text = bool(mention.copy_groups & event.copy_groups)
    alike = _overlap(mention.countries, event.countries) and _overlap(mention.minerals, event.minerals)
    if not (same_text or alike):
        return None
    reasons = dict(_reasons(mention, event, same_text=same_text))
    reasons["days apart"] = apart * _A_DAY_APART
    told = "; ".join(f"{name} {weight:+.2f}" for name, weight in reasons.items() if weight)
    return Decision(event.id, sum(reasons.values()), told)


def _may_be_recalled(mention: Told, event: Told) -> bool:
    """History without a date joins an earlier act of its own project, and news never joins undated history."""
    if not mention.recalled:
        return not event.recalled
    earlier = event.recalled or not (mention.day and event.day) or event.day <= mention.day
    return bool(mention.project and event.project) and earlier


def _days_allowed(mention: Told, event: Told) -> int:
    if mention.recalled:
        return RECALLED_DAYS
    if mention.project and event.project:
        return PROJECT_DAYS
    return POINT_DAYS if mention.type in POINT_TYPES else DRAWN_OUT_DAYS


def _reasons(mention: Told, event: Told, *, same_text: bool) -> Iterable[tuple[str, float]]:
    if mention.project and event.project:
        yield "same project", _SAME_PROJECT
    if same_text:
        yield "copy of the same text", _SAME_STORY
    if mention.countries & event.countries:
        yield "same country", _SAME_COUNTRY
    if mention.minerals & event.minerals:
        yield "same mineral", _SAME_MINERAL
    if mention.actor and event.actor:
        if plain_words(mention.actor) & plain_words(event.actor):
            yield "same actor", _SAME_ACTOR
        else:
            yield "other actor", _OTHER_ACTOR


def _overlap(one: frozenset[str], other: frozenset[str]) -> bool:
    """They share something, or one of them says nothing."""
    return not one or not other or bool(one & other)


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other) and not plain_words(one or "") & plain_words(other or "")


def plain_words(name: str) -> frozenset[str]:
    """Lower-case words without accents, as far as they tell names apart."""
    stripped = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    return frozenset(word for word in stripped.replace("-", " ").split() if word not in _EMPTY_WORDS)


_EMPTY_WORDS = frozenset(
    (
        "the",
        "of",
        "and",
        "de",
        "la",
        "el",
        "los",
        "do",
        "da",
        "des",
        "du",
        "mine",
        "project",
        "ministry",
        "government",
        "company",
    )
)


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
    evidence: str
    in_title: bool
    confidence: float
    version: str
    published: datetime | None
    seen: datetime
    source: str
    copy_group: str


def derive_event(reports: Sequence[Report]) -> dict[str, object]:
    """The event's own columns from all reports of it: the surest speaks, the latest tells how far it has come."""
    surest = sorted(reports, key=lambda one: (one.salience != "main", -one.confidence, one.evidence))
    by_time = sorted(reports, key=lambda one: (one.seen, one.evidence))
    news = [one.published.date() for one in reports if one.published and one.salience == "main"]
    first = _first(one.date for one in surest if one.status == "actual") or _first(one.date for one in surest)
    in_body = [one for one in surest if not one.in_title] or surest
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
        "evidence": in_body[0].evidence,
        "first_seen": by_time[0].seen,
        "last_seen": by_time[-1].seen,
        "article_count": len(reports),
        "independent_sources": _independent(reports),
        "version": surest[0].version,
    }


def _agreed(values: Sequence[tuple[str, ...]]) -> list[str]:
    """What at least a third of the reports name, in the order of the surest; all that one names if none agree."""
    counts = Counter(value for one in values for value in dict.fromkeys(one))
    agreed = [value for value, count in counts.items() if count * 3 >= len(values)]
    return agreed or list(_first(one or None for one in values) or ())


def _together(reports: Sequence[Report]) -> float:
    """Independent texts strengthen each other; copies of one text do not."""
    best: dict[str, float] = {}
    for one in reports:
        best[one.copy_group] = max(best.get(one.copy_group, 0.0), one.confidence)
    return round(min(0.99, 1 - math.prod(1 - confidence for confidence in best.values())), 3)


def _independent(reports: Sequence[Report]) -> int:
    return min(len({one.copy_group for one in reports}), len({one.source for one in reports}))


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
