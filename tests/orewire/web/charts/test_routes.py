"""Pictures as they are sent: the same question, kept by the reader, refused where the question means nothing."""

from __future__ import annotations

import sys
from html import unescape

import httpx
import pytest
from lxml import etree, html

from orewire.model.event import Filters
from orewire.web.client import ServiceClient
from store.local import LocalStore

PICTURES = (
    "/charts/trend.svg?by=mineral", "/charts/trend.svg?by=type&by=country&period=month&width=360",
    "/charts/balance.svg?by=project&width=1080", "/charts/standing.svg?project=1", "/charts/map.svg?type=protest",
    "/charts/map.svg?west=10&south=40&east=25&north=50&width=360", "/charts/world.svg",
)  # fmt: skip


@pytest.mark.parametrize("address", PICTURES)
def test_pictures(client: httpx.Client, address: str) -> None:
    """SVG with a title, for the reader alone, which runs nothing even where it is opened by itself."""
    answer = client.get(address)
    assert (200, "image/svg+xml") == (answer.status_code, answer.headers["content-type"])
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    root = etree.fromstring(answer.content)
    assert etree.QName(root[0]).localname == "title"
    assert "script" not in {etree.QName(one).localname for one in root.iter()}


@pytest.mark.parametrize("address", PICTURES)
def test_what_the_reader_has_is_not_sent_again(client: httpx.Client, address: str) -> None:
    """For a minute it is not even asked for, then it is 304; the outlines last a day."""
    first = client.get(address)
    assert ("public, max-age=86400" if "world" in address else "private, max-age=60") == first.headers["cache-control"]
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (304, b"") == (again.status_code, again.content)


def test_who_cannot_decompress(client: httpx.Client) -> None:
    """Is given the same picture plain."""
    plain = client.get(PICTURES[0], headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert client.get(PICTURES[0]).content == plain.content


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/charts/trend.svg?width=500", "width: found '500', expected one of 360, 720, 1080"),
        ("/charts/trend.svg?by=colour", "by: found 'colour'"),
        ("/charts/trend.svg?period=year", "period: found 'year'"),
        ("/charts/trend.svg?since=2025-02-01&until=2025-01-01", "until: found 2025-01-01"),
        ("/charts/trend.svg?country=Chile", "country: found 'Chile'"),
        ("/charts/balance.svg?stance=maybe", "stance: found 'maybe'"),
        ("/charts/balance.svg?planet=mars", "filter: found 'planet'"),
        ("/charts/map.svg?west=1", "south: found nothing"),
        ("/charts/map.svg?west=a&south=0&east=1&north=1", "west: found 'a'"),
        ("/charts/world.svg?west=0&south=0&east=inf&north=1", "east: found inf"),
        ("/charts/standing.svg?project=x", "project: found 'x'"),
    ],
)
def test_questions_that_mean_nothing(client: httpx.Client, address: str, told: str) -> None:
    """400, with what was found and what was expected."""
    answer = client.get(address)
    assert 400 == answer.status_code
    assert told in unescape(answer.text)


@pytest.mark.parametrize("address", ["/charts/trend.svg?mineral=gold", "/charts/standing.svg?project=999"])
def test_nothing_to_draw(client: httpx.Client, address: str) -> None:
    """404."""
    assert 404 == client.get(address).status_code


def test_places_with_and_without_the_service(local: LocalStore, site: str) -> None:
    """The same answers."""
    for filters in (Filters(), Filters(type=("protest",)), Filters(mineral=("gold",))):
        assert local.find_places(filters) == ServiceClient(site, "t").find_places(filters)


def test_places_as_json(client: httpx.Client) -> None:
    """Each place with its point and counts; a limit that is none is refused."""
    (first,) = client.get("/api/v1/places?limit=1").json()["places"]
    assert ("Jadar", "RS", 44.53, 19.31, 3) == tuple(
        first[name] for name in ("name", "country", "latitude", "longitude", "events")
    )
    assert 400 == client.get("/api/v1/places?limit=-1").status_code


@pytest.mark.parametrize("page", ["/trends?by=project&since=2025-10-01&until=2025-12-01", "/map"])
def test_without_what_draws(client: httpx.Client, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    """There are no pictures, and the pages show the tables alone."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)  # as where the extra is not installed
    assert 404 == client.get("/charts/trend.svg").status_code
    shown = html.fromstring(client.get(page).text)
    assert not shown.xpath("//img | //image | //details/summary[. = 'As a table']")
    assert "Jadar" in shown.xpath("//main//table//th//text()")
