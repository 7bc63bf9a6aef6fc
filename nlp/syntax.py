"""Parsing where it matters: the title, the lead, and sentences in which an event may be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.codebook import event_types
from nlp.document import Reading, Sentence
from nlp.language import Reader, syntax
from nlp.patterns import find_match
from nlp.terms import Hit

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

MAX_PARSED = 40
MAX_WORDS = 120
"""Sentences that are parsed in one article, and words in one: parsing is the dear step, and grows with both."""

_NOUNS = frozenset({"NOUN", "PROPN"})
_VERBS = frozenset({"VERB", "AUX"})


def parse_sentences(doc: Doc, reader: Reader) -> Doc:
    """Give syntax to the sentences worth it, and drop concept hits whose part of speech is another."""
    reading: Reading = doc._.reading
    chosen = [sentence for sentence in reading.sentences if _worth_it(sentence, reading)][:MAX_PARSED]
    for sentence, parsed in zip(chosen, syntax(reader, [sentence.text for sentence in chosen]), strict=False):
        sentence.syntax = parsed
        sentence.concepts = [hit for hit in sentence.concepts if _agrees(hit, sentence)]
    return doc


def _worth_it(sentence: Sentence, reading: Reading) -> bool:
    if len(sentence.words) > MAX_WORDS:
        return False
    if sentence.in_title or sentence in reading.lead:
        return True
    return any(find_match(pattern, sentence) for event_type in event_types() for pattern in event_type.patterns)


def _agrees(hit: Hit, sentence: Sentence) -> bool:
    if hit.pos is None:
        return True
    token = sentence.token(hit.start)
    if token is None:
        return True
    if hit.pos == "N":
        return token.pos_ in _NOUNS
    headline_verb = sentence.in_title and token.text.endswith("s")  # 'Court halts mine': the tagger often sees plurals
    return headline_verb or token.pos_ in _VERBS or token.tag_.startswith("VB")


def linked(sentence: Sentence, left: Hit, right: Hit) -> bool | None:
    """Whether syntax ties two hits together (at most four steps apart); None where there is no syntax."""
    first, second = head_token(sentence, left), head_token(sentence, right)
    if first is None or second is None:
        return None
    above = {token.i: steps for steps, token in enumerate([first, *first.ancestors])}
    for steps, token in enumerate([second, *second.ancestors]):
        if token.i in above:
            return steps + above[token.i] <= 4
    return False


def head_token(sentence: Sentence, hit: Hit) -> Token | None:
    """The token of a hit that governs its others."""
    if sentence.syntax is None:
        return None
    span = sentence.syntax.char_span(hit.start - sentence.start, hit.end - sentence.start, alignment_mode="expand")
    return span.root if span is not None and len(span) else None
