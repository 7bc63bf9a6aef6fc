"""Articles: what a page says and what the feed said of it, put together."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.addresses import canonical_url, page_key
from ingest.plaintext import clean_line
from ingest.voice import with_voice
from orewire.model.article import Article, Entry, article_id

if TYPE_CHECKING:
    from ingest.extract import Page
    from ingest.http import Response


def article_from_page(
    page: Page, *, entry: Entry | None, url: str | None, source: str, feed: str | None, fetched: datetime
) -> Article:
    """The article of a page or document; the feed's date wins over the page's, the page's title over the feed's."""
    address = canonical_url(page.canonical or url) if url else None
    title = page.title or (entry.title if entry else None) or _first_words(page.text)
    article = Article(
        id=_identity(address, title, page.text),
        url=address,
        title=title,
        text=page.text,
        lang=page.lang,
        published=(entry.published if entry else None) or page.published,
        fetched=fetched,
        source=(entry.source if entry else None) or clean_line(source),
        feed=feed,
        author=page.author or (entry.author if entry else None),
        is_stub=page.is_stub,
    )
    return with_voice(article)


def article_from_entry(entry: Entry, *, source: str, feed: str | None, fetched: datetime) -> Article:
    """What the feed itself tells, for a page that may not or cannot be read."""
    address = entry.url
    text = entry.summary or ""
    article = Article(
        id=article_id(page_key(address)),
        url=address,
        title=entry.title or _first_words(text) or address,
        text=text,
        lang=None,
        published=entry.published,
        fetched=fetched,
        source=entry.source or source,
        feed=feed,
        author=entry.author,
    )
    return with_voice(article)


def page_address(asked: str, response: Response) -> str:
    """Where the page is now: where permanent redirects alone have led, unless that is a site's front page."""
    moved = response.moved_to == response.url and urlsplit(response.url).path not in ("", "/")
    return response.url if moved else asked


def _identity(address: str | None, title: str, text: str) -> str:
    """Of the address, or of the content where there is none."""
    if address is not None:
        return article_id(page_key(address))
    return article_id(hashlib.sha256(f"{title}\n{text}".encode("utf-8", "surrogatepass")).hexdigest())


def _first_words(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 120 else line[:119].rstrip() + "…"
