"""Who speaks: from the feed's line to the event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from orewire.model.article import Entry
from orewire.model.feed import FeedSpec
from store.articles import get_article, put_article, unanalysed_articles
from store.connection import Connection
from store.events import get_events
from store.feeds import get_feed_states, queue_entries, sync_feeds
from store.pages import claim_pages
from tests.store.conftest import NOW, Tell, article, mention


def test_a_page_knows_the_voice_of_its_feed(connection: Connection) -> None:
    """As configured, and as it is changed later; the kind of source with it."""
    feed = FeedSpec(url="https://ngo.example/feed", name="NGO", voice="statement")
    other = FeedSpec(url="https://register.example/api", name="Register", kind="federal_register")
    sync_feeds(connection, [feed, other])
    for one in (feed, other):
        queue_entries(connection, one.url, [Entry(url=f"{one.url}/a")], NOW)
    assert [("statement", "feed"), (None, "federal_register")] == [
        (page.voice, page.kind) for page in claim_pages(connection, NOW, 9)
    ]
    changed = replace(feed, voice="news")
    sync_feeds(connection, [changed, other])
    assert [changed, other] == [spec for spec, _ in get_feed_states(connection)]
    assert ["news", None] == [page.voice for page in claim_pages(connection, NOW, 9)]


def test_an_article_keeps_its_voice(connection: Connection) -> None:
    """New, revised, and when only the voice is known better: then it is understood again."""
    one = article("a")
    put_article(connection, replace(one, voice="statement"), NOW)
    connection.execute("UPDATE articles SET analysed_version = '1'")
    assert "same" == put_article(connection, replace(one, voice="statement"), NOW)
    assert [] == unanalysed_articles(connection, 9)
    assert "same" == put_article(connection, replace(one, voice="official"), NOW)
    assert ["official"] == [waiting.voice for waiting in unanalysed_articles(connection, 9)]
    assert "revised" == put_article(connection, replace(one, voice="news", text="Else."), NOW)
    found = get_article(connection, one.id)
    assert found is not None
    assert "news" == found.voice


def test_an_event_has_the_best_voice(connection: Connection, tell: Tell) -> None:
    """An official document before news, news being the least."""
    day = date(2025, 11, 13)
    for name, voice, best in (("a", "news", "news"), ("b", "statement", "statement"), ("c", "official", "official")):
        tell(replace(article(name, day=day), voice=voice), mention())
        (event,) = get_events(
            connection, [number for (number,) in connection.execute("SELECT id FROM events").fetchall()]
        )
        assert best == event.voice
    assert {"news", "statement", "official"} == {source.voice for source in event.sources}
