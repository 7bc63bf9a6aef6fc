"""One poll of one feed, against a real server: a bad feed is an outcome, never an exception."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from ingest.http import Fetcher
from ingest.poll import fresh_for, poll_feed
from ingest.robots import Robots
from orewire.model.feed import FeedSpec, FeedState
from tests.ingest.conftest import Serve

NOW = datetime(2025, 1, 1, tzinfo=UTC)
FEED = (
    "<rss version='2.0'><channel><title>News</title><item><title>Permit granted</title><link>/a</link>"
    "<pubDate>Wed, 01 Jan 2020 10:00:00 GMT</pubDate></item></channel></rss>"
)


class Site:
    """A server that answers each path as told, and remembers what it was asked."""

    def __init__(self, **pages: web.Response) -> None:
        self.pages, self.requests = pages, list[web.Request]()

    async def __call__(self, request: web.Request) -> web.Response:
        """A fresh copy of the page's answer."""
        self.requests.append(request)
        page = self.pages.get(request.path.strip("/").partition(".")[0], web.Response(status=404))
        return web.Response(status=page.status, headers=page.headers, body=page.body)


def feed(body: str = FEED, status: int = 200, **headers: str) -> web.Response:
    return web.Response(body=body.encode(), status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})


def spec(url: str) -> tuple[FeedSpec, FeedState]:
    return FeedSpec(url=url, name="News", user_agent="own/1.0"), FeedState(url=url)


async def test_read(serve: Serve, fetcher: Fetcher) -> None:
    """A feed is read, its validators remembered, and the response handed on for the archive."""
    site = Site(feed=feed(ETag='W/"1"', Last_Modified="Wed, 01 Jan 2020 10:00:00 GMT", Cache_Control="max-age=80000"))
    url = f"{await serve(site)}/feed"
    poll, responses = await poll_feed(*spec(url), fetcher=fetcher, now=NOW)
    assert ("ok", ["Permit granted"]) == (poll.outcome, [entry.title for entry in poll.entries])
    assert ('W/"1"', "Wed, 01 Jan 2020 10:00:00 GMT") == (poll.state.etag, poll.state.last_modified)
    assert poll.state.next_poll is not None
    assert poll.state.next_poll - NOW >= timedelta(seconds=80_000)
    assert [FEED.encode()] == [response.body for response in responses]
    assert "own/1.0" == site.requests[0].headers["User-Agent"]


async def test_unchanged(serve: Serve, fetcher: Fetcher) -> None:
    """Validators are sent byte for byte, and a 304 leaves the state as it was."""
    site = Site(feed=feed("", 304))
    known, state = spec(f"{await serve(site)}/feed")
    state = replace(state, etag='W/"1"', last_modified="Wed, 01 Jan 2020 10:00:00 GMT", last_success=NOW)
    poll, responses = await poll_feed(known, state, fetcher=fetcher, now=NOW)
    assert ("unchanged", (), 'W/"1"') == (poll.outcome, responses, poll.state.etag)
    headers = site.requests[0].headers
    assert ('W/"1"', "Wed, 01 Jan 2020 10:00:00 GMT") == (headers["If-None-Match"], headers["If-Modified-Since"])


async def test_unasked_304(serve: Serve, fetcher: Fetcher) -> None:
    """A 304 to a question without validators is a failure: there is nothing that it could mean."""
    known, state = spec(f"{await serve(Site(feed=feed('', 304)))}/feed")
    old = replace(state, etag="1", last_success=NOW - timedelta(days=30))
    poll, _ = await poll_feed(known, old, fetcher=fetcher, now=NOW)
    assert ("failed", "unexpected_304") == (poll.outcome, poll.reason)


async def test_broken_off(serve: Serve, fetcher: Fetcher) -> None:
    """A feed that breaks off is used, and the whole of it is asked for the next time."""
    known, state = spec(f"{await serve(Site(feed=feed(FEED[:-20], ETag='1')))}/feed")
    poll, _ = await poll_feed(known, state, fetcher=fetcher, now=NOW)
    assert ("ok", 1, None) == (poll.outcome, len(poll.entries), poll.state.etag)


