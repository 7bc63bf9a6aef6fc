"""The pages over the real service: whatever an address says, there is an answer that is no fault."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import Service

pytestmark = pytest.mark.e2e
DIGITS = "9" * 40


@pytest.mark.parametrize("path", ["/search?view=articles&text=lithium&page=", "/projects?page="])
@pytest.mark.parametrize("page", ["000000001999999999", "0", "401", DIGITS, "²", "1e3", "-1"])
def test_a_page_that_cannot_be(service: Service, path: str, page: str) -> None:
    """400, however the number is written; it never reaches the store."""
    from urllib.parse import quote

    assert 400 == service.ask(f"{path}{quote(page)}").status
    assert 200 == service.ask(f"{path}1").status


def test_a_shorter_address_asks_the_same(service: Service) -> None:
    """Order and page stay where a country was named, or a field left empty."""
    told = service.ask("/search?view=articles&text=lithium&country=chile&sort=date&page=2")
    assert (200, service.url + "/search?country=CL&text=lithium&view=articles&sort=date&page=2") == (
        told.status,
        told.url,
    )


@pytest.mark.parametrize("path", ["/search", "/trends", "/map", "/projects"])
def test_a_mineral_may_have_a_capital(service: Service, path: str) -> None:
    """People write so; it was refused, with a list that began with aluminium."""
    assert 200 == service.ask(f"{path}?mineral=Lithium").status


def test_the_links_of_a_mineral_are_addresses(service: Service) -> None:
    """Its name may be two words: the link to its projects had a space in it."""
    page = service.ask("/minerals/rare%20earths").body.decode()
    assert 'href="/projects?mineral=rare+earths"' in page
    assert [] == re.findall(r'href="[^"]*\s[^"]*"', page)


@pytest.mark.parametrize("number", [DIGITS, "99999999999", str(2**63), "0", "-1", "x"])
@pytest.mark.parametrize("path", ["/stories/{}", "/events/{}", "/projects/{}", "/charts/standing.svg?project={}"])
def test_a_number_of_nothing(service: Service, path: str, number: str) -> None:
    """A page says that there is no such thing, or that it is no number."""
    answer = service.ask(path.format(number))
    assert answer.status in (400, 404)
    assert "text/html" in answer.headers["Content-Type"]


@pytest.mark.parametrize(
    "span",
    [
        "until=0001-01-01", "until=0001-01-02", "until=0003-01-01", "since=0001-01-01", "since=9999-12-31",
        "until=9999-12-31", "since=0001-01-01&until=9999-12-31",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "path",
    [
        "/trends", "/search", "/map", "/charts/trend.svg", "/charts/balance.svg", "/charts/map.svg", "/search.atom",
        "/trends?period=month", "/trends?period=day", "/queue", "/api/v1/trends", "/api/v1/movers", "/api/v1/balance",
    ],
)  # fmt: skip
def test_a_day_at_either_end_of_the_calendar(service: Service, path: str, span: str) -> None:
    """Is a day like any other; where it makes too many periods, that is said."""
    assert service.ask(f"{path}{'&' if '?' in path else '?'}{span}").status in (200, 400, 404)


@pytest.mark.parametrize("path", ["/", "/search", "/projects", "/trends", "/static/style.css", "/login", "/healthz"])
def test_heads_of_pages(service: Service, path: str) -> None:
    """HEAD has the status and the type of the page, and no body."""
    whole, head = service.ask(path), service.ask(path, method="HEAD")
    assert (whole.status, whole.headers["Content-Type"], b"") == (head.status, head.headers["Content-Type"], head.body)


def test_what_a_page_loads(service: Service) -> None:
    """Nothing from elsewhere; it is kept by its reader alone."""
    told = service.ask("/search").headers
    assert told["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert ("nosniff", "private, no-cache") == (told["X-Content-Type-Options"], told["Cache-Control"])


def test_all_rows_or_none(service: Service) -> None:
    """A file of an answer is whole: for more rows than it can have, the page says what to do."""
    assert 10_002 == service.ask("/sql?form=csv&sql=SELECT+*+FROM+range(10001)").body.count(b"\r\n")
    answer = service.ask("/sql?form=csv&sql=SELECT+*+FROM+range(100001)")
    assert (400, True) == (answer.status, b"ask with LIMIT" in answer.body)


def test_no_spreadsheet_runs_an_answer(service: Service) -> None:
    """Neither its values nor the names of its columns; numbers stay numbers."""
    answer = service.ask("/sql?form=csv&sql=SELECT+'%3D1'+AS+%22%3D2%22,-3.5+AS+n")
    assert b"'=2,n\r\n'=1,-3.5\r\n" == answer.body


def test_a_client_without_a_token(service: Service) -> None:
    """Reads what anybody may: it shows none, rather than an empty one."""
    from orewire.model.event import Filters
    from orewire.web.client import ServiceClient

    client = ServiceClient(service.url, token="")
    assert [] != list(client.iterate_events(Filters(country=("CL",))))
    with client.open_export(Filters(), "csv").body as body:
        assert body.read(9)
