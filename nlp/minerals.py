"""Which minerals an event, and an article, is about."""

from __future__ import annotations

from collections import Counter

from nlp.document import Reading, Sentence

GROUP = "rare earths"
ELEMENTS = frozenset({"neodymium", "praseodymium", "dysprosium", "terbium", "scandium", "yttrium"})
"""They are coded beside their group where they are named."""
LIST = 10
"""A sentence that names more minerals lists them ('the final list of critical minerals'): it is about none of them."""


def minerals_of(sentence: Sentence) -> tuple[str, ...]:
    """Minerals that the sentence names, in order."""
    return tuple(dict.fromkeys(namings_of(sentence)))


def namings_of(sentence: Sentence) -> list[str]:
    """Each naming of a mineral; not those that only form part of a company's name, nor those of a long list."""
    found = [named.key for named in sentence.minerals if named.kind != "company"]
    return found if len(set(found)) <= LIST else []


def event_minerals(sentence: Sentence, reading: Reading) -> tuple[str, ...]:
    """Minerals of an event told in a sentence; where it is silent, of the sentences before, title and lead."""
    for other in [sentence, *reading.before(sentence, 1), *reading.title, *reading.lead]:
        if found := minerals_of(other):
            return found
    return article_minerals(reading)[:1]


def article_minerals(reading: Reading) -> tuple[str, ...]:
    """All minerals by weight: the title counts thrice, the lead twice."""
    weights: Counter[str] = Counter()
    for sentence in reading.sentences:
        weight = 3 if sentence.in_title else 2 if sentence in reading.lead else 1
        for name in minerals_of(sentence):
            weights[name] += weight
    return tuple(name for name, _ in weights.most_common())
