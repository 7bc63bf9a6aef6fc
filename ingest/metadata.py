"""What a page says about itself: title, date, author, language, canonical address. The one door of selectolax."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ingest.addresses import is_web_url, site_of
from ingest.dates import parse_date
from ingest.entries import absolute_link
from ingest.plaintext import clean_line, plain_text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_MAX_TITLE: Final = 500
_MAX_SCRIPTS: Final = 20
_MAX_SCRIPT: Final = 500_000
_MAX_NODES: Final = 2_000
_MAX_AUTHORS: Final = 5
_MAX_HEADINGS: Final = 20
"""Headings nested in headings are quadratic: each has the text of all within it."""
_ARTICLE_TYPE: Final = re.compile(r"Article|BlogPosting|Report$|PressRelease|LiveBlog")
_BYLINES: Final = "[itemprop=author] [itemprop=name], [itemprop=author], a[rel=author], .byline, .article-byline"
_BY: Final = re.compile(r"(?:written\s+)?by:?\s+|(?:por|par|von|oleh)\s+", re.IGNORECASE)
_NO_NAME: Final = re.compile(r"https?:|www\.|@|\d{2,}|\b(?:admin|staff|editor|redacción|redaktion)\b", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"[a-z]{2}(?=$|[-_])", re.IGNORECASE)
_PAGE_PARAMETER: Final = re.compile(
    r"(?:^|&)(?:[a-z]*_?id|p|article|story|news|item|doc|post|uri|content)=[^&]", re.IGNORECASE | re.ASCII
)
_AMP: Final = re.compile(r"(?:^|[/_.?&=-])amp(?:$|[/_.?&=-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Each field None where the page does not say it in a form that can be trusted."""

    title: str | None = None
    published: datetime | None = None
    author: str | None = None
    lang: str | None = None
    canonical: str | None = None
    is_locked: bool = False
    """Whether the page says that not all of it is free to read."""


def parse_html(html: str) -> LexborHTMLParser:
    """The tree of a page; whoever calls has bounded its size and depth."""
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(html)


def read_metadata(html: str, *, url: str) -> Metadata:
    """The metadata of a page; whoever calls has bounded its size and depth."""
    tree = parse_html(html)
    told = next(_articles(tree), {})
    return Metadata(
        title=_title(tree, told),
        published=_published(tree, told),
        author=_author(tree, told),
        lang=_language(tree),
        canonical=_canonical(tree, url),
        is_locked=_is_locked(tree, told),
    )


def _is_locked(tree: LexborHTMLParser, told: dict[str, Any]) -> bool:
    """As schema.org (isAccessibleForFree) and Facebook (content_tier) want it said; 'metered' is open at first."""
    if str(told.get("isAccessibleForFree")).lower() in ("false", "no"):
        return True
    return (_meta(tree, 'meta[property="article:content_tier"]') or "").lower() == "locked"


def _articles(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects that describe an article."""
    for script in tree.css('script[type="application/ld+json"]')[:_MAX_SCRIPTS]:
        text = script.text()
        if len(text) <= _MAX_SCRIPT:
            yield from (node for node in _nodes(_json(text)) if _ARTICLE_TYPE.search(str(node.get("@type"))))


def _json(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """The objects in lists and graphs, breadth first, a bounded number."""
    queue = [data]
    for place in range(_MAX_NODES):
        if place >= len(queue):
            return
        node = queue[place]
        if isinstance(node, list):
            queue.extend(node)
        elif isinstance(node, dict):
            yield node
            queue.extend(node[name] for name in ("@graph", "mainEntity", "mainEntityOfPage") if name in node)


def _title(tree: LexborHTMLParser, told: dict[str, Any]) -> str | None:
    """The h1 that <title> or og:title confirms, else what the page calls itself."""
    shared = _meta(tree, 'meta[property="og:title"]', 'meta[name="og:title"]')
    node = tree.css_first("head title") or tree.css_first("title")
    whole = clean_line(node.text()) if node else ""
    around = f"{_folded(whole)}\n{_folded(shared or '')}"
    headings = [clean_line(node.text(separator=" ")) for node in tree.css("h1")[:_MAX_HEADINGS]]
    confirmed = [text for text in headings if len(text) > 3 and _folded(text) in around]
    if confirmed:  # the longest: a site's name is often an h1, too
        return max(confirmed, key=len)[:_MAX_TITLE]
    return plain_text(_string(told.get("headline")), limit=_MAX_TITLE) or shared or whole[:_MAX_TITLE] or None


def _folded(text: str) -> str:
    return re.sub(r"\W+", " ", text).casefold().strip()


def _published(tree: LexborHTMLParser, told: dict[str, Any]) -> datetime | None:
    now = datetime.now(UTC)
    return next(filter(None, (parse_date(text, now=now) for text in _dates(tree, told))), None)


def _dates(tree: LexborHTMLParser, told: dict[str, Any]) -> Iterator[str | None]:
    yield _string(told.get("datePublished"))
    yield _meta(tree, 'meta[property="article:published_time"]', 'meta[itemprop="datePublished"]')
    yield _meta(tree, 'meta[name="article:published_time"]', 'meta[name="DC.date.issued"]', 'meta[name="dcterms.date"]')
    for selector in ("time[itemprop=datePublished]", "time[pubdate]", "article time[datetime]", "time[datetime]"):
        node = tree.css_first(selector)
        yield node.attributes.get("datetime") if node else None


def _author(tree: LexborHTMLParser, told: dict[str, Any]) -> str | None:
    """The names that JSON-LD gives, else those of a byline; never a guess from the text."""
    names = [name for value in _listed(told.get("author")) if (name := _name(_string_or_name(value)))]
    if names:
        return ", ".join(dict.fromkeys(names[:_MAX_AUTHORS]))
    nodes = tree.css(_BYLINES)[:_MAX_AUTHORS]
    return next((name for node in nodes if (name := _name(node.text(separator=" ")))), None)


def _name(text: str | None) -> str | None:
    name = _BY.sub("", clean_line(text or ""), count=1) if text else ""
    name = name.strip(" ,|·-")
    return name if 3 <= len(name) <= 80 and not _NO_NAME.search(name) else None


def _string_or_name(value: Any) -> str | None:
    return _string(value.get("name")) if isinstance(value, dict) else _string(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _language(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("html")
    match = _LANGUAGE.match((node.attributes.get("lang") or "").strip()) if node else None
    return match[0].lower() if match else None


def _canonical(tree: LexborHTMLParser, url: str) -> str | None:
    """The address that the page names as its own, if it is of the same host and plausibly the same page.

    Broken templates name the front page on every page: believed, they would make one article of a whole site.
    """
    node = tree.css_first('link[rel="canonical"]')
    link = absolute_link(node.attributes.get("href") or "", url) if node else None
    if link is None or not is_web_url(url) or site_of(link) != site_of(url):
        return None
    here, there = urlsplit(url), urlsplit(link)
    if there.port != here.port or there.path in ("", "/"):
        return None
    if there.path == here.path and _PAGE_PARAMETER.search(here.query) and not there.query:
        return None  # pages that differ by their query alone, and a template that forgets it
    is_same_page = _last_part(there.path) == _last_part(here.path) or _AMP.search(f"{here.path}?{here.query}")
    return link if is_same_page else None


def _last_part(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _meta(tree: LexborHTMLParser, *selectors: str) -> str | None:
    for selector in selectors:
        node = tree.css_first(selector)
        if node and (text := plain_text(node.attributes.get("content"), limit=_MAX_TITLE)):
            return text
    return None


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
