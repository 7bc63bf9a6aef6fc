"""The labelled texts and what is learned from them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from nlp.heads import SENTENCE_HEADS
from nlp.training.check import count_balance, find_faults, find_near_duplicates
from nlp.training.fit import fit_sentence_head, folds, read_unseen
from nlp.training.labelled import LabelledSentence, read_articles, read_sentences
from nlp.training.rows import read_article, read_examples, read_sentence
from orewire.model.codes import EVENT_TYPES, LANGUAGES, POLARITIES, STATUSES

SENTENCE = LabelledSentence(
    id="t1", family="t1", lang="en", place="headline", voice="wire report", title="", before="",
    text="Serbia revokes the licence of the Jadar lithium mine",
    events=({"type": "permit_denied", "status": "actual", "salience": "main", "actor": "Serbia"},), stances=(),
)  # fmt: skip


def test_labels_agree_with_codebook_and_text() -> None:
    """No unknown code, no actor or evidence that is not in the text, no id twice."""
    assert [] == [*find_faults(read_sentences()), *find_faults(read_articles())]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"events": ({**SENTENCE.events[0], "type": "party"},)}, "unknown type 'party'"),
        ({"events": ({**SENTENCE.events[0], "actor": "Chile"},)}, "'Chile' is not in the text"),
        ({"lang": "xx"}, "unknown language xx"),
    ],
)
def test_faults_are_found(change: dict[str, object], fault: str) -> None:
    """The check can fail: each kind of fault is named with the text's id."""
    assert [f"t1: {fault}"] == list(find_faults([replace(SENTENCE, **change)]))  # type: ignore[arg-type]
    assert ["t1: the id stands twice"] == list(find_faults([SENTENCE, SENTENCE]))


def test_no_sentence_is_nearly_another() -> None:
    """But for twins of one family, which differ by a word on purpose."""
    assert [] == find_near_duplicates(read_sentences())


def test_near_duplicates_are_found() -> None:
    """Another family with nearly the same words."""
    other = replace(SENTENCE, id="t2", family="t2", text=SENTENCE.text.replace("Jadar", "Jadra"))
    (pair,) = find_near_duplicates([SENTENCE, other])
    assert ("t1", "t2") == (pair.one, pair.other)
    assert [] == find_near_duplicates([SENTENCE, replace(other, family="t1")])


def test_balance() -> None:
    """Every type in both statuses, every language, both polarities, and enough that tells nothing."""
    balance = count_balance(read_sentences())
    assert sum(balance["language"].values()) >= 6000
    assert all(balance["language"][lang] >= 300 for lang in LANGUAGES)
    assert all(balance["status"][f"{type_} {status}"] >= 20 for type_ in EVENT_TYPES for status in STATUSES)
    assert all(sum(n for key, n in balance["stance"].items() if key.endswith(one)) >= 300 for one in POLARITIES)
    assert balance["told"]["nothing"] >= 1000
    articles = count_balance(read_articles())
    assert sum(articles["language"].values()) >= 400
    assert all(articles["language"][lang] >= 18 for lang in LANGUAGES)


def test_held_out_articles_are_some_of_each_language() -> None:
    """One in eight, whatever is added later: the id alone decides."""
    held_out = Counter(article.lang for article in read_articles() if article.held_out)
    assert set(LANGUAGES) == set(held_out)
    assert 0.08 < sum(held_out.values()) / len(read_articles()) < 0.18


def test_a_sentence_becomes_a_row() -> None:
    """What is labelled is 1, what is not is 0, what cannot be known is left out."""
    row = read_sentence(SENTENCE).row
    labels = dict(zip(SENTENCE_HEADS, row.labels, strict=True))
    assert (1, 0, 0, 0) == tuple(
        labels[name] for name in ("permit_denied", "permit_granted", "prospective", "background")
    )
    assert labels["held by community"] is None
    assert {"c:deny", "in:headline", "has:mineral", "has:project", "anchor"} <= set(row.facts)


def test_an_article_becomes_rows() -> None:
    """One a sentence; of a type told elsewhere in the article nothing is known where no evidence is."""
    article = next(one for one in read_articles() if one.lang == "en" and len(one.events) == 1)
    read = read_article(article)
    number = SENTENCE_HEADS.index(article.events[0]["type"])
    assert len(read.reading.sentences) == len(read.rows)
    assert {1, None} == {row.labels[number] for row in read.rows}


def test_codebook_examples_are_learned_from() -> None:
    """An analyst's examples and counter-examples teach their own type, and say nothing of others."""
    told = Counter(label for read in read_examples() for label in read.row.labels)
    assert {0, 1, None} == set(told)
    assert all(sum(label is not None for label in read.row.labels) == 1 for read in read_examples())


def test_fitting_is_reproducible_and_families_stay_together() -> None:
    """Same rows, same coefficients; no family is on both sides of a fold."""
    random = np.random.default_rng(3)
    rows = random.normal(size=(60, 4)).astype(np.float32)
    labels = np.column_stack([rows[:, 0] > 0, rows[:, 1] > 0]).astype(np.float32)
    labels[:5, 1] = np.nan
    families = [f"f{number // 3}" for number in range(60)]
    one, other = (fit_sentence_head(rows, labels, ("a", "b")) for _ in range(2))
    np.testing.assert_array_equal(one.coefficients, other.coefficients)
    for train, test in folds(families):
        assert not {families[n] for n in train} & {families[n] for n in test}
    unseen = read_unseen(rows, labels, families, ("a", "b"))
    assert ((unseen[:, 0] > 0) == (labels[:, 0] > 0)).mean() > 0.8
