"""A real HTTP server on loopback that takes webhooks, and can be told to misbehave."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from orewire.alerts.channels.webhook import WebhookSettings
from tests.orewire.alerts.channels.smtp import CERTIFICATES, server_context

SECRET_PATH = "/services/T0/B0/not-for-logs"


@dataclass(frozen=True, slots=True)
class Call:
    """What arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Hooks:
    """What a server got. `answers` are given to the next calls; a call `stalls` or `drops` where that is set."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    stalls: bool = False
    drops: bool = False

    def settings(self, **changes: Any) -> WebhookSettings:
        """How to reach it."""
        kept: dict[str, Any] = {"url": self.url + SECRET_PATH, "allow_hosts": ("127.0.0.1",), "timeout": 2.0}
        return WebhookSettings(**(kept | changes))

    async def handle(self, request: web.Request) -> web.Response:
        """Note the call and answer."""
        self.calls.append(Call(path=request.path, headers=request.headers.copy(), body=await request.read()))
        if self.stalls:
            await asyncio.sleep(60)
        if self.drops:
            assert request.transport is not None
            request.transport.abort()
        return self.answers.pop(0) if self.answers else web.Response(text="ok")


@asynccontextmanager
async def open_hooks(*, is_secure: bool = False) -> AsyncIterator[Hooks]:
    """Start a server, and stop it in the end."""
    hooks = Hooks()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", hooks.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    context: ssl.SSLContext | None = server_context("server.pem") if is_secure else None
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    hooks.url = f"http{'s' * is_secure}://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield hooks
    finally:
        await runner.cleanup()


AUTHORITY = CERTIFICATES / "authority.pem"
