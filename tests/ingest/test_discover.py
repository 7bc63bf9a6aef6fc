"""What a site offers to be read, found on a real server."""

from __future__ import annotations

import pytest
from aiohttp import web

from ingest.discover import Found, find_sources
from ingest.http import Fetcher
from ingest.robots import Robots
from orewire.model.errors import FetchError
from tests.ingest.conftest import Serve
from tests.ingest.test_poll import FEED, Site, feed


async def find(site: str, fetcher: Fetcher) -> list[Found]:
    return await find_sources(site, fetcher=fetcher, robots=Robots(fetcher, "orewire"))


HEADLINE = '<a href="/n/1">Ministry approves a new lithium mine</a>'


async def test_declared_and_linked_and_usual(serve: Serve, fetcher: Fetcher) -> None:
    """Feeds that the page declares, links to, or keeps at a usual place, each once; what is no feed is left out."""
    page = (
        '<link rel="alternate" type="application/rss+xml" href="/declared"><a href="/news/rss">RSS</a>'
        '<link rel="alternate" type="application/rss+xml" href="/dead">'
    )
    other = FEED.replace("/a<", "/b<").replace("2020", "2021")
    base = await serve(Site(**{"": feed(page), "declared": feed(FEED), "news/rss": feed(other), "feed": feed(FEED)}))
    found = await find(base, fetcher)
    assert [f"{base}/declared", f"{base}/news/rss"] == [one.url for one in found]
    assert ("feed", "News", 1) == (found[0].kind, found[0].title, found[0].entries)


async def test_news_sitemap(serve: Serve, fetcher: Fetcher) -> None:
    """A news sitemap that robots.txt names is found."""
    site = Site(**{"": feed("<p>hello")})
    base = await serve(site)
    site.pages["robots"] = feed(f"Sitemap: {base}/map-news.xml")
    site.pages["map-news"] = feed(f"<urlset><url><loc>{base}/1</loc></url></urlset>")
    assert [("sitemap", f"{base}/map-news.xml")] == [(one.kind, one.url) for one in await find(base, fetcher)]


async def test_sitemap_and_robots(serve: Serve, fetcher: Fetcher) -> None:
    """Where there is nothing better a plain sitemap is found, by http where there is no https; robots.txt is told."""
    site = Site(**{"": feed("<p>hello"), "robots": feed("User-agent: *\nDisallow: /sitemap")})
    base = await serve(site)
    site.pages["sitemap"] = feed(f"<urlset><url><loc>{base}/1</loc></url></urlset>")
    (found,) = await find(base.removeprefix("http://"), fetcher)
    assert ("sitemap", f"{base}/sitemap.xml", False) == (found.kind, found.url, found.allowed)


async def test_page_of_headlines(serve: Serve, fetcher: Fetcher) -> None:
    """A page that has nothing better is a source of links itself."""
    base = await serve(Site(**{"": feed(HEADLINE)}))
    assert [("links", 1)] == [(one.kind, one.entries) for one in await find(base, fetcher)]


async def test_the_address_of_a_feed(serve: Serve, fetcher: Fetcher) -> None:
    """A feed's own address is that feed."""
    base = await serve(Site(feed=feed(FEED)))
    assert [f"{base}/feed"] == [one.url for one in await find(f"{base}/feed", fetcher)]


async def test_nothing(serve: Serve, fetcher: Fetcher) -> None:
    """A site without anything to read has no sources; one that cannot be had is an error."""
    assert [] == await find(await serve(Site(**{"": feed("<p>hello")})), fetcher)
    with pytest.raises(FetchError):
        await find("http://127.0.0.1:1", fetcher)


async def test_no_end_of_links(serve: Serve, fetcher: Fetcher) -> None:
    """However many feeds a page names, a bounded number is asked for."""
    links = "".join(f'<a href="/{number}/feed">x</a>' for number in range(1_000))
    site = Site(**{"": feed(links)})
    await find(await serve(site), fetcher)
    assert len(site.requests) < 40
    assert all(isinstance(request, web.Request) for request in site.requests)
