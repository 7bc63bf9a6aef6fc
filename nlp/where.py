"""Where one event is: which of the countries that an article names are those of the event."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from nlp.document import Reading, Sentence
from nlp.heads import Head, load_heads
from nlp.lexicon import find_site, projects
from nlp.places import HOME, PARTY_TYPES, event_countries
from nlp.subjects import COUNTRY, country_namings, subject_logits
from nlp.weigh import figure_matrix, probability

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from nlp.events import Group

HERE = 0.5
"""A country is one of the event's from this probability; the surest one always is."""
SURE = 0.6
"""Confidence of an event from which its countries are the article's."""
_NEAR = 3
_STRONG, _WEAK = ("name", "place", "project", "site"), ("people", "capital", "authority")
_MOST = 12
"""Countries that are weighed for an event, the surest subjects of the article."""
FIGURES = (
    "subject", "rank", "others", "title", "lead",
    "teller strongly", "teller weakly", "teller home", "before strongly", "before weakly", "after",
    "alone in teller", "first in teller", "of its sentences", "nearest", "by rule", "first by rule",
    "project here", "project elsewhere", "party", "party and told", "party and subject",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Places:
    """The countries of one article: how sure each is a subject (log-odds), and how each sentence names them."""

    reading: Reading
    subjects: Mapping[str, float]
    ways: Mapping[int, Mapping[str, frozenset[str]]]


def places_of(reading: Reading, groups: Sequence[Group], head: Head) -> Places:
    """Of one article, given all that may be events in it."""
    ways: defaultdict[int, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for naming in country_namings(reading):
        ways[naming.sentence.index][naming.key].add(naming.way)
    logits = subject_logits(COUNTRY, reading, groups, head)
    surest = sorted(logits, key=lambda code: (-logits[code], code))[:_MOST]
    return Places(
        reading,
        {code: logits[code] for code in surest},
        {index: {code: frozenset(how) for code, how in named.items()} for index, named in ways.items()},
    )


def find_places(doc: Doc) -> Doc:
    """Fill `doc._.places`, which tells of each group in `doc._.groups` its countries, the surest first.

    Those of sure events are countries of the article, too: a round-up names each but once.
    """
    places = places_of(doc._.reading, doc._.possible, load_heads().subject)
    doc._.places = [_chosen(group, places) for group in doc._.groups]
    sure = [codes for group, codes in zip(doc._.groups, doc._.places, strict=True) if group.confidence >= SURE]
    doc._.countries = tuple(dict.fromkeys([*doc._.countries, *chain.from_iterable(sure)]))
    return doc


def _chosen(group: Group, places: Places) -> tuple[str, ...]:
    figures = where_figures(group, places)
    if not figures:
        return (HOME[places.reading.lang],) if places.reading.lang in HOME else ()
    logits = load_heads().where.logits(figure_matrix(figures.values()))[:, 0]
    ranked = sorted(zip(logits, figures, strict=True), key=lambda pair: (-pair[0], pair[1]))
    return tuple(code for number, (logit, code) in enumerate(ranked) if number == 0 or probability(logit) >= HERE)


def where_figures(group: Group, places: Places) -> dict[str, list[float]]:
    """What the `where` head sees of each country of the article, for one event; in the order of `FIGURES`."""
    teller = group.sentences[0]
    by_rule = event_countries(group.event_type.name, teller, places.reading)
    lies_in = _project_countries(group.project)
    return {
        code: [
            *_as_subject(code, places),
            *_as_told(code, teller, places),
            *_as_gathered(code, group.sentences, places),
            float(code in by_rule),
            float(code in by_rule[:1]),
            float(code in lies_in),
            float(bool(lies_in) and code not in lies_in),
            *_as_party(code, group, places),
        ]
        for code in places.subjects
    }


def _as_subject(code: str, places: Places) -> list[float]:
    reading = places.reading
    return [
        max(-6.0, min(6.0, places.subjects[code])),
        math.log1p(list(places.subjects).index(code)),
        math.log(len(places.subjects)),
        float(any(code in places.ways.get(one.index, ()) for one in reading.title)),
        float(any(code in places.ways.get(one.index, ()) for one in reading.lead)),
    ]


def _as_told(code: str, teller: Sentence, places: Places) -> list[float]:
    """How the sentence that proves the event names the country, and those around it."""
    here = places.ways.get(teller.index, {})
    before = [places.ways.get(teller.index - step, {}) for step in range(1, _NEAR)]
    own = here.get(code, frozenset())
    return [
        _any(own, _STRONG),
        _any(own, _WEAK),
        _any(own, ("home",)),
        max(_any(one.get(code, frozenset()), _STRONG) for one in before),
        max(_any(one.get(code, frozenset()), _WEAK) for one in before),
        float(code in places.ways.get(teller.index + 1, ())),
        float(set(here) == {code}),
        float(next(iter(here), None) == code),
    ]


def _any(ways: frozenset[str], wanted: Sequence[str]) -> float:
    return float(any(way in ways for way in wanted))


def _as_gathered(code: str, sentences: Sequence[Sentence], places: Places) -> list[float]:
    naming = [index for index, named in places.ways.items() if code in named]
    share = sum(code in places.ways.get(one.index, ()) for one in sentences) / len(sentences)
    nearest = min((abs(index - sentences[0].index) for index in naming), default=20)
    return [share, math.log1p(nearest)]


def _as_party(code: str, group: Group, places: Places) -> list[float]:
    is_party = group.event_type.name in PARTY_TYPES
    told = code in places.ways.get(group.sentences[0].index, ())
    return [float(is_party), float(is_party and told), float(is_party and places.subjects[code] > 0)]


def _project_countries(project: str | None) -> tuple[str, ...]:
    known = (projects().get(project) or find_site(project)) if project else None
    return tuple(known.countries) if known else ()
