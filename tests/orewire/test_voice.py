"""What the configuration says of a feed reaches its articles."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orewire.config import load_config
from orewire.model.article import Entry
from orewire.model.errors import ConfigError
from orewire.pipeline import article_of_entry
from store.pages import QueuedPage

NOW = datetime(2025, 11, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "configured", "expected"),
    [
        ("feed", None, "news"),
        ("federal_register", None, "official"),
        ("feed", "statement", "statement"),
        (None, None, "news"),
    ],
)
def test_an_article_speaks_as_its_feed_says(kind: str | None, configured: str | None, expected: str) -> None:
    """By the kind of source, or by the line of the configuration."""
    page = QueuedPage(
        url="https://paper.example/a", feed="https://paper.example/feed", feed_name="Paper", attempts=0, queued_at=NOW,
        entry=Entry(url="https://paper.example/a", title="Licence granted"), kind=kind, voice=configured,
    )  # fmt: skip
    assert expected == article_of_entry(page, NOW).voice


def test_a_voice_is_one_of_three(tmp_path: Path) -> None:
    """Any other is told with its line and what is expected."""
    path = tmp_path / "config.yaml"
    path.write_text("feeds:\n  - {name: A, url: 'https://a.example/', voice: statement}\n", encoding="utf-8")
    assert ["statement"] == [spec.voice for spec in load_config(path).feed_specs()]
    path.write_text("feeds:\n  - {name: A, url: 'https://a.example/', voice: loud}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"config\.yaml:2: feeds\[0\]\.voice: found 'loud', expected 'official'"):
        load_config(path)
