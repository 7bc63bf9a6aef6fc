"""What pages remember is forgotten where something may have changed, and once it has."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from orewire.web.afterwards import Afterwards


def run(*messages: dict[str, Any], method: str = "POST", path: str = "/api/v1/check") -> list[str]:
    """What is sent, and where in between it is said that something changed."""
    happened: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    async def send(message: Any) -> None:
        happened.append(message.get("body", b"start").decode())

    async def receive() -> Any:
        raise AssertionError

    told = Afterwards(app, changed=lambda: happened.append("changed"))
    asyncio.run(told({"type": "http", "method": method, "path": path}, receive, send))
    return happened


def start(status: int = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": []}


def body(text: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text, "more_body": more}


def test_what_is_done_while_it_is_told_is_seen_after_its_end() -> None:
    """A repair changes the store after its answer has begun."""
    happened = run(start(), body(b"repairing", more=True), body(b"done", more=False))
    assert ["changed", "start", "repairing", "changed", "done"] == happened


@pytest.mark.parametrize("status", [400, 401, 403, 422, 503])
def test_what_was_refused_changed_nothing(status: int) -> None:
    """Nobody empties the memory of the pages by asking for what they may not."""
    assert ["start", "no"] == run(start(status), body(b"no", more=False))


def test_a_form_that_leads_on_changed_something() -> None:
    """Its answer is a redirect."""
    assert "changed" in run(start(303), body(b"", more=False))


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("HEAD", "/"), ("POST", "/mcp")])
def test_a_question_changes_nothing(method: str, path: str) -> None:
    """Also where it is posted."""
    assert "changed" not in run(start(), body(b"", more=False), method=method, path=path)
