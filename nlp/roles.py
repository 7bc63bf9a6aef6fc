"""Who did it and to whom: from the parse where there is one, else from word order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.actors import class_nouns, classify_name
from nlp.codebook import EventType
from nlp.document import Named, Reading, Sentence
from nlp.patterns import Match
from nlp.people import whole_name
from nlp.syntax import head_token

if TYPE_CHECKING:
    from spacy.tokens import Token

_SUBJECTS = ("nsubj", "agent", "csubj")
_PROPER, _NOUNS = ("NNP", "NNPS"), ("NN", "NNS")
_NO_ACTORS = ("MONEY", "DATE", "TIME", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL", "LAW")
_SITES = ("mine", "project_word", "mining_itself")
_LONGEST_NAME = 60
_CLASSES = {
    "authority": ("government", "court"),
    "governments": ("government",),
    "company": ("company", "investor"),
    "people": ("community", "indigenous", "ngo", "public", "union", "expert", "government"),
    "court": ("court",),
    "worker": ("union",),
    "project": ("company",),
}  # fmt: skip
_ANAPHORS = {
    "company": ("the company", "the miner", "the firm", "it", "the producer", "the operator", "the group", "they"),
    "government": ("the ministry", "the government", "the agency", "the regulator", "the department", "the commission"),
}  # fmt: skip


def find_roles(
    event_type: EventType, match: Match | None, sentence: Sentence, reading: Reading
) -> tuple[Named | None, Named | None]:
    """Actor and target of an event, each as named in the text; None where nothing tells.

    `match` is the pattern that tells the event; where none does, the sentence's main verb is taken for it.
    """
    known = [*sentence.actors, *class_nouns(sentence)]
    named = [*known, *_countries_as_actors(sentence)]
    told = list(match.hits) if match is not None else []
    verbs = [verb for hit in told if (verb := head_token(sentence, hit)) is not None] or _main_verbs(sentence)
    start = match.start if match is not None else sentence.start + min((verb.idx for verb in verbs), default=0)
    actor = _by_syntax(verbs, sentence, named) or _nearest(event_type.actor, start, named, before=True)
    favoured = actor if actor and event_type.actor == "authority" and actor.kind in _CLASSES["company"] else None
    if favoured:  # 'the miner won approval': no company grants, bans or decrees
        actor = _nearest(event_type.actor, start, known, before=True)
    others = [one for one in named if actor is None or one.key != actor.key]
    target = favoured if favoured and event_type.target else _nearest(event_type.target, start, others, before=False)
    actor, target = _resolve(actor, sentence, reading), _resolve(target, sentence, reading)
    return actor, None if actor and target and actor.key == target.key else target


def _countries_as_actors(sentence: Sentence) -> list[Named]:
    """'Beijing', 'Indonesia' as one who acts."""
    return [
        Named(
            place.start,
            place.end,
            sentence.text[place.start - sentence.start : place.end - sentence.start],
            "government",
        )
        for place in sentence.places
        if place.kind in ("name", "capital")
    ]


def _main_verbs(sentence: Sentence) -> list[Token]:
    return [token for token in sentence.syntax if token.dep_ == "ROOT"] if sentence.syntax is not None else []


def _by_syntax(verbs: list[Token], sentence: Sentence, named: list[Named]) -> Named | None:
    """Who is subject or agent of one of the verbs: the known participant there, else the noun phrase as it stands."""
    for verb in map(_with_subject, verbs):
        for child in _children(verb, _SUBJECTS) or _subjects_of_speech(verb):
            head = next((word for word in child.children if word.dep_ == "pobj"), child)
            speakers = _subjects_of_speech(verb) if head.tag_ == "PRP" else []
            for one in (head, *speakers):
                if found := _participant(one, sentence, named):
                    return found
    return None


def _subjects_of_speech(verb: Token) -> list[Token]:
    """'The miner said it will close the pit': who says it, where the verb's own subject is a pronoun or missing."""
    return _children(verb.head, _SUBJECTS) if verb.dep_ in ("ccomp", "advcl") else []


