"""Real feeds and pages: every one is read or refused, and none is a crash."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.extract import extract_page
from ingest.feeds import parse_feed
from orewire.model.errors import ExtractError, FeedError

DATA = Path(__file__).parents[3] / "shared" / "data"
FEEDS, PAGES = DATA / "feeds", DATA / "pages"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        not (FEEDS.is_dir() and PAGES.is_dir()), reason=f"no real feeds and pages to read: {DATA} is missing"
    ),
]


def feeds() -> list[dict[str, Any]]:
    """What is known of each feed file."""
    listed = json.loads((FEEDS / "index.json").read_text(encoding="utf-8"))
    assert isinstance(listed, list)
    return listed


def words(text: str) -> set[str]:
    return {word for word in text.casefold().split() if len(word) > 3}


def test_every_feed() -> None:
    """Every feed file is read without a crash, and each item is an entry, a repetition or counted as skipped."""
    refused, short = [], []
    for known in feeds():
        try:
            document = parse_feed((FEEDS / known["file"]).read_bytes(), url="https://example.org/feed", now=NOW)
        except FeedError as error:
            refused.append(f"{known['file']}: {error}")
            continue
        if known["real"] and known["wellformed"] and not document.entries and not document.skipped:
            short.append(known["file"])
    assert [] == refused
    assert [] == short


def test_every_page() -> None:
    """Every page gives most of the words that people found in it; nothing but ExtractError is raised."""
    truth = json.loads((PAGES / "ground-truth.json").read_text(encoding="utf-8"))
    recalls = []
    for path in sorted(PAGES.glob("*.html.gz")):
        known = truth[path.name.removesuffix(".html.gz")]
        try:
            page = extract_page(gzip.decompress(path.read_bytes()), url=known["url"])
        except ExtractError:
            recalls.append(0.0)
            continue
        expected = words(known["articleBody"])
        recalls.append(len(expected & words(page.text)) / max(1, len(expected)))
    assert len(truth) == len(recalls)
    assert sum(recalls) / len(recalls) > 0.9
