"""Fitting linear heads with scikit-learn, and reading rows by heads that have never seen their family."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from nlp.heads import Head

Matrix = np.ndarray[Any, np.dtype[np.float32]]
FOLDS = 5
SENTENCE_C, ARTICLE_C, FIGURE_C = 0.5, 10.0, 0.03
"""Inverse strengths of regularisation: what carries over to articles by others; cross-validation on our own texts alone
favours eight times as much."""
_JOBS = 2


def fit_sentence_head(rows: csr_matrix, labels: Matrix, names: Sequence[str], *, strength: float = SENTENCE_C) -> Head:
    """One logistic regression for each column of `labels`; rows whose label is NaN are left out of that column."""
    fitted = Parallel(n_jobs=_JOBS)(
        delayed(_fit_column)(rows, labels[:, number], strength) for number in range(len(names))
    )
    return Head(
        tuple(names),
        np.vstack([coefficients for coefficients, _ in fitted]).astype(np.float32),
        np.array([intercept for _, intercept in fitted], dtype=np.float32),
    )


def _fit_column(rows: csr_matrix, column: Matrix, strength: float) -> tuple[Matrix, float]:
    known = np.flatnonzero(~np.isnan(column))
    model = LogisticRegression(C=strength, solver="liblinear", max_iter=300, random_state=0)
    model.fit(rows[known], column[known].astype(int))
    return model.coef_[0], float(model.intercept_[0])


def folds(families: Sequence[str]) -> Iterator[tuple[Any, Any]]:
    """Numbers of rows to learn from and to test on; the same every time."""
    number = {family: position for position, family in enumerate(dict.fromkeys(families))}
    groups = np.array([number[family] for family in families])
    yield from GroupKFold(FOLDS).split(groups, groups=groups)


def read_unseen(
    rows: csr_matrix, labels: Matrix, families: Sequence[str], names: Sequence[str], *, strength: float = SENTENCE_C
) -> Matrix:
    """Log-odds of every row by heads that were fitted without its family."""
    logits = np.zeros(labels.shape, dtype=np.float32)
    for train, test in folds(families):
        logits[test] = fit_sentence_head(rows[train], labels[train], names, strength=strength).logits(rows[test])
    return logits


def fit_figure_head(columns: Sequence[tuple[Matrix, Matrix]], names: Sequence[str]) -> Head:
    """One logistic regression over standardised figures for each (figures, labels); the scaling is folded in."""
    fitted = [_fit_scaled(figures, labels) for figures, labels in columns]
    return Head(
        tuple(names),
        np.vstack([coefficients for coefficients, _ in fitted]).astype(np.float32),
        np.array([intercept for _, intercept in fitted], dtype=np.float32),
    )


def _fit_scaled(figures: Matrix, labels: Matrix) -> tuple[Matrix, float]:
    scaler = StandardScaler().fit(figures)
    model = LogisticRegression(C=FIGURE_C, max_iter=2000, random_state=0)
    model.fit(scaler.transform(figures), labels.astype(int))
    coefficients = model.coef_[0] / scaler.scale_
    return coefficients, float(model.intercept_[0] - coefficients @ scaler.mean_)
