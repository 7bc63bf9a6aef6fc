"""What people corrected is learned from: whole articles like ours, of others only what somebody looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlp.heads import SENTENCE_HEADS, SentenceVectorizer
from nlp.training.fit import fit_sentence_head
from nlp.training.labelled import Corrections, read_corrections, read_sentences
from nlp.training.rows import read_reviewed, read_sentence
from nlp.training.train import Material, learn_vocabulary, with_corrections
from orewire.model.errors import ModelError

LICENCE = "Serbia revoked the licence of the Jadar lithium mine."
MARCH = "Residents marched through Loznica on Monday."
STRIKE = "Miners ended their strike."


def event(type_: str, evidence: str, *, reviewed: bool) -> dict[str, Any]:
    return {
        "type": type_, "status": "actual", "salience": "main", "minerals": ["lithium"], "countries": ["RS"],
        "project": "Jadar", "actor": None, "evidence": evidence, "start": None, "end": None, "reviewed": reviewed,
    }  # fmt: skip


def record(*, partial: bool) -> dict[str, Any]:
    return {
        "id": "c1", "title": "News of Jadar", "text": f"{LICENCE} {MARCH} {STRIKE}", "date": "2025-11-13",
        "url": None, "lang": "en", "relevant": True, "minerals": ["lithium"], "countries": ["RS"],
        "events": [event("permit_denied", LICENCE, reviewed=True), event("protest", MARCH, reviewed=False)],
        "stances": [], "note": None, "source": "a paper", "licence": None, "partial": partial,
        "rejected": [{"type": "strike", "evidence": STRIKE}],
    }  # fmt: skip


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(f"{json.dumps(one)}\n" for one in records), encoding="utf-8")
    return path


def test_corrections_are_read(tmp_path: Path) -> None:
    """Whole articles and others apart."""
    read = read_corrections(write(tmp_path / "c.jsonl", record(partial=False), record(partial=True)))
    assert ([("c1", "correction")], 1) == ([(one.id, one.genre) for one in read.whole], len(read.partial))


@pytest.mark.parametrize("line", ["no JSON", "[]", '{"id": "a"}'])
def test_what_is_no_correction_is_refused(tmp_path: Path, line: str) -> None:
    """With file and line."""
    (tmp_path / "c.jsonl").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"c\.jsonl:1: found"):
        read_corrections(tmp_path / "c.jsonl")


def test_of_a_partial_article_only_what_was_looked_at_is_known() -> None:
    """The accepted sentence tells its type, the rejected one does not; nothing else is said of them, nor of others."""
    rows = {
        read.row.text: dict(zip(SENTENCE_HEADS, read.row.labels, strict=True))
        for read in read_reviewed(record(partial=True))
    }
    assert {LICENCE, STRIKE} == set(rows)
    assert {"permit_denied": 1, "prospective": 0, "background": 0} == _known(rows[LICENCE])
    assert {"strike": 0} == _known(rows[STRIKE])


def _known(labels: dict[str, int | None]) -> dict[str, int]:
    return {name: value for name, value in labels.items() if value is not None}


def test_corrections_come_behind_and_count_as_often_as_is_said(tmp_path: Path) -> None:
    """Without any, what is learned from is what it was."""
    ours = Material([read_sentence(one) for one in read_sentences()[:5]], [])
    assert ours == with_corrections(ours, Corrections(), repeat=3)
    read = read_corrections(write(tmp_path / "c.jsonl", record(partial=False), record(partial=True)))
    more = with_corrections(ours, read, repeat=3)
    assert (5 + 3 * 2, 3) == (len(more.sentences), len(more.articles))


def test_a_head_learns_what_was_corrected(tmp_path: Path) -> None:
    """A sentence that people say tells a protest is more of one to a head that has seen it."""
    ours = Material([read_sentence(one) for one in read_sentences()[:60]], [])
    march = {**record(partial=True), "events": [event("protest", MARCH, reviewed=True)], "rejected": []}
    corrected = with_corrections(ours, read_corrections(write(tmp_path / "c.jsonl", march)), repeat=4)
    vocabulary = learn_vocabulary(corrected.rows)
    before, after = (_log_odds(material, vocabulary, corrected.rows[-1]) for material in (ours, corrected))
    assert after > before


def _log_odds(material: Material, vocabulary: dict[str, Any], asked: Any) -> float:
    vectorizer = SentenceVectorizer(vocabulary)
    rows = vectorizer.transform([row.text for row in material.rows], [row.facts for row in material.rows])
    labels = np.array([row.labels for row in material.rows], dtype=np.float32)
    place = SENTENCE_HEADS.index("protest")
    head = fit_sentence_head(rows, labels[:, [place]], ("protest",))
    return float(head.logits(vectorizer.transform([asked.text], [asked.facts]))[0, 0])
