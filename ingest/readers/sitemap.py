"""News sitemaps, and other sitemaps by their newest pages; an index of sitemaps is followed within its own site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ingest.addresses import is_same_site
from ingest.charset import decode
from ingest.dates import parse_date
from ingest.entries import FeedDocument, RawItem, absolute_link, entries_from
from ingest.reader import Reader
from ingest.xml import find_children, find_text, local_name, parse_xml
from orewire.model.errors import FeedError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_PAGES: Final = 1_000
"""Of the 50,000 that a sitemap may list, the newest: what is older was never news to us."""
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def read_sitemap(body: bytes, *, url: str, content_type: str | None, now: datetime) -> FeedDocument:
    """The pages that a sitemap lists, of its own site only; or the sitemaps of an index, the newest first."""
    root = parse_xml(decode(body, content_type))
    if local_name(root) == "sitemapindex":
        return FeedDocument(title=None, entries=(), more=tuple(_sitemaps(root, url, now)))
    if local_name(root) != "urlset":
        raise FeedError(f"no sitemap, but <{local_name(root)[:40]}>")
    listed = list(find_children(root, "url"))
    pages = [page for page in listed if is_same_site(find_text(page, "loc") or "", url)]
    if listed and not pages:
        raise FeedError("it lists only pages of other sites")
    newest = _newest_first(pages, now)[:MAX_PAGES]
    entries, skipped = entries_from(map(_item, newest), url=url, now=now)
    return FeedDocument(title=None, entries=entries, skipped=skipped + len(listed) - len(newest))


def _sitemaps(root: Element, url: str, now: datetime) -> Iterator[str]:
    for sitemap in _newest_first(find_children(root, "sitemap"), now):
        if (link := absolute_link(find_text(sitemap, "loc") or "", url)) and is_same_site(link, url):
            yield link


def _newest_first(listed: Iterable[Element], now: datetime) -> list[Element]:
    """By the day they name; where they name none, as they stand."""
    return sorted(listed, key=lambda one: parse_date(_date(one) or "", now=now) or _NEVER, reverse=True)


def _date(listed: Element) -> str | None:
    return find_text(listed, "news", "publication_date") or find_text(listed, "lastmod")


def _item(page: Element) -> RawItem:
    """`lastmod` is when a page was touched, not when it was published: it only orders."""
    return RawItem(
        links=tuple(filter(None, [find_text(page, "loc")])),
        title=find_text(page, "news", "title"),
        dates=tuple(filter(None, [find_text(page, "news", "publication_date")])),
    )


READER: Final = Reader(read=read_sitemap, accept="application/xml, text/xml;q=0.9, */*;q=0.1", follow=10)
