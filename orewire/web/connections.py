"""Connections that keep nobody waiting: uvicorn alone waits for ever for whoever does not send, or does not read."""

from __future__ import annotations

import asyncio
import resource
from contextlib import nullcontext
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from orewire.config import Config

HEAD, BODY, ANSWER = 15.0, 300.0, 60.0
"""Seconds that a client may take for the head of a request, for its body, and to go on reading its answer."""
LAST_ANSWERS: Final = 10
"""Seconds that answers under way are given when the service is to stop."""
BACKLOG: Final = 128
"""Connections that are taken at a time: each takes a file, before anybody can say that there are too many."""
MOST: Final = 500
"""Connections, where the process may open twice as many files: the store and its programs need theirs."""


def make_server(app: ASGIApp, config: Config) -> uvicorn.Server:
    """The server of an application; it leaves signals to the service."""
    proxies = config.service.trusted_proxies
    settings = uvicorn.Config(
        app,
        host=config.service.host,
        port=config.service.port,
        http=Connection,
        ws="none",
        log_level="warning",
        backlog=BACKLOG,
        proxy_headers=bool(proxies),  # else anybody could say that they ask from elsewhere
        forwarded_allow_ips=proxies,
        server_header=False,
        timeout_graceful_shutdown=LAST_ANSWERS,  # else whoever sends half of a request keeps it from ending
    )
    server = uvicorn.Server(settings)
    # uvicorn would raise the signal again once it has stopped answering, before gathering and store are closed.
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    return server


class Connection(H11Protocol):
    """Ends where its client takes too long.

    Where there are too many, the one that has kept us waiting longest ends: so whoever asks at once gets in.
    """

    _patience: float | None = None
    _timer: asyncio.TimerHandle | None = None
    _is_unread = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See asyncio; uvicorn's own is narrower, too."""
        super().connection_made(transport)
        if len(self.connections) > most_connections():
            self._make_room()
        if not transport.is_closing():
            self._look()

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """See uvicorn."""
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        """See asyncio: the client does not take what it is sent."""
        super().pause_writing()
        self._is_unread = True
        self._look()

    def resume_writing(self) -> None:
        """See asyncio."""
        super().resume_writing()
        self._is_unread = False
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        super().connection_lost(exc)
        self._wait(None)

    def _look(self) -> None:
        """Begin to wait where the client has something else to do than before."""
        patience = None if self.transport.is_closing() else self._find_patience()
        if patience != self._patience:
            self._wait(patience)

    def _find_patience(self) -> float | None:
        """None where it is our turn."""
        if self._is_unread:
            return ANSWER
        if self.cycle is None or self.cycle.response_complete:
            return HEAD
        return BODY if self.cycle.more_body else None

    def _wait(self, patience: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._patience = patience
        self._timer = self.loop.call_later(patience, self._end) if patience is not None else None

    def _end(self) -> None:
        self._wait(None)
        self.transport.abort()

    def _make_room(self) -> None:
        waiting = [(one._since(), one) for one in self.connections if isinstance(one, Connection) and one._timer]
        _, slowest = min(waiting, key=lambda pair: pair[0], default=(0.0, self))
        slowest._end()

    def _since(self) -> float:
        return self._timer.when() - (self._patience or 0.0) if self._timer else self.loop.time()


def most_connections() -> int:
    """How many there may be."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(MOST, files // 2)
