"""How sure a stance is: figures over all sentences that may report it, for the `stance` head, trained on articles.

A stance of an article is a class of holder and a polarity; each sentence gives it the product of two probabilities:
that such a stance is reported, and that such a holder holds it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlp.actors import holders
from nlp.document import Reading, Sentence
from nlp.features import is_anchored
from nlp.heads import CLASS_HEADS, POLARITY_HEADS
from nlp.weigh import Setting, probability, setting_of, told

LEAST = 0.03
"""Product of probabilities below which a sentence is no sign of a stance."""
SURE = 0.35
"""Product from which each sentence proves a stance of its own."""
_REPORTING = 0.08
_NEXT = ("protest", "opposition", "support", "lawsuit")
"""Types whose telling goes with stances."""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stance that the article may report. `sentences` are those that may, the surest first, with their products."""

    holder_class: str
    polarity: str
    sentences: tuple[tuple[float, Sentence], ...]
    figures: list[float]

    @property
    def proving(self) -> list[Sentence]:
        """The surest sentence, and those that are sure of themselves."""
        return [sentence for number, (product, sentence) in enumerate(self.sentences) if number == 0 or product >= SURE]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sentence with its probabilities and the kinds of holders that it names, in order."""

    sentence: Sentence
    polarities: Mapping[str, float]
    classes: Mapping[str, float]
    kinds: tuple[str, ...]

    def product(self, key: Key) -> float:
        return self.classes[key[0]] * self.polarities[key[1]]


def stance_candidates(reading: Reading) -> Iterator[Candidate]:
    """Every class and polarity that some sentence may report, with the figures of `FIGURES`."""
    seen = [one for one in map(_seen, reading.sentences) if one is not None]
    if not seen:
        return
    keys = [(holder_class, polarity) for polarity in POLARITY_HEADS for holder_class in CLASS_HEADS]
    best = {key: max(one.product(key) for one in seen) for key in keys}
    setting = setting_of(reading)
    named = {kind for one in seen for kind in one.kinds}
    for key in keys:
        if best[key] >= LEAST:
            ranked = sorted(seen, key=lambda one: (-one.product(key), one.sentence.index))
            figures = [
                *_likeness(key, ranked, best),
                *_holder(key, ranked[0], reading, named),
                *_place(ranked[0].sentence, reading, setting),
                *(float(name == key[0]) for name in CLASS_HEADS),
                *(float(name == key[0] and key[1] == "support") for name in CLASS_HEADS),
            ]
            pairs = tuple((one.product(key), one.sentence) for one in ranked)
            yield Candidate(*key, pairs, figures)


def _seen(sentence: Sentence) -> _Seen | None:
    if not sentence.logits:
        return None
    polarities = {name: probability(sentence.logits[head]) for name, head in POLARITY_HEADS.items()}
    if max(polarities.values()) < _REPORTING:
        return None
    classes = {name: probability(sentence.logits[head]) for name, head in CLASS_HEADS.items()}
    return _Seen(sentence, polarities, classes, tuple(holder.kind for holder in holders(sentence)))


def _likeness(key: Key, ranked: Sequence[_Seen], best: Mapping[Key, float]) -> list[float]:
    """How likely it is in its best sentences, and beside what else the article may report."""
    holder_class, polarity = key
    top = ranked[0]
    products = [one.product(key) for one in ranked]
    rivals = max(value for (name, way), value in best.items() if way == polarity and name != holder_class)
    opposite = max(value for (name, way), value in best.items() if way != polarity and name == holder_class)
    return [
        math.log(products[0]),
        math.log(products[1] + LEAST) if len(products) > 1 else math.log(LEAST),
        _logit(top.polarities[polarity]),
        _logit(top.classes[holder_class]),
        _logit(max(one.polarities[polarity] for one in ranked)),
        math.log(rivals + LEAST),
        math.log(opposite + LEAST),
        math.log(products[0] / max(rivals, products[0])),
        float(max(top.classes, key=lambda name: top.classes[name]) == holder_class),
        sum(products),
        float(sum(product > 0.2 for product in products)),
    ]


def _holder(key: Key, top: _Seen, reading: Reading, named: set[str]) -> list[float]:
    """Whether such a holder is named in the best sentence, first of all, just before, or anywhere."""
    holder_class = key[0]
    earlier = {holder.kind for one in reading.before(top.sentence, 2) for holder in holders(one)}
    return [
        float(holder_class in top.kinds),
        float(top.kinds[:1] == (holder_class,)),
        float(bool(top.kinds)),
        float(holder_class in earlier),
        float(holder_class in named),
    ]


def _place(top: Sentence, reading: Reading, setting: Setting) -> list[float]:
    """Where the best sentence stands, and what the article tells."""
    return [
        float(top.in_title),
        float(top in reading.lead),
        float(is_anchored(top)),
        float(setting.anchored_title),
        setting.anchored,
        setting.about,
        math.log1p(setting.sentences),
        max(setting.best.values()),
        *(told(top, name) for name in _NEXT),
        *(setting.best[name] for name in _NEXT),
    ]


def _logit(share: float) -> float:
    bounded = min(1 - 1e-6, max(1e-6, share))
    return math.log(bounded / (1 - bounded))


FIGURES = (
    "best", "second", "polarity", "class", "best polarity", "rival", "opposite", "beside rival", "first class", "sum",
    "count", "named here", "named first", "anyone named", "named before", "named",
    "title", "lead", "anchored", "anchored title", "anchored share", "about", "length", "event",
    *(f"here {name}" for name in _NEXT), *(f"anywhere {name}" for name in _NEXT),
    *CLASS_HEADS, *(f"support {name}" for name in CLASS_HEADS),
)  # fmt: skip
