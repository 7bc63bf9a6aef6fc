"""`make train`: labelled texts in, nlp/models out. The same texts give the same models.

sentences, articles ──lexicons──> rows ──> sentence heads (plain, with vectors)
                                    └──read by heads that never saw them──> figures ──> heads that weigh
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack

from nlp.encoder import PACKAGE, has_encoder
from nlp.events import weigh
from nlp.heads import (
    SENTENCE_HEADS,
    Head,
    SentenceVectorizer,
    article_row,
    blended,
    piece_vectorizer,
    with_vectors,
    word_vectorizer,
    worth_encoding,
)  # fmt: skip
from nlp.read import by_head
from nlp.training.figures import (
    EVENT_HEADS,
    RELEVANCE_HEADS,
    STANCE_HEADS,
    SUBJECT_HEADS,
    WHERE_HEADS,
    event_columns,
    relevance_columns,
    stance_columns,
    subject_columns,
    where_columns,
)  # fmt: skip
from nlp.training.fit import ARTICLE_C, Matrix, fit_figure_head, fit_sentence_head, read_unseen
from nlp.training.labelled import Corrections, read_articles, read_corrections, read_sentences
from nlp.training.rows import (
    ReadArticle,
    ReadSentence,
    Row,
    read_article,
    read_examples,
    read_reviewed,
    read_sentence,
)  # fmt: skip
from nlp.weigh import setting_of
from orewire.model.errors import ModelError

MODELS = Path(__file__).parents[1] / "models"
ARTICLE_HEADS = ("relevant",)
_LEAST_WORD, _LEAST_PIECE, _LEAST_FACT, _MOST_PIECES = 3, 3, 2, 60_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that is learned from, after the lexicons have read it."""

    sentences: Sequence[ReadSentence]
    articles: Sequence[ReadArticle]

    @property
    def rows(self) -> list[Row]:
        """Those of the sentences first, then those of each article."""
        return [sentence.row for sentence in self.sentences] + [row for one in self.articles for row in one.rows]


def with_corrections(material: Material, corrections: Corrections, *, repeat: int) -> Material:
    """With the articles that people corrected behind, each as often as is said.

    Of one that was looked at in part only its sentences are learned from, and of these what was said of them: what the
    whole article is about, whether it is relevant and what it does not tell is not known.
    """
    whole = [read_article(one) for one in corrections.whole]
    parts = [sentence for one in corrections.partial for sentence in read_reviewed(one)]
    _log.info("and %d corrected articles, %d sentences of others", len(whole), len(parts))
    return Material([*material.sentences, *parts * repeat], [*material.articles, *whole * repeat])


