"""Where a site announces its news: feeds that it names or keeps at the usual places, news sitemaps, its own page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from ingest.addresses import is_same_site, is_web_url
from ingest.charset import decode
from ingest.entries import absolute_link
from ingest.extract import MAX_HTML, refuse_monster
from ingest.metadata import parse_html
from ingest.poll import Read, read_here
from ingest.reader import load_reader
from orewire.model.errors import ExtractError, FeedError, FetchError

if TYPE_CHECKING:
    from ingest.entries import FeedDocument
    from ingest.http import Fetcher, Response
    from ingest.robots import Robots

MAX_ASKED: Final = 25
"""Addresses of one site that are tried."""
_USUAL: Final = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "feeds/posts/default")
_SITEMAPS: Final = ("news-sitemap.xml", "sitemap-news.xml", "sitemap_news.xml")
_FEED_TYPE: Final = re.compile(r"application/(?:rss|atom|feed|rdf)\+(?:xml|json)", re.IGNORECASE)
_FEED_LINK: Final = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?)(?:$|[/._?-])|\.(?:rss|atom|rdf)$", re.IGNORECASE)
_MAP: Final = re.compile(r"^sitemap:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_MAX_MAPS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A source that a site offers: how many entries it has, and when the newest was published."""

    url: str
    kind: str
    title: str | None
    entries: int
    newest: datetime | None
    allowed: bool = True
    """Whether robots.txt lets crawlers have it."""


async def find_sources(site: str, *, fetcher: Fetcher, robots: Robots, read: Read = read_here) -> list[Found]:
    """The sources of a site, the fullest first; FetchError where the site itself cannot be had.

    Its sitemap, and its page as a source of links, only where it has nothing better.
    """
    response = await _first_page(site, fetcher)
    if found := await _try("feed", response, read):
        return await _judged([found], robots)
    news, maps = await _mapped(response.url, fetcher)
    candidates = dict(_named(response)) | dict(_usual(response.url)) | dict.fromkeys(news, "sitemap")
    sources = await _ask_all(list(candidates.items())[:MAX_ASKED], fetcher, read)
    if not sources:
        sources = await _ask_all([(url, "sitemap") for url in maps[:_MAX_MAPS]], fetcher, read)
    if not sources and (page := await _try("links", response, read)):
        sources = [page]
    return await _judged(sorted(sources, key=lambda one: (-one.entries, one.url)), robots)


async def _first_page(site: str, fetcher: Fetcher) -> Response:
    """A site without a scheme is asked by https, and by http where there is none."""
    if is_web_url(site):
        return await fetcher.get(site)
    try:
        return await fetcher.get(f"https://{site}")
    except FetchError as error:
        if error.reason not in ("connect", "connection_reset", "tls", "empty_reply"):
            raise
        return await fetcher.get(f"http://{site}")


async def _judged(sources: list[Found], robots: Robots) -> list[Found]:
    judged = []
    for one in sources:
        try:
            judged.append(replace(one, allowed=await robots.allows(one.url)))
        except FetchError:
            judged.append(one)
    return judged


async def _ask_all(candidates: list[tuple[str, str]], fetcher: Fetcher, read: Read) -> list[Found]:
    sources: dict[tuple[str, int, datetime | None], Found] = {}
    for url, kind in candidates:
        if found := await _ask(url, kind, fetcher, read):
            sources.setdefault((kind, found.entries, found.newest), found)  # one feed under two addresses
    return list(sources.values())


async def _ask(url: str, kind: str, fetcher: Fetcher, read: Read) -> Found | None:
    try:
        response = await fetcher.get(url, headers={"Accept": load_reader(kind).accept})
    except FetchError:
        return None
    return await _try(kind, response, read)


async def _try(kind: str, response: Response, read: Read) -> Found | None:
    try:
        document = await read(kind, response)
    except FeedError:
        return None
    return _found(kind, response.moved_to or response.asked, document)


def _found(kind: str, url: str, document: FeedDocument) -> Found | None:
    if not document.entries and not document.more:
        return None
    newest = max((entry.published for entry in document.entries if entry.published), default=None)
    return Found(url=url, kind=kind, title=document.title, entries=len(document.entries), newest=newest)


def _named(response: Response) -> Iterator[tuple[str, str]]:
    """What the page itself links to: declared feeds first, then links that look like feeds."""
    html = decode(response.body, response.headers.get("content-type")).replace("\x00", "")
    try:
        refuse_monster(html[:MAX_HTML])
    except ExtractError:
        return
    tree = parse_html(html[:MAX_HTML])
    for node in tree.css("link[rel~=alternate][href]"):
        link = absolute_link(node.attributes.get("href") or "", response.url)
        if link and _FEED_TYPE.match(node.attributes.get("type") or ""):
            yield link, "feed"
    for node in tree.css("a[href]"):
        link = absolute_link(node.attributes.get("href") or "", response.url)
        if link and _FEED_LINK.search(link) and is_same_site(link, response.url):
            yield link, "feed"


def _usual(url: str) -> Iterator[tuple[str, str]]:
    yield from ((urljoin(url, f"/{path}"), "feed") for path in _USUAL)
    yield from ((urljoin(url, f"/{path}"), "sitemap") for path in _SITEMAPS)


async def _mapped(url: str, fetcher: Fetcher) -> tuple[list[str], list[str]]:
    """The news sitemaps that robots.txt names, and the other sitemaps of the site."""
    try:
        response = await fetcher.get(urljoin(url, "/robots.txt"))
    except FetchError:
        return [], [urljoin(url, "/sitemap.xml")]
    named = [link for link in _MAP.findall(decode(response.body)[:100_000]) if is_web_url(link)]
    own = [link for link in named if is_same_site(link, url)]
    news = [link for link in own if "news" in link.lower()]
    return news, [*(link for link in own if link not in news), urljoin(url, "/sitemap.xml")]
