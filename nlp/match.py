"""Which patterns of the codebook match in which sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.codebook import EventType, event_types
from nlp.document import Reading, Sentence
from nlp.patterns import Match, find_match

if TYPE_CHECKING:
    from spacy.tokens import Doc


def match_patterns(doc: Doc) -> Doc:
    """Fill each sentence's `matches`: the strongest match of each type."""
    reading: Reading = doc._.reading
    for sentence in reading.sentences:
        if sentence.concepts:
            found = ((event_type.name, strongest(event_type, sentence)) for event_type in event_types())
            sentence.matches = {name: match for name, match in found if match is not None}
    return doc


def strongest(event_type: EventType, sentence: Sentence) -> Match | None:
    """The match of the type's strongest pattern, or None."""
    matches = (find_match(pattern, sentence) for pattern in event_type.patterns)
    return max((match for match in matches if match), key=lambda match: match.pattern.strength, default=None)
