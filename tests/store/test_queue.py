"""Feeds and pages as durable queues: nothing twice, nothing lost, put off when it fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from orewire.model.article import Entry
from orewire.model.errors import FetchError
from orewire.model.feed import FeedSpec, FeedState, Poll
from store.articles import add_article, get_article, unanalysed_articles
from store.connection import Connection, rows
from store.feeds import MOST_CHANGES, due_feeds, get_feed_rows, get_feed_states, record_poll, sync_feeds
from store.pages import OF_HOST, claim_pages, count_pages, record_fetched, record_page_failure
from tests.store.conftest import NOW, Tell, article, mention

SPEC = FeedSpec(url="https://example.org/feed", name="Example")


def poll(*urls: str, **state: object) -> Poll:
    entries = tuple(Entry(url=url, title=None, published=None, summary=None, author=None) for url in urls)
    return Poll(spec=SPEC, state=FeedState(url=SPEC.url, **state), outcome="ok", entries=entries)  # type: ignore[arg-type]


def test_entries_are_queued_once(connection: Connection) -> None:
    """An entry told twice, today or tomorrow, is one page."""
    sync_feeds(connection, [SPEC])
    assert 2 == record_poll(
        connection, poll("https://example.org/a", "https://example.org/b", "https://example.org/a"), NOW
    )
    assert 0 == record_poll(connection, poll("https://example.org/b"), NOW)
    assert 2 == len(claim_pages(connection, NOW, 10))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 100])
def test_feeds_are_configured_again(connection: Connection, count: int) -> None:
    """The same feeds, however many, can be configured with each start; it broke on DuckDB's type of an empty list."""
    specs = [FeedSpec(url=f"https://example.org/{number}", name=str(number)) for number in range(count)]
    for _ in range(2):
        sync_feeds(connection, specs)
    assert count == len(get_feed_states(connection))


def test_state_is_remembered(connection: Connection) -> None:
    """Validators and pauses survive; a feed whose pause lasts is not due."""
    sync_feeds(connection, [SPEC])
    record_poll(connection, poll(etag='"x"', wait_until=NOW + timedelta(hours=1)), NOW)
    ((_, state),) = get_feed_states(connection)
    assert '"x"' == state.etag
    assert [] == due_feeds(connection, NOW)
    assert 1 == len(due_feeds(connection, NOW + timedelta(hours=1)))


def test_a_feed_left_out_keeps_its_state(connection: Connection) -> None:
    """And is asked again when it comes back."""
    sync_feeds(connection, [SPEC])
    record_poll(connection, poll(etag='"x"'), NOW)
    sync_feeds(connection, [])
    assert [] == get_feed_states(connection)
    sync_feeds(connection, [replace(SPEC, name="Example, renamed")])
    ((spec, state),) = get_feed_states(connection)
    assert ("Example, renamed", '"x"') == (spec.name, state.etag)


def test_a_failing_page_is_put_off_then_given_up(connection: Connection) -> None:
    """Twice as long each time; dead after ten tries, at once where it is gone."""
    sync_feeds(connection, [SPEC])
    record_poll(connection, poll("https://example.org/a", "https://example.org/b"), NOW)
    record_page_failure(connection, "https://example.org/b", FetchError("http_410", status=410), NOW)
    now = NOW
    for _ in range(10):
        assert ["https://example.org/a"] == [page.url for page in claim_pages(connection, now, 10)]
        record_page_failure(connection, "https://example.org/a", FetchError("timeout"), now)
        assert [] == claim_pages(connection, now, 10)
        now += timedelta(days=1)
    assert {"queued": 0, "done": 0, "dead": 2} == count_pages(connection)
    assert 2 == get_feed_rows(connection, NOW)[0]["dead"]


def test_a_fetched_page_leaves_the_queue_with_its_article(connection: Connection) -> None:
    """In one transaction: the article waits for its analysis."""
    sync_feeds(connection, [SPEC])
    told = article("a")
    assert told.url is not None
    record_poll(connection, poll(told.url), NOW)
    assert "new" == record_fetched(connection, told.url, told, NOW)
    assert [told] == unanalysed_articles(connection, 10)
    assert [] == claim_pages(connection, NOW, 10)


