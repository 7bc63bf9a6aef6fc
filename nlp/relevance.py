"""Whether an article carries an event about minerals at all: figures for the `relevance` head, trained on articles."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.heads import load_heads
from nlp.weigh import FLOOR, Setting, figure_matrix, probability

RELEVANT = 0.5
"""Probability from which an article is relevant."""
FIGURES = (
    "about",
    "best event",
    "second event",
    "best sentence",
    "events",
    "anchored share",
    "anchored title",
    "market",
)


def is_relevant(setting: Setting, confidences: Sequence[float]) -> bool:
    """Whether the article carries an event; `confidences` are those of all that may be one, however unsure."""
    logit = load_heads().relevance.logits(figure_matrix([relevance_figures(setting, confidences)]))[0, 0]
    return probability(float(logit)) >= RELEVANT


def relevance_figures(setting: Setting, confidences: Sequence[float]) -> list[float]:
    """In the order of `FIGURES`."""
    ranked = [*sorted(confidences, reverse=True), 0.0, 0.0]
    return [
        setting.about,
        ranked[0],
        ranked[1],
        max(setting.best.values(), default=FLOOR),
        sum(ranked),
        setting.anchored,
        float(setting.anchored_title),
        setting.market,
    ]
