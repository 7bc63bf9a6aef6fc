"""The Model Context Protocol, spoken by the client of its own library with the real service."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from mcp.client import Client

from orewire.model.codes import EVENT_TYPES
from tests.e2e.conftest import environment
from tests.web.conftest import EVENTS, Service

pytestmark = pytest.mark.e2e
TOOLS = {
    "search_events", "get_event", "count_facets", "get_trend", "find_movers", "get_project", "search_articles",
}  # fmt: skip


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured answer of a tool."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return dict(result.structured_content or {})


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    """What a tool says that refuses."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return str(getattr(result.content[0], "text", ""))


async def test_tools_are_read_only_and_described(service: Service) -> None:
    """Each tool says what it is for, what it takes and gives, and that it changes nothing."""
    async with Client(f"{service.url}/mcp") as client:
        tools = (await client.list_tools()).tools
        assert TOOLS == {tool.name for tool in tools}
        for tool in tools:
            assert tool.description and tool.output_schema
            assert tool.annotations and tool.annotations.read_only_hint


async def test_all_pages_of_a_search(service: Service) -> None:
    """Cursors lead through all events, each of them once."""
    async with Client(f"{service.url}/mcp") as client:
        told, cursor = [], None
        while True:
            page = await call(client, "search_events", limit=25, cursor=cursor)
            told += [event["id"] for event in page["events"]]
            if (cursor := page["next_cursor"]) is None:
                break
        assert (EVENTS, EVENTS, EVENTS) == (page["total"], len(told), len(set(told)))


async def test_an_event_is_told_with_its_evidence(service: Service) -> None:
    """The sentence that proves it is quoted, with its outlet, its address and a confidence."""
    async with Client(f"{service.url}/mcp") as client:
        found = await call(client, "search_events", filters={"type": ["permit_denied"]})
        (event,) = found["events"]
        assert ("2025-11-13", "https://example.org/a", 0.8) == (event["date"], event["url"], event["confidence"])
        assert "The ministry revoked it." == event["quoted"]["evidence"]
        whole = await call(client, "get_event", event_id=event["id"])
        assert (event, 1) == (whole["event"], len(whole["sources"]))


async def test_counts_trends_projects_and_articles(service: Service) -> None:
    """The other questions answer, too."""
    async with Client(f"{service.url}/mcp") as client:
        counts = await call(client, "count_facets", by=["type"])
        assert {"name": "type", "value": "protest", "events": 15} in counts["counts"]
        trend = await call(client, "get_trend", filters={"country": ["CL"]}, period="month")
        assert 19 == sum(point["events"] or 0 for point in trend["points"])
        assert [] == (await call(client, "find_movers"))["movers"]
        project = await call(client, "get_project", name="Mine 7")
        assert ["Mine 7"] == [event["project"] for event in project["events"]]
        articles = await call(client, "search_articles", text="words", limit=3)
        assert 3 == len(articles["articles"])


async def test_what_means_nothing_is_refused_in_words(service: Service) -> None:
    """An assistant reads what is allowed and can ask again."""
    async with Client(f"{service.url}/mcp") as client:
        assert "did you mean protest?" in await refusal(client, "search_events", filters={"type": ["protests"]})
        assert "cursor" in await refusal(client, "search_events", cursor="nonsense")
        assert "expected the number of an event" in await refusal(client, "get_event", event_id=10**9)
        assert await refusal(client, "search_events", filters={"colour": ["red"]})


async def test_the_codebook_can_be_read(service: Service) -> None:
    """All types with their definitions."""
    async with Client(f"{service.url}/mcp") as client:
        (text,) = (await client.read_resource("orewire://codebook")).contents
        for name in EVENT_TYPES:
            assert f"## {name} (" in str(getattr(text, "text", ""))


def test_a_page_elsewhere_may_not_ask(service: Service) -> None:
    """Another origin, and another host's name, are refused; so is a stream that would stay open."""
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    given = {"Content_Type": "application/json", "Accept": "application/json, text/event-stream"}
    assert 200 == service.ask("/mcp", method="POST", body=message, **given).status
    assert 403 == service.ask("/mcp", method="POST", body=message, Origin="https://evil.example", **given).status
    assert 400 == service.ask("/mcp", method="POST", body=message, Host="evil.example", **given).status
    assert 405 == service.ask("/mcp").status


def test_the_library_is_imported_late() -> None:
    """Neither the service's start nor the command line waits for it."""
    code = "import sys, orewire.web.api; print('mcp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=60)
    assert "False" == done.stdout.strip()
