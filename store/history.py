"""How an event came to be what it is: derived from its reports in their order, and from the decisions of people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orewire.model.event import Review
from orewire.model.history import SURE, Belonging, History, Step
from orewire.model.review import STATES, VERDICTS
from store.connection import Connection, rows
from store.evidence import reports_of
from store.reviews import get_reviews, standing_decisions
from store.sequels import find_sequels


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One report of an event with its article, as far as it can change the event."""

    seen: datetime
    article: int
    number: int
    status: str
    stage: str | None
    countries: tuple[str, ...]
    minerals: tuple[str, ...]
    project: str | None
    confidence: float
    voice: str
    copy_group: int
    article_id: str
    title: str
    url: str | None
    source: str
    evidence: str


def get_history(connection: Connection, event: int) -> History | None:
    """What became of an event, why each report belongs to it, what came before and after; None where there is none.

    The number of a merged event leads to the one it went into.
    """
    event = standing_decisions(connection).follow(event)
    found = _reports(connection, event)
    if not found:
        return None
    tellings = [Telling(**{name: _plain(row[name]) for name in Telling.__slots__}) for row in found]
    steps = [*steps_of_reports(tellings), *steps_of_reviews(event, get_reviews(connection, event)[::-1])]
    return History(
        event_id=event,
        steps=tuple(sorted(steps, key=lambda step: step.at)),
        belongings=tuple(Belonging(**{name: _plain(row[name]) for name in Belonging.__slots__}) for row in found),
        sequels=tuple(find_sequels(connection, event)),
    )


def _reports(connection: Connection, event: int) -> list[dict[str, Any]]:
    """In the order of their times; `article` is a number, `article_id` its stable name."""
    told = reports_of(
        connection,
        event,
        mentions="""
            seen, number, status, stage, countries, minerals, project, confidence, voice, copy_group, evidence, reason,
            score, own_event AS resolved_to
        """,
        articles="id AS article_id, title, url, source",
    )
    return rows(connection, f"SELECT * FROM {told} ORDER BY seen, article, number")  # noqa: S608 - as above


def _plain(value: Any) -> Any:
    if isinstance(value, float):  # kept as 32 bits
        return round(value, 3)
    return tuple(value) if isinstance(value, list) else value


@dataclass(slots=True)
class _State:
    """What the reports so far make of the event."""

    status: str | None = None
    stage: str | None = None
    told: set[str] = field(default_factory=set)
    confidence: dict[int, float] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)

    def sure(self) -> bool:
        """Whether all that was told independently makes it sure."""
        return 1 - math.prod(1 - one for one in self.confidence.values()) >= SURE - 1e-9

    def once(self, kind: str, holds: bool) -> bool:
        """Whether something holds for the first time."""
        if not holds or kind in self.told:
            return False
        self.told.add(kind)
        return True


def steps_of_reports(tellings: Iterable[Telling]) -> list[Step]:
    """What each report changed; one that changed nothing is no step."""
    state = _State()
    return [
        _step(one, kind, change)
        for one in sorted(tellings, key=lambda one: (one.seen, one.article, one.number))
        for kind, change in _changes(state, one)
    ]


def _changes(state: _State, one: Telling) -> Iterator[tuple[str, str]]:
    if state.status is None:
        state.status = one.status
        yield "first_report", f"first told of, as {one.status}"
    elif state.status == "prospective" and one.status == "actual":
        state.status = "actual"
        yield "became_actual", "prospective -> actual"
    if one.stage and one.stage != state.stage:
        yield "stage", f"{state.stage or 'no stage'} -> {one.stage}"
        state.stage = one.stage
    yield from _learnt(state, one)
    yield from _backed(state, one)


def _learnt(state: _State, one: Telling) -> Iterator[tuple[str, str]]:
    """What was not known before."""
    if state.once("place_known", bool(one.countries)):
        yield "place_known", f"in {', '.join(one.countries)}"
    if state.once("minerals_known", bool(one.minerals)):
        yield "minerals_known", ", ".join(one.minerals)
    if state.once("project_known", bool(one.project)):
        yield "project_known", str(one.project)


def _backed(state: _State, one: Telling) -> Iterator[tuple[str, str]]:
    """How well it is founded; copies of one text count once, and so does each outlet."""
    state.confidence[one.copy_group] = max(state.confidence.get(one.copy_group, 0.0), one.confidence)
    state.sources.add(one.source)
    if state.once("became_sure", state.sure()):
        yield "became_sure", f"confidence passed {SURE}"
    if state.once("second_source", min(len(state.sources), len(state.confidence)) > 1):
        yield "second_source", f"told by {one.source}, too, in words of its own"
    if state.once("official", one.voice == "official"):
        yield "official", "an authority itself says so"


def _step(one: Telling, kind: str, change: str) -> Step:
    return Step(
        at=one.seen, kind=kind, change=change, article_id=one.article_id, title=one.title, url=one.url,
        source=one.source, voice=one.voice, evidence=one.evidence,
    )  # fmt: skip


def steps_of_reviews(event: int, reviews: Sequence[Review]) -> Iterator[Step]:
    """What people decided about the event, and took back."""
    for review in reviews:
        assert review.made_at is not None  # it is stored with its time
        change = _decided(event, review)
        told = {"who": review.who, "reason": review.reason}
        yield Step(at=review.made_at, kind=_KINDS[review.action], change=change, **told)
        if review.undone_at:
            yield Step(at=review.undone_at, kind="undone", change=f"no longer: {change}", who=None, reason=None)


_KINDS = {"merge": "merged", "split": "split", **STATES}


def _decided(event: int, review: Review) -> str:
    if review.action in VERDICTS:
        return _judged(review)
    other, is_from = review.into_event, review.event == event
    if review.action == "merge":
        return f"went into event {other}" if is_from else f"event {review.event} went into this one"
    return f"some reports became event {other}" if is_from else f"made of reports of event {review.event}"


def _judged(review: Review) -> str:
    """What was said of the event itself."""
    if review.action == "edit":
        return "; ".join(
            f"{name}: {_told(before)} -> {_told(after)}" for name, (before, after) in review.changes.items()
        )
    return "right as it is" if review.action == "accept" else "there is no such event"


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_told(one) for one in value) or "none"
    if isinstance(value, dict):
        return f"{value['holder']} {value['polarity']}s {value['target']}"
    return str(value or "none")
