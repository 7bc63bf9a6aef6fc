"""What a page says about itself is believed where it can be."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.metadata import Metadata, read_metadata

URL = "https://example.org/news/permit"
DAY = datetime(2024, 1, 15, tzinfo=UTC)


def read(html: str, url: str = URL) -> Metadata:
    return read_metadata(html, url=url)


def told(**fields: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


GRAPH = (
    '<script type="application/ld+json">'
    '[{"@graph": [{"@type": ["X", "Article"], "datePublished": "2024-01-15"}]}]</script>'
)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<title>Permit granted - The Daily</title><h1>The Daily</h1><h1>Permit granted</h1>", "Permit granted"),
        ('<meta property="og:title" content="Permit &amp; more"><h1>Other</h1>', "Permit & more"),
        ("<title>Permit granted | The Daily</title>", "Permit granted | The Daily"),
        (told(headline="From JSON-LD") + "<title>The Daily</title>", "From JSON-LD"),
        ("<svg><title>Icon</title></svg>", "Icon"),
        ("<head><title>Page</title></head><body><svg><title>Icon</title></svg>", "Page"),
        ("", None),
    ],
)
def test_title(html: str, expected: str | None) -> None:
    """The heading that the page's own title confirms, else JSON-LD, og:title, <title>."""
    assert expected == read(html).title


@pytest.mark.parametrize(
    "html",
    [
        told(datePublished="2024-01-15"),
        GRAPH,
        '<meta property="article:published_time" content="2024-01-15">',
        '<meta itemprop="datePublished" content="January 15, 2024">',
        '<meta name="DC.date.issued" content="2024-01-15">',
        "<article><time datetime='2024-01-15'>today</time></article>",
        told(datePublished="2099-01-01") + '<meta property="article:published_time" content="2024-01-15">',
        told(datePublished=["2024-01-01"]) + '<time datetime="2024-01-15"></time>',
    ],
)
def test_date(html: str) -> None:
    """The date is found wherever a page may state it, and a wrong statement does not hide a right one."""
    assert DAY == read(html).published


def test_date_is_never_guessed() -> None:
    """A date in the text or the address is not the page's date."""
    assert read("<p>On 15 January 2024</p>", "https://example.org/2024/01/15/x").published is None


@pytest.mark.parametrize(
    ("html", "author"),
    [
        (told(author={"name": "Ana Pérez"}), "Ana Pérez"),
        (told(author=[{"name": "Ana Pérez"}, "By John Doe", {"name": "Ana Pérez"}]), "Ana Pérez, John Doe"),
        ("<span class=byline>By <a>Ana Pérez</a> </span>", "Ana Pérez"),
        ("<a rel=author>por Ana Pérez |</a>", "Ana Pérez"),
        (told(author="https://example.org/ana"), None),
        ("<span class=byline>admin</span>", None),
        ("<span class=byline>15 January 2024</span>", None),
        (told(author={"name": {"x": 1}}), None),
    ],
)
def test_author(html: str, author: str | None) -> None:
    """Authors are names that JSON-LD or a byline gives; an address, a role or a date is none."""
    assert author == read(html).author


@pytest.mark.parametrize(
    ("lang", "expected"), [("en", "en"), ("ES-mx", "es"), ("pt_BR", "pt"), ("eng", None), ("", None), ("x", None)]
)
def test_language(lang: str, expected: str | None) -> None:
    """The language is two letters, as the page's root element says."""
    assert expected == read(f"<html lang='{lang}'></html>").lang


@pytest.mark.parametrize(
    ("href", "url", "expected"),
    [
        ("/news/permit?utm_source=x", URL + "?ref=1", URL),
        ("https://example.org/stories/permit/", URL, "https://example.org/stories/permit/"),
        ("https://example.org/", URL, None),
        ("https://example.org/news/other", URL, None),
        ("https://other.example/news/permit", URL, None),
        (URL, "https://m.example.org/news/permit", URL),
        (URL, URL + "?id=7", None),
        (URL + "?id=7", URL + "?id=7&session=1", URL + "?id=7"),
        ("https://example.org:8443/news/permit", URL, None),
        ("https://example.org/news/permit", URL + "/amp", URL),
        ("https://example.org/x", "https://example.org:99999/x", None),
        ("https://example.org/x", "page.html", None),
        ("javascript:x", URL, None),
        ("http://[", URL, None),
    ],
)
def test_canonical(href: str, url: str, expected: str | None) -> None:
    """The page's own address is believed within its host and for the same page only."""
    assert expected == read(f'<link rel="canonical" href="{href}">', url).canonical


def test_nested_headings_are_bounded() -> None:
    """Thousands of headings within each other do not cost time squared; it took three quarters of a minute."""
    html = "<title>a</title>" + "<h1><div>" * 1_000 + "word " * 20_000
    assert "a" == read(html).title


JSON = st.recursive(
    st.none() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["@type", "@graph", "author", "name", "headline", "datePublished", "mainEntity"]), inner
        )
    ),
    max_leaves=15,
)


@settings(deadline=None)
@given(JSON)
def test_any_json_ld(data: Any) -> None:
    """No JSON-LD crashes, whatever types it holds."""
    for value in (data, {"@type": "Article", "headline": data, "author": data, "datePublished": data}):
        read(f'<html><script type="application/ld+json">{json.dumps(value)}</script></html>')


@pytest.mark.parametrize("depth", range(900, 1_000, 7))
def test_deep_json_ld(depth: int) -> None:
    """JSON-LD nested to the edge of what Python reads does not crash."""
    read('<script type="application/ld+json">{"@type":' + "[" * depth + "]" * depth + "}</script>")


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<title>",
                "<h1>",
                "</h1>",
                '<html lang="',
                '<meta property="og:title" content="',
                '">',
                '<time datetime="',
                "x",
            ]
        )
    ).map("".join),
    st.text(),
)
def test_any_markup(html: str, url: str) -> None:
    """No markup and no address crash."""
    assert isinstance(read(html, url), Metadata)
