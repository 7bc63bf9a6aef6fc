"""The trained heads: linear models over a sentence's words, facts and vector, kept as npz and JSON (nlp/training).

`encoder` heads see the sentence's vector, `plain` heads were trained without it; which are used depends on whether the
encoder is installed. The one door of scikit-learn outside the training.
"""

from __future__ import annotations

import functools
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from nlp.encoder import PACKAGE, encode, has_encoder
from nlp.text import fold
from orewire.model.codes import EVENT_TYPES, HOLDER_CLASSES, POLARITIES
from orewire.model.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

    Matrix = np.ndarray[Any, np.dtype[np.float32]]

MODELS = resources.files("nlp") / "models"
POLARITY_HEADS = {polarity: f"stance {polarity}" for polarity in POLARITIES}
CLASS_HEADS = {holder_class: f"held by {holder_class}" for holder_class in HOLDER_CLASSES if holder_class != "court"}
"""A court rules; it holds no stance."""
SENTENCE_HEADS = (*EVENT_TYPES, "prospective", "background", *POLARITY_HEADS.values(), *CLASS_HEADS.values())
"""What is asked of a sentence: each type; whether what it tells is to come or is history; which stance, and whose."""
FACT_WEIGHT, VECTOR_WEIGHT = 0.35, 1.5
"""How much facts and vectors count beside words (TF-IDF rows of length one): measured on articles by others."""
_OTHER_VERSION = "models: made for another version of orewire; `make train` makes them again"
ENCODED_SHARE = 0.75
"""How much the heads with a vector count beside those without, which read what their training did not show a little
better: measured by leaving articles out, and on articles by others."""
WORTH_ENCODING = -2.5
"""The encoder is the dear step: only sentences in which the plain heads see at least these log-odds get a vector."""


@dataclass(frozen=True, slots=True)
class Head:
    """Linear heads side by side: `coefficients` has a row for each of `names`."""

    names: tuple[str, ...]
    coefficients: Matrix
    intercepts: Matrix

    def logits(self, rows: csr_matrix | Matrix) -> Matrix:
        """Log-odds, shape (rows, names); ModelError where the rows are of another version of orewire."""
        if rows.shape[1] != self.coefficients.shape[1]:
            raise ModelError(_OTHER_VERSION)
        result: Matrix = rows @ self.coefficients.T + self.intercepts
        return result


class SentenceVectorizer:
    """Words and pairs of words, pieces of words, and facts, side by side in one sparse row a sentence."""

    def __init__(self, vocabulary: Mapping[str, Any]) -> None:
        self._words = _restored(word_vectorizer(), vocabulary["words"], vocabulary["word_idf"])
        self._pieces = _restored(piece_vectorizer(), vocabulary["pieces"], vocabulary["piece_idf"])
        self._facts = _restored_facts(vocabulary["facts"])

    def transform(self, texts: Sequence[str], facts: Sequence[Mapping[str, float]]) -> csr_matrix:
        """Sparse rows, float32, in the order of the sentences."""
        import numpy as np
        from scipy.sparse import hstack

        parts = [
            self._words.transform(texts),
            self._pieces.transform(texts),
            self._facts.transform(facts) * FACT_WEIGHT,
        ]
        return hstack(parts, format="csr", dtype=np.float32)


def word_vectorizer(**options: Any) -> Any:
    """Words and pairs of words; each Chinese character is a word."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(preprocessor=_spaced, token_pattern=_WORD, ngram_range=(1, 2), sublinear_tf=True, **options)


def piece_vectorizer(**options: Any) -> Any:
    """Three to five letters within words: endings and stems, whatever the language."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(preprocessor=fold, analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, **options)


_WORD = r"(?u)\b\w+\b"
_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")


def _spaced(text: str) -> str:
    return _UNSPACED.sub(r" \1 ", fold(text))


def _restored(vectorizer: Any, terms: Sequence[str], idf: Sequence[float]) -> Any:
    import numpy as np

    vectorizer.vocabulary = {term: number for number, term in enumerate(terms)}
    vectorizer.idf_ = np.asarray(idf, dtype=np.float64)
    return vectorizer


def _restored_facts(names: Sequence[str]) -> Any:
    from sklearn.feature_extraction import DictVectorizer

    vectorizer = DictVectorizer()
    vectorizer.feature_names_ = list(names)
    vectorizer.vocabulary_ = {name: number for number, name in enumerate(names)}
    return vectorizer


