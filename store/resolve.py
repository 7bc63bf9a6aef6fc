"""Which event a mention belongs to: decisions over pairs of mentions, no SQL.

Each pair of mentions of one type that could be the same event has features; a logistic regression, fitted on labelled
groups (`make train`), makes them a probability that the two are one event. A mention joins the event of the mention
that it is most like, or is a new one. What was decided before is never taken back by what comes later.
"""

from __future__ import annotations

import functools
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

FEATURES = (
    "bias", "same project", "one project", "same actor", "other actor", "same mineral",
    "same country", "other country", "names alike", "names share", "articles alike", "articles share",
    "copy of the same text", "same date", "days apart", "weeks apart", "recalled", "expected before", "expected after",
    "same amount", "other amount", "both main", "other language", "crowd", "more in common",
)  # fmt: skip
Key = tuple[int, int]
"""Number of the article, place of the mention in it."""

JOIN = 0.5
"""From this probability on a mention joins: the threshold at which the regression was fitted."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two mentions, by their keys, and how alike they are: `features` in the order of FEATURES."""

    mention: Key
    other: Key
    features: Sequence[float]


@dataclass(frozen=True, slots=True)
class Decision:
    """The event a mention belongs to, how sure that is (None for a first report), and why."""

    event: int
    score: float | None
    reason: str


def resolve(
    mentions: Sequence[Key],
    pairs: Iterable[Pair],
    events: Mapping[Key, int],
    new_event: Callable[[Key], int],
    held: Mapping[Key, int] | None = None,
) -> dict[Key, Decision]:
    """Decide for each mention, in order. Keys are (article, number).

    `events` are those of the mentions that are stored already; `new_event` numbers a first report. What a person has
    looked at stays with its event: `held`. Two mentions of one article never share an event.
    """
    held = held or {}
    weights = load_weights()
    found: defaultdict[Key, list[tuple[float, Pair]]] = defaultdict(list)
    for pair in pairs:
        found[pair.mention].append((_logit(pair.features, weights), pair))
    known, decisions = dict(events), dict[Key, Decision]()
    taken: defaultdict[int, set[int]] = defaultdict(set)
    for mention, event in held.items():
        taken[mention[0]].add(event)
    for mention in mentions:
        decision = _decide(found[mention], known, taken[mention[0]] - {held.get(mention)}, weights)
        if mention in held:
            decision = _hold(decision, held[mention])
        elif decision is None:
            decision = Decision(new_event(mention), None, FIRST)
        decisions[mention] = decision
        known[mention] = decision.event
        taken[mention[0]].add(decision.event)
    return decisions


FIRST = "first report"


def _hold(decision: Decision | None, event: int) -> Decision:
    """The decision where it is for the event; else the event nevertheless."""
    if decision is not None and decision.event == event:
        return decision
    return Decision(event, None, FIRST if decision is None else "a person has looked at it")


def _decide(
    pairs: Sequence[tuple[float, Pair]], known: Mapping[Key, int], taken: set[int], weights: Sequence[float]
) -> Decision | None:
    """The event of the mention that is likest, if it is like enough. Means over an event's mentions did no better."""
    joinable = [(logit, pair) for logit, pair in pairs if known.get(pair.other, None) not in {None, *taken}]
    if not joinable:
        return None
    logit, pair = max(joinable, key=lambda one: (one[0], one[1].other))
    if _probability(logit) < JOIN:
        return None
    return Decision(known[pair.other], round(_probability(logit), 3), _explain(pair, weights))


def _logit(features: Sequence[float], weights: Sequence[float]) -> float:
    return sum(map(float.__mul__, map(float, features), weights))


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def _explain(pair: Pair, weights: Sequence[float]) -> str:
    """The features that spoke, with what each added to the logarithm of the odds."""
    told = [(name, value * weight) for name, value, weight in zip(FEATURES, pair.features, weights, strict=True)]
    spoke = sorted(
        ((name, part) for name, part in told if abs(part) >= 0.05 and name != "bias"), key=lambda one: -one[1]
    )
    article, number = pair.other
    return f"like mention {number} of article {article}: " + "; ".join(f"{name} {part:+.2f}" for name, part in spoke)


@functools.cache
def load_weights() -> tuple[float, ...]:
    """The weights in the order of FEATURES."""
    stored = json.loads((resources.files("store") / "models" / "resolution.json").read_text(encoding="utf-8"))
    return tuple(float(stored[name]) for name in FEATURES)
