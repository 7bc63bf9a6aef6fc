"""One pass of the lexicons over the article: concepts, minerals, places, projects and actors into their sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING

from nlp.document import Named, Reading, Sentence
from nlp.lexicon import organisations, projects, term_index
from nlp.terms import Hit, drop_covered

if TYPE_CHECKING:
    from spacy.tokens import Doc


def mark_terms(doc: Doc) -> Doc:
    """Fill the sentences of `doc._.reading` with all that the lexicons know."""
    reading: Reading = doc._.reading
    starts = [sentence.start for sentence in reading.sentences]
    by_sentence: dict[int, list[Hit]] = {}
    for hit in term_index(reading.lang).find(doc.text):
        number = bisect_right(starts, hit.start) - 1
        if number >= 0 and hit.end <= reading.sentences[number].end:
            by_sentence.setdefault(number, []).append(hit)
    for number, hits in by_sentence.items():
        _fill(reading.sentences[number], hits)
    return doc


def _fill(sentence: Sentence, hits: list[Hit]) -> None:
    masks = [hit for hit in hits if hit.kind == "mask"]
    names = drop_covered([hit for hit in hits if hit.kind in ("place", "project", "organisation")])
    sentence.concepts = [hit for hit in hits if hit.kind == "concept"]
    sentence.minerals = list(_minerals(sentence, hits, masks, names))
    sentence.projects = [_named(hit) for hit in names if hit.kind == "project" and _is_project(hit, hits)]
    sentence.actors = [_actor(hit) for hit in names if hit.kind == "organisation"]
    sentence.places = [place for hit in names if hit.kind == "place" for place in _place(hit, sentence)]


def _minerals(sentence: Sentence, hits: list[Hit], masks: list[Hit], names: list[Hit]) -> Iterable[Named]:
    """Minerals outside of masking phrases ('gold medal') and of actors' names ('Lithium Americas').

    Of kind `company` where they are but a part of some other company's name ('Corp Falconbridge Copper').
    """
    hidden = masks + [name for name in names if name.kind == "organisation"]
    for hit in hits:
        if hit.kind == "mineral" and not any(other.start <= hit.start < other.end for other in hidden):
            yield Named(hit.start, hit.end, hit.key, "company" if _in_company_name(hit, sentence) else "")


def _in_company_name(hit: Hit, sentence: Sentence) -> bool:
    start, end = hit.start - sentence.start, hit.end - sentence.start
    if not sentence.text[start].isupper() or sentence.text.isupper():
        return False
    before, after = sentence.text[max(0, start - _LONGEST_NAME) : start], sentence.text[end : end + _LONGEST_NAME]
    return bool(_LEGAL_FORM_BEHIND.match(after) or _LEGAL_FORM_BEFORE.search(before))


_LONGEST_NAME = 60
_CAPITALISED = r"(?:[A-Z][\w&'’.-]*\s+)"
_LEGAL_FORM_BEHIND = re.compile(
    rf"\w*\s+{_CAPITALISED}{{0,2}}(?:Ltd|Limited|Inc|Incorporated|Corp|Corporation|Co|Company|Plc|PLC|Pty|NL|N\.L|LLC|LLP|AG"
    r"|GmbH|SE|SA|S\.A|SpA|NV|N\.V|AB|ASA|Oyj|Tbk|Bhd|Holdings|Resources)(?!\w)"
)
_LEGAL_FORM_BEFORE = re.compile(rf"\b(?:PT|Corp|Minera|Mineração|Compañía|Companhia)\.?\s+{_CAPITALISED}{{0,2}}$")


def _is_project(hit: Hit, hits: list[Hit]) -> bool:
    """A name that is also a common word needs a word of mining within 40 characters."""
    if not projects()[hit.key].ambiguous:
        return True
    return any(
        other.key in ("mine", "project_word", "permit")
        and -40 < other.start - hit.end < 40
        and other.start != hit.start
        for other in hits
        if other.kind == "concept"
    )


def _actor(hit: Hit) -> Named:
    return Named(hit.start, hit.end, hit.key, organisations()[hit.key].holder_class)


def _named(hit: Hit) -> Named:
    return Named(hit.start, hit.end, hit.key)


_HOME_MARKS = ("-based", "-listed", "-headquartered", "-owned", " based", " headquartered")


def _place(hit: Hit, sentence: Sentence) -> Iterable[Named]:
    """The place as country code and kind; `home` where it only says whence a company is ('Canadian miner')."""
    code, kind = hit.key.split("/")
    after = sentence.text[hit.end - sentence.start :][:16].lower()
    if after.startswith("$"):  # 'US$'
        return
    if after.startswith(_HOME_MARKS) or (kind == "people" and _next_to_company(hit, sentence)):
        kind = "home"
    yield Named(hit.start, hit.end, code, kind)


def _next_to_company(hit: Hit, sentence: Sentence) -> bool:
    return any(sentence.words_between(hit, company) <= 1 for company in sentence.of(("class_company",)))
