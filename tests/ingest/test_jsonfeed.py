"""JSON Feed: a wrong type costs a field, not the feed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.entries import FeedDocument
from ingest.feeds import parse_feed
from ingest.jsonfeed import looks_like_json, parse_json_feed
from orewire.model.article import Entry
from orewire.model.errors import FeedError

VERSION = "https://jsonfeed.org/version/1.1"
NOW = datetime(2025, 1, 1, tzinfo=UTC)


def feed(*items: Any, **fields: Any) -> FeedDocument:
    body = json.dumps({"version": VERSION, "title": "News", "items": items, **fields}).encode()
    return parse_feed(body, url="https://example.org/feed.json", now=NOW)


def test_whole_item() -> None:
    """Every field that we keep is read."""
    item = {
        "id": "7",
        "url": "/7",
        "title": "Mine &amp; mill",
        "content_html": "<p>Long enough to be longer.</p>",
        "summary": "Short",
        "date_published": "2024-01-15T10:00:00Z",
        "authors": [{"name": "A. Writer"}],
    }
    expected = Entry(
        url="https://example.org/7",
        title="Mine & mill",
        published=datetime(2024, 1, 15, 10, tzinfo=UTC),
        summary="Long enough to be longer.",
        author="A. Writer",
    )
    document = feed(item)
    assert ("News", (expected,)) == (document.title, document.entries)


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ({"url": "https://a.example/1", "id": "https://a.example/2"}, "https://a.example/1"),
        ({"external_url": "https://b.example/x"}, "https://b.example/x"),
        ({"id": "https://a.example/2"}, "https://a.example/2"),
    ],
)
def test_address(item: dict[str, str], url: str) -> None:
    """The address is the url, else the external one, else an id that is one."""
    assert [url] == [entry.url for entry in feed(item).entries]


@pytest.mark.parametrize("item", [{"id": "item-1"}, {"id": 7}, {"title": 8}, "text", None, 3, [], {"url": {"a": 1}}])
def test_item_without_address_is_skipped(item: Any) -> None:
    """An id that is no address makes no address: an item that says nothing else is skipped, and the others stay."""
    document = feed(item, {"url": "/a"})
    assert (["https://example.org/a"], 1) == ([entry.url for entry in document.entries], document.skipped)


def test_wrong_types_cost_a_field() -> None:
    """Fields of the wrong type are missing, and the item stays."""
    item = {"url": "/a", "title": 7, "authors": "me", "author": {"name": "Old Style"}, "date_published": 1705312800}
    (entry,) = feed(item).entries
    assert (None, "Old Style", None) == (entry.title, entry.author, entry.published)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        '{"items": {}}',
        '{"error": "not found"}',
        '{"version": "2", "items": [{"id": 1}]}',
        '{"a":' * 100_000,
        '{"items": ' + "9" * 5_000 + "}",
    ],
)
def test_not_a_feed(text: str) -> None:
    """JSON that is broken, too deep or something else is a FeedError."""
    with pytest.raises(FeedError) as caught:
        parse_json_feed(text)
    assert "not_a_feed" == caught.value.reason


def test_lone_surrogates_are_dropped() -> None:
    """Half a character in a string does not reach the title."""
    assert "Gold" == feed({"url": "/a", "title": "Gold\ud800"}).entries[0].title


def test_byte_order_mark() -> None:
    """A mark or space before the brace hides no JSON."""
    assert looks_like_json("\ufeff \n{}")
    assert not looks_like_json("<rss/>")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.just("https://example.org/x"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["url", "id", "title", "authors", "name", "items", "date_published"]), inner)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.lists(JSON, max_size=4), JSON)
def test_any_json(items: list[Any], title: Any) -> None:
    """No JSON under the right version crashes, and each item is an entry, a repetition or skipped."""
    document = feed(*items, title=title)
    assert len(document.entries) + document.skipped <= len(items)
