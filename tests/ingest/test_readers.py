"""The kinds of sources: each reads its own answers into entries, and refuses what is not of its kind."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.entries import FeedDocument
from ingest.reader import Reader, load_reader, reader_kinds
from ingest.readers.search import publisher_url
from orewire.model.errors import FeedError, UsageError
from orewire.model.feed import FeedSpec, FeedState

NOW = datetime(2025, 11, 20, tzinfo=UTC)
SITE = "https://news.example.org"


def read(kind: str, body: str | bytes, *, url: str = f"{SITE}/list", content_type: str | None = None) -> FeedDocument:
    data = body.encode() if isinstance(body, str) else body
    return load_reader(kind).read(data, url=url, content_type=content_type, now=NOW)


def asked(kind: str, url: str, state: FeedState | None = None) -> str:
    spec = FeedSpec(url=url, name="x", kind=kind)
    return load_reader(kind).address(spec, state or FeedState(url=url), NOW)


def test_kinds() -> None:
    """Every file of the folder is a kind with a reader; another name is a usage error that lists them."""
    assert {"feed", "sitemap", "links", "search", "gdelt", "federal_register", "eu_press"} == set(reader_kinds())
    assert all(isinstance(load_reader(kind), Reader) for kind in reader_kinds())
    with pytest.raises(UsageError, match="gdelt"):
        load_reader("telepathy")


SITEMAP = f"""<?xml version="1.0"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>{SITE}/old</loc><lastmod>2025-11-01</lastmod></url>
<url><loc>{SITE}/new</loc><news:news><news:publication_date>2025-11-19T08:00:00Z</news:publication_date>
<news:title>Court halts mine</news:title></news:news></url>
<url><loc>https://elsewhere.example/x</loc></url>
</urlset>"""


def test_sitemap() -> None:
    """Pages of its own site, the newest first; `lastmod` is no date of publication."""
    document = read("sitemap", SITEMAP)
    assert [(f"{SITE}/new", "Court halts mine"), (f"{SITE}/old", None)] == [(e.url, e.title) for e in document.entries]
    assert [datetime(2025, 11, 19, 8, tzinfo=UTC), None] == [entry.published for entry in document.entries]


def test_sitemap_index() -> None:
    """The sitemaps of an index are more to read: those of its own site, the newest first."""
    index = (
        f"<sitemapindex><sitemap><loc>{SITE}/a.xml</loc><lastmod>2024-01-01</lastmod></sitemap>"
        f"<sitemap><loc>{SITE}/b.xml</loc><lastmod>2025-01-01</lastmod></sitemap>"
        "<sitemap><loc>http://169.254.169.254/c.xml</loc></sitemap></sitemapindex>"
    )
    assert (f"{SITE}/b.xml", f"{SITE}/a.xml") == read("sitemap", index).more


@pytest.mark.parametrize(
    "body", ["", "<rss/>", "words", "<urlset", "{}", b"\x00\xff\xfe", gzip.compress(b"x", mtime=0)]
)
def test_no_sitemap(body: str | bytes) -> None:
    """What is no sitemap is refused, or has no pages."""
    try:
        assert () == read("sitemap", body).entries
    except FeedError as error:
        assert error.reason == "not_a_feed"


def test_sitemap_without_entities() -> None:
    """Entities are never expanded, and files never read."""
    bomb = f'<!DOCTYPE x [<!ENTITY a "boom">]><urlset><url><loc>{SITE}/&a;x</loc></url></urlset>'
    assert all("boom" not in entry.url for entry in read("sitemap", bomb).entries)


def test_sitemap_of_another_site() -> None:
    """A sitemap that lists only pages of other sites is told as such, and references to no character cost nothing."""
    with pytest.raises(FeedError, match="other sites"):
        read("sitemap", "<urlset><url><loc>https://other.example/&#xD800;x</loc></url></urlset>")
    assert 1 == len(read("sitemap", f"<urlset><url><loc>{SITE}/&#xD800;x</loc></url></urlset>").entries)


def test_links() -> None:
    """Headlines of the same site are entries; menus, short words and other sites are not."""
    page = """<title>Ministry news</title><nav><a href="/about">All about our ministry and its people</a></nav>
    <main><a href="/n/1">Ministry approves lithium mine in the north</a><a href="/more">More</a>
    <a href="https://elsewhere.example/n">Another site writes about our new mine</a>
    <a href="/n/2"><img><h3>稀土出口管制公告正式发布</h3>long teaser</a></main>"""
    document = read("links", page)
    assert [
        (f"{SITE}/n/1", "Ministry approves lithium mine in the north"), (f"{SITE}/n/2", "稀土出口管制公告正式发布"),
    ] == [(entry.url, entry.title) for entry in document.entries]  # fmt: skip


@pytest.mark.parametrize("body", ["", "<p>nothing</p>", "<div>" * 5_000, "<a href='/x'>short</a>"])
def test_no_links(body: str) -> None:
    """A page without headlines is no source."""
    with pytest.raises(FeedError):
        read("links", body)


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("https://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fa.example%2fmine&c=1", "https://a.example/mine"),
        ("https://www.google.com/url?rct=j&url=https://a.example/mine?utm_source=x", "https://a.example/mine"),
        (
            "https://news.google.com/rss/articles/"
            + base64.urlsafe_b64encode(b"\x08\x13\x22\x19https://a.example/m\xd2\x01\x00").decode().rstrip("="),
            "https://a.example/m",
        ),
        ("https://news.google.com/rss/articles/CBMi?oc=5", "https://news.google.com/rss/articles/CBMi?oc=5"),
        ("https://a.example/mine?url=javascript:alert(1)", "https://a.example/mine?url=javascript:alert(1)"),
    ],
)  # fmt: skip
def test_publisher_url(link: str, page: str) -> None:
    """The address that a search engine's link carries; the link itself where it carries none."""
    assert page == publisher_url(link)