def _participant(head: Token, sentence: Sentence, named: list[Named]) -> Named | None:
    place = sentence.start + head.idx
    if covering := [one for one in named if one.start <= place < one.end]:
        return max(covering, key=lambda one: (one in sentence.actors, one.end - one.start))
    if head.tag_ in _PROPER and (phrase := _noun_phrase(head, sentence)):
        return phrase
    begin = sentence.start + min(token.idx for token in head.subtree)
    end = sentence.start + max(token.idx + len(token) for token in head.subtree)
    inside = [one for one in named if begin <= one.start and one.end <= end]
    if inside:
        return min(inside, key=lambda one: abs(one.start - place))
    return _noun_phrase(head, sentence) if head.tag_ in _NOUNS else None


def _noun_phrase(head: Token, sentence: Sentence) -> Named | None:
    """The noun with the words before it that belong to it, without its article; None for money, time and sites."""
    words = [word for word in head.lefts if word.dep_ in ("compound", "amod", "poss", "nummod", "nmod")]
    start = min([word.left_edge.idx for word in words], default=head.idx)
    text = sentence.text[start : head.idx + len(head)].removeprefix("the ").removeprefix("The ")
    end = sentence.start + head.idx + len(head)
    is_site = any(hit.start < end <= hit.end for hit in sentence.of(_SITES))
    if len(text) < 3 or len(text) > _LONGEST_NAME or head.ent_type_ in _NO_ACTORS or is_site:
        return None
    return Named(end - len(text), end, text, classify_name(text) or "")


def _with_subject(verb: Token) -> Token:
    """The verb itself, or the one that lends it its subject: 'agreed to sell'."""
    while verb.dep_ in ("xcomp", "conj", "aux") and not _children(verb, _SUBJECTS):
        verb = verb.head
    return verb


def _children(verb: Token, relations: tuple[str, ...]) -> list[Token]:
    return [child for child in verb.children if child.dep_ in relations]


def _nearest(role: str | None, place: int, named: list[Named], *, before: bool) -> Named | None:
    """The participant of a fitting class closest to a character, on the usual side of it first."""
    fitting = [one for one in named if one.kind in _CLASSES.get(role or "", ())]
    side = [one for one in fitting if (one.start < place) == before]
    return min(side or fitting, key=lambda one: abs(one.start - place), default=None)


def _resolve(role: Named | None, sentence: Sentence, reading: Reading) -> Named | None:
    """'The company' is the last company named before; a name stays what it is."""
    if role is None or role in sentence.actors:
        return role
    for other in [sentence, *reading.before(sentence, 3), *reading.title]:
        same = [
            actor
            for actor in other.actors
            if actor.kind == role.kind and (other is not sentence or actor.end <= role.start)
        ]
        if same and _is_anaphor(role, sentence):
            return same[-1]
    return Named(role.start, role.end, _phrase(role, sentence), role.kind)


def _is_anaphor(role: Named, sentence: Sentence) -> bool:
    phrase = sentence.text[max(0, role.start - sentence.start - 4) : role.end - sentence.start].lower()
    return phrase.strip() in _ANAPHORS.get(role.kind, ())


def _phrase(role: Named, sentence: Sentence) -> str:
    """The noun phrase around a common noun: 'environment ministry', 'local farmers'; the name that it is a part of."""
    token = sentence.token(role.start)
    if token is None or token.tag_.startswith("NNP"):
        return whole_name(role, sentence) or role.key
    words = [left for left in token.lefts if left.dep_ in ("compound", "amod", "poss", "nummod")]
    start = min([word.idx for word in words], default=role.start - sentence.start)
    phrase = sentence.text[start : role.end - sentence.start]
    return phrase if len(phrase) < 60 else role.key