@pytest.mark.parametrize(
    ("page", "outcome", "reason"),
    [
        (feed("<html><body>Sign in</body></html>"), "failed", "not_a_feed"),
        (feed("", 200), "failed", "empty_body"),
        (feed("", 404), "failed", "http_404"),
        (feed("", 503), "failed", "http_503"),
        (feed("", 410), "retired", "http_410"),
        (feed("", 302, Location="file:///etc/passwd"), "failed", "forbidden_address"),
        (feed("plain", Content_Encoding="gzip"), "failed", "bad_encoding"),
    ],
)
async def test_bad_feeds(serve: Serve, fetcher: Fetcher, page: web.Response, outcome: str, reason: str) -> None:
    """Whatever a feed does is an outcome with a reason, and its state says what happened."""
    known, state = spec(f"{await serve(Site(feed=page))}/feed")
    poll, _ = await poll_feed(known, replace(state, etag="1"), fetcher=fetcher, now=NOW)
    assert (outcome, reason, (), 1) == (poll.outcome, poll.reason, poll.entries, poll.state.failures)
    assert poll.state.last_error
    assert "1" == poll.state.etag


async def test_asked_to_wait(serve: Serve, fetcher: Fetcher) -> None:
    """A server that asks to be left alone is not asked before."""
    site = Site(feed=feed("", 503, Retry_After="3600"))
    known, state = spec(f"{await serve(site)}/feed")
    poll, _ = await poll_feed(known, state, fetcher=fetcher, now=NOW)
    again, _ = await poll_feed(known, poll.state, fetcher=fetcher, now=NOW + timedelta(minutes=59))
    assert ("waiting", "asked_to_wait", 1) == (again.outcome, again.reason, len(site.requests))


async def test_moved(serve: Serve, fetcher: Fetcher) -> None:
    """A permanent move of a real feed is followed from then on; one to something else is not."""
    site = Site(feed=feed("", 301, Location="/new"), new=feed())
    base = await serve(site)
    known, state = spec(f"{base}/feed")
    poll, _ = await poll_feed(known, state, fetcher=fetcher, now=NOW)
    await poll_feed(known, poll.state, fetcher=fetcher, now=NOW)
    assert ["/feed", "/new", "/new"] == [request.path for request in site.requests]
    site.pages["new"] = feed("<html></html>")
    lost, _ = await poll_feed(known, state, fetcher=fetcher, now=NOW)
    assert lost.state.moved_to is None


async def test_validators_go_with_a_given_up_move(serve: Serve, fetcher: Fetcher) -> None:
    """When the address that a redirect gave is dropped, so are its validators."""
    base = await serve(Site())
    known, state = spec(f"{base}/feed")
    state = replace(state, moved_to=f"{base}/new", etag="1", failures=2)
    poll, _ = await poll_feed(known, state, fetcher=fetcher, now=NOW)
    assert (None, None) == (poll.state.moved_to, poll.state.etag)


async def test_robots(serve: Serve, fetcher: Fetcher) -> None:
    """A feed that robots.txt forbids is not asked for."""
    site = Site(feed=feed(), robots=feed("User-agent: *\nDisallow: /feed"))
    known, state = spec(f"{await serve(site)}/feed")
    poll, responses = await poll_feed(known, state, fetcher=fetcher, now=NOW, robots=Robots(fetcher, "orewire"))
    assert ("failed", "robots", ()) == (poll.outcome, poll.reason, responses)
    assert ["/robots.txt"] == [request.path for request in site.requests]


async def test_an_api_is_asked_whatever_robots_says(serve: Serve, fetcher: Fetcher) -> None:
    """robots.txt is for crawlers of pages; an API is made for programs."""
    site = Site(api=feed('{"articles": []}'), robots=feed("User-agent: *\nDisallow: /"))
    known, state = spec(f"{await serve(site)}/api")
    robots = Robots(fetcher, "orewire")
    poll, _ = await poll_feed(replace(known, kind="gdelt"), state, fetcher=fetcher, now=NOW, robots=robots)
    assert ("ok", ["/api"]) == (poll.outcome, [request.path for request in site.requests])