@dataclass(frozen=True, slots=True)
class Heads:
    """All that was trained. `sentence` reads rows, `encoded` rows with a vector behind, `article` an article at once;
    `event`, `relevance`, `stance`, `subject` and `where` weigh what was read. `note` says what is missing.
    """

    vectorizer: SentenceVectorizer
    sentence: Head
    encoded: Head | None
    article: Head
    event: Head
    relevance: Head
    stance: Head
    subject: Head
    where: Head
    version: str
    note: str | None = None

    def read(self, texts: Sequence[str], facts: Sequence[Mapping[str, float]]) -> tuple[Matrix, float]:
        """Log-odds of each sentence head, shape (sentences, heads), and of the whole carrying any event."""
        rows = self.vectorizer.transform(texts, facts)
        logits = self.sentence.logits(rows)
        if self.encoded is not None and (chosen := worth_encoding(logits)).size:
            seen = self.encoded.logits(with_vectors(rows[chosen], [texts[number] for number in chosen]))
            logits[chosen] = blended(logits[chosen], seen)
        return logits, float(self.article.logits(article_row(rows))[0, 0])


def worth_encoding(logits: Matrix) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Numbers of the sentences that may tell something."""
    import numpy as np

    return np.flatnonzero(logits[:, : len(EVENT_TYPES)].max(axis=1, initial=-np.inf) > WORTH_ENCODING)


def blended(plain: Matrix, encoded: Matrix) -> Matrix:
    """Log-odds of a sentence by the heads of both kinds."""
    return (1 - ENCODED_SHARE) * plain + ENCODED_SHARE * encoded


def article_row(rows: csr_matrix) -> csr_matrix:
    """One row for an article, of length one: the sum of those of its sentences."""
    from scipy.sparse import csr_matrix as sparse
    from sklearn.preprocessing import normalize

    return normalize(sparse(rows.sum(axis=0), dtype=rows.dtype))


def with_vectors(rows: csr_matrix, texts: Sequence[str]) -> csr_matrix:
    """The rows with the encoder's vectors behind."""
    import numpy as np
    from scipy.sparse import csr_matrix as sparse
    from scipy.sparse import hstack

    return hstack([rows, sparse(encode(texts) * VECTOR_WEIGHT)], format="csr", dtype=np.float32)


@functools.cache
def load_heads(*, encoder: bool | None = None) -> Heads:
    """The heads, with the encoder's where it is installed; ModelError where the files are missing."""
    encoder = has_encoder() if encoder is None else encoder
    vocabulary, plain = _read_json("vocabulary.json"), _read_arrays("plain.npz")
    last = _read_arrays("encoder.npz") if encoder else plain
    return Heads(
        vectorizer=SentenceVectorizer(vocabulary),
        sentence=_head(plain, "sentence", vocabulary),
        encoded=_head(last, "sentence", vocabulary) if encoder else None,
        article=_head(plain, "article", vocabulary),
        event=_head(last, "event", vocabulary),
        relevance=_head(last, "relevance", vocabulary),
        stance=_head(last, "stance", vocabulary),
        subject=_head(last, "subject", vocabulary),
        where=_head(last, "where", vocabulary),
        version=f"{vocabulary['version']}-{'encoder' if encoder else 'plain'}",
        note=None if encoder else f"without vectors: {PACKAGE} is not installed",
    )


def _head(arrays: Mapping[str, Any], name: str, vocabulary: Mapping[str, Any]) -> Head:
    import numpy as np

    if name == "sentence" and tuple(vocabulary["heads"][name]) != SENTENCE_HEADS:
        raise ModelError(_OTHER_VERSION)
    coefficients = np.asarray(arrays[f"{name}_coefficients"], dtype=np.float32)
    return Head(tuple(vocabulary["heads"][name]), coefficients, np.asarray(arrays[f"{name}_intercepts"], np.float32))


def _read_json(name: str) -> Any:
    try:
        return json.loads((MODELS / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"models/{name}: cannot be read: {error}; `make train` makes it again") from error


def _read_arrays(name: str) -> dict[str, Any]:
    import numpy as np

    try:
        with (MODELS / name).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError, EOFError, BadZipFile, zlib.error) as error:
        raise ModelError(f"models/{name}: cannot be read: {error}; `make train` makes it again") from error
