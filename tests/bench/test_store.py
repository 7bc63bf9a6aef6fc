"""The benchmark of the store runs, and measures what it says: its synthetic store is sound."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bench import store as bench
from bench.store_data import Size, fill
from store.check import check_store
from store.connection import open_database
from tests.store.filled import silent


def test_the_synthetic_store_is_sound(tmp_path: Path) -> None:
    """All that `orewire check` looks at holds, but for texts, derivation and the last days' further reports."""
    with closing(open_database(tmp_path / "s.duckdb")) as connection:
        fill(connection, Size(events=6_000, texts=0))
        kinds = {fault.kind for fault in check_store(connection, silent).faults}
    assert kinds <= {"article_text_changed", "event_differs", "event_article_count"}


def test_the_benchmark_prints_all_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each question with its target, ours and SQLite's time."""
    monkeypatch.setattr("sys.argv", ["bench.store", "20000"])
    bench.main()
    printed = capsys.readouterr().out
    assert all(name in printed for name in bench.TARGETS)
    assert "SQLite" in printed
