"""The Model Context Protocol at /mcp: built when the first assistant asks, as its library takes a second to import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from orewire.model.ports import Questions

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

PATH = "/mcp"


class Assistant:
    """The endpoint, and what keeps its server running; `hosts` are the names under which it answers."""

    def __init__(self, questions: Questions, hosts: Sequence[str]) -> None:
        self._questions, self._hosts = questions, hosts
        self._starting, self._stopping = asyncio.Lock(), asyncio.Event()
        self._server: MCPServer[None] | None = None
        self._keeper: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Around all that the application answers: at the end the server is stopped, if there is one."""
        try:
            yield
        finally:
            self._stopping.set()
            if self._keeper is not None:
                await self._keeper

    def join(self, app: Starlette) -> None:
        """Give the application the address. Only POST: a stream that stays open would keep the service from ending."""
        app.router.routes.append(Route(PATH, self, methods=["POST"]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request."""
        server = await self._started()
        await server.session_manager.asgi_app(scope, receive, send)

    async def _started(self) -> MCPServer[None]:
        async with self._starting:
            if self._server is None:
                server = await asyncio.to_thread(self._build)
                running = asyncio.Event()
                self._keeper = asyncio.create_task(self._keep(server, running))
                await running.wait()
                self._server = server
            return self._server

    async def _keep(self, server: MCPServer[None], running: asyncio.Event) -> None:
        """Begun and ended by one task, as its library wants it."""
        async with server.session_manager.run():
            running.set()
            await self._stopping.wait()

    def _build(self) -> MCPServer[None]:
        from mcp.server.transport_security import TransportSecuritySettings

        from orewire.web.assistant_tools import make_server

        server = make_server(self._questions)
        names = [host for name in self._hosts for host in (name, f"{name}:*")]
        guard = TransportSecuritySettings(
            allowed_hosts=names,
            allowed_origins=[f"{scheme}://{name}" for scheme in ("http", "https") for name in names],
        )
        server.streamable_http_app(json_response=True, stateless_http=True, transport_security=guard)
        return server