def test_a_revised_article_keeps_its_former_text(connection: Connection, tell: Tell) -> None:
    """And waits for its analysis again."""
    tell(article("a", text="The ministry revoked it."), mention())
    revised = article("a", text="The ministry suspended it.")
    assert "revised" == add_article(connection, revised, NOW)
    assert "same" == add_article(connection, revised, NOW)
    assert ["The ministry revoked it."] == [row["text"] for row in rows(connection, "SELECT text FROM revisions")]
    assert [revised] == unanalysed_articles(connection, 10)
    assert revised == get_article(connection, revised.id)


def test_surrogates_are_stored_as_replacement(connection: Connection) -> None:
    """What UTF-8 cannot hold does not stop the round."""
    add_article(connection, article("a", text="broken \ud800 text"), NOW)
    (stored,) = unanalysed_articles(connection, 1)
    assert "broken ? text" == stored.text


def test_a_page_waits_as_long_as_the_server_asks(connection: Connection) -> None:
    """Retry-After is heeded; what was not asked for, as its host wants to be left alone, is no attempt."""
    sync_feeds(connection, [SPEC])
    record_poll(connection, poll("https://example.org/a"), NOW)
    for _ in range(30):
        record_page_failure(connection, "https://example.org/a", FetchError("asked_to_wait", retry_after=7200), NOW)
    assert [] == claim_pages(connection, NOW + timedelta(seconds=7199), 10)
    (page,) = claim_pages(connection, NOW + timedelta(seconds=7200), 10)
    assert 0 == page.attempts


def test_news_does_not_wait_for_its_page(connection: Connection) -> None:
    """What the feed tells of a page that fails is an article at once, and once."""
    sync_feeds(connection, [SPEC])
    url = "https://example.org/a"
    record_poll(connection, poll(url), NOW)
    told = article(url)
    outcomes = [
        record_page_failure(connection, url, FetchError(reason), NOW, instead=told)
        for reason in ("asked_to_wait", "timeout", "timeout", "forbidden_address")
    ]
    assert [None, "new", None, None] == outcomes


def test_a_page_that_fails_later_keeps_its_article(connection: Connection) -> None:
    """What was once read of a page is never replaced by what its feed says of it."""
    sync_feeds(connection, [SPEC])
    url = "https://example.org/a"
    record_poll(connection, poll(url), NOW)
    whole = article(url)
    record_fetched(connection, url, whole, NOW)
    short = replace(whole, text="short")
    assert record_page_failure(connection, url, FetchError("http_404", status=404), NOW, instead=short) is None
    kept = get_article(connection, whole.id)
    assert kept is not None
    assert whole.text == kept.text


def test_few_pages_of_each_host(connection: Connection) -> None:
    """A host with many pages leaves room for the others."""
    sync_feeds(connection, [SPEC])
    many = [f"https://example.org/{number}" for number in range(100)]
    record_poll(connection, poll(*many, "https://other.example/1"), NOW)
    claimed = [page.url for page in claim_pages(connection, NOW, 64)]
    assert "https://other.example/1" in claimed
    assert OF_HOST + 1 == len(claimed)


def test_a_changed_entry_is_fetched_again(connection: Connection) -> None:
    """A new title or summary of a known entry queues its page again, not too soon and not for ever."""
    sync_feeds(connection, [SPEC])
    url = "https://example.org/a"
    fetched = 0
    for hour in range(0, 100, 2):
        now = NOW + timedelta(hours=hour)
        entry = Entry(url=url, title=f"Title {hour}")
        record_poll(connection, replace(poll(), entries=(entry,)), now)
        for page in claim_pages(connection, now, 10):
            fetched += 1
            assert f"Title {hour}" == page.entry.title
            record_fetched(connection, url, article(url), now)
    assert 1 + MOST_CHANGES == fetched


def test_a_feed_that_is_configured_again_is_asked_again(connection: Connection) -> None:
    """A retired feed that was taken out and put back gets another chance."""
    sync_feeds(connection, [SPEC])
    record_poll(connection, replace(poll(), state=FeedState(url=SPEC.url, retired=True), outcome="retired"), NOW)
    assert [] == get_feed_states(connection)
    sync_feeds(connection, [])
    sync_feeds(connection, [SPEC])
    assert 1 == len(get_feed_states(connection))
