"""The page about the API: its routes with their parameters and an example each, made from its own description."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import Response

from orewire.web.pages.shell import render
from orewire.web.problems import Problem, make_problem

_EXAMPLES = {
    "country": "CL", "mineral": "lithium", "since": "2025-09-01", "text": "lithium permit", "name": "Jadar",
    "form": "csv", "event": "7", "key": "digest/2025-11-28", "event_id": "7", "project_id": "7",
    "story_id": "7", "number": "7",
}  # fmt: skip
_SHOWN = {"search_articles": ("text",), "find_events": ("country", "mineral", "since"), "get_search_feed": ("mineral",)}
"""Parameters of an example, besides those that a route must have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter as the page shows it."""

    name: str
    place: str
    description: str
    allowed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One route as the page shows it."""

    anchor: str
    method: str
    path: str
    description: str
    is_guarded: bool
    parameters: Sequence[Parameter]
    forms: Sequence[str]
    example: str


def add_api_page(app: FastAPI) -> None:
    """Give the application the page."""

    @app.get("/api", include_in_schema=False)
    def api_page(request: Request) -> Response:
        return render(request, "api.html", **values_of(app.openapi(), str(request.base_url).rstrip("/")))


def values_of(document: Mapping[str, Any], base: str) -> dict[str, Any]:
    """What the page of a description shows."""
    operations = list(_operations(document, base))
    groups = [
        (tag["name"], tag["description"], [one for named, one in operations if named == tag["name"]])
        for tag in document["tags"]
    ]
    return {"groups": groups, "introduction": document["info"]["description"], "problems": _problems(document)}


def _problems(document: Mapping[str, Any]) -> Sequence[tuple[str, Problem]]:
    """Each error under the name that its `type` points to."""
    told = document["components"]["responses"].items()
    problems = [make_problem(int(number), response["description"]) for number, response in told]
    return [(problem.type.partition("#")[2], problem) for problem in problems]


def _operations(document: Mapping[str, Any], base: str) -> Iterator[tuple[str, Operation]]:
    for path, item in document["paths"].items():
        for method, told in item.items():
            if "{form}" not in path:
                yield told["tags"][0], _operation(path, method, told, base)


def _operation(path: str, method: str, told: Mapping[str, Any], base: str) -> Operation:
    content = told["responses"]["200"].get("content", {})
    return Operation(
        anchor=told["operationId"],
        method=method.upper(),
        path=path,
        description=told["description"],
        is_guarded="security" in told,
        parameters=[_parameter(one) for one in told.get("parameters", ())],
        forms=list(content),
        example=_example(path, method, told, base),
    )


def _parameter(told: Mapping[str, Any]) -> Parameter:
    schema = told["schema"]
    values = schema.get("enum") or schema.get("items", {}).get("enum") or ()
    return Parameter(
        name=told["name"],
        place=" · ".join([schema.get("type", ""), *(["required"] if told["required"] else [])]).strip(" ·"),
        description=told.get("description", schema.get("description", "")),
        allowed=", ".join(map(str, values)),
    )


def _example(path: str, method: str, told: Mapping[str, Any], base: str) -> str:
    """A command that can be pasted."""
    given = told.get("parameters", ())
    shown = _SHOWN.get(told["operationId"], ())
    names = [one["name"] for one in given if one["in"] == "query" and (one["required"] or one["name"] in shown)]
    query = urlencode({name: _EXAMPLES.get(name, "example") for name in names})
    for one in given:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", _EXAMPLES.get(one["name"], "example"))
    words = ["curl", *(["-X", method.upper()] if method != "get" else [])]
    words += ["-H", "Authorization: Bearer TOKEN"] if "security" in told else []
    return shlex.join([*words, f"{base}{path}{'?' if query else ''}{query}"])
