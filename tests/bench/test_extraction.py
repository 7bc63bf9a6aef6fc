"""The benchmark of extraction scores as the article extraction benchmark does."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from bench.extraction import Sample, main, read_samples, score


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("a b c d e", "a b c d e")], (1.0, 1.0, 1.0)),
        ([("a b c d e", "a, b; c. d")], (1.0, 0.5, 2 / 3)),
        ([("a b c d", "a b c d e")], (0.5, 1.0, 2 / 3)),
        ([("a b", "a b")], (1.0, 1.0, 1.0)),
        ([("a b c d", "a b c d"), ("a b c d", "")], (1.0, 0.5, 2 / 3)),
        ([("a b c d", "w x y z")], (0.0, 0.0, 0.0)),
        ([], (0.0, 0.0, 0.0)),
    ],
)
def test_score(pairs: list[tuple[str, str]], expected: tuple[float, float, float]) -> None:
    """Shingles of four tokens, averaged over pages; a page without a text counts for recall only."""
    assert expected == pytest.approx(score(pairs))


def test_samples(tmp_path: Path) -> None:
    """Pages are unpacked and stand with their address and gold text."""
    (tmp_path / "x.html.gz").write_bytes(gzip.compress("<p>é".encode()))
    told = {"x": {"url": "https://example.org/x", "articleBody": "é"}}
    (tmp_path / "ground-truth.json").write_text(json.dumps(told), encoding="utf-8")
    expected = Sample(url="https://example.org/x", body="<p>é".encode(), html="<p>é", gold="é")
    assert [expected] == read_samples(tmp_path)


def test_absent_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without pages the benchmark says so and is content."""
    main([str(tmp_path / "absent")])
    assert "nothing to measure" in capsys.readouterr().out
