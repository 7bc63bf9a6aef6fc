"""What was gathered: an entry that a feed announces, and the article behind it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed. Any field but `url` may be missing; `url` is absolute and http(s).

    `source` is the outlet where the feed names it; `document` is the address of what to read in place of the page.
    """

    url: str
    title: str | None = None
    published: datetime | None = None
    summary: str | None = None
    author: str | None = None
    source: str | None = None
    document: str | None = None


ENTRY_FIELDS = tuple(field.name for field in fields(Entry))


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One text that somebody published.

    `id` stays the same for the same address (or, without one, the same content). `url` is canonical.
    `published` is None where no date could be read: never today. Times are aware UTC.
    `source` is the outlet's name, `feed` the address of the feed that announced it. Of a stub the text is only the
    beginning, as the rest is for subscribers. `voice` is who speaks: `official` (an authority), `statement` (a party to
    the matter), or `news`.
    """

    id: str
    url: str | None
    title: str
    text: str
    lang: str | None
    published: datetime | None
    fetched: datetime
    source: str
    feed: str | None = None
    author: str | None = None
    is_stub: bool = False
    voice: str = "news"

    @property
    def content_hash(self) -> str:
        """The first 16 hex digits of the SHA-256 of title and text: tells a revision from a repetition."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def article_id(key: str) -> str:
    """A stable id of 16 hex digits for an address, or for a text without one."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
