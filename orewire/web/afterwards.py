"""What is done once a request that may have changed something was answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

_ASKING = frozenset({"GET", "HEAD", "OPTIONS"})
_ASKED_BY_POST = ("/mcp", "/api/v1/sql", "/login")
"""Paths to which questions are posted that change nothing of what pages show."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """ASGI middleware that calls `changed` where a request may have changed something: not where it was refused.

    Before the answer is sent, and again before its end: what is told of line by line is done only then.
    """

    app: ASGIApp
    changed: Callable[[], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; who then asks again is shown what is, not what was."""
        if scope["type"] != "http" or scope["method"] in _ASKING or scope["path"] in _ASKED_BY_POST:
            return await self.app(scope, receive, send)

        is_done = False

        async def told(message: dict[str, Any]) -> None:
            nonlocal is_done
            is_start = message["type"] == "http.response.start"
            if is_start:
                is_done = message["status"] < 400
            if is_done and (is_start or not message.get("more_body", False)):
                self.changed()
            await send(message)

        await self.app(scope, receive, told)  # type: ignore[arg-type]
        return None
