"""How long a connection may keep the service waiting, and how many there may be; over real sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from orewire.web import connections
from orewire.web.connections import Connection, most_connections

HALF = b"GET / HTTP/1.1\r\nHost: a\r\n"
WHOLE = HALF + b"\r\n"
HALF_BODY = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"
MUCH = 50_000_000
Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads what it is sent, and answers at length where it is asked for /much."""
    while (await receive()).get("more_body"):
        pass
    body = b"a" * (MUCH if scope["path"] == "/much" else 1)
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def listening() -> AsyncIterator[int]:
    """The port of a server."""
    server = uvicorn.Server(uvicorn.Config(app, http=Connection, port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = server.force_exit = True
    await serving


async def connect(port: int, sent: bytes) -> Client:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    return reader, writer


async def seconds_until_the_end(client: Client, sent: bytes = b"") -> float:
    """Until it is closed; meanwhile `sent` is sent again and again."""
    reader, writer = client
    started = time.monotonic()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(5):
            reading = asyncio.create_task(reader.read())
            while not reading.done():
                writer.write(sent)
                await asyncio.sleep(0.05)
            await reading
    writer.close()
    return time.monotonic() - started


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEAD", "BODY", "ANSWER"):
        monkeypatch.setattr(connections, name, 0.4)


@pytest.mark.parametrize(("first", "then"), [(b"", b""), (HALF, b""), (HALF, b"X: y\r\n"), (HALF_BODY, b"")])
async def test_who_does_not_send_is_not_waited_for(first: bytes, then: bytes) -> None:
    """Nothing, half a head, a head without end, or half a body: the connection stayed open for ever."""
    async with listening() as port:
        assert 2 > await seconds_until_the_end(await connect(port, first), then)


async def test_who_does_not_read_is_not_waited_for() -> None:
    """What is not taken is thrown away."""
    async with listening() as port:
        reader, writer = await connect(port, WHOLE.replace(b"/", b"/much", 1))
        await reader.readexactly(1)
        await asyncio.sleep(1)
        with pytest.raises((OSError, asyncio.IncompleteReadError)):
            await reader.readexactly(MUCH)
        writer.close()


async def test_one_request_after_the_other() -> None:
    """Whoever goes on asking is answered on the same connection, for longer than one request may take."""
    async with listening() as port:
        reader, writer = await connect(port, b"")
        for _ in range(4):
            writer.write(WHOLE)
            assert b"HTTP/1.1 200 OK\r\n" == (await reader.readuntil(b"\r\n\r\na"))[:17]
            await asyncio.sleep(0.2)
        writer.close()


async def test_where_it_is_crowded_the_slowest_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """So those who send nothing keep nobody out who asks."""
    monkeypatch.setattr(connections, "MOST", 5)
    monkeypatch.setattr(connections, "HEAD", 60.0)
    async with listening() as port:
        idle = [await connect(port, HALF) for _ in range(8)]
        reader, writer = await connect(port, WHOLE)
        assert b"HTTP/1.1 200 OK\r\n" == await reader.readline()
        ended = [one[0].at_eof() or one[0].exception() is not None for one in idle]
        assert ([True] * 4, [False] * 4) == (ended[:4], ended[4:])
        for _, each in (*idle, (reader, writer)):
            each.close()


def test_half_of_the_files_are_left() -> None:
    """For the store and its programs."""
    assert 0 < most_connections() <= connections.MOST
