"""Events of one article: patterns matched in sentences, weighed, and merged into one mention for each event."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from nlp.codebook import EventType, event_types
from nlp.dates import find_date
from nlp.document import Named, Reading, Sentence
from nlp.minerals import event_minerals
from nlp.money import find_value
from nlp.patterns import Match, find_match
from nlp.places import event_countries
from nlp.projects import event_project
from nlp.roles import find_roles
from nlp.status import find_stage, is_denied, is_past, is_prospective
from nlp.syntax import linked
from orewire.model.analysis import Evidence, Mention

if TYPE_CHECKING:
    from spacy.tokens import Doc

T = TypeVar("T")

MIN_CONFIDENCE = 0.5
"""Below it a mention is more often wrong than right on the project's own held-out texts."""
MAX_MAIN = 4
"""An article is seldom there to report more: what is weaker is told as background."""
RELEVANT_CONFIDENCE = 0.6
"""From here one event, main or not, makes an article relevant; measured on the development set, where F1 peaks."""
_EARLY, _EARLY_CONFIDENCE = 6, 0.8
"""What is told this surely within so many sentences is what the article reports, outside its lead too."""

# Weights in log-odds, added to the pattern's own strength. Chosen by hand, to be learnt from labels later.
_IN_TITLE, _IN_LEAD = 1.0, 0.5
_LINKED, _UNLINKED = 0.4, -0.5
_TIGHT = 0.2
_ANCHORED, _NEARBY, _ADRIFT = 0.5, 0.0, -1.6
_RECALLED = -0.6
_TOLD_AGAIN = 0.35
_TIME_ZONES = timedelta(days=1)
"""It may be tomorrow already where a thing happens."""
_WITH_VALUE = frozenset({"investment", "acquisition", "supply_deal", "trade_deal", "lawsuit", "court_ruling"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pattern's match in a sentence, with its weight in log-odds."""

    event_type: EventType
    match: Match
    sentence: Sentence
    weight: float
    prospective: bool
    recalled: bool


@dataclass(frozen=True, slots=True)
class CodedMention:
    """A mention together with who takes part, for the stances that follow from it."""

    mention: Mention
    actor: Named | None
    target: Named | None
    sentence: Sentence


def find_events(doc: Doc) -> Doc:
    """Fill `doc._.events` with the article's mentions, the surest first."""
    reading: Reading = doc._.reading
    candidates = [one for sentence in reading.sentences for one in _candidates(sentence, reading)]
    groups = _grouped(candidates, reading)
    scored = sorted(((_score(group), group) for group in groups), key=lambda pair: (-pair[0], pair[1][0].match.start))
    kept = [(score, group) for score, group in scored if _probability(score) >= MIN_CONFIDENCE]
    main = [group for _, group in kept if _is_main(group, reading)][:MAX_MAIN]
    doc._.events = tuple(_coded(group, score, main=group in main, reading=reading) for score, group in kept)
    return doc


def _candidates(sentence: Sentence, reading: Reading) -> list[Candidate]:
    """The best match of each type in a sentence; of types that claim the same words, the heaviest."""
    found = [one for event_type in event_types() if (one := _best(event_type, sentence, reading)) is not None]
    found.sort(key=lambda one: -one.weight)
    kept: list[Candidate] = []
    for one in found:
        if not any(_rivals(one, other) for other in kept):
            kept.append(one)
    return kept


def _best(event_type: EventType, sentence: Sentence, reading: Reading) -> Candidate | None:
    matches = [match for pattern in event_type.patterns if (match := find_match(pattern, sentence)) is not None]
    weighed = [one for match in matches if (one := _weigh(event_type, match, sentence, reading)) is not None]
    return max(weighed, key=lambda one: one.weight, default=None)


_TWINS = frozenset({frozenset({"court_ruling", "permit_denied"}), frozenset({"lawsuit", "court_ruling"})})


def _rivals(one: Candidate, other: Candidate) -> bool:
    """Two types for one act: they share a word, and the codebook does not code both."""
    if frozenset({one.event_type.name, other.event_type.name}) in _TWINS:
        return False
    return any(a.start < b.end and b.start < a.end for a in one.match.hits for b in other.match.hits)


def _weigh(event_type: EventType, match: Match, sentence: Sentence, reading: Reading) -> Candidate | None:
    if is_denied(match, sentence):
        return None
    recalled = is_past(match, sentence) and not sentence.in_title
    weight = _logit(match.pattern.strength) + _place_weight(sentence, reading) + _tie_weight(match, sentence)
    weight += _anchor_weight(sentence, reading) + (_RECALLED if recalled else 0.0)
    return Candidate(event_type, match, sentence, weight, is_prospective(match, sentence), recalled)


def _place_weight(sentence: Sentence, reading: Reading) -> float:
    return _IN_TITLE if sentence.in_title else _IN_LEAD if sentence in reading.lead else 0.0


def _tie_weight(match: Match, sentence: Sentence) -> float:
    """Words that syntax ties together, or that stand close, belong together."""
    tied = [linked(sentence, a, b) for a, b in zip(match.hits, match.hits[1:], strict=False)]
    if not tied:
        return 0.0
    if None in tied:
        return _TIGHT if match.spread <= 2 else -_TIGHT
    return _LINKED if all(tied) else _UNLINKED


def _anchor_weight(sentence: Sentence, reading: Reading) -> float:
    """An event counts only where a mineral, mine or project is near: in the sentence, or just before it."""
    if _anchored(sentence):
        return _ANCHORED
    near = [*reading.before(sentence, 2), *reading.title, *(reading.lead if sentence.in_title else [])]
    return _NEARBY if any(map(_anchored, near)) else _ADRIFT


def _anchored(sentence: Sentence) -> bool:
    return bool(sentence.minerals or sentence.projects or sentence.has(("mine",)))


def _grouped(candidates: list[Candidate], reading: Reading) -> list[list[Candidate]]:
    """One group for each type and project; what names no project joins the type's only group."""
    groups: dict[tuple[str, str | None], list[Candidate]] = {}
    for one in candidates:
        groups.setdefault((one.event_type.name, event_project(one.sentence, reading)), []).append(one)
    for type_ in {name for name, _ in groups}:
        named = [key for key in groups if key[0] == type_ and key[1] is not None]
        if (type_, None) in groups and named:
            groups[named[0]].extend(groups.pop((type_, None)))
    return list(groups.values())


def _score(group: list[Candidate]) -> float:
    best = max(one.weight for one in group)
    return best + _TOLD_AGAIN * min(3, len({one.sentence.index for one in group}) - 1)


def _is_main(group: list[Candidate], reading: Reading) -> bool:
    """The article is there to report it: title, lead, or told in several of its first sentences."""
    present = [one for one in group if not one.recalled]
    if any(one.sentence.in_title or one.sentence in reading.lead for one in present):
        return True
    if any(one.sentence.index <= _EARLY for one in present) and _probability(_score(group)) >= _EARLY_CONFIDENCE:
        return True
    early = len(reading.sentences) // 2 + 1
    return len({one.sentence.index for one in present if one.sentence.index <= early}) >= 2


def _coded(group: list[Candidate], score: float, *, main: bool, reading: Reading) -> CodedMention:
    teller = _teller(group)
    sentence, event_type = teller.sentence, teller.event_type
    actor, target = find_roles(event_type, teller.match, sentence, reading)
    prospective = sum(one.prospective for one in group) * 2 > len(group)
    mention = Mention(
        type=event_type.name,
        status="prospective" if prospective else "actual",
        salience="main" if main else "background",
        minerals=event_minerals(sentence, reading),
        countries=event_countries(event_type.name, sentence, reading),
        project=event_project(sentence, reading),
        actor=actor.key if actor else None,
        target=target.key if target else None,
        date=_first(_date(one.sentence, reading, prospective=prospective) for one in [teller, *group]),
        stage=_first(find_stage(event_type, one.sentence) for one in [teller, *group]),
        value=_first(find_value(one.sentence.text) for one in [teller, *group])
        if event_type.name in _WITH_VALUE
        else None,
        evidence=_evidence(sentence, reading),
        confidence=round(_probability(score), 3),
    )
    return CodedMention(mention, actor, target, sentence)


def _date(sentence: Sentence, reading: Reading, *, prospective: bool) -> date | None:
    """The sentence's day; what has happened did not happen after it was told, so a later day dates something else."""
    day = find_date(sentence.text, reading.lang, reading.published)
    later = day is not None and reading.published is not None and day > reading.published + _TIME_ZONES
    return None if later and not prospective else day


def _teller(group: list[Candidate]) -> Candidate:
    """The candidate whose sentence proves it best: one of the body, unless only the title tells it."""
    body = [one for one in group if not one.sentence.in_title]
    return max(body or group, key=lambda one: (one.weight, -one.match.start))


def _evidence(sentence: Sentence, reading: Reading) -> Evidence:
    if sentence.in_title:
        return Evidence(text=sentence.text, start=None, end=None)
    return Evidence(text=sentence.text, start=sentence.start - reading.offset, end=sentence.end - reading.offset)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _probability(weight: float) -> float:
    return min(0.97, 1 / (1 + math.exp(-weight)))
