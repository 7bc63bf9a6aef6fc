"""Whether an article carries an event about minerals at all: figures for the `relevance` head, trained on articles."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.document import Reading
from nlp.heads import load_heads
from nlp.weigh import FLOOR, figure_matrix, probability, setting_of

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


def is_relevant(reading: Reading, confidences: Sequence[float]) -> bool:
    """Whether the article carries an event; `confidences` are those of all that may be one, however unsure."""
    logit = load_heads().relevance.logits(figure_matrix([relevance_figures(reading, confidences)]))[0, 0]
    return probability(float(logit)) >= RELEVANT


def relevance_figures(reading: Reading, confidences: Sequence[float]) -> list[float]:
    """In the order of `FIGURES`."""
    setting = setting_of(reading)
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
