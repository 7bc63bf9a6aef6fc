"""People by name and what they are, from the words beside their name, so that a surname told later is still known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from nlp.actors import class_nouns
from nlp.document import Named, Reading, Sentence

if TYPE_CHECKING:
    from spacy.tokens import Doc

_CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-ŽЀ-Я]"
_PARTICLE = r"(?:de|da|do|dos|del|la|van|von|der|bin|binti|al|el)"
_NAME = re.compile(rf"{_CAPITAL}[\w'’-]+(?: {_PARTICLE}){{0,2}}(?: {_CAPITAL}[\w'’-]+){{1,3}}")
_BEFORE, _AFTER = 45, 70
"""Characters around a name in which an apposition stands."""
_TELLING = ("indigenous", "union", "ngo", "expert", "investor", "community", "court", "public", "company", "government")
"""The president of a union is of the union: the more telling class first."""
_MOST_PEOPLE = 100
_LONGEST = 60
_ARTICLES = (
    "the", "a", "an", "la", "el", "los", "las", "le", "les", "das", "die", "der", "den", "o", "os", "as", "un", "una",
)  # fmt: skip


def find_people(doc: Doc) -> Doc:
    """Fill `people` of the reading: holder class by surname."""
    reading: Reading = doc._.reading
    for sentence in reading.sentences:
        nouns = class_nouns(sentence)
        for start, end, surname in _names(sentence, nouns) if nouns else ():
            beside = {noun.kind for noun in nouns if start - _BEFORE < noun.start < end + _AFTER}
            if beside and len(reading.people) < _MOST_PEOPLE:
                reading.people.setdefault(surname, min(beside, key=_TELLING.index))
    return doc


def _names(sentence: Sentence, nouns: list[Named]) -> Iterable[tuple[int, int, str]]:
    """Start, end (characters of the article) and surname of what looks like a person's name."""
    other = [*nouns, *sentence.actors, *sentence.places, *sentence.projects, *sentence.minerals]
    for match in _NAME.finditer(sentence.text):
        start, end = sentence.start + match.start(), sentence.start + match.end()
        if not any(start < one.end and one.start < end for one in other):
            yield start, end, match[0].rsplit(" ", 1)[-1]


def people_told(sentence: Sentence, reading: Reading) -> list[str]:
    """Classes of the known people whose surname stands in the sentence."""
    return [kind for surname, kind in reading.people.items() if surname in sentence.text]


def whole_name(part: Named, sentence: Sentence) -> str | None:
    """The name in which a word like 'Corp' stands, without its article; headlines in capitals tell none."""
    if sentence.text.isupper():
        return None
    start, end = part.start - sentence.start, part.end - sentence.start
    names = (name[0] for name in _NAME.finditer(sentence.text) if name.start() <= start and end <= name.end())
    name = next((name for name in names if len(name) < _LONGEST), "")
    article, _, rest = name.partition(" ")
    return (rest if article.lower() in _ARTICLES else name) or None
