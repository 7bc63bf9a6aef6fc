"""The description of the API: complete, the same names everywhere, and the page made of it."""

from __future__ import annotations

import asyncio
import re
from contextlib import closing
from dataclasses import fields
from typing import Any

import pytest
from click.testing import CliRunner

from orewire.cli.main import cli
from orewire.model.event import Filters
from orewire.web.assistant_tools import Asked, make_server
from orewire.web.problems import make_problem
from store.connection import open_database
from store.local import LocalStore
from tests.e2e.conftest import ROOT
from tests.web.conftest import Service

pytestmark = pytest.mark.e2e
FILTERS = {
    "country", "mineral", "type", "family", "stance", "project", "actor", "status", "since", "until", "text",
    "min_confidence",
}  # fmt: skip
"""Those of DESIGN.md."""
ASKING = ("events", "facets", "search", "trends", "movers", "balance", "export")
COMMANDS = ("events", "facets", "trends", "export")


@pytest.fixture(scope="module")
def document(service: Service) -> dict[str, Any]:
    return dict(service.ask("/api/v1/openapi.json").json)


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f"{method} {path}": told for path, item in document["paths"].items() for method, told in item.items()}


@pytest.mark.parametrize("path", [*(f"/api/v1/{name}" for name in ASKING), "/search.atom"])
def test_filters_of_routes(document: dict[str, Any], path: str) -> None:
    """Every question takes every filter, each with a description."""
    told = {one["name"]: one for one in document["paths"][path]["get"]["parameters"]}
    assert FILTERS <= set(told)
    assert [] == [name for name in FILTERS if not told[name]["description"]]


@pytest.mark.parametrize("command", COMMANDS)
def test_filters_of_commands(command: str) -> None:
    """The command line has the same names."""
    said = CliRunner().invoke(cli, [command, "--help"]).output
    assert set() == {name for name in FILTERS if f"--{name.replace('_', '-')}" not in said}


def test_filters_elsewhere() -> None:
    """So have the question of the store, and that of an assistant."""
    assert set() == FILTERS - {field.name for field in fields(Filters)}
    assert FILTERS == set(Asked.model_fields)


def test_every_route_is_described(document: dict[str, Any]) -> None:
    """A tag, words, an answer, its errors; ids of operations are there once, and no answer is a 422."""
    told = operations(document)
    names = [one["operationId"] for one in told.values()]
    assert len(names) == len(set(names))
    for name, one in told.items():
        assert one["tags"] and one["description"], name
        assert {"200", "400", "405", "503"} <= set(one["responses"]), name
        assert "422" not in one["responses"], name
        assert one["responses"]["200"]["content"], name


def test_work_needs_the_token(document: dict[str, Any]) -> None:
    """What changes something says so, and so do SQL, whole texts, the whole store, and users; the rest is open."""
    guarded = {name for name, one in operations(document).items() if "security" in one}
    changing = {name for name in operations(document) if not name.startswith("get ")}
    secret = ("snapshot", "labels.jsonl", "queries", "users", "tokens", "audit")
    assert changing | {f"get /api/v1/{name}" for name in secret} == guarded
    assert {"bearer": {"type": "http", "scheme": "bearer"}} == document["components"]["securitySchemes"]


def test_the_page(service: Service, document: dict[str, Any]) -> None:
    """Every route with a command to paste, every kind of error under the name that `type` has; no script in it."""
    page = service.ask("/api").body.decode()
    for path in document["paths"]:
        assert "{form}" in path or f" {path}</code>" in page
    assert [] == re.findall(r"<script(?! type=\"module\" src=\"/static/)", page)
    for status in (400, 401, 403, 404, 405, 406, 413, 429, 500, 503):
        assert f'id="{make_problem(status, "").type.partition("#")[2]}"' in page


def test_examples_work(service: Service, document: dict[str, Any]) -> None:
    """What can be asked without the token is answered as it stands on the page."""
    page = service.ask("/api").body.decode()
    found = [example.replace("&amp;", "&").replace("&#39;", "") for example in re.findall(r"curl ([^<-][^<]*)<", page)]
    assert len(found) > 15
    for address in found:
        assert service.ask(address.strip("'")).status in (200, 404), address


def test_the_tour(service: Service) -> None:
    """The examples of docs/api.md are answered, and its table has every filter."""
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    asked = re.findall(r'"\$B(/[^"]+)"', text)
    assert len(asked) > 8
    assert [] == [path for path in asked if service.ask(path).status not in (200, 404)]
    assert FILTERS <= set(re.findall(r"`(\w+)`", "".join(line for line in text.splitlines() if line.startswith("| `"))))


def test_the_page_about_assistants() -> None:
    """docs/mcp.md names each tool with what it takes."""
    connection = open_database(None)
    with closing(LocalStore(connection)) as store:
        tools = asyncio.run(make_server(store).list_tools())
    text = (ROOT / "docs" / "mcp.md").read_text(encoding="utf-8")
    told = {f"{tool.name}({', '.join(tool.input_schema['properties'])})" for tool in tools}
    assert told == set(re.findall(r"^\| `([^`]+\))` \|", text, re.MULTILINE))
