"""Where it happened: countries of a sentence, and of the article as a whole."""

from __future__ import annotations

from collections import Counter

from nlp.document import Reading, Sentence
from nlp.lexicon import find_site, organisations, projects

PARTY_TYPES = frozenset({"trade_deal", "trade_restriction"})
"""Types whose countries are all the parties, not one place."""

HOME = {"de": "DE", "id": "ID", "sr": "RS", "zh": "CN"}
"""Where most of what is written in a language of few countries happens: papers seldom name their own."""


def countries_of(sentence: Sentence, *, parties: bool) -> tuple[str, ...]:
    """Countries where the thing told in a sentence is.

    A known project decides; a company's home country never counts; an authority's country counts where no
    other place is named. With `parties`, all countries are taken.
    """
    named = [place.key for place in sentence.places if place.kind != "home"]
    of_projects = [
        code for name in sentence.projects if name.key in projects() for code in projects()[name.key].countries
    ]
    of_authorities = [code for actor in sentence.actors if (code := organisations_country(actor.key))]
    if parties:
        return _unique(named + of_authorities)
    return _unique(of_projects or named or of_authorities)


def organisations_country(name: str) -> str | None:
    """The country that a known authority, court or people acts in."""
    known = organisations().get(name)
    return known.country if known else None


def event_countries(type_: str, sentence: Sentence, reading: Reading) -> tuple[str, ...]:
    """Countries of an event told in a sentence, looking back and then to the whole article where it is silent."""
    parties = type_ in PARTY_TYPES
    if parties:
        context = (
            [sentence, *reading.title, *reading.lead] if sentence.in_title or sentence in reading.lead else [sentence]
        )
        found = _unique([code for other in context for code in countries_of(other, parties=True)])
        if found:
            return found
    for other in [sentence, *reading.before(sentence, 2), *reading.title, *reading.lead]:
        if found := countries_of(other, parties=parties):
            return found[:3] if not parties else found
    return _site_countries(sentence) or article_countries(reading)[:1]


def _site_countries(sentence: Sentence) -> tuple[str, ...]:
    """Where the mine lies that the sentence names, for want of a country in the text near it."""
    sites = [site for project in sentence.projects if (site := find_site(project.key))]
    return _unique([code for site in sites for code in site.countries])


def article_countries(reading: Reading) -> tuple[str, ...]:
    """All countries by weight: the title counts thrice, the lead twice."""
    weights: Counter[str] = Counter()
    for sentence in reading.sentences:
        weight = 3 if sentence.in_title else 2 if sentence in reading.lead else 1
        for code in countries_of(sentence, parties=True):
            weights[code] += weight
        for code in countries_of(sentence, parties=False):
            weights[code] += weight
    return tuple(code for code, _ in weights.most_common())


def _unique(codes: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
