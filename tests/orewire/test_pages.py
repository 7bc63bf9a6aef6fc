"""The pages: what came from outside is shown, and harmless."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from orewire.model.event import Event, EventStance, Source
from orewire.model.history import History, Step
from orewire.web.pages.event import values_of
from orewire.web.pages.shell import render_page

HEALTH: dict[str, Any] = {
    "articles": 3, "events": 2, "files": [], "feeds_ok": 1, "feeds_failing": 1,
    "pages": {"queued": 0, "done": 3, "dead": 0}, "deliveries": {},
}  # fmt: skip
FEED: dict[str, Any] = {
    "name": "News", "kind": "feed", "articles": 3, "articles_a_day": 0.214, "stubs": 0, "newest_entry": None,
    "retired": False,
    "last_success": "2025-11-20T10:15:00+00:00", "next_poll": "2025-11-20T11:15:00+00:00", "last_error": None,
}  # fmt: skip


def test_health() -> None:
    """Each feed with its numbers and times, which programs can read, too."""
    page = render_page("health.html", health=HEALTH | {"feeds": [FEED]})
    assert '<time datetime="2025-11-20T10:15:00+00:00">2025-11-20 10:15</time>' in page
    assert ">0.2</td>" in page


def test_nothing_from_outside_is_markup() -> None:
    """A feed's name and error are text, whatever they are made of."""
    evil = '<script>alert(1)</script>"'
    page = render_page(
        "health.html", health=HEALTH | {"feeds": [FEED | {"name": evil, "last_error": evil, "newest_entry": evil}]}
    )
    assert "<script>alert" not in page
    page = render_page("health.html", health=HEALTH | {"feeds": [], "files": [{"path": evil, "reason": evil}]})
    assert "<script>alert" not in page


def test_messages_that_were_given_up() -> None:
    """Are told with the health of the rest, and where they are listed."""
    page = render_page("health.html", health=HEALTH | {"feeds": [], "deliveries": {"sent": 3, "waiting": 0, "dead": 2}})
    assert "3 sent, 0 waiting" in page
    assert "2 given up" in page
    assert "Messages" not in render_page("health.html", health=HEALTH | {"feeds": []})


def test_no_feeds() -> None:
    """Without feeds the page says so."""
    assert "No feed was asked yet" in render_page("health.html", health=HEALTH | {"feeds": []})


def event(word: str, url: str) -> Event:
    """An event of which every word from outside is the same."""
    source = Source(
        article_id="a", url=url, title=word, source=word, lang="en", published=None, evidence=word, start=0, end=1,
        confidence=0.8,
    )  # fmt: skip
    stance = EventStance(
        holder=word, holder_class="ngo", target="mining", polarity="oppose", basis="action", evidence=word
    )
    seen = datetime(2025, 11, 13, 12, tzinfo=UTC)
    return Event(
        id=7, type="protest", family="opposition", status="actual", salience="main", date=date(2025, 11, 13),
        minerals=("lithium",), countries=("RS",), project=word, actor=word, target=word, stage=None, value=None,
        confidence=0.8, evidence=word, first_seen=seen, last_seen=seen, article_count=1, independent_sources=1,
        sources=(source,), stances=(stance,),
    )  # fmt: skip


def test_event() -> None:
    """The sentence that proves it, its sources with their addresses, who is against it, what became of it."""
    step = Step(at=datetime(2025, 11, 13, 12, tzinfo=UTC), kind="first_report", change="first told of", source="News")
    page = render_page(
        "event.html",
        **values_of(
            event("Residents", "https://example.org/a"),
            History(event_id=7, steps=(step,), belongings=(), sequels=()),
            (),
        ),
    )
    for told in ("<blockquote", 'href="https://example.org/a"', "<h2>Against</h2>", "first told of", "80 %"):
        assert told in page


def test_nothing_in_an_event_is_markup_or_a_script() -> None:
    """Text is text, and what is no web address is no link."""
    page = render_page("event.html", **values_of(event('<img src=x onerror="x()">', "javascript:alert(1)"), None, ()))
    assert "<img" not in page
    assert "javascript:" not in page
