"""Where sentences begin and end: spaCy's sentencizer, plus every line break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.document import Reading, Sentence
from nlp.text import is_unspaced

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

_CLOSERS = frozenset("\"'”’»)]」』）")


_MOST_TOKENS = 300
"""No sentence is longer: a run without full stops is cut, so that time grows with the text and not with its square."""


def split_sentences(doc: Doc) -> Doc:
    """Fill `doc._.reading.sentences`; needs the sentencizer's marks."""
    _break_at_lines(doc)
    _break_long_runs(doc)
    reading: Reading = doc._.reading
    for span in doc.sents:
        sentence = _sentence(span, len(reading.sentences), reading.offset)
        if sentence is not None:
            reading.sentences.append(sentence)
    return doc


def _break_at_lines(doc: Doc) -> None:
    after_break = False
    for token in doc:
        if token.is_space:
            after_break = after_break or "\n" in token.text
            continue
        if after_break and token.i:
            token.is_sent_start = True
        elif token.text in _CLOSERS and token.is_sent_start:
            token.is_sent_start = False
        after_break = False


def _break_long_runs(doc: Doc) -> None:
    begin = 0
    for token in doc:
        if token.is_sent_start:
            begin = token.i
        elif token.i - begin >= _MOST_TOKENS:
            token.is_sent_start = True
            begin = token.i


def _sentence(span: Span, index: int, offset: int) -> Sentence | None:
    text = span.text
    stripped = text.strip()
    if not stripped:
        return None
    start = span.start_char + len(text) - len(text.lstrip())
    words = tuple(token.idx for token in span if not token.is_punct and not token.is_space)
    return Sentence(
        index=index,
        start=start,
        end=start + len(stripped),
        text=stripped,
        in_title=start < offset,
        words=words or (start,),
        unspaced=sum(map(is_unspaced, stripped)) * 3 > len(stripped),
    )