@given(st.text(max_size=200))
def test_publisher_url_of_anything(text: str) -> None:
    """Whatever stands in the link, the outcome is it or a web address."""
    url = f"https://news.google.com/rss/articles/{text}"
    found = publisher_url(url)
    assert found == url or found.startswith("http")


def test_search_names_the_outlet() -> None:
    """An entry of a search feed has the outlet as its source, and not in its title."""
    feed = (
        "<rss version='2.0'><channel><item><title>Mine halted - The Daily</title><link>https://a.example/1</link>"
        "<source url='https://daily.example'>The Daily</source></item></channel></rss>"
    )
    (entry,) = read("search", feed).entries
    assert ("Mine halted", "The Daily") == (entry.title, entry.source)


def test_gdelt() -> None:
    """Articles with the time at which GDELT saw them, and their outlet; broken escapes are mended."""
    body = (
        '{"articles": [{"url": "https://a.example/1", "title": "Mine \\x27halted\\x27 \tnow", '
        '"seendate": "20251119T101500Z", "domain": "a.example"}]}'
    )
    (entry,) = read("gdelt", body).entries
    assert datetime(2025, 11, 19, 10, 15, tzinfo=UTC) == entry.published
    assert ("a.example", "https://a.example/1") == (entry.source, entry.url)


def test_gdelt_says_no() -> None:
    """GDELT's errors are words with status 200: told as they are, too many requests under a word of its own."""
    with pytest.raises(FeedError) as caught:
        read("gdelt", "Please limit requests to one every 5 seconds.")
    assert "rate_limited" == caught.value.reason
    with pytest.raises(FeedError, match="too short"):
        read("gdelt", "Your query was too short or too long.")


def test_gdelt_is_asked_for_a_list() -> None:
    """What the API needs is added to the user's query, and nothing of it is overruled."""
    url = asked("gdelt", "https://api.gdeltproject.org/api/v2/doc/doc?query=lithium&timespan=3h")
    assert "query=lithium&timespan=3h&mode=ArtList&format=json" in url
    assert 1 == url.count("timespan")


def test_federal_register() -> None:
    """Documents with agencies and abstract; the next page is more to read."""
    body = {
        "results": [{
            "title": "Record of Decision", "abstract": "The Bureau approves.", "publication_date": "2025-11-18",
            "html_url": "https://www.federalregister.gov/d/1", "agencies": [{"name": "Bureau of Land Management"}, 3],
        }, 5],
        "next_page_url": "https://www.federalregister.gov/api/v1/documents?page=2",
    }  # fmt: skip
    document = read("federal_register", json.dumps(body), url="https://www.federalregister.gov/api/v1/documents.json")
    (entry,) = document.entries
    assert ("Bureau of Land Management", "The Bureau approves.") == (entry.author, entry.summary)
    assert ("https://www.federalregister.gov/api/v1/documents?page=2",) == document.more


def test_federal_register_is_asked_since_the_newest() -> None:
    """Only what is newer than the newest known document is asked for, with some days in common."""
    url = "https://www.federalregister.gov/api/v1/documents.json?conditions[term]=lithium"
    state = FeedState(url=url, newest_entry=datetime(2025, 11, 10, tzinfo=UTC))
    assert "conditions[publication_date][gte]=2025-11-07" in asked("federal_register", url, state)
    assert "conditions[publication_date][gte]=2025-10-21" in asked("federal_register", url)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"results": 5}', "<html>", "{" * 100_000, "NaN"])
def test_not_the_register(body: str) -> None:
    """Another answer than documents is refused."""
    with pytest.raises(FeedError):
        read("federal_register", body)


def test_eu_press() -> None:
    """A press release's page, which needs a browser, is read in its printed form."""
    link = "https://ec.europa.eu/commission/presscorner/detail/en/ip_25_831"
    feed = f"<rss version='2.0'><channel><item><title>List</title><link>{link}</link></item></channel></rss>"
    (entry,) = read("eu_press", feed).entries
    printed = "https://ec.europa.eu/commission/presscorner/api/files/document/print/en/ip_25_831/IP_25_831_EN.pdf"
    assert (link, printed, "European Commission") == (entry.url, entry.document, entry.source)


@given(
    st.sampled_from(["sitemap", "links", "search", "gdelt", "federal_register", "eu_press"]), st.binary(max_size=300)
)
def test_anything(kind: str, body: bytes) -> None:
    """Whatever bytes come, they are a document or a FeedError."""
    with contextlib.suppress(FeedError):
        assert isinstance(read(kind, body), FeedDocument)
