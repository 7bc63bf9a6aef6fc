"""What the components write and read while one article is understood: sentences and what stands in them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from nlp.terms import Hit

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from nlp.patterns import Match


@dataclass(frozen=True, slots=True)
class Named:
    """A mineral, place, project or actor where it stands. `key` is its canonical name or code; `kind` refines it."""

    start: int
    end: int
    key: str
    kind: str = ""


@dataclass(slots=True)
class Sentence:
    """One sentence: characters `start` to `end` of the Doc's text, and everything found in it.

    `index` counts from 0; the title's sentences come first. `words` are the starts of its words.
    `matches` has the strongest pattern of each type that matches, `logits` the log-odds of each sentence head.
    `syntax` is its parsed Doc where the language has a parser and the sentence was worth it.
    """

    index: int
    start: int
    end: int
    text: str
    in_title: bool
    words: tuple[int, ...]
    unspaced: bool = False
    concepts: list[Hit] = field(default_factory=list)
    minerals: list[Named] = field(default_factory=list)
    places: list[Named] = field(default_factory=list)
    projects: list[Named] = field(default_factory=list)
    actors: list[Named] = field(default_factory=list)
    matches: dict[str, Match] = field(default_factory=dict)
    logits: dict[str, float] = field(default_factory=dict)
    syntax: Doc | None = None

    def word_at(self, char: int) -> int:
        """The number of the word at a character; Chinese characters count as half a word."""
        number = bisect_right(self.words, char) - 1
        return number // 2 if self.unspaced else number

    def words_between(self, left: Hit | Named, right: Hit | Named) -> int:
        """How many words stand between two hits, in whichever order; 0 for neighbours and overlaps."""
        first, second = (left, right) if left.start <= right.start else (right, left)
        return max(0, self.word_at(second.start) - self.word_at(max(first.start, first.end - 1)) - 1)

    def of(self, concepts: Iterable[str]) -> list[Hit]:
        """Hits of any of these concepts."""
        wanted = set(concepts)
        return [hit for hit in self.concepts if hit.key in wanted]

    def has(self, concepts: Iterable[str]) -> bool:
        """Whether any of these concepts occurs."""
        wanted = set(concepts)
        return any(hit.key in wanted for hit in self.concepts)

    def token(self, char: int) -> Token | None:
        """The parsed token at a character of the article, or None without syntax."""
        if self.syntax is None:
            return None
        span = self.syntax.char_span(char - self.start, char - self.start + 1, alignment_mode="expand")
        return span[0] if span is not None and len(span) else None


@dataclass(slots=True)
class Reading:
    """One article while it is read. `offset` is where the body starts in the Doc's text.

    `people` has the holder class of people by surname, where the article tells what they are; `about` are the log-odds
    that the article carries an event at all.
    """

    lang: str
    offset: int
    published: date | None
    sentences: list[Sentence] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    about: float = 0.0

    @property
    def title(self) -> list[Sentence]:
        """The sentences of the title."""
        return list(takewhile(lambda sentence: sentence.in_title, self.sentences))

    @property
    def lead(self) -> list[Sentence]:
        """The first two sentences of the body that are more than a dateline."""
        return list(islice((s for s in self.sentences if not s.in_title and len(s.text) > 30), 2))

    def before(self, sentence: Sentence, count: int) -> list[Sentence]:
        """The `count` sentences before this one, nearest first."""
        return self.sentences[max(0, sentence.index - count) : sentence.index][::-1]
