"""What the heads see of a sentence: facts from the lexicons, in terms that hold in every language."""

from __future__ import annotations

import re
from itertools import combinations

from nlp.actors import holders
from nlp.document import Reading, Sentence
from nlp.people import people_told

HEADLINE, LEAD, BODY = "headline", "lead", "body"
_NEAR, _FAR = 4, 10
_MOST_CONCEPTS = 40
_CONTEXT = 2
_NOT, _REACH = "not", 3
_FAR_SPEAKER = 3
_QUOTE = re.compile("[\"“”„«»「」『』]|''")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def place_of(sentence: Sentence, reading: Reading) -> str:
    """Where in the article a sentence stands: `headline`, `lead` or `body`."""
    if sentence.in_title:
        return HEADLINE
    return LEAD if sentence in reading.lead else BODY


def sentence_facts(sentence: Sentence, reading: Reading, place: str) -> dict[str, float]:
    """Facts by name: concepts and their order, patterns that match, what is named here and just before."""
    facts = {f"c:{hit.key}": 1.0 for hit in sentence.concepts}
    facts.update(_order(sentence))
    facts.update(_denied(sentence))
    facts.update({f"pattern:{name}": 2 * match.pattern.strength for name, match in sentence.matches.items()})
    facts.update(_holders(sentence, reading))
    facts.update(_years(sentence, reading))
    named = {"mineral": sentence.minerals, "project": sentence.projects, "place": sentence.places}
    facts.update({f"has:{name}": 1.0 for name, found in named.items() if found})
    if near := any(map(is_anchored, [*reading.before(sentence, _CONTEXT), *reading.title])):
        facts["near:anchor"] = 1.0
    if near or is_anchored(sentence):
        facts["anchor"] = 1.0
    facts[f"in:{place}"] = 1.0
    return facts


def _holders(sentence: Sentence, reading: Reading) -> dict[str, float]:
    """Who may speak: classes told by names and nouns of the sentence, the first of them, else of those around it."""
    named = holders(sentence)
    quoted = bool(_QUOTE.search(sentence.text))
    facts = {f"actor:{actor.kind}": 1.0 for actor in sentence.actors}
    facts.update({f"person:{kind}": 1.0 for kind in people_told(sentence, reading)})
    if quoted:
        facts["quote"] = 1.0
    if named:
        facts[f"first:{named[0].kind}"] = 1.0
        facts[f"last:{named[-1].kind}"] = 1.0
    else:
        facts.update(_holders_around(sentence, reading, quoted=quoted))
    return facts


def _holders_around(sentence: Sentence, reading: Reading, *, quoted: bool) -> dict[str, float]:
    """Whom the nearest sentence before names, and the next one where this is a quotation."""
    before = next((named for other in reading.before(sentence, _FAR_SPEAKER) if (named := holders(other))), [])
    after = reading.sentences[sentence.index + 1 : sentence.index + 2] if quoted else []
    return {f"before:{one.kind}": 1.0 for one in before} | {
        f"after:{one.kind}": 1.0 for other in after for one in holders(other)
    }


def _years(sentence: Sentence, reading: Reading) -> dict[str, float]:
    """Years beside the one in which the article was written: what is told of them is history, or yet to come."""
    if reading.published is None:
        return {}
    apart = {int(year) - reading.published.year for year in _YEAR.findall(sentence.text)}
    ways = {
        "long before": min(apart, default=0) < -1,
        "before": -1 in apart,
        "now": 0 in apart,
        "after": max(apart, default=0) > 0,
    }
    return {f"year:{way}": 1.0 for way, told in ways.items() if told}


def is_anchored(sentence: Sentence) -> bool:
    """Whether the sentence speaks of a mineral, a mine or a project."""
    return bool(sentence.minerals or sentence.projects or sentence.has(("mine",)))


def _denied(sentence: Sentence) -> dict[str, float]:
    """Concepts just behind a word of denial: 'has not granted', 'no permit'. Twice as loud as what they deny."""
    hits = sentence.concepts[:_MOST_CONCEPTS]
    denials = [hit for hit in hits if hit.key == _NOT]
    return {
        f"{_NOT}:{hit.key}": 2.0
        for hit in hits
        if any(
            denial.end <= hit.start and hit.key != _NOT and sentence.words_between(denial, hit) <= _REACH
            for denial in denials
        )
    }


def _order(sentence: Sentence) -> dict[str, float]:
    """Pairs of concepts in their order: `close:grant>permit` within four words, `far:` within ten."""
    pairs = {}
    for one, other in combinations(sentence.concepts[:_MOST_CONCEPTS], 2):
        apart = sentence.words_between(one, other)
        if one.key != other.key and apart <= _FAR:
            pairs[f"{'close' if apart <= _NEAR else 'far'}:{one.key}>{other.key}"] = 1.0
    return pairs
