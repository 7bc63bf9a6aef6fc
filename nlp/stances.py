"""Who stands for or against it: which stance a sentence reports, by what class of holder, and whom it names of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nlp.actors import class_nouns
from nlp.document import Named, Reading, Sentence
from nlp.heads import load_heads
from nlp.people import whole_name
from nlp.projects import event_project
from nlp.standing import Candidate, stance_candidates
from nlp.weigh import FLOOR, figure_matrix, probability
from orewire.model.analysis import Evidence, Stance

if TYPE_CHECKING:
    from spacy.tokens import Doc

MIN_CONFIDENCE = 0.3
"""Where the F1 of stances peaks on articles: most sentences that report one do it without saying so."""
_ACTIONS = ("protest", "lawsuit", "strike")
"""Types whose telling makes a stance an action; otherwise it is a statement."""
_ADDRESSED = (
    "call on ",
    "calls on ",
    "calling on ",
    "called on ",
    "urge ",
    "urges ",
    "urged ",
    "against ",
    "told ",
    "asks ",
)
_LONGEST_NAME = 60


def weigh_stances(doc: Doc) -> Doc:
    """Fill `doc._.standing` with the stances that the article reports, each with its confidence."""
    candidates = list(stance_candidates(doc._.reading))
    doc._.standing = []
    if candidates:
        logits = load_heads().stance.logits(figure_matrix([one.figures for one in candidates]))[:, 0]
        told = [(one, probability(float(logit))) for one, logit in zip(candidates, logits, strict=True)]
        doc._.standing = _without_contradictions([pair for pair in told if pair[1] >= MIN_CONFIDENCE])
    return doc


def _without_contradictions(told: list[tuple[Candidate, float]]) -> list[tuple[Candidate, float]]:
    """One sentence shows the same holders for or against it, not both: the surer stance stays."""
    kept: dict[tuple[str, int], tuple[Candidate, float]] = {}
    for candidate, confidence in told:
        place = (candidate.holder_class, candidate.proving[0].index)
        if place not in kept or confidence > kept[place][1]:
            kept[place] = (candidate, confidence)
    return list(kept.values())


def find_stances(doc: Doc) -> Doc:
    """Fill `doc._.stances`; one for each holder, class and polarity, the surest kept."""
    best: dict[tuple[str, str, str], Stance] = {}
    for candidate, confidence in doc._.standing:
        for stance in _stances(candidate, confidence, doc._.reading):
            key = (stance.holder.lower(), stance.holder_class, stance.polarity)
            if key not in best or stance.confidence > best[key].confidence:
                best[key] = stance
    doc._.stances = tuple(sorted(best.values(), key=lambda stance: -stance.confidence))
    return doc


def _stances(candidate: Candidate, confidence: float, reading: Reading) -> Iterator[Stance]:
    for sentence in candidate.proving:
        if holder := find_holder(candidate.holder_class, sentence, reading):
            yield _stance(holder, candidate, sentence, reading, confidence)


def find_holder(holder_class: str, sentence: Sentence, reading: Reading) -> str | None:
    """Who of this class the sentence names: a known actor, a common noun, a person, or the subject of its main verb."""
    nouns = class_nouns(sentence)
    fitting = [
        one for one in [*sentence.actors, *nouns] if one.kind == holder_class and not is_addressed(one, sentence)
    ]
    if fitting:
        return _as_named(min(fitting, key=lambda one: (one not in sentence.actors, one.start)), sentence)
    people = [one for one in sentence.actors if one.kind == "person"]
    if people:
        return people[0].key
    if subject := _subject(sentence):
        return subject
    for other in reading.before(sentence, 2):
        earlier = [one for one in [*other.actors, *class_nouns(other)] if one.kind in (holder_class, "person")]
        if earlier:
            return _as_named(earlier[-1], other)
    anyone = [*sentence.actors, *nouns]
    return _as_named(anyone[0], sentence) if anyone else None


def _as_named(holder: Named, sentence: Sentence) -> str:
    """A known name as it is; a common noun with the words that belong to it: 'local farmers'."""
    token = sentence.token(holder.start)
    if holder in sentence.actors:
        return holder.key
    if token is None:
        return whole_name(holder, sentence) or holder.key
    words = [left for left in token.lefts if left.dep_ in ("compound", "amod", "poss", "nummod")]
    start = min([word.idx for word in words], default=holder.start - sentence.start)
    phrase = sentence.text[start : holder.end - sentence.start]
    return phrase if len(phrase) < _LONGEST_NAME else holder.key


def _subject(sentence: Sentence) -> str | None:
    """The noun phrase that is the subject of the main verb; pronouns name nobody."""
    for token in sentence.syntax or ():
        if (
            token.dep_ in ("nsubj", "nsubjpass")
            and token.head.dep_ == "ROOT"
            and token.tag_ not in ("PRP", "WP", "DT", "EX")
        ):
            begin = min([left.idx for left in token.lefts if left.dep_ != "det"], default=token.idx)
            return sentence.text[begin : token.idx + len(token)][:_LONGEST_NAME]
    return None


def is_addressed(holder: Named, sentence: Sentence) -> bool:
    """'They call on Congress': whom the words are for, not who says them."""
    before = sentence.text[: holder.start - sentence.start].lower().removesuffix("the ")
    after = sentence.text[holder.end - sentence.start :].lower()
    return before.endswith(_ADDRESSED) or after.startswith((" must ", " should "))


def _stance(holder: str, candidate: Candidate, sentence: Sentence, reading: Reading, confidence: float) -> Stance:
    inside = None if sentence.in_title else sentence.start - reading.offset
    acts = any(sentence.logits.get(name, FLOOR) > 0 for name in _ACTIONS)
    return Stance(
        holder=holder,
        holder_class=candidate.holder_class,
        target=event_project(sentence, reading) or "mining",
        polarity=candidate.polarity,
        basis="action" if acts else "statement",
        evidence=Evidence(
            text=sentence.text, start=inside, end=None if inside is None else inside + len(sentence.text)
        ),
        confidence=round(min(0.99, confidence), 3),
    )
