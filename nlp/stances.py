"""Who stands for or against it: stances that events imply, and attitudes that sentences report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.actors import class_nouns
from nlp.codebook import event_types
from nlp.document import Named, Reading, Sentence
from nlp.events import CodedMention
from nlp.projects import event_project
from orewire.model.analysis import Evidence, Stance

if TYPE_CHECKING:
    from spacy.tokens import Doc

_OF_EVENT = {
    "protest": ("oppose", "action"),
    "opposition": ("oppose", "statement"),
    "support": ("support", "statement"),
    "lawsuit": ("oppose", "action"),
}
"""What taking part in an event says of its actor; a permit is a decision and a strike opposes the employer."""
_OPPONENTS = frozenset({"community", "indigenous", "ngo", "expert"})
"""Where opposition is told, whoever of these is named takes part in it; others only as its actor."""
_SPEAKERS = _OPPONENTS | {"public", "union", "government", "investor"}
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


def find_stances(doc: Doc) -> Doc:
    """Fill `doc._.stances`; one for each holder and polarity, the surest kept."""
    reading: Reading = doc._.reading
    found = [stance for coded in doc._.events for stance in _of_event(coded, reading)]
    found += [stance for sentence in reading.sentences for stance in _of_sentence(sentence, reading)]
    best: dict[tuple[str, str], Stance] = {}
    for stance in found:
        key = (stance.holder.lower(), stance.polarity)
        if key not in best or stance.confidence > best[key].confidence:
            best[key] = stance
    doc._.stances = tuple(best.values())
    return doc


def _of_event(coded: CodedMention, reading: Reading) -> list[Stance]:
    """Those who take part in an event of conflict."""
    mention = coded.mention
    if mention.type not in _OF_EVENT:
        return []
    polarity, basis = _OF_EVENT[mention.type]
    holders = _holders(coded.sentence, polarity, coded.actor) or _holders_of_title(reading, polarity)
    return [
        Stance(
            holder=holder.key,
            holder_class=holder.kind,
            target=mention.project or "mining",
            polarity=polarity,
            basis=basis,
            evidence=mention.evidence,
            confidence=round(mention.confidence * 0.9, 3),
        )
        for holder in holders
    ]


def _holders(sentence: Sentence, polarity: str, actor: Named | None) -> list[Named]:
    """Who holds the attitude that a sentence tells: its actor, and for opposition all opponents that are named."""
    named = [*sentence.actors, *class_nouns(sentence)]
    speaks = actor is not None and actor.kind in _SPEAKERS and not _is_addressed(actor, sentence)
    if polarity == "support":
        return [actor] if actor is not None and speaks else []
    opponents = [one for one in named if one.kind in _OPPONENTS and not _is_addressed(one, sentence)]
    if actor is not None and speaks and actor.kind not in _OPPONENTS and not (opponents and actor.kind == "government"):
        opponents.append(actor)
    return list({one.kind + one.key: one for one in opponents}.values())


def _is_addressed(holder: Named, sentence: Sentence) -> bool:
    """'They call on Congress': whom the words are for, not who says them."""
    before = sentence.text[: holder.start - sentence.start].lower().removesuffix("the ")
    after = sentence.text[holder.end - sentence.start :].lower()
    return before.endswith(_ADDRESSED) or after.startswith((" must ", " should "))


def _holders_of_title(reading: Reading, polarity: str) -> list[Named]:
    if polarity == "support":
        return []
    return [
        noun for sentence in reading.title for noun in class_nouns(sentence) if noun.kind in _OPPONENTS | {"public"}
    ]


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
    best = max(match.pattern.strength for match in matches)
    speakers = [one for one in [*sentence.actors, *class_nouns(sentence)] if one.kind in _SPEAKERS]
    before = [one for one in speakers if one.end <= matches[0].end]
    nearest = max(before, key=lambda one: one.start, default=None)
    holders = _holders(sentence, polarity, nearest)
    return [_stance(holder, sentence, reading, polarity, basis, best * 0.9) for holder in holders]


def _defence(sentence: Sentence, reading: Reading) -> list[Stance]:
    holders = [one for one in [*sentence.actors, *class_nouns(sentence)] if one.kind == "company"]
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
