"""Each spot of the map is a link with a name, and the table holds the same places."""

from __future__ import annotations

import httpx
import pytest
from lxml import html

from orewire.model.event import Filters
from orewire.web.charts.maps import MapShown, box_around, map_of
from orewire.web.charts.projection import WORLD, Box
from tests.orewire.web.charts.answers import place
from tests.orewire.web.charts.conftest import HOSTILE


def page(client: httpx.Client, address: str) -> html.HtmlElement:
    answer = client.get(address)
    assert 200 == answer.status_code, answer.text
    return html.fromstring(answer.text)


def links(shown: html.HtmlElement) -> dict[str, str]:
    return {one.get("aria-label"): one.get("href") for one in shown.xpath("//svg//a")}


def test_near_places_are_one_spot_that_leads_nearer(client: httpx.Client) -> None:
    """Until each is told apart, and leads to its page."""
    spots = links(page(client, "/map?country=RS"))
    assert ["Jadar and one more place: 4 events, 2 against"] == list(spots)
    nearer = links(page(client, spots["Jadar and one more place: 4 events, 2 against"]))
    assert ["Jadar: 3 events, 2 against", "Near Jadar: 1 event"] == sorted(nearer)
    assert all(href.startswith("/projects/") for href in nearer.values())


def test_countries_lead_to_their_pages(client: httpx.Client) -> None:
    """An event of two countries lies in both, one of them at our own point."""
    spots = links(page(client, "/map?type=trade_deal"))
    assert {"/countries/CD", "/countries/US"} == set(spots.values())


def test_all_addresses_lead_somewhere(client: httpx.Client) -> None:
    """Of spots, regions, table, and the outlines."""
    shown = page(client, "/map")
    addresses = {*shown.xpath("//main//a/@href"), *shown.xpath("//image/@href")}
    for address in sorted(address for address in addresses if not address.startswith("#")):
        assert 200 == client.get(address).status_code, address


def test_a_region_shows_what_lies_there(client: httpx.Client) -> None:
    """And its table holds no more."""
    shown = page(client, "/map?region=europe")
    assert {"Jadar", "Near Jadar"} == set(shown.xpath("//section[@id='places']//tbody//th//text()"))


def test_names_from_outside_are_text(client: httpx.Client) -> None:
    """No mark-up, no style, no script in the page."""
    answer = client.get("/map")
    assert HOSTILE not in answer.text
    assert "style=" not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("query", ["region=atlantis", "west=0", "west=0&south=0&east=0.1&north=5", "type=riot", "x=1"])
def test_questions_that_mean_nothing(client: httpx.Client, query: str) -> None:
    """Are told on a page."""
    assert 400 == client.get(f"/map?{query}").status_code


def test_nothing_found(client: httpx.Client) -> None:
    """Is said."""
    assert "No event that answers" in page(client, "/map?mineral=gold").text_content()


def test_a_group_that_cannot_be_told_apart_leads_to_the_table() -> None:
    """Two projects at one point stay one, however near one looks."""
    places = [place("A"), place("B")]
    shown: MapShown = map_of(Filters(), places, box=box_around(places))
    assert ["#places"] == [spot.href for spot in shown.spots]


def test_a_box_around_places() -> None:
    """Holds them with room around, within what there is; without places it is the world."""
    box = box_around([place(latitude=89.9, longitude=-179.9), place(latitude=80.0, longitude=-150.0)])
    assert (-180, 90) == (box.west, box.north)
    assert box.south < 80.0
    assert WORLD == box_around([place(latitude=None, longitude=None, country=None)])
    assert Box(west=18.3, south=44, east=20.3, north=45) == box_around([place()])


def test_a_small_map_is_drawn_for_its_width() -> None:
    """Its outlines, too."""
    shown = map_of(Filters(country=("RS",)), [place()], width=360)
    assert (360, 180, "/charts/world.svg?width=360") == (shown.width, shown.height, shown.outlines)
    assert "/map?country=RS" == shown.whole


@pytest.mark.parametrize("address", ["/", "/countries/RS", "/minerals/lithium"])
def test_pages_of_lists_have_a_trend_and_a_map(client: httpx.Client, address: str) -> None:
    """Both of the year that ends with their newest event, and both lead on."""
    shown = page(client, address)
    (told,) = shown.xpath("//section[@class='beside']//img/@alt")
    assert told.startswith("Events by week: ")
    assert any("Jadar" in name for name in links(shown))
    for href in shown.xpath("//section[@class='beside']//p/a/@href"):
        assert 200 == client.get(href).status_code


def test_a_project_has_its_standing_and_its_place(client: httpx.Client) -> None:
    """Where it stood, what happens there, and a map of the country around it."""
    shown = page(client, client.get("/project?name=Jadar").url.path)
    assert {"/charts/standing.svg", "/charts/trend.svg"} == {src.split("?")[0] for src in shown.xpath("//img/@src")}
    assert any(name.startswith("Jadar") for name in links(shown))
