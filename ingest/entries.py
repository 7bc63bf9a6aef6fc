"""Raw items of any feed format become Entries, by the same rules for all."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urljoin

from ingest.addresses import MAX_URL, canonical_url, is_web_url
from ingest.dates import parse_date
from ingest.plaintext import plain_text
from orewire.model.article import Entry

MAX_ITEMS: Final = 5_000
WITHIN: Final = "#item-"
"""Begins the fragment of an address that is no page: the entry is all that there is."""
_MAX_TITLE: Final = 500
_MAX_SUMMARY: Final = 2_000
_MAX_AUTHOR: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """What a feed says of one item, in its own words; `links` and `dates` best first, `source` the outlet it names.

    `identity` tells it from other items with the same link.
    """

    links: tuple[str, ...] = ()
    title: str | None = None
    texts: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    author: str | None = None
    source: str | None = None
    identity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed that was read. `ttl` is seconds, `skip_hours` are hours of UTC.

    `skipped` counts items of which nothing could be had or kept. `complete` is False where the document breaks off: the
    next poll should ask for the whole again. `more` are addresses of further documents of the same source.
    """

    title: str | None
    entries: tuple[Entry, ...]
    ttl: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skipped: int = 0
    complete: bool = True
    more: tuple[str, ...] = ()


def entries_from(items: Iterable[RawItem], *, url: str, now: datetime) -> tuple[tuple[Entry, ...], int]:
    """The entries, the first of several with the same address only, and how many items could not become one."""
    found: dict[str, Entry] = {}
    skipped = 0
    for number, item in enumerate(_apart(list(items))):
        entry = _entry(item, url, now) if number < MAX_ITEMS else None
        if entry is None:
            skipped += 1
        else:
            found.setdefault(entry.url, entry)
    return tuple(found.values()), skipped


def _apart(items: list[RawItem]) -> list[RawItem]:
    """Items of a live blog, or of a feed that gives its own address for all, have one link: each is its own entry."""
    told: defaultdict[str, set[tuple[str | None, str | None]]] = defaultdict(set)
    for item in items[:MAX_ITEMS]:
        if item.links and item.identity:
            told[item.links[0]].add((item.identity, item.title))
    shared = {link for link, others in told.items() if len({title for _, title in others}) > 1}
    return [replace(item, links=()) if item.links[:1] and item.links[0] in shared else item for item in items]


def _entry(item: RawItem, base: str, now: datetime) -> Entry | None:
    link = next(filter(None, (absolute_link(link, base) for link in item.links)), None) or _within_feed(item, base)
    if link is None:
        return None
    moments = (parse_date(date, now=now) for date in item.dates)
    return Entry(
        url=link,
        title=_without_source(plain_text(item.title, limit=_MAX_TITLE), item.source),
        published=next(filter(None, moments), None),
        summary=plain_text(max(item.texts, key=len, default=None), limit=_MAX_SUMMARY),
        author=plain_text(item.author, limit=_MAX_AUTHOR),
        source=plain_text(item.source, limit=_MAX_AUTHOR),
    )


def _within_feed(item: RawItem, base: str) -> str | None:
    """An address for an item that leads nowhere but says something: a place in the feed itself."""
    said = "\n".join(filter(None, (item.title, *item.texts)))
    if not said.strip():
        return None
    return f"{canonical_url(base)}{WITHIN}{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:16]}"


def absolute_link(link: str, base: str) -> str | None:
    """The canonical web address of a link; None for any that is not http(s)."""
    link = link.strip()
    if not link or len(link) > MAX_URL:
        return None
    try:
        whole = urljoin(base, link.replace(" ", "%20"))
    except ValueError:
        return None
    return canonical_url(whole) if is_web_url(whole) else None


def _without_source(title: str | None, source: str | None) -> str | None:
    """Google News ends each title with the outlet's name, which it also gives apart."""
    name = plain_text(source, limit=_MAX_AUTHOR)
    return title.removesuffix(f" - {name}") if title and name else title
