"""What the trained heads make of each sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nlp.document import Reading
from nlp.features import place_of, sentence_facts
from nlp.heads import SENTENCE_HEADS, load_heads
from orewire.model.codes import EVENT_TYPES

if TYPE_CHECKING:
    from spacy.tokens import Doc

MAX_READ = 300
"""Sentences of one article that are read; longer ones are lists and reports whose news stands at the front."""
ADRIFT = 2.0
"""Taken from the log-odds of every type where neither the sentence nor what stands before it speaks of minerals."""


def read_sentences(doc: Doc) -> Doc:
    """Fill each sentence's `logits` by head, and what the article is about."""
    reading: Reading = doc._.reading
    chosen = reading.sentences[:MAX_READ]
    facts = [sentence_facts(sentence, reading, place_of(sentence, reading)) for sentence in chosen]
    if chosen:
        logits, reading.about = load_heads().read([one.text for one in chosen], facts)
        for sentence, seen, row in zip(chosen, facts, logits, strict=True):
            sentence.logits = by_head(row, seen)
    return doc


def by_head(row: Sequence[float], facts: Mapping[str, float]) -> dict[str, float]:
    """Log-odds by the head's name."""
    adrift = 0.0 if "anchor" in facts else ADRIFT
    return {
        name: float(logit) - (adrift if name in EVENT_TYPES else 0.0)
        for name, logit in zip(SENTENCE_HEADS, row, strict=True)
    }
