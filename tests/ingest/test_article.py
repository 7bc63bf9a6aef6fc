"""Articles are put together from what the page and the feed say."""

from __future__ import annotations

from datetime import UTC, datetime

from ingest.article import article_from_entry, article_from_page
from ingest.extract import Page
from orewire.model.article import Entry

NOW = datetime(2024, 1, 16, tzinfo=UTC)
DAY = datetime(2024, 1, 15, tzinfo=UTC)
ENTRY = Entry(url="https://example.org/a", title="Of the feed", published=DAY, summary="Short.", author="A. Feed")


def test_page_and_feed() -> None:
    """The feed's date wins, the page's title and author win, and the page's own address names it."""
    page = Page(title="Of the page", text="Text.", published=NOW, author="A. Page", canonical="https://example.org/c#x")
    article = article_from_page(page, entry=ENTRY, url=ENTRY.url, source="Daily", feed="f", fetched=NOW)
    assert ("https://example.org/c", "Of the page", DAY, "A. Page") == (
        article.url,
        article.title,
        article.published,
        article.author,
    )


def test_what_the_page_lacks() -> None:
    """The feed fills what the page lacks, and where both are silent the date stays unknown."""
    page = Page(title=None, text="First line.\n\nMore.")
    article = article_from_page(page, entry=ENTRY, url=ENTRY.url, source="Daily", feed=None, fetched=NOW)
    assert ("Of the feed", "A. Feed") == (article.title, article.author)
    alone = article_from_page(page, entry=None, url=None, source="a.txt", feed=None, fetched=NOW)
    assert (None, "First line.", None) == (alone.url, alone.title, alone.published)


def test_a_source_cannot_turn_the_line_around() -> None:
    """The name of a file is its source; pages show it beside our own words."""
    page = Page(title="A title", text="Text.")
    article = article_from_page(page, entry=None, url=None, source="a\u202efdp.txt", feed=None, fetched=NOW)
    assert "afdp.txt" == article.source


def test_identity() -> None:
    """The same address has the same id whatever it says; without an address the content decides."""
    one, two = Page(title="A", text="One."), Page(title="B", text="Two.")
    ids = [
        article_from_page(page, entry=None, url=url, source="x", feed=None, fetched=NOW).id
        for page in (one, two)
        for url in ("https://example.org/a?utm_source=x", "https://EXAMPLE.org/a", None)
    ]
    assert ids[0] == ids[1] == ids[3] == ids[4]
    assert 3 == len(set(ids))


def test_from_entry() -> None:
    """A page that may not be read leaves what the feed tells, under the same id."""
    article = article_from_entry(ENTRY, source="Daily", feed="f", fetched=NOW)
    assert ("Of the feed", "Short.", DAY) == (article.title, article.text, article.published)
    page = article_from_page(Page(title="x", text="y"), entry=ENTRY, url=ENTRY.url, source="D", feed=None, fetched=NOW)
    assert page.id == article.id


def test_entry_with_nothing_but_an_address() -> None:
    """The address is the last resort for a title."""
    assert (
        "https://example.org/a"
        == article_from_entry(Entry(url="https://example.org/a"), source="x", feed=None, fetched=NOW).title
    )
