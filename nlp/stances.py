"""Who stands for or against it: stances that events imply, and attitudes that sentences report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.actors import class_nouns
from nlp.codebook import event_types
from nlp.document import Named, Reading, Sentence
from nlp.events import CodedMention
from nlp.projects import event_project
from orewire.model.analysis import Evidence, Stance
from orewire.model.codes import HOLDER_CLASSES

if TYPE_CHECKING:
    from spacy.tokens import Doc

_OF_EVENT = {
    "protest": ("oppose", "action"),
    "opposition": ("oppose", "statement"),
    "support": ("support", "statement"),
    "lawsuit": ("oppose", "action"),
}
"""What taking part in an event says of its actor; a permit is a decision and a strike opposes the employer."""
_PLAINTIFFS = frozenset({"community", "indigenous", "ngo", "public", "union", "government"})
_DEFENDERS = frozenset({"company"})


def find_stances(doc: Doc) -> Doc:
    """Fill `doc._.stances`; one for each holder and polarity, the surest kept."""
    reading: Reading = doc._.reading
    found = [stance for coded in doc._.events if (stance := _of_event(coded, reading)) is not None]
    found += [stance for sentence in reading.sentences for stance in _of_sentence(sentence, reading)]
    best: dict[tuple[str, str], Stance] = {}
    for stance in found:
        key = (stance.holder.lower(), stance.polarity)
        if key not in best or stance.confidence > best[key].confidence:
            best[key] = stance
    doc._.stances = tuple(best.values())
    return doc


def _of_event(coded: CodedMention, reading: Reading) -> Stance | None:
    mention = coded.mention
    if mention.type not in _OF_EVENT:
        return None
    holder = _holder(coded.actor, coded.sentence, reading)
    polarity, basis = _OF_EVENT[mention.type]
    if holder is None or (polarity == "oppose" and holder.kind not in _PLAINTIFFS | {"expert"}):
        return None
    if mention.type == "support" and holder.kind in _DEFENDERS:
        return None
    return Stance(
        holder=holder.key,
        holder_class=holder.kind,
        target=mention.project or "mining",
        polarity=polarity,
        basis=basis,
        evidence=mention.evidence,
        confidence=round(mention.confidence * 0.9, 3),
    )


def _holder(actor: Named | None, sentence: Sentence, reading: Reading) -> Named | None:
    """The actor if it has a class of the codebook; else the nearest class noun of the sentence or the title."""
    if actor is not None and actor.kind in HOLDER_CLASSES:
        return actor
    for other in [sentence, *reading.title]:
        nouns = [noun for noun in class_nouns(other) if noun.kind in _PLAINTIFFS]
        if nouns:
            return nouns[0]
    return None


def _of_sentence(sentence: Sentence, reading: Reading) -> list[Stance]:
    """Attitudes reported beside the article's events: a second holder, or the company's answer to critics."""
    found = []
    for event_type, (polarity, basis) in _OF_EVENT.items():
        if event_type in ("protest", "opposition", "support"):
            found += _reported(sentence, reading, event_type, polarity, basis)
    if sentence.has(("defend",)):
        found += _defence(sentence, reading)
    return found


def _reported(sentence: Sentence, reading: Reading, event_type: str, polarity: str, basis: str) -> list[Stance]:
    from nlp.patterns import find_match
    from nlp.status import is_denied

    patterns = next(one for one in event_types() if one.name == event_type).patterns
    matches = [match for pattern in patterns if (match := find_match(pattern, sentence)) is not None]
    if not matches or is_denied(matches[0], sentence):
        return []
    holders = [one for one in [*sentence.actors, *class_nouns(sentence)] if one.kind in _PLAINTIFFS | {"expert"}]
    best = max(match.pattern.strength for match in matches)
    nearest = sorted(holders, key=lambda one: (one.start > matches[0].start, abs(one.start - matches[0].start)))[:1]
    return [_stance(holder, sentence, reading, polarity, basis, best * 0.9) for holder in nearest]


def _defence(sentence: Sentence, reading: Reading) -> list[Stance]:
    holders = [one for one in [*sentence.actors, *class_nouns(sentence)] if one.kind in _DEFENDERS]
    return [_stance(holder, sentence, reading, "support", "statement", 0.55) for holder in holders[:1]]


def _stance(
    holder: Named, sentence: Sentence, reading: Reading, polarity: str, basis: str, confidence: float
) -> Stance:
    inside = None if sentence.in_title else sentence.start - reading.offset
    return Stance(
        holder=holder.key,
        holder_class=holder.kind,
        target=event_project(sentence, reading) or "mining",
        polarity=polarity,
        basis=basis,
        evidence=Evidence(
            text=sentence.text, start=inside, end=None if inside is None else inside + len(sentence.text)
        ),
        confidence=round(confidence, 3),
    )
