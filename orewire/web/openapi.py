"""The description of the API (OpenAPI 3.1): what the framework finds out, made true where it knows too little."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from orewire.web.formats import MEDIA_TYPES
from orewire.web.problems import PROBLEM_TYPE, Problem

Record = dict[str, Any]

GUARDED: Final[Record] = {"security": [{"bearer": []}]}
"""For `openapi_extra` of a route that needs a token, whoever may read the rest."""

_TAGS: Final = {
    "events": "What happened, with its evidence.",
    "articles": "Articles by their words.",
    "projects": "Mines, deposits and plants: where they stand, who is for and against.",
    "trends": "Events over time, unusual rises, support and opposition.",
    "takeout": "Everything at once: exports, snapshots, SQL.",
    "ledger": "Watches, alerts, and how messages left.",
    "service": "What the service does, and how it is.",
    "access": "Users, their tokens, and the record of what was done.",
}
_ERRORS: Final = {
    400: "A parameter means nothing: `detail` says what was found and what is allowed.",
    401: "This needs a token, or that you log in.",
    403: "Who you are may not do this: it needs another role, or must be sent from a page of ours.",
    404: "There is nothing of that name.",
    405: "This method is not for this address; `Allow` lists those that are.",
    406: "The answer cannot be had in the form that is wanted; `expected` lists the forms.",
    413: "The body is too long.",
    429: "You ask too often; `Retry-After` says for how many seconds to wait.",
    500: "This is a fault of orewire, and its log tells more.",
    503: "The store cannot answer at present, or too much is asked at once; `Retry-After` says when to try again.",
}
_METHODS: Final = ("get", "put", "post", "delete")
_INTRODUCTION = """Events about minerals with the sentences that prove them. Every filter has the same name in every
route, by the command line and on the pages; several values of one filter mean any of them. Errors are problem+json
(RFC 9457); every answer has an ETag; lists give the address of the next page as `next` and as `Link`. A token opens
what its role may do; without one you may read, where no login is asked for."""


def body_of(media_type: str, schema: Record) -> Record:
    """For `openapi_extra` of a route that reads its body itself."""
    return {"requestBody": {"content": {media_type: {"schema": schema}}, "required": False}}


def describe(app: FastAPI) -> None:
    """Let the application describe itself; the description is made once, when it is first asked for."""
    app.openapi = functools.cache(functools.partial(_describe, app))  # type: ignore[method-assign]


def _describe(app: FastAPI) -> Record:
    document = get_openapi(
        title="orewire",
        version="1",
        summary="What the world's news says about minerals.",
        description=_INTRODUCTION,
        routes=[route for route in app.routes if getattr(route, "tags", None)],  # pages have none
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    for path, method, operation in list(_operations(document)):
        _correct(operation, path, method)
    _add_suffixes(document)
    _add_components(document)
    return document


def _operations(document: Record) -> Iterator[tuple[str, str, Record]]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _correct(operation: Record, path: str, method: str) -> None:
    """No header that the guard reads, no null that no address can hold, all forms, and the errors as they are."""
    given = [one for one in operation.get("parameters", ()) if one["in"] != "header"]
    for parameter in given:
        parameter["schema"] = _without_null(parameter["schema"])
    if given:
        operation["parameters"] = given
    else:
        operation.pop("parameters", None)
    _add_forms(operation)
    _add_errors(
        operation,
        is_of_one="{" in path or path.endswith("/project"),
        is_read=method == "get",
        has_body=method in ("put", "post"),
    )


def _without_null(schema: Record) -> Record:
    kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(kinds) != 1:
        return schema
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, **kinds[0]}


def _add_forms(operation: Record) -> None:
    content = operation["responses"]["200"].setdefault("content", {})
    for form in operation.get("x-forms", ())[1:]:
        content[MEDIA_TYPES[form]] = {"schema": {"type": "object" if form == "geojson" else "string"}}
    operation["responses"]["200"].setdefault("description", "The answer.")


def _add_errors(operation: Record, *, is_of_one: bool, is_read: bool, has_body: bool) -> None:
    responses = operation["responses"]
    responses.pop("422", None)  # the framework's own word for what is a 400 here
    numbers = {400, 403, 429, 503}
    numbers |= {401} if "security" in operation else set()
    numbers |= {404} if is_of_one else set()
    numbers |= {406} if "x-forms" in operation else set()
    numbers |= {413} if has_body else set()
    for number in sorted(numbers):
        responses[str(number)] = {"$ref": f"#/components/responses/{number}"}
    responses["405"] = {"$ref": "#/components/responses/405"}
    if is_read:
        responses["304"] = {"description": "What `If-None-Match` names is still true."}


def _add_suffixes(document: Record) -> None:
    """The same questions with the form at the end of the address."""
    for path, method, operation in list(_operations(document)):
        if forms := operation.pop("x-forms", None):
            twin = copy.deepcopy(operation)
            twin["operationId"] = f"{operation['operationId']}_as"
            form = {"name": "form", "in": "path", "required": True, "schema": {"type": "string", "enum": forms}}
            twin["parameters"] = [form, *twin.get("parameters", ())]
            twin["description"] = f"{twin['description']} In the form that ends the address, whatever `Accept` says."
            document["paths"][f"{path}.{{form}}"] = {method: twin}


def _add_components(document: Record) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = {**TypeAdapter(Problem).json_schema(), "required": ["type", "title", "status", "detail"]}
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    components["responses"] = {
        str(number): {
            "description": text,
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for number, text in _ERRORS.items()
    }
