"""Events of one article: what the heads find in sentences, gathered into one mention for each event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from nlp.codebook import EventType, event_types
from nlp.dates import find_date
from nlp.document import Reading, Sentence
from nlp.heads import Head, load_heads
from nlp.minerals import event_minerals
from nlp.money import find_value
from nlp.projects import event_project
from nlp.relevance import is_relevant
from nlp.roles import find_roles
from nlp.status import find_stage
from nlp.weigh import CANDIDATE, Setting, figure_matrix, group_figures, probability, setting_of, told
from orewire.model.analysis import Evidence, Mention

if TYPE_CHECKING:
    from spacy.tokens import Doc

T = TypeVar("T")

MIN_CONFIDENCE = 0.45
"""Where the F1 of types peaks on articles, those of others too; readers who want fewer and surer ones ask for more."""
MAIN = 0.25
"""Less than half: calling history news costs a reader less than missing news."""
POSSIBLE = 0.3
"""From here something may be an event, and what stands beside it may be the article's subject."""
_TIME_ZONES = timedelta(days=1)
"""It may be tomorrow already where a thing happens."""
_WITH_VALUE = frozenset({"investment", "acquisition", "supply_deal", "trade_deal", "lawsuit", "court_ruling"})


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences that may tell one event of a type, the surest first, with what the `event` heads say of them."""

    event_type: EventType
    sentences: tuple[Sentence, ...]
    project: str | None
    confidence: float
    main: float


def weigh_events(doc: Doc) -> Doc:
    """Fill `doc._.possible` with what may be events, and `doc._.groups` with what is taken for them."""
    setting = setting_of(doc._.reading)
    groups = weigh(doc._.reading, setting, load_heads().event)
    doc._.possible = [group for group in groups if group.confidence >= POSSIBLE]
    relevant = is_relevant(setting, [group.confidence for group in groups])
    doc._.groups = [group for group in groups if group.confidence >= MIN_CONFIDENCE] if relevant else []
    return doc


def weigh(reading: Reading, setting: Setting, head: Head) -> list[Group]:
    """Everything that may be an event, the surest first."""
    groups = [one for event_type in event_types() for one in _groups(event_type, reading, setting, head)]
    return sorted(groups, key=lambda group: (-group.confidence, group.event_type.name, group.project or ""))


def find_events(doc: Doc) -> Doc:
    """Fill `doc._.events` with the article's mentions, the surest first."""
    doc._.events = tuple(_coded(group, doc, places) for group, places in zip(doc._.groups, doc._.places, strict=True))
    return doc


def _groups(event_type: EventType, reading: Reading, setting: Setting, head: Head) -> list[Group]:
    by_project = candidates_by_project(event_type.name, reading)
    if not by_project:
        return []
    figures = [group_figures(event_type.name, sentences, reading, setting) for sentences in by_project.values()]
    logits = head.logits(figure_matrix(figures))
    return [
        Group(event_type, tuple(_surest(event_type.name, sentences)), project, *map(_probability, row))
        for (project, sentences), row in zip(by_project.items(), logits, strict=True)
    ]


def candidates_by_project(type_: str, reading: Reading) -> dict[str | None, list[Sentence]]:
    """Sentences that may tell an event of the type, by project; what names none joins the first that is named."""
    groups: dict[str | None, list[Sentence]] = {}
    for sentence in reading.sentences:
        if sentence.logits and told(sentence, type_) >= CANDIDATE:
            groups.setdefault(event_project(sentence, reading), []).append(sentence)
    named = [project for project in groups if project is not None]
    if named and None in groups:
        groups[named[0]] = sorted(groups[named[0]] + groups.pop(None), key=lambda sentence: sentence.index)
    return groups


def _surest(type_: str, sentences: list[Sentence]) -> list[Sentence]:
    """The sentence that proves it best first: one of the body, unless only the title tells it."""
    return sorted(sentences, key=lambda one: (one.in_title, -told(one, type_), one.index))


def _probability(logit: float) -> float:
    return min(0.99, probability(float(logit)))


def _coded(group: Group, doc: Doc, countries: tuple[str, ...]) -> Mention:
    reading: Reading = doc._.reading
    event_type, sentences = group.event_type, group.sentences
    teller = sentences[0]
    actor, target = find_roles(event_type, teller.matches.get(event_type.name), teller, reading)
    prospective = _is_prospective(group)
    return Mention(
        type=event_type.name,
        status="prospective" if prospective else "actual",
        salience="main" if group.main >= MAIN else "background",
        minerals=_among(event_minerals(teller, reading), doc._.minerals),
        countries=countries,
        project=group.project,
        actor=actor.key if actor else None,
        target=target.key if target else None,
        date=_first(_date(one, reading, prospective=prospective) for one in sentences),
        stage=_first(find_stage(event_type, one) for one in sentences),
        value=_first(find_value(one.text) for one in sentences) if event_type.name in _WITH_VALUE else None,
        evidence=_evidence(teller, reading),
        confidence=round(group.confidence, 3),
    )


def _among(found: tuple[str, ...], subjects: tuple[str, ...]) -> tuple[str, ...]:
    """Those that the article is about; all where it is about none of them."""
    return tuple(one for one in found if one in subjects) or found


def _is_prospective(group: Group) -> bool:
    """What the surer sentences say of it, each by how sure it is."""
    weights = [probability(told(one, group.event_type.name)) for one in group.sentences]
    votes = [probability(one.logits.get("prospective", 0.0)) for one in group.sentences]
    return sum(weight * vote for weight, vote in zip(weights, votes, strict=True)) * 2 > sum(weights)


def _date(sentence: Sentence, reading: Reading, *, prospective: bool) -> date | None:
    """The sentence's day; what has happened did not happen after it was told, so a later day dates something else."""
    day = find_date(sentence.text, reading.lang, reading.published)
    later = day is not None and reading.published is not None and day > reading.published + _TIME_ZONES
    return None if later and not prospective else day


def _evidence(sentence: Sentence, reading: Reading) -> Evidence:
    if sentence.in_title:
        return Evidence(text=sentence.text, start=None, end=None)
    return Evidence(text=sentence.text, start=sentence.start - reading.offset, end=sentence.end - reading.offset)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
