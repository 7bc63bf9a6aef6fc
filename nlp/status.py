"""Whether it happened, is only expected, or is denied; and how far it has come."""

from __future__ import annotations

from nlp.codebook import EventType
from nlp.document import Sentence
from nlp.patterns import Match
from nlp.terms import Hit

_BEFORE, _AFTER = 7, 3
"""Words before and after a match in which 'will' or 'expected' still speaks of it."""
_NOT_BEFORE = 4


def is_denied(match: Match, sentence: Sentence) -> bool:
    """'No permit has been granted': a negation just before the match or inside it."""
    return any(_reaches(hit, match, sentence, before=_NOT_BEFORE, after=0) for hit in _others(match, sentence, "not"))


def is_prospective(match: Match, sentence: Sentence) -> bool:
    """Whether the sentence speaks of the match as to come, asked for or threatened."""
    if any(_is_part(hit, own) for hit in sentence.of(("will",)) for own in match.hits):
        return True
    return any(_reaches(hit, match, sentence, before=_BEFORE, after=_AFTER) for hit in _others(match, sentence, "will"))


def is_past(match: Match, sentence: Sentence) -> bool:
    """Whether the sentence recalls the match as history."""
    return bool(_others(match, sentence, "past"))


def find_stage(event_type: EventType, sentence: Sentence) -> str | None:
    """The first of the type's stages whose words stand in the sentence."""
    for stage in event_type.stages:
        if sentence.has((f"stage_{stage}",)):
            return stage
    return None


def _others(match: Match, sentence: Sentence, concept: str) -> list[Hit]:
    """Hits of a concept that are no part of the match itself."""
    return [
        hit
        for hit in sentence.of((concept,))
        if not any(hit.start < own.end and own.start < hit.end for own in match.hits)
    ]


def _is_part(hit: Hit, own: Hit) -> bool:
    """'will' in 'will strike'."""
    return own.start <= hit.start and hit.end <= own.end and own.end - own.start > hit.end - hit.start


def _reaches(hit: Hit, match: Match, sentence: Sentence, *, before: int, after: int) -> bool:
    first = min(match.hits, key=lambda own: own.start)
    last = max(match.hits, key=lambda own: own.end)
    if hit.start > last.start:
        return sentence.words_between(last, hit) < after
    if hit.start > first.start:
        return True
    return (
        sentence.words_between(hit, first) < before
        and ";" not in sentence.text[hit.end - sentence.start : first.start - sentence.start]
    )