def learn_vocabulary(rows: Sequence[Row]) -> dict[str, Any]:
    """Words, pieces and facts that occur often enough to be learned from."""
    texts = [row.text for row in rows]
    words = word_vectorizer(min_df=_LEAST_WORD).fit(texts)
    pieces = piece_vectorizer(min_df=_LEAST_PIECE, max_features=_MOST_PIECES).fit(texts)
    counted = Counter(name for row in rows for name in row.facts)
    return {
        "words": words.get_feature_names_out().tolist(),
        "word_idf": [round(float(idf), 4) for idf in words.idf_],
        "pieces": pieces.get_feature_names_out().tolist(),
        "piece_idf": [round(float(idf), 4) for idf in pieces.idf_],
        "facts": sorted(name for name, count in counted.items() if count >= _LEAST_FACT),
        "heads": {
            "sentence": SENTENCE_HEADS, "article": ARTICLE_HEADS, "event": EVENT_HEADS,
            "relevance": RELEVANCE_HEADS, "stance": STANCE_HEADS, "subject": SUBJECT_HEADS, "where": WHERE_HEADS,
        },
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trained:
    """The heads of one variant."""

    sentence: Head
    article: Head
    event: Head
    relevance: Head
    stance: Head
    subject: Head
    where: Head


def train(material: Material, vocabulary: Mapping[str, Any]) -> dict[str, Trained]:
    """The heads by variant: `plain` without the encoder, `encoder` with it."""
    texts = [row.text for row in material.rows]
    families = [row.family for row in material.rows]
    labels = np.array([row.labels for row in material.rows], dtype=np.float32)
    rows = SentenceVectorizer(vocabulary).transform(texts, [row.facts for row in material.rows])
    plain = read_unseen(rows, labels, families, SENTENCE_HEADS)
    article = _read_articles(material, rows)
    trained = {"plain": _finish(material, rows, labels, plain, article)}
    vectors = with_vectors(rows, texts)
    chosen = worth_encoding(plain)
    unseen = plain.copy()
    unseen[chosen] = blended(plain[chosen], read_unseen(vectors, labels, families, SENTENCE_HEADS)[chosen])
    trained["encoder"] = _finish(material, vectors, labels, unseen, article)
    return trained


def _read_articles(material: Material, rows: csr_matrix) -> Head:
    """The head over whole articles, after it has told of each what it is about without having seen it."""
    ends = np.cumsum([len(material.sentences), *(len(article.rows) for article in material.articles)])
    whole = vstack([article_row(rows[start:end]) for start, end in pairwise(ends)], format="csr")
    relevant = np.array([[article.label.relevant] for article in material.articles], dtype=np.float32)
    families = [article.label.id for article in material.articles]
    unseen = read_unseen(whole, relevant, families, ARTICLE_HEADS, strength=ARTICLE_C)
    for article, about in zip(material.articles, unseen[:, 0], strict=True):
        article.reading.about = float(about)
    return fit_sentence_head(whole, relevant, ARTICLE_HEADS, strength=ARTICLE_C)


def _finish(material: Material, rows: csr_matrix, labels: Matrix, unseen: Matrix, article: Head) -> Trained:
    """Heads over all rows; what weighs them is learned from how they read texts that they have not seen."""
    _log.info("fitting %d rows of %d columns", *rows.shape)
    _tell(material, unseen)
    event = fit_figure_head(event_columns(material.articles), EVENT_HEADS)
    weighed = [weigh(one.reading, setting_of(one.reading), event) for one in material.articles]
    subject = fit_figure_head(subject_columns(material.articles, weighed), SUBJECT_HEADS)
    return Trained(
        sentence=fit_sentence_head(rows, labels, SENTENCE_HEADS),
        article=article,
        event=event,
        relevance=fit_figure_head(relevance_columns(material.articles, weighed), RELEVANCE_HEADS),
        stance=fit_figure_head(stance_columns(material.articles), STANCE_HEADS),
        subject=subject,
        where=fit_figure_head(where_columns(material.articles, weighed, subject), WHERE_HEADS),
    )


def _tell(material: Material, logits: Matrix) -> None:
    """Write the log-odds into the sentences, as the component `read` does."""
    lines = iter(logits)
    for read in material.sentences:
        told = by_head(next(lines), read.row.facts)
        for sentence in read.sentences:
            sentence.logits = told
    for article in material.articles:
        for sentence, row in zip(article.reading.sentences, article.rows, strict=True):
            sentence.logits = by_head(next(lines), row.facts)


def write_models(trained: Mapping[str, Trained], vocabulary: Mapping[str, Any], folder: Path) -> None:
    """One npz for each variant (half precision is enough), and the vocabulary with the version of all of it."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(json.dumps(vocabulary, ensure_ascii=False, sort_keys=True).encode())
    for variant, heads in sorted(trained.items()):
        arrays = dict(_arrays(heads))
        for name in sorted(arrays):
            digest.update(arrays[name].tobytes())
        np.savez_compressed(folder / f"{variant}.npz", **arrays)
    record = {"version": digest.hexdigest()[:8], **vocabulary}
    (folder / "vocabulary.json").write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")


def _arrays(heads: Trained) -> Iterator[tuple[str, Any]]:
    for name in ("sentence", "article", "event", "relevance", "stance", "subject", "where"):
        head: Head = getattr(heads, name)
        exact = np.float16 if name in ("sentence", "article") else np.float32
        yield f"{name}_coefficients", head.coefficients.astype(exact)
        yield f"{name}_intercepts", head.intercepts


def main(arguments: Sequence[str] | None = None) -> None:
    """Train on everything that is labelled, and on corrections where there are any, and write nlp/models."""
    options = _read_options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if not has_encoder():
        raise ModelError(f"training needs the encoder: install {PACKAGE}")
    sentences, articles = read_sentences(), [one for one in read_articles() if not one.held_out]
    _log.info("reading %d sentences and %d articles", len(sentences), len(articles))
    read = [read_sentence(one) for one in sentences] + read_examples()
    material = Material(read, [read_article(one) for one in articles])
    if options.corrections:
        material = with_corrections(material, read_corrections(options.corrections), repeat=options.repeat)
    vocabulary = learn_vocabulary(material.rows)
    write_models(train(material, vocabulary), vocabulary, options.models)
    _log.info("wrote %s", options.models)


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nlp.training.train", description="Train the heads of nlp/models.")
    parser.add_argument("--corrections", type=Path, help="what `orewire labels export` wrote")
    parser.add_argument("--repeat", type=int, default=1, help="how often each correction counts")
    parser.add_argument("--models", type=Path, default=MODELS, help="where to write them")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
