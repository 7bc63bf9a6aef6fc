"""OPML: lists of feeds come in and go out, and come back as they were."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.opml import read_opml, write_opml
from orewire.model.errors import FeedError
from orewire.model.feed import FeedSpec

OPML = b"""<?xml version="1.0" encoding="ISO-8859-1"?><opml version="1.0"><body>
<outline text="Mining"><outline text="Miner\xeda" type="rss" xmlUrl="https://a.example/feed" language="es-CL"/>
<outline title="Again" xmlUrl="https://a.example/feed"/></outline>
<outline text="Bad" xmlUrl="javascript:alert(1)"/><outline text="A folder"/></body></opml>"""


def test_read() -> None:
    """Each address once, folders opened, what is no web address left out."""
    found = read_opml(OPML)
    assert (FeedSpec(url="https://a.example/feed", name="Miner\u00eda", lang="es"),) == found.feeds
    assert (1, None) == (found.left_out, found.damage)


def test_damaged() -> None:
    """Of a document that breaks off there is what it has, and what is broken is told."""
    found = read_opml(OPML[:200])
    assert 1 == len(found.feeds)
    assert found.damage


@pytest.mark.parametrize("url", ["feed://a.example/x", "feed:http://a.example/x", "HTTP://a.example/x"])
def test_other_ways_to_write_an_address(url: str) -> None:
    """Schemes that other readers write are understood."""
    body = f"<opml><body><outline text='A' xmlUrl='{url}'/></body></opml>".encode()
    assert ["http://a.example/x"] == [feed.url for feed in read_opml(body).feeds]


@pytest.mark.parametrize("body", [b"", b"<html/>", b"words", b"<opml"])
def test_no_opml(body: bytes) -> None:
    """What is no OPML is refused; one that breaks off has what it has."""
    with contextlib.suppress(FeedError):
        assert () == read_opml(body).feeds


names = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=40)


@given(
    st.lists(
        st.builds(FeedSpec, url=st.integers(0).map("https://a.example/{}".format), name=names),
        unique_by=lambda spec: spec.url,
    )
)
def test_there_and_back(specs: list[FeedSpec]) -> None:
    """What is written is read again."""
    assert specs == list(read_opml(write_opml(specs)).feeds)


@given(st.binary(max_size=200))
def test_anything(body: bytes) -> None:
    """Whatever bytes come, they are a list or a FeedError."""
    with contextlib.suppress(FeedError):
        read_opml(b"<opml>" + body)
