"""The page of trends answers without a script, and tells in words and figures what its pictures show."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from lxml import etree, html

from tests.orewire.web.charts.conftest import HOSTILE


def page(client: httpx.Client, address: str) -> html.HtmlElement:
    answer = client.get(address)
    assert 200 == answer.status_code, answer.text
    return html.fromstring(answer.text)


def test_without_a_question(client: httpx.Client) -> None:
    """The 52 weeks of which the last has the newest event, by family, and the form says so."""
    shown = page(client, "/trends")
    assert "Events by family" == shown.xpath("string(//h1)")
    assert (["2024-11-18"], ["2025-11-17"]) == tuple(
        shown.xpath(f"//form[@action='/trends']//input[@name='{name}']/@value") for name in ("since", "until")
    )


def test_the_picture_is_there_at_the_size_that_was_told(client: httpx.Client) -> None:
    """On each screen: nothing moves when it arrives."""
    shown = page(client, "/trends?by=mineral&since=2025-10-01&until=2025-12-01")
    pictures = [*shown.xpath("//figure//img"), *shown.xpath("//figure//source")]
    assert len(pictures) >= 6
    for one in pictures:
        root = etree.fromstring(client.get(one.get("src") or one.get("srcset")).content)
        assert (one.get("width"), one.get("height")) == (root.get("width"), root.get("height"))


def test_totals_lead_to_their_events(client: httpx.Client) -> None:
    """Each with the number that is found there."""
    shown = page(client, "/trends?by=country&since=2025-10-01&until=2025-12-01")
    rows = shown.xpath("//section[h2='Totals']//tbody/tr")
    told = {row.xpath("string(th)"): (row.xpath("string(td[1])"), row.xpath("th/a/@href")[0]) for row in rows}
    assert {"Serbia": "4", "Chile": "1"}.items() <= {name: count for name, (count, _) in told.items()}.items()
    for count, address in told.values():
        assert f"{count} event" in page(client, address).xpath("string(//h1)")


def test_two_dimensions(client: httpx.Client) -> None:
    """Are counted together, and both are in the addresses of picture and file."""
    shown = page(client, "/trends?by=mineral&by=type&period=month&since=2025-10-01&until=2025-12-01")
    assert "lithium · protest" in shown.xpath("//section[h2='Totals']//th/a/text()")
    (src,) = shown.xpath("//figure[@data-brush]//img/@src")
    assert (["mineral", "type"], ["month"]) == tuple(parse_qs(urlsplit(src).query)[name] for name in ("by", "period"))


def test_what_a_form_left_empty_is_no_question(client: httpx.Client) -> None:
    """The address becomes the short one, which stays."""
    answer = client.get("/trends?by=type&by=&country=chile&mineral=&since=2025-10-01&until=2025-12-01&period=week")
    assert "country=CL&since=2025-10-01&until=2025-12-01&period=week&by=type" == answer.url.query.decode()


def test_the_table_behind_it(client: httpx.Client) -> None:
    """The newest periods first, and all of it as a file."""
    shown = page(client, "/trends?by=mineral&period=week&since=2025-10-13&until=2025-11-17")
    (details,) = shown.xpath("//figure[@data-brush]/details")
    assert "2025-11-10" == details.xpath("string(.//tbody/tr[1]/th)")
    assert "not read" in details.xpath(".//td/text()")
    assert re.match(r"/api/v1/trends\.csv\?", details.xpath(".//a/@href")[-1])


def test_for_and_against(client: httpx.Client) -> None:
    """A picture with its words."""
    shown = page(client, "/trends?by=project&since=2025-10-01&until=2025-12-01")
    (told,) = shown.xpath("//img[contains(@src, 'balance')]/@alt")
    assert "Jadar 0 for, 2 against" in told


def test_names_from_outside_are_text(client: httpx.Client) -> None:
    """In the page and in its picture."""
    answer = client.get("/trends?by=project&since=2025-10-01&until=2025-12-01")
    assert "&lt;script&gt;" in answer.text
    assert HOSTILE not in answer.text
    assert "style=" not in answer.text


@pytest.mark.parametrize(
    "query",
    ["by=colour", "by=type&by=country&by=mineral", "period=year", "since=soon", "until=2025-01-01&since=2025-02-01"],
)
def test_questions_that_mean_nothing(client: httpx.Client, query: str) -> None:
    """Are told on a page."""
    assert 400 == client.get(f"/trends?{query}").status_code


def test_nothing_found(client: httpx.Client) -> None:
    """Is said, and the form is open."""
    shown = page(client, "/trends?mineral=gold")
    assert "No event answers this question" in shown.text_content()
    assert not shown.xpath("//figure")
