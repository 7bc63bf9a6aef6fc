"""5,000 feeds that have not changed, polled on one core through the real pipeline against a server of our own.

Printed beside it: the requests alone, without schedule, store and archive; `make bench`.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.http import Fetcher
from orewire.model.event import RoundReport
from orewire.pipeline import poll_feeds
from orewire.rooms import fetch_options, open_rooms
from orewire.sections import Config, FeedConfig, GatherConfig
from orewire.testing import Silent

FEEDS, _HOSTS = 5_000, 50
_FEED = (
    b"<rss version='2.0'><channel><title>News</title><item><title>Permit granted</title><link>/a</link>"
    b"<pubDate>Wed, 01 Jan 2020 10:00:00 GMT</pubDate></item></channel></rss>"
)


def main() -> None:
    """Print seconds and requests a second; the server has the other core."""
    with _server() as ports, tempfile.TemporaryDirectory() as folder:
        os.sched_setaffinity(0, {0})
        config = _config(Path(folder), ports)
        first, second, report = asyncio.run(_poll_twice(config))
        alone = asyncio.run(_only_ask(config))
    assert report.feeds_unchanged == FEEDS, report
    _print(f"{FEEDS} feeds of {_HOSTS} hosts on one core")
    _print(f"  first poll, all read      {first:6.1f} s")
    _print(f"  all unchanged (304)       {second:6.1f} s, {FEEDS / second:.0f} a second")
    _print(f"  the requests alone        {alone:6.1f} s, {FEEDS / alone:.0f} a second")
    _print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


async def _poll_twice(config: Config) -> tuple[float, float, RoundReport]:
    from store.connection import open_database

    connection = open_database(config.store)
    async with open_rooms(config, connection, Silent()) as rooms:
        started = time.perf_counter()
        await poll_feeds(rooms, RoundReport(), due_only=False)
        middle = time.perf_counter()
        report = await poll_feeds(rooms, RoundReport(), due_only=False)
        ended = time.perf_counter()
    connection.close()
    return middle - started, ended - middle, report


async def _only_ask(config: Config) -> float:
    places = asyncio.Semaphore(config.gather.at_once)
    async with Fetcher(fetch_options(config)) as fetcher:

        async def ask(url: str) -> None:
            async with places:
                await fetcher.get(url, headers={"If-None-Match": '"1"'})

        started = time.perf_counter()
        await asyncio.gather(*(ask(feed.url) for feed in config.feeds))
        return time.perf_counter() - started


def _config(folder: Path, ports: list[int]) -> Config:
    urls = [f"http://127.0.0.1:{ports[number % _HOSTS]}/{number}" for number in range(FEEDS)]
    return Config(
        store=folder / "bench.duckdb",
        archive=folder / "archive",
        gather=GatherConfig(host_delay=0, allow_hosts=["127.0.0.1"], at_once=64),
        feeds=[FeedConfig(name=url, url=url) for url in urls],
    )


@contextmanager
def _server() -> Iterator[list[int]]:
    """A process that answers 304 to whoever has asked before; its ports."""
    process = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield [int(port) for port in process.stdout.readline().split()]
    finally:
        process.kill()
        process.wait()


async def _serve() -> None:
    servers = [await asyncio.start_server(_answer, "127.0.0.1", 0) for _ in range(_HOSTS)]
    _print(" ".join(str(server.sockets[0].getsockname()[1]) for server in servers))
    await asyncio.sleep(600)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    request = await reader.readuntil(b"\r\n\r\n")
    if b"if-none-match" in request.lower():
        writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nConnection: close\r\n\r\n')
    else:
        length = f"Content-Length: {len(_FEED)}\r\n\r\n".encode()
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "1"\r\nConnection: close\r\n' + length + _FEED)
    await writer.drain()
    writer.close()


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(_serve())
    else:
        main()
