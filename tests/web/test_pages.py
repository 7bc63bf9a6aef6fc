"""The pages over the real service: whatever an address says, there is an answer that is no fault."""

from __future__ import annotations

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
