"""How sure an event is: figures over all sentences that may tell it, for the `event` heads, trained on articles."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nlp.document import Reading, Sentence
from nlp.features import is_anchored
from orewire.model.codes import EVENT_TYPES

FLOOR = -6.0
"""Log-odds below which a sentence says nothing of a type."""
CANDIDATE = -2.0
"""Log-odds from which a sentence may tell an event."""
_EARLY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the article is like, the same for all of its events. `about` are its log-odds of carrying any."""

    sentences: int
    about: float
    anchored: float
    market: float
    anchored_title: bool
    best: dict[str, float]
    title: dict[str, float]
    lead: dict[str, float]
    """The best log-odds of each type anywhere in the article, in its title, in its lead."""


def setting_of(reading: Reading) -> Setting:
    """Of one article, once its sentences have been read."""
    read = [sentence for sentence in reading.sentences if sentence.logits]
    count = max(1, len(read))
    lead = reading.lead
    return Setting(
        sentences=len(read),
        about=max(FLOOR, min(-FLOOR, reading.about)),
        anchored=sum(map(is_anchored, read)) / count,
        market=sum(sentence.has(("market",)) for sentence in read) / count,
        anchored_title=any(map(is_anchored, reading.title)),
        best=_best_of(read),
        title=_best_of([one for one in read if one.in_title]),
        lead=_best_of([one for one in read if one in lead]),
    )


def _best_of(sentences: Sequence[Sentence]) -> dict[str, float]:
    return {name: max((told(one, name) for one in sentences), default=FLOOR) for name in EVENT_TYPES}


def told(sentence: Sentence, type_: str) -> float:
    """Log-odds that a sentence tells an event of the type."""
    return max(FLOOR, sentence.logits.get(type_, FLOOR))


def group_figures(type_: str, group: Sequence[Sentence], reading: Reading, setting: Setting) -> list[float]:
    """What the `event` heads see of sentences that may tell one event; in the order of `FIGURES`."""
    logits = {sentence.index: told(sentence, type_) for sentence in group}
    ranked = sorted(logits.values(), reverse=True)
    best = max(group, key=lambda sentence: (logits[sentence.index], -sentence.index))
    title, lead = (
        max((logits[one.index] for one in group if one in place), default=FLOOR)
        for place in (reading.title, reading.lead)
    )
    rival, title_rival, lead_rival = (
        max(logit for name, logit in logits_there.items() if name != type_)
        for logits_there in (setting.best, setting.title, setting.lead)
    )
    early = [one for one in group if not one.in_title and one.index <= _EARLY]
    figures = [
        ranked[0],
        ranked[1] if len(ranked) > 1 else FLOOR,
        title,
        lead,
        max((logits[one.index] for one in early), default=FLOOR),
        sum(map(probability, ranked)),
        rival,
        ranked[0] - rival,
        title_rival,
        title - title_rival,
        lead_rival,
        lead - lead_rival,
        max((one.matches[type_].pattern.strength for one in group if type_ in one.matches), default=0.0),
        float(is_anchored(best)),
        float(setting.anchored_title),
        setting.anchored,
        setting.market,
        setting.about,
        math.log1p(setting.sentences),
        math.log1p(best.index),
        best.index / max(1, setting.sentences),
        max(FLOOR, min(-FLOOR, best.logits.get("background", 0.0))),
        max(FLOOR, min(-FLOOR, best.logits.get("prospective", 0.0))),
    ]
    return figures + [float(name == type_) for name in EVENT_TYPES]


FIGURES = (
    "best", "second", "title", "lead", "early", "sum", "rival", "ahead",
    "rival in title", "ahead in title", "rival in lead", "ahead in lead",
    "pattern", "anchored", "anchored title", "anchored share", "market share", "about", "length", "place",
    "relative place", "background", "prospective", *EVENT_TYPES,
)  # fmt: skip


def figure_matrix(rows: Iterable[list[float]]) -> Any:
    """Figures as the heads take them, shape (rows, figures)."""
    import numpy as np

    return np.asarray(list(rows), dtype=np.float32)


def probability(logit: float) -> float:
    """Log-odds to probability."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))
