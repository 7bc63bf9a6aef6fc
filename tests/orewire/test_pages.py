"""The pages: what came from outside is shown, and harmless."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from orewire.model.codes import EVENT_TYPES, FAMILY_OF_TYPE
from orewire.model.event import Event, EventStance, Filters, Review, Source
from orewire.model.history import Belonging, History, Step
from orewire.model.hit import Excerpt
from orewire.model.story import Passage
from orewire.web.pages.event import decided, values_of
from orewire.web.pages.shell import render_page
from orewire.web.pages.watches import filled_form

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
    at = datetime(2025, 11, 13, 12, tzinfo=UTC)
    step = Step(at=at, kind="first_report", change="first told of", source="News")
    place = Step(at=at, kind="place_known", change="in RS, XK", source="News")
    page = render_page(
        "event.html",
        **values_of(
            event("Residents", "https://example.org/a"),
            History(event_id=7, steps=(step, place), belongings=(), sequels=()),
            (),
        ),
    )
    for told in (
        "<blockquote",
        'href="https://example.org/a"',
        "<h2>Against</h2>",
        "first told of",
        "in Serbia, Kosovo",
        "80 %",
    ):
        assert told in page


def test_two_sentences_of_one_article_are_each_shown_in_their_place() -> None:
    """After a merge an article may tell twice of an event: each with its own passage, and why it belongs there."""
    told = event("Residents", "https://example.org/a")
    (source,) = told.sources
    one, other = (replace(source, evidence=word, start=at) for word, at in (("marched", 3), ("blocked", 90)))
    passages = [
        Passage(
            article_id="a", story=None, start=source.start,
            excerpt=Excerpt(text=f"They {source.evidence} there.", start=0, highlights=((5, 12),)),
        )
        for source in (one, other)
    ]  # fmt: skip
    plain: dict[str, Any] = {
        "article_id": "a",
        "title": "t",
        "url": None,
        "source": "s",
        "voice": "news",
        "status": "actual",
    }
    seen = datetime(2025, 11, 13, 12, tzinfo=UTC)
    belongings = tuple(
        Belonging(
            **plain, seen=seen, evidence=source.evidence, confidence=0.8, reason=reason, score=None, resolved_to=7
        )
        for source, reason in ((one, "first"), (other, "merged"))
    )
    history = History(event_id=7, steps=(), belongings=belongings, sequels=())
    shown = values_of(replace(told, sources=(one, other)), history, passages)["sources"]
    assert [("marched", "first"), ("blocked", "merged")] == [
        (text, source.belonging.reason) for source in shown for text, is_evidence in source.pieces if is_evidence
    ]


def test_who_made_an_event_what_it_is() -> None:
    """Who edited it, not who looked at it after that, or split something off."""
    told = replace(event("Residents", "https://example.org/a"), review="edited")
    by = {"split": "sam", "accept": "ana", "edit": "eva", "merge": "max"}
    decisions = [Review(action=action, who=who, event=7 if action != "merge" else 8) for action, who in by.items()]
    page = render_page("event.html", **{**values_of(told, None, ()), **decided(told, decisions)})
    assert "<strong>Edited</strong> by eva" in page


@pytest.mark.parametrize(
    ("asked", "types"),
    [
        (Filters(type=("protest", "lawsuit"), family=("opposition",)), ["protest"]),
        (Filters(type=("protest",), family=("permitting",)), ["protest"]),
        (Filters(type=("protest",)), ["protest"]),
        (Filters(family=("permitting",)), [kind for kind in EVENT_TYPES if FAMILY_OF_TYPE[kind] == "permitting"]),
    ],
)
def test_a_watch_is_no_broader_than_the_question(asked: Filters, types: list[str]) -> None:
    """What both type and family leave; the types of a family where none is asked for."""
    assert types == filled_form(asked)["type"]


def test_nothing_in_an_event_is_markup_or_a_script() -> None:
    """Text is text, and what is no web address is no link."""
    page = render_page("event.html", **values_of(event('<img src=x onerror="x()">', "javascript:alert(1)"), None, ()))
    assert "<img" not in page
    assert "javascript:" not in page
