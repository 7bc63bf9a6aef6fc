"""Raw items become Entries by the same rules, whatever the format."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.entries import MAX_ITEMS, WITHIN, RawItem, absolute_link, entries_from
from orewire.model.article import Entry

NOW = datetime(2025, 1, 1, tzinfo=UTC)
BASE = "https://example.org/news/feed.xml"


def entry_of(item: RawItem) -> Entry:
    (entry,), _ = entries_from([item], url=BASE, now=NOW)
    return entry


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://example.org/a?utm_source=rss#x", "https://example.org/a"),
        ("/a", "https://example.org/a"),
        ("a b", "https://example.org/news/a%20b"),
        ("//other.example/x", "https://other.example/x"),
        ("https://example.org/\n a", "https://example.org/%20a"),
        ("", None),
        ("javascript:alert(1)", None),
        ("mailto:a@b.c", None),
        ("tag:example.org,2024:1", None),
        ("http://[", None),
        ("https://example.org/" + "a" * 5_000, None),
    ],
)
def test_absolute_link(link: str, expected: str | None) -> None:
    """A link is made absolute and canonical; what is not for the web is None."""
    assert expected == absolute_link(link, BASE)


def test_first_usable_link_and_date() -> None:
    """The first link and the first date that can be used are taken."""
    entry = entry_of(RawItem(links=("javascript:x", "/a"), dates=("soon", "2024-01-15", "2024-01-16")))
    assert ("https://example.org/a", datetime(2024, 1, 15, tzinfo=UTC)) == (entry.url, entry.published)


def test_longest_text_is_the_summary() -> None:
    """The longest of the texts is the summary, as plain text."""
    assert "The long one" == entry_of(RawItem(links=("/a",), texts=("Short", "<p>The long one</p>"))).summary


def test_outlet_is_cut_from_the_title() -> None:
    """Where a feed names the outlet apart, its name at the title's end is dropped."""
    item = RawItem(links=("/a",), title="Mine opens - The Daily", source="The Daily")
    assert "Mine opens" == entry_of(item).title


def test_same_address_once() -> None:
    """Of several items with one address the first stays; one without address or words is counted as skipped."""
    items = [RawItem(links=("/a",), title="First"), RawItem(links=("/a#b",), title="Second"), RawItem(author="A")]
    entries, skipped = entries_from(items, url=BASE, now=NOW)
    assert (["First"], 1) == ([entry.title for entry in entries], skipped)


def test_item_that_leads_nowhere() -> None:
    """An item without a usable link, but with words, is an entry at a place in the feed, the same each time."""
    items = [RawItem(links=("file:///etc/passwd",), title="Mine halted"), RawItem(title="Mine halted")]
    (entry,), skipped = entries_from(items, url=BASE + "#x", now=NOW)
    assert (0, True) == (skipped, entry.url.startswith(f"{BASE}{WITHIN}"))


def test_bounded_number() -> None:
    """A feed of endless items is cut, and what was cut is counted."""
    items = (RawItem(links=(f"/{number}",)) for number in range(MAX_ITEMS + 3))
    entries, skipped = entries_from(items, url=BASE, now=NOW)
    assert (MAX_ITEMS, 3) == (len(entries), skipped)
