"""Who: actors named in a sentence, with their class, from the lexicon and from the names that spaCy finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.document import Named, Reading, Sentence
from nlp.lexicon import organisations, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

HOLDER_CONCEPTS = (
    "class_indigenous", "class_community", "class_ngo", "class_union", "class_court", "class_expert", "class_investor",
    "class_government", "class_public", "class_company",
)  # fmt: skip


def find_actors(doc: Doc) -> Doc:
    """Add the organisations and people that spaCy finds, and the short forms of long names told before."""
    reading: Reading = doc._.reading
    for sentence in reading.sentences:
        for span in sentence.syntax.ents if sentence.syntax is not None else ():
            if named := _from_entity(span, sentence):
                sentence.actors.append(named)
        sentence.actors.sort(key=lambda named: named.start)
    return doc


def _from_entity(span: Span, sentence: Sentence) -> Named | None:
    if span.label_ not in ("ORG", "PERSON", "NORP"):
        return None
    name = span.text.strip().removesuffix("'s").removesuffix("’s").removeprefix("the ").removeprefix("The ")
    start = sentence.start + span.start_char + span.text.find(name)
    end = start + len(name)
    others = [*sentence.actors, *sentence.projects, *sentence.places, *sentence.minerals]
    if len(name) < 3 or any(start < other.end and other.start < end for other in others):
        return None
    holder_class = classify_name(name)
    if span.label_ == "NORP" and holder_class is None:
        return None
    return Named(start, end, name, holder_class or ("company" if span.label_ == "ORG" else "person"))


def classify_name(name: str) -> str | None:
    """The holder class that the words of a name tell, or None."""
    if known := organisations().get(name):
        return known.holder_class
    lowered = name.lower()
    parts = lowered.split()
    if parts and parts[-1] in words("company_endings"):
        return "company"
    holder_class: str
    for holder_class, marks in words("holder_classes").items():
        if any(mark in parts or (" " in mark and mark in lowered) for mark in marks):
            return holder_class
    return None


def class_nouns(sentence: Sentence) -> list[Named]:
    """Holders told by a common noun: 'residents', 'the ministry', 'environmental groups'."""
    named = [
        Named(
            hit.start,
            hit.end,
            sentence.text[hit.start - sentence.start : hit.end - sentence.start],
            hit.key.removeprefix("class_"),
        )
        for hit in sentence.of(HOLDER_CONCEPTS)
    ]
    return sorted(named, key=lambda noun: (noun.start, HOLDER_CONCEPTS.index(f"class_{noun.kind}")))


def holders(sentence: Sentence) -> list[Named]:
    """Everyone that a sentence names, by name or by common noun, in the order in which they stand."""
    return sorted([*sentence.actors, *class_nouns(sentence)], key=lambda holder: holder.start)
