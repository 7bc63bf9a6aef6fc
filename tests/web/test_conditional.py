"""Conditional requests: what is held already is not sent again, and never held for longer than it is true."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.web.conftest import Service

pytestmark = pytest.mark.e2e
PATHS = (
    "/api/v1/events", "/api/v1/events.csv", "/api/v1/events.parquet", "/api/v1/events.xlsx", "/api/v1/events/1",
    "/api/v1/facets", "/api/v1/trends", "/api/v1/projects", "/api/v1/watches", "/api/v1/openapi.json",
    "/api/v1/export?format=jsonl", "/search.atom",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_not_modified(service: Service, path: str) -> None:
    """304 with the same tag and no body; another tag gets the whole again."""
    first = service.ask(path)
    tag = first.headers["ETag"]
    again = service.ask(path, If_None_Match=tag)
    assert (304, tag, b"") == (again.status, again.headers["ETag"], again.body)
    assert (304, 200) == (
        service.ask(path, If_None_Match=f'"x", W/{tag}').status, service.ask(path, If_None_Match='"x"').status,
    )  # fmt: skip
    assert "private, no-cache" == first.headers["Cache-Control"]
    assert "Accept" in first.headers["Vary"].split(", ")


@pytest.mark.parametrize("path", ["/api/v1/events", "/api/v1/export?format=csv", "/api/v1/events.jsonl"])
def test_the_tag_of_what_is_compressed(service: Service, path: str) -> None:
    """It is weak, as its bytes are others; whichever of the two is held, it is not sent again in either way."""
    ways = ("identity", "gzip")
    plain, compressed = (service.ask(path, Accept_Encoding=way).headers["ETag"] for way in ways)
    assert f"W/{plain}" == compressed
    for tag in (plain, compressed):
        for way in ways:
            assert 304 == service.ask(path, If_None_Match=tag, Accept_Encoding=way).status


@pytest.mark.parametrize("path", PATHS)
def test_head(service: Service, path: str) -> None:
    """The same headers, no body."""
    whole, head = service.ask(path), service.ask(path, method="HEAD")
    assert (200, b"") == (head.status, head.body)
    for name in ("ETag", "Content-Type", "Content-Length"):
        assert whole.headers[name] == head.headers[name]


def test_a_change_is_told_at_once(service: Service) -> None:
    """As soon as something else is true, the old tag counts for nothing."""
    path = "/api/v1/watches"
    told: Any = {"Authorization": f"Bearer {service.token}", "Content_Type": "application/json"}
    tag = service.ask(path).headers["ETag"]
    settings = json.dumps({"country": ["RS"], "channels": []}).encode()
    assert 200 == service.ask(f"{path}/serbia", method="PUT", body=settings, **told).status
    changed = service.ask(path, If_None_Match=tag)
    assert (200, ["serbia"]) == (changed.status, [watch["name"] for watch in changed.json["watches"]])
    assert 200 == service.ask(f"{path}/serbia", method="DELETE", **told).status
    assert 304 == service.ask(path, If_None_Match=tag).status


def test_errors_have_no_tag(service: Service) -> None:
    """What went wrong is not to be kept."""
    answer = service.ask("/api/v1/events?type=x")
    assert (400, None) == (answer.status, answer.headers["ETag"])
