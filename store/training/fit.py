"""Fit the weights of resolution on the labelled groups, and count how common terms are; writes store/models."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from orewire.model.article import Article
from store.articles import put_article
from store.connection import open_database, transaction
from store.fingerprints import all_terms
from store.groups import Labelled, in_one_season, read_groups
from store.mentions import arrive, fingerprint
from store.pairs import find_pairs
from store.resolve import FEATURES, Pair

MODELS = Path(__file__).parents[1] / "models"
GROUPS = Path(__file__).parent / "groups"
ALONE = Path(__file__).parents[2] / "nlp" / "training" / "labelled"
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_MISSED = 2
"""What a missed pair costs beside a false one: the two mistakes are then about as frequent, by B-cubed."""
_FOR, _AGAINST = (0.0, None), (None, 0.0)
BOUNDS: dict[str, tuple[float | None, float | None]] = {
    **dict.fromkeys(
        ("same actor", "same mineral", "same country", "names alike", "names share", "articles alike",
         "articles share", "same date", "expected before", "other language", "more in common"),
        _FOR,
    ),
    **dict.fromkeys(
        ("other actor", "other country", "expected after", "crowd"), _AGAINST
    ),
    # Rare among the labelled pairs, or hidden there behind shared words: at least what an editor would grant them.
    "same project": (0.5, None),
    "copy of the same text": (3.0, None),
    "same amount": (0.5, None),
    "other amount": (None, -0.3),
    "days apart": (None, -0.1),
    "weeks apart": (None, -0.1),
}  # fmt: skip
_FREQUENT = 6
"""Terms in fewer of the labelled articles are as good as unseen."""


def main() -> None:
    """Write terms.json, then resolution.json."""
    strangers = read_groups(sorted(ALONE.glob("articles-*.jsonl")))  # each event is told once
    write_terms(one.article for one in strangers)
    reports = read_groups(sorted(GROUPS.glob("*.jsonl")))
    pairs, same = labelled_pairs([one for one in reports if not one.held_out], strangers)
    weights = fit(pairs, same)
    (MODELS / "resolution.json").write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    print(f"{len(pairs)} pairs, {sum(same)} of one event")  # noqa: T201 - a script


def write_terms(articles: Iterable[Article]) -> None:
    """In how many of the labelled articles each frequent term stands."""
    texts = [set(all_terms(article)) for article in articles]
    counts = Counter(term for terms in texts for term in terms)
    frequent = {str(term): df for term, df in sorted(counts.items()) if df >= _FREQUENT}
    (MODELS / "terms.json").write_text(json.dumps({"texts": len(texts), "terms": frequent}) + "\n", encoding="utf-8")


def labelled_pairs(grouped: Sequence[Labelled], strangers: Sequence[Labelled]) -> tuple[list[Pair], list[bool]]:
    """Every pair with a grouped report in it that resolution would weigh, and whether the two are one event.

    All are put into one season, as the news of the world is: what only looks alike must be told apart.
    """
    connection = open_database(None)
    reports = in_one_season([*grouped, *strangers])
    with transaction(connection):
        for one in reports:
            put_article(connection, one.article, _NOW)
    numbers = dict(connection.execute("SELECT id, number FROM articles").fetchall())
    told = {numbers[one.article.id]: (one.article, one.analysis) for one in reports}
    copies = fingerprint(connection, told)
    arrive(connection, told, copies, dict.fromkeys(told, "news"))
    groups = {(numbers[one.article.id], place): group for one in reports for place, group in enumerate(one.groups)}
    days = [one.article.fetched.date() for one in reports]
    ours = {numbers[one.article.id] for one in grouped}
    found = [
        pair
        for pair in find_pairs(connection, min(days), max(days))
        if pair.mention > pair.other and (pair.mention[0] in ours or pair.other[0] in ours)
    ]
    connection.close()
    return found, [groups[pair.mention] == groups[pair.other] for pair in found]


def fit(pairs: Sequence[Pair], same: Sequence[bool]) -> dict[str, float]:
    """The weight of each feature: a logistic regression with bounds, so that likeness never speaks against."""
    from scipy.optimize import minimize

    features = np.array([pair.features for pair in pairs])
    signs, costs = np.where(same, 1.0, -1.0), np.where(same, _MISSED, 1.0)

    def loss(weights: Any) -> tuple[float, Any]:
        margins = signs * (features @ weights)
        value = (costs * np.logaddexp(0, -margins)).sum() + weights @ weights / 2
        return float(value), weights - features.T @ (costs * signs / (1 + np.exp(margins)))

    found = minimize(
        loss,
        np.zeros(len(FEATURES)),
        jac=True,
        method="L-BFGS-B",
        bounds=[BOUNDS.get(name, (None, None)) for name in FEATURES],
        options={"maxiter": 5000},
    )
    return {name: round(float(weight), 3) for name, weight in zip(FEATURES, found.x, strict=True)}


if __name__ == "__main__":
    main()
