"""robots.txt is asked once, heeded, and never a way to stall us."""

from __future__ import annotations

import time

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.http import Fetcher
from ingest.robots import Robots, parse_robots
from orewire.model.errors import FetchError
from tests.ingest.conftest import Serve

AGENT = "orewire/0.1 (+https://example.org/contact)"


class Site:
    """A site whose robots.txt has a status and a body, and which counts how often it was asked."""

    def __init__(self, body: str = "", status: int = 200) -> None:
        self.body, self.status, self.asked = body, status, 0

    async def __call__(self, request: web.Request) -> web.Response:
        """Answer with robots.txt."""
        assert "/robots.txt" == request.path
        self.asked += 1
        return web.Response(text=self.body, status=self.status)


async def test_rules_are_heeded(serve: Serve, fetcher: Fetcher) -> None:
    """A forbidden path may not be fetched, any other may."""
    base = await serve(Site("User-agent: *\nDisallow: /private\n"))
    robots = Robots(fetcher, AGENT)
    assert [False, True] == [await robots.allows(f"{base}/private/a"), await robots.allows(f"{base}/news")]


async def test_own_name_wins(serve: Serve, fetcher: Fetcher) -> None:
    """The rules for our own name are taken, not those for all."""
    base = await serve(Site("User-agent: *\nDisallow:\n\nUser-agent: orewire\nDisallow: /\n"))
    assert not await Robots(fetcher, AGENT).allows(f"{base}/news")
    assert await Robots(fetcher, "other/1.0").allows(f"{base}/news")


async def test_asked_once_a_day(serve: Serve, fetcher: Fetcher) -> None:
    """A site is asked once a day for each origin, not for each page."""
    site, now = Site(), [0.0]
    base = await serve(site)
    robots = Robots(fetcher, AGENT, clock=lambda: now[0] + 1)
    for now[0] in (0.0, 80_000.0, 90_000.0):
        await robots.allows(f"{base}/a")
        await robots.allows(f"{base}/b")
    assert 2 == site.asked


@pytest.mark.parametrize("status", [404, 403, 410])
async def test_without_rules(serve: Serve, fetcher: Fetcher, status: int) -> None:
    """A site without rules allows all."""
    site = Site("gone", status)
    assert await Robots(fetcher, AGENT).allows(f"{await serve(site)}/a")


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_rules_that_cannot_be_had(serve: Serve, fetcher: Fetcher, status: int) -> None:
    """A site whose rules cannot be had is left alone for a while, which is no answer, and asked again then."""
    site, now = Site("gone", status), [1.0]
    base = await serve(site)
    robots = Robots(fetcher, AGENT, clock=lambda: now[0])
    for _ in range(2):
        with pytest.raises(FetchError) as caught:
            await robots.allows(f"{base}/a")
    assert ("robots_unknown", 1_800.0, 1) == (caught.value.reason, caught.value.retry_after, site.asked)
    site.status, site.body, now[0] = 200, "", 2_000.0
    assert await robots.allows(f"{base}/a")


async def test_rules_of_many_sites(serve: Serve, fetcher: Fetcher) -> None:
    """Only so many rules are kept, those of the sites asked for last; how large they are counts."""
    sites = [Site("User-agent: *\n" + "Disallow: /x\n" * 30_000) for _ in range(14)]
    bases = [await serve(site) for site in sites]
    robots = Robots(fetcher, AGENT)
    for base in [*bases, bases[-1], bases[0]]:
        assert await robots.allows(f"{base}/a")
    assert (2, 1) == (sites[0].asked, sites[-1].asked)


async def test_product_token(serve: Serve, fetcher: Fetcher) -> None:
    """Rules are for the product's name, not for any word of what it says of itself."""
    base = await serve(Site("User-agent: news\nDisallow: /\n"))
    assert await Robots(fetcher, "orewire/1 (reads news)").allows(f"{base}/a")


async def test_dead_site(fetcher: Fetcher) -> None:
    """A site that does not answer is left alone."""
    with pytest.raises(FetchError) as caught:
        await Robots(fetcher, AGENT).allows("http://127.0.0.1:1/a")
    assert "connect" == caught.value.reason


async def test_crawl_delay(serve: Serve, fetcher: Fetcher) -> None:
    """The pause that a site asks for is kept from the first page on."""
    base = await serve(Site("User-agent: *\nCrawl-delay: 0.4\n"))
    await Robots(fetcher, AGENT).allows(f"{base}/a")
    start = time.monotonic()
    await fetcher.get(f"{base}/robots.txt")
    assert time.monotonic() - start >= 0.35


def test_byte_order_mark() -> None:
    """A mark before the first line does not hide it."""
    assert not parse_robots(b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n").can_fetch("https://example.org/", AGENT)


@pytest.mark.parametrize(
    "pattern", ["/" + "*a" * 30 + "b", "/" + "*" * 50 + "b", "/*a*a*a*a*a*a*a*b$", "/" + "*a" * 8 + "$"]
)
def test_wild_cards_do_not_stall(pattern: str) -> None:
    """A pattern of wild cards costs no time to speak of."""
    rules = parse_robots(f"User-agent: *\nDisallow: {pattern}\n".encode())
    start = time.perf_counter()
    rules.can_fetch("https://example.org/" + "a" * 2_000, AGENT)
    assert time.perf_counter() - start < 2


LINES = st.lists(
    st.sampled_from(
        ["User-agent: *", "Disallow: /", "Allow", "Crawl-delay: nan", "Crawl-delay: x", "Sitemap: //[", "Visit-time: 9"]
    )
    | st.text(max_size=20),
    max_size=10,
).map("\n".join)


@settings(deadline=None)
@given(LINES, st.binary(max_size=50))
def test_any_file(text: str, noise: bytes) -> None:
    """No robots.txt crashes."""
    rules = parse_robots(text.encode("utf-8", "replace") + noise)
    assert isinstance(bool(rules.can_fetch("https://example.org/a", AGENT)), bool)
    rules.crawl_delay(AGENT)
