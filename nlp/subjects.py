"""What an article is about: which of the minerals and countries that it names are its subject, not passing mentions."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from nlp.document import Reading, Sentence
from nlp.heads import load_heads
from nlp.lexicon import find_site, organisations, projects
from nlp.weigh import FLOOR, figure_matrix, probability
from orewire.model.codes import EVENT_TYPES

MINERAL, COUNTRY = "mineral", "country"
SUBJECT = {MINERAL: 0.45, COUNTRY: 0.4}
"""A name is a subject from this probability; the surest one always is."""
LIST = 10
"""An article that names more minerals is a list of them: its subjects are only those of its title and lead."""
WAYS = ("name", "people", "capital", "place", "home", "authority", "project", "site", "mineral")
"""How a sentence names it: a country by name, people, capital, region, a company's home, an authority or a project."""
FIGURES = (
    "title", "lead", "early", "count", "share", "first", "top", "others", "event", "event share",
    *(f"by {way}" for way in WAYS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Naming:
    """One naming of a mineral or country in a sentence."""

    key: str
    way: str
    sentence: Sentence


def subjects(kind: str, reading: Reading) -> tuple[str, ...]:
    """Minerals or countries that the article is about, the surest first."""
    figures = subject_figures(kind, reading)
    if not figures:
        return ()
    head = load_heads().subject
    logits = head.logits(figure_matrix(figures.values()))[:, head.names.index(kind)]
    ranked = sorted(zip(logits, figures, strict=True), key=lambda pair: (-pair[0], pair[1]))
    if kind == MINERAL and len(ranked) > LIST:
        return tuple(key for _, key in ranked if any(figures[key][:2]))
    return tuple(
        key for number, (logit, key) in enumerate(ranked) if number == 0 or probability(logit) >= SUBJECT[kind]
    )


def subject_figures(kind: str, reading: Reading) -> dict[str, list[float]]:
    """What the `subject` heads see of each mineral or country that the article names; in the order of `FIGURES`."""
    named: dict[str, list[Naming]] = defaultdict(list)
    for naming in _namings(kind, reading):
        named[naming.key].append(naming)
    total = sum(map(len, named.values()))
    most = max(map(len, named.values()), default=0)
    return {key: _figures(namings, reading, total, most, len(named)) for key, namings in named.items()}


def _figures(namings: list[Naming], reading: Reading, total: int, most: int, distinct: int) -> list[float]:
    sentences = {naming.sentence.index: naming.sentence for naming in namings}.values()
    lead = reading.lead
    events = [probability(_tells(sentence)) for sentence in sentences]
    ways = {naming.way for naming in namings}
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
        *(float(way in ways) for way in WAYS),
    ]


def _tells(sentence: Sentence) -> float:
    return max((sentence.logits.get(name, FLOOR) for name in EVENT_TYPES), default=FLOOR)


def _namings(kind: str, reading: Reading) -> Iterable[Naming]:
    for sentence in reading.sentences:
        yield from _minerals(sentence) if kind == MINERAL else _countries(sentence)


def _minerals(sentence: Sentence) -> Iterable[Naming]:
    for mineral in sentence.minerals:
        yield Naming(mineral.key, "mineral", sentence)


def _countries(sentence: Sentence) -> Iterable[Naming]:
    for place in sentence.places:
        yield Naming(place.key, place.kind, sentence)
    for actor in sentence.actors:
        if (known := organisations().get(actor.key)) and known.country:
            yield Naming(known.country, "authority", sentence)
    for project in sentence.projects:
        known_project = projects().get(project.key)
        lies = known_project or find_site(project.key)
        for code in lies.countries if lies else ():
            yield Naming(code, "project" if known_project else "site", sentence)
