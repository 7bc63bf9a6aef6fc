"""What is done once a request that may have changed something was answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

_ASKING = frozenset({"GET", "HEAD", "OPTIONS"})
_ASKED_BY_POST = ("/mcp", "/api/v1/sql", "/login")
"""Paths to which questions are posted that change nothing of what pages show."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """ASGI middleware that calls `changed` before the answer to a request that may change something is sent."""

    app: ASGIApp
    changed: Callable[[], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; who then asks again is shown what is, not what was."""
        if scope["type"] != "http" or scope["method"] in _ASKING or scope["path"] in _ASKED_BY_POST:
            return await self.app(scope, receive, send)

        async def told(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                self.changed()
            await send(message)

        await self.app(scope, receive, told)  # type: ignore[arg-type]
        return None
