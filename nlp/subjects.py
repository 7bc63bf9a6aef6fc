"""What an article is about: which of the minerals and countries that it names are its subject, not passing mentions."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.document import Reading, Sentence
from nlp.events import Group
from nlp.heads import Head, load_heads
from nlp.lexicon import find_site, projects
from nlp.minerals import ELEMENTS, GROUP, LIST, namings_of
from nlp.places import HOME, PARTY_TYPES, organisations_country
from nlp.weigh import FLOOR, figure_matrix, probability
from orewire.model.codes import EVENT_TYPES

if TYPE_CHECKING:
    from spacy.tokens import Doc

MINERAL, COUNTRY = "mineral", "country"
SUBJECT = {MINERAL: 0.35, COUNTRY: 0.45}
"""A name is a subject from this probability; the surest one always is."""
WAYS = ("name", "people", "capital", "place", "home", "authority", "project", "site", "mineral")
"""How a sentence names it: a country by name, people, capital, region, a company's home, an authority or a project."""
FIGURES = (
    "title", "lead", "early", "count", "share", "first", "top", "others", "event", "event share",
    "proves", "tells", "before", "deal", "any deal", "foremost", "alone", "twice", "thrice", "firmly",
    "only people", "only home", "only capital", "element of a group", *(f"by {way}" for way in WAYS),
)  # fmt: skip
_FIRM = ("name", "place", "authority", "project")


@dataclass(frozen=True, slots=True)
class Naming:
    """One naming of a mineral or country in a sentence."""

    key: str
    way: str
    sentence: Sentence


def find_subjects(doc: Doc) -> Doc:
    """Fill `doc._.minerals` and `doc._.countries` with those that the article is about."""
    doc._.minerals = subjects(MINERAL, doc._.reading, doc._.possible)
    doc._.countries = subjects(COUNTRY, doc._.reading, doc._.possible)
    return doc


def subjects(kind: str, reading: Reading, groups: Sequence[Group]) -> tuple[str, ...]:
    """Minerals or countries that the article is about, the surest first; `groups` are all that may be events."""
    logits = subject_logits(kind, reading, groups, load_heads().subject)
    ranked = sorted(logits, key=lambda key: (-logits[key], key))
    if kind == COUNTRY and not ranked and reading.lang in HOME:
        return (HOME[reading.lang],)
    if kind == MINERAL and len(ranked) > LIST:  # it lists them, and is about those of its front
        figures = subject_figures(kind, reading, groups)
        return tuple(key for key in ranked if any(figures[key][:2]))
    return tuple(key for number, key in enumerate(ranked) if number == 0 or probability(logits[key]) >= SUBJECT[kind])


def subject_logits(kind: str, reading: Reading, groups: Sequence[Group], head: Head) -> dict[str, float]:
    """Log-odds that each mineral or country that the article names is one of its subjects."""
    figures = subject_figures(kind, reading, groups)
    if not figures:
        return {}
    logits = head.logits(figure_matrix(figures.values()))[:, head.names.index(kind)]
    return dict(zip(figures, map(float, logits), strict=True))


def subject_figures(kind: str, reading: Reading, groups: Sequence[Group]) -> dict[str, list[float]]:
    """What the `subject` heads see of each mineral or country that the article names; in the order of `FIGURES`."""
    named: dict[str, list[Naming]] = defaultdict(list)
    for naming in _namings(kind, reading):
        named[naming.key].append(naming)
    total = sum(map(len, named.values()))
    most = max(map(len, named.values()), default=0)
    foremost = max(named, key=lambda key: len(named[key]), default=None)
    return {
        key: [
            *_figures(namings, reading, total, most, len(named)),
            *_links(namings, groups),
            float(key == foremost),
            float(len(named) == 1),
            *_repetition(namings),
            float(key in ELEMENTS and GROUP in named),
            *(float(any(naming.way == way for naming in namings)) for way in WAYS),
        ]
        for key, namings in named.items()
    }


def _figures(namings: list[Naming], reading: Reading, total: int, most: int, distinct: int) -> list[float]:
    sentences = {naming.sentence.index: naming.sentence for naming in namings}.values()
    lead = reading.lead
    events = [probability(_tells(sentence)) for sentence in sentences]
    return [
        float(any(sentence.in_title for sentence in sentences)),
        float(any(sentence in lead for sentence in sentences)),
        float(any(sentence.index <= 6 for sentence in sentences)),
        math.log1p(len(namings)),
        len(namings) / total,
        min(sentence.index for sentence in sentences) / max(1, len(reading.sentences)),
        float(len(namings) == most),
        math.log(distinct),
        max(events),
        sum(events) / len(events),
    ]


def _links(namings: list[Naming], groups: Sequence[Group]) -> list[float]:
    """How sure the events are that its sentences prove, tell, or stand before; whether any is between countries."""
    places = {naming.sentence.index for naming in namings}
    proves = tells = before = deal = 0.0
    for group in groups:
        told = {sentence.index for sentence in group.sentences}
        if group.sentences[0].index in places:
            proves = max(proves, group.confidence)
        if told & places:
            tells = max(tells, group.confidence)
            deal = max(deal, float(group.event_type.name in PARTY_TYPES))
        if {index - 1 for index in told} & places:
            before = max(before, group.confidence)
    any_deal = any(group.event_type.name in PARTY_TYPES for group in groups)
    return [proves, tells, before, deal, float(any_deal)]


def _repetition(namings: list[Naming]) -> list[float]:
    """In how many sentences, and how firmly: 'Chile' says more than 'Chilean'."""
    count = len({naming.sentence.index for naming in namings})
    ways = {naming.way for naming in namings}
    firmly = sum(naming.way in _FIRM for naming in namings)
    only = (float(ways == {way}) for way in ("people", "home", "capital"))
    return [float(count >= 2), float(count >= 3), math.log1p(firmly), *only]


def _tells(sentence: Sentence) -> float:
    return max((sentence.logits.get(name, FLOOR) for name in EVENT_TYPES), default=FLOOR)


def _namings(kind: str, reading: Reading) -> Iterable[Naming]:
    if kind == COUNTRY:
        return country_namings(reading)
    return (naming for sentence in reading.sentences for naming in _minerals(sentence))


def country_namings(reading: Reading) -> Iterable[Naming]:
    """Every naming of a country, by itself or by what lies or acts in it, in the order of the text."""
    return (naming for sentence in reading.sentences for naming in _countries(sentence))


def _minerals(sentence: Sentence) -> Iterable[Naming]:
    for key in namings_of(sentence):
        yield Naming(key, "mineral", sentence)


def _countries(sentence: Sentence) -> Iterable[Naming]:
    for place in sentence.places:
        yield Naming(place.key, place.kind, sentence)
    for actor in sentence.actors:
        if code := organisations_country(actor.key):
            yield Naming(code, "authority", sentence)
    for project in sentence.projects:
        known_project = projects().get(project.key)
        lies = known_project or find_site(project.key)
        for code in lies.countries if lies else ():
            yield Naming(code, "project" if known_project else "site", sentence)
