"""Mines, deposits and plants by name: the gazetteer's hits, and 'the X mine' for those that it lacks."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from nlp.document import Named, Reading, Sentence
from nlp.lexicon import words

if TYPE_CHECKING:
    from spacy.tokens import Doc

_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-Ž]"
_SMALL = r"(?:(?:de|del|la|las|los|da|do|dos|du|des|y|van|al|el) )?"
_NAME = rf"(?:{_CAPITAL}[\w'’.]*(?:[- ]{_SMALL}{_CAPITAL}[\w'’]*){{0,3}})"
_FUNCTION_WORDS = (
    r"(?:a|about|after|against|an|and|as|at|before|by|during|for|from|had|has|have|his|if|in|into|is|its|near|of|on|or"
    r"|outside|over|said|says|that|the|their|this|to|under|was|were|when|where|which|while|who|will|with)\b"
)
_LOWER_WORDS = rf"(?:(?!{_FUNCTION_WORDS})[a-zà-ÿ][\w-]* ){{0,3}}"
_AFTER = re.compile(
    rf"\b({_NAME}) {_LOWER_WORDS}"
    r"(?:[Mm]ine|[Pp]roject|[Dd]eposit|[Cc]oncession|[Pp]roperty|[Ss]melter|[Rr]efinery|[Qq]uarry|[Cc]olliery|[Pp]it)\b"
)
_BEFORE = re.compile(
    r"\b(?:[Pp]royecto|[Mm]ina|[Yy]acimiento|[Pp]rojeto|[Jj]azida|[Mm]ine|[Gg]isement|[Pp]rojet|[Tt]ambang|[Pp]royek"
    rf"|[Rr]udnik\w*|[Pp]rojek\w+) (?:(?!{_FUNCTION_WORDS})[a-zà-ÿ'’]+ ){{0,3}}?({_NAME})"
)
_GERMAN = re.compile(r"\b([A-ZÄÖÜ]\w+)-(?:Mine|Projekt|Lagerstätte|Bergwerk)\b")
_PATTERNS = {"en": (_AFTER,), "de": (_GERMAN,), **dict.fromkeys(("es", "pt", "fr", "id", "sr"), (_BEFORE,))}


def find_projects(doc: Doc) -> Doc:
    """Add named projects to each sentence, then let a name found once be recognised everywhere."""
    reading: Reading = doc._.reading
    for sentence in reading.sentences:
        if sentence.has(("mine", "project_word")) or sentence.in_title:
            sentence.projects.extend(_patterned(sentence, reading.lang))
    return doc


def _patterned(sentence: Sentence, lang: str) -> list[Named]:
    known = [*sentence.projects, *sentence.actors]
    taken = [(named.start, named.end) for named in known]
    found = []
    for pattern in _PATTERNS.get(lang, ()):
        for match in pattern.finditer(sentence.text):
            named = _clean(match, sentence)
            if named and not any(named.start < end and start < named.end for start, end in taken):
                found.append(named)
                taken.append((named.start, named.end))
    return found


def _clean(match: re.Match[str], sentence: Sentence) -> Named | None:
    """The name without generic words around it; None for places, minerals, and what is no name at all."""
    parts = match.group(1).split(" ")
    begin = match.start(1)
    while parts and not _begins_name(parts, sentence, begin):
        begin += len(parts.pop(0)) + 1
    while parts and parts[-1].lower() in words("generic"):
        parts.pop()
    name = " ".join(parts)
    start = sentence.start + begin
    if len(name) < 3 or (name.isupper() and sentence.text.isupper()):
        return None
    if any(place.start <= start and start + len(name) <= place.end for place in sentence.places):
        return None
    return Named(start, start + len(name), name, "patterned")


def _begins_name(parts: list[str], sentence: Sentence, begin: int) -> bool:
    """Whether the first word belongs to the name, and does not only say what or whose it is."""
    first = parts[0].lower()
    if first not in words("generic"):
        return not first.endswith(("'s", "’s"))
    if all(part.lower() in words("generic") for part in parts[1:]):
        return False
    rest = sentence.start + begin + len(first) + 1
    if any(place.start == rest for place in sentence.places):
        return False
    kinds = words("begin_names")
    return first in kinds["mineral"] or (first in kinds["other"] and begin > 0 and not sentence.in_title)


def article_projects(reading: Reading) -> tuple[str, ...]:
    """Projects by weight, the title's and the lead's first."""
    weights: Counter[str] = Counter()
    for sentence in reading.sentences:
        for named in sentence.projects:
            weights[named.key] += 3 if sentence.in_title else 2 if sentence in reading.lead else 1
    return tuple(name for name, _ in weights.most_common())


def event_project(sentence: Sentence, reading: Reading) -> str | None:
    """The project that an event told in a sentence is about.

    The sentence's own; else that of the sentences just before it; else the only one of title and lead. Where nothing
    says it, None: a project is never guessed from mineral and country.
    """
    for other in [sentence, *reading.before(sentence, 2)]:
        if other.projects:
            return other.projects[0].key
    named = {project.key for other in [*reading.title, *reading.lead] for project in other.projects}
    return named.pop() if len(named) == 1 else None
