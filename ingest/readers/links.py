"""Plain pages that list articles: the links of the same site whose words are a headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from ingest.addresses import is_same_site
from ingest.charset import decode
from ingest.entries import FeedDocument, RawItem, absolute_link, entries_from
from ingest.extract import MAX_HTML, refuse_monster
from ingest.metadata import parse_html
from ingest.plaintext import clean_line
from ingest.reader import Reader
from orewire.model.errors import ExtractError, FeedError

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_LINKS: Final = 300
_LEAST_WORDS, _LEAST_LETTERS, _LEAST_SIGNS = 4, 20, 8
_FURNITURE: Final = frozenset({"nav", "footer", "aside"})
_MAX_ANCESTORS: Final = 40
_UNSPACED: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def read_links(body: bytes, *, url: str, content_type: str | None, now: datetime) -> FeedDocument:
    """An entry for each headline that leads to another page of the site; such a page tells no dates."""
    html = decode(body, content_type).replace("\x00", "")
    if len(body) > MAX_HTML:
        raise FeedError(f"page of {len(body)} bytes, at most {MAX_HTML} are read", reason="body_too_large")
    try:
        refuse_monster(html)
    except ExtractError as error:
        raise FeedError(str(error)) from error
    tree = parse_html(html)
    entries, skipped = entries_from(islice(_headlines(tree, url), MAX_LINKS), url=url, now=now)
    if not entries:
        raise FeedError("not a page of links: no headline leads to another page of the site")
    title = tree.css_first("title")
    return FeedDocument(title=clean_line(title.text()) if title else None, entries=entries, skipped=skipped)


def _headlines(tree: LexborHTMLParser, url: str) -> Iterator[RawItem]:
    here = absolute_link(url, url)
    for node in tree.css("a[href]"):
        link, title = absolute_link(node.attributes.get("href") or "", url), _words(node)
        if link and link != here and is_same_site(link, url) and _is_headline(title) and not _is_furniture(node):
            yield RawItem(links=(link,), title=title)


def _is_furniture(node: LexborNode) -> bool:
    """Whether a link stands in what is the same on every page of a site."""
    for _ in range(_MAX_ANCESTORS):
        parent = node.parent
        if parent is None or parent.tag in _FURNITURE:
            return parent is not None
        node = parent
    return False


def _words(node: LexborNode) -> str:
    """A link around a whole teaser is told by the heading in it."""
    heading = node.css_first("h1, h2, h3, h4, h5, h6")
    return clean_line((heading or node).text(separator=" "))


def _is_headline(text: str) -> bool:
    if len(_UNSPACED.findall(text)) >= _LEAST_SIGNS:
        return True
    return len(text) >= _LEAST_LETTERS and len(text.split()) >= _LEAST_WORDS


READER: Final = Reader(read=read_links, accept="text/html, application/xhtml+xml;q=0.9, */*;q=0.1")