@pytest.mark.parametrize("value", ["a\tb\xff", "x" * 2_000])
async def test_unsendable_validators_are_forgotten(serve: Serve, fetcher: Fetcher, value: str) -> None:
    """A validator that could not be sent back as it came is not kept."""
    known, state = spec(f"{await serve(Site(feed=feed(ETag=value)))}/feed")
    poll, _ = await poll_feed(known, state, fetcher=fetcher, now=NOW)
    assert ("ok", None) == (poll.outcome, poll.state.etag)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", 0.0),
        ("max-age=600", 600.0),
        ("public, Max-Age = 600", 600.0),
        ('max-age="600"', 600.0),
        ("max-age=-1", 0.0),
        ("max-age=9999999999999999", 0.0),
        ("x-max-age=7", 0.0),
        ("no-cache", 0.0),
    ],
)
def test_fresh_for(value: str, expected: float) -> None:
    """How long an answer stays fresh is read where it is written well."""
    assert expected == fresh_for({"cache-control": value}, NOW)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"expires": "Wed, 01 Jan 2025 01:00:00 GMT"}, 3600.0),
        ({"expires": "Wed, 01 Jan 2025 01:00:00 GMT", "date": "Wed, 01 Jan 2025 00:30:00 GMT"}, 1800.0),
        ({"expires": "Wed, 01 Jan 2025 01:00:00 GMT", "cache-control": "max-age=60"}, 60.0),
        ({"expires": "Tue, 31 Dec 2024 23:00:00 GMT"}, 0.0),
        ({"expires": "0"}, 0.0),
    ],
)
def test_expires(headers: dict[str, str], expected: float) -> None:
    """Where Cache-Control says nothing, Expires does, by the server's own clock."""
    assert expected == fresh_for(headers, NOW)


async def test_same_bytes_again(serve: Serve, fetcher: Fetcher) -> None:
    """A server that heeds no validators, but answers the same: not read again, and asked less often."""
    known, state = spec(f"{await serve(Site(feed=feed()))}/feed")
    poll, _ = await poll_feed(known, state, fetcher=fetcher, now=NOW)
    again, _ = await poll_feed(known, poll.state, fetcher=fetcher, now=NOW + timedelta(hours=1))
    assert ("unchanged", ()) == (again.outcome, again.entries)
    assert again.state.interval >= poll.state.interval
    assert NOW + timedelta(hours=1) == again.state.last_success


def sitemap(*links: str, index: bool = False) -> web.Response:
    root, one = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    return feed(f"<{root}>{''.join(f'<{one}><loc>{link}</loc></{one}>' for link in links)}</{root}>")


async def test_more_documents(serve: Serve, fetcher: Fetcher) -> None:
    """An index leads to its sitemaps, each asked once; nobody is led to another site."""
    site = Site(a=sitemap("/1", "/2"), b=sitemap("/2", "/3"))
    base = await serve(site)
    site.pages["index"] = sitemap(f"{base}/a", f"{base}/index", "http://127.0.0.2/x", f"{base}/b", index=True)
    site.pages["a"], site.pages["b"] = sitemap(f"{base}/1"), sitemap(f"{base}/2")
    known, state = spec(f"{base}/index")
    poll, responses = await poll_feed(replace(known, kind="sitemap"), state, fetcher=fetcher, now=NOW)
    assert [f"{base}/1", f"{base}/2"] == [entry.url for entry in poll.entries]
    assert ["/index", "/a", "/b"] == [request.path for request in site.requests]
    assert 3 == len(responses)


async def test_more_documents_without_end(serve: Serve, fetcher: Fetcher) -> None:
    """However many documents lead to more, a poll ends; what it had is kept, and asked for anew the next time."""

    async def endless(request: web.Request) -> web.Response:
        number = int(request.path.strip("/") or 0)
        base = f"http://{request.host}"
        return sitemap(*(f"{base}/{number * 10 + step}" for step in range(1, 10)), index=True)

    known, state = spec(await serve(endless))
    poll, responses = await poll_feed(replace(known, kind="sitemap"), state, fetcher=fetcher, now=NOW)
    assert ("ok", 11) == (poll.outcome, len(responses))


async def test_a_part_that_fails(serve: Serve, fetcher: Fetcher) -> None:
    """A document that cannot be had costs only itself; the whole is asked for again."""
    site = Site(b=feed("gone", 404))
    base = await serve(site)
    site.pages["index"] = sitemap(f"{base}/b", f"{base}/a", index=True)
    site.pages["index"].headers["ETag"] = "1"
    site.pages["a"] = sitemap(f"{base}/1")
    known, state = spec(f"{base}/index")
    poll, _ = await poll_feed(replace(known, kind="sitemap"), state, fetcher=fetcher, now=NOW)
    assert ("ok", 1, None) == (poll.outcome, len(poll.entries), poll.state.etag)
