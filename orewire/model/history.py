"""How an event came to be what it is: what each report changed, why each belongs, what came before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

STEPS: Final = (
    "first_report", "became_actual", "stage", "place_known", "minerals_known", "project_known", "became_sure",
    "second_source", "official", "merged", "split", "accepted", "rejected", "edited", "undone",
)  # fmt: skip
SURE: Final = 0.7
"""The confidence from which an event is called sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change: by a report, with its article and evidence, or by a person's decision (`who`).

    `kind` is one of STEPS; `change` says what became of what.
    """

    at: datetime
    kind: str
    change: str
    article_id: str | None = None
    title: str | None = None
    url: str | None = None
    source: str | None = None
    voice: str | None = None
    evidence: str | None = None
    who: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """Why what one article says belongs to the event: `score` is how sure, None for a first report.

    `resolved_to` is the event that resolution chose: another one where a person decided.
    """

    article_id: str
    title: str
    url: str | None
    source: str
    voice: str
    seen: datetime
    status: str
    evidence: str
    confidence: float
    reason: str
    score: float | None
    resolved_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequel:
    """Another event that comes `before` or `after` by a rule: `rule` says how the two hang together."""

    event_id: int
    relation: str
    rule: str
    type: str
    status: str
    stage: str | None
    date: date
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What became of an event, oldest first. `event_id` is the event that a merged one went into."""

    event_id: int
    steps: tuple[Step, ...]
    belongings: tuple[Belonging, ...]
    sequels: tuple[Sequel, ...]
