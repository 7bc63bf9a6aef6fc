"""The pages: what came from outside is shown, and harmless."""

from __future__ import annotations

from typing import Any

from orewire.web.pages import render_health

HEALTH: dict[str, Any] = {
    "articles": 3, "events": 2, "files": [], "feeds_ok": 1, "feeds_failing": 1,
    "pages": {"queued": 0, "done": 3, "dead": 0},
}  # fmt: skip
FEED: dict[str, Any] = {
    "name": "News", "kind": "feed", "articles": 3, "articles_a_day": 0.214, "stubs": 0, "newest_entry": None,
    "retired": False,
    "last_success": "2025-11-20T10:15:00+00:00", "next_poll": "2025-11-20T11:15:00+00:00", "last_error": None,
}  # fmt: skip


def test_health() -> None:
    """Each feed with its numbers and times, which programs can read, too."""
    page = render_health(HEALTH | {"feeds": [FEED]})
    assert '<time datetime="2025-11-20T10:15:00+00:00">2025-11-20 10:15</time>' in page
    assert ">0.2</td>" in page


def test_nothing_from_outside_is_markup() -> None:
    """A feed's name and error are text, whatever they are made of."""
    evil = '<script>alert(1)</script>"'
    page = render_health(HEALTH | {"feeds": [FEED | {"name": evil, "last_error": evil, "newest_entry": evil}]})
    assert "<script" not in page
    page = render_health(HEALTH | {"feeds": [], "files": [{"path": evil, "reason": evil}]})
    assert "<script" not in page


def test_no_feeds() -> None:
    """Without feeds the page says so."""
    assert "No feed was asked yet" in render_health(HEALTH | {"feeds": []})
