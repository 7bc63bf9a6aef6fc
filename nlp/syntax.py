"""Parsing where it matters: the sentences that prove an event or report a stance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nlp.document import Sentence
from nlp.language import Reader, syntax
from nlp.terms import Hit

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

MAX_PARSED = 24
MAX_WORDS = 120
"""Sentences that are parsed in one article, and words in one: parsing is a dear step, and grows with both."""
PROVING = 1
"""Sentences of each event that are parsed, the surest first."""


def parse_sentences(doc: Doc, reader: Reader) -> Doc:
    """Give syntax to the sentences worth it, and drop concept hits whose part of speech is another."""
    chosen = _worth_it(doc)
    for sentence, parsed in zip(
        chosen, syntax(reader, [_parsable(sentence.text) for sentence in chosen]), strict=False
    ):
        sentence.syntax = parsed
        sentence.concepts = [hit for hit in sentence.concepts if _agrees(hit, sentence)]
    return doc


_DATELINE = re.compile(r"^[A-ZÀ-Þ][A-ZÀ-Þ .,'’/()-]{2,40}(?:, [^-–—]{0,30})? ?(?:-{1,2}|[–—]) ")


def _parsable(text: str) -> str:
    """The sentence with blanks for its dateline, which misleads the parser; of the same length."""
    return _DATELINE.sub(lambda match: " " * len(match[0]), text)


def _worth_it(doc: Doc) -> list[Sentence]:
    chosen = {one.index: one for group in doc._.groups for one in group.sentences[:PROVING]}
    chosen.update({one.index: one for candidate, _ in doc._.standing for one in candidate.proving})
    short = [one for one in chosen.values() if len(one.words) <= MAX_WORDS]
    return sorted(short, key=lambda sentence: sentence.index)[:MAX_PARSED]


def _agrees(hit: Hit, sentence: Sentence) -> bool:
    if hit.pos is None:
        return True
    token = sentence.token(hit.start)
    if token is None:
        return True
    if hit.pos == "N":
        return token.tag_.startswith("NN")
    headline_verb = sentence.in_title and token.text.endswith("s")  # 'Court halts mine': the tagger often sees plurals
    return headline_verb or token.tag_.startswith("VB")


def head_token(sentence: Sentence, hit: Hit) -> Token | None:
    """The token of a hit that governs its others."""
    if sentence.syntax is None:
        return None
    span = sentence.syntax.char_span(hit.start - sentence.start, hit.end - sentence.start, alignment_mode="expand")
    return span.root if span is not None and len(span) else None
