"""What every step of the pipeline works with: the store, the network, the archive, the workers, and who is told."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from orewire.config import Config
from orewire.model.errors import StoreError

if TYPE_CHECKING:
    from ingest.archive import Archive
    from ingest.entries import FeedDocument
    from ingest.http import Fetcher, FetchOptions, Response
    from ingest.poll import Read
    from ingest.robots import Robots
    from orewire.workers import Workers
    from store.connection import Connection
    from store.fulltext.index import FullText

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Progress(Protocol):
    """Who is told how it goes: a display on a terminal, lines in a log, or nobody."""

    def stage(self, name: str, total: int) -> None:
        """A stage begins, or has `total` more to do."""

    def step(self, name: str) -> None:
        """One of the stage is done."""

    def note(self, message: str, **fields: object) -> None:
        """Something worth a line: a fixed message, with fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """Everything that a round needs, opened once."""

    config: Config
    connection: Connection
    apart: Connection
    """The same store for a thread: see `apart`."""
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by who writes articles, or what is made of them: two who did at a time would be in each other's way."""
    fulltext: FullText
    fetcher: Fetcher
    robots: Robots
    archive: Archive
    workers: Workers
    progress: Progress
    clock: Callable[[], datetime]


@asynccontextmanager
async def open_rooms(
    config: Config,
    connection: Connection,
    progress: Progress,
    *,
    clock: Callable[[], datetime] | None = None,
    fulltext: FullText | None = None,
) -> AsyncIterator[Rooms]:
    """Open network, archive and workers around a store that is already open; tell it of feeds and gazetteer.

    `fulltext` is the store's index, where somebody else asks it, too.
    """
    from ingest.archive import HOP, ROBOTS, Archive
    from ingest.http import Fetcher
    from ingest.robots import Robots
    from orewire.workers import Workers
    from store.feeds import sync_feeds
    from store.fulltext.index import FullText
    from store.watches import sync_watches

    clock = clock or (lambda: datetime.now(UTC))
    sync_feeds(connection, config.feed_specs())
    sync_reference(connection, clock())
    sync_watches(connection, {watch.name: watch.settings() for watch in config.watches}, clock())
    index = fulltext or FullText(connection, note=progress.note)
    with (
        closing(index),
        Archive(config.archive) as archive,
        Workers(config.workers) as workers,
        connection.cursor() as own,
    ):
        keep = functools.partial(archive.write, kind=HOP)
        async with Fetcher(fetch_options(config), keep=keep) as fetcher:
            yield Rooms(
                config=config,
                connection=connection,
                apart=own,
                fulltext=index,
                fetcher=fetcher,
                robots=Robots(fetcher, config.gather.user_agent, keep=functools.partial(archive.write, kind=ROBOTS)),
                archive=archive,
                workers=workers,
                progress=progress,
                clock=clock,
            )


def sync_reference(connection: Connection, now: datetime) -> None:
    """Hand over what the gazetteer knows, where the store has another version of it: a second or two."""
    from nlp.reference import read_reference
    from nlp.reference import reference_version as current_version
    from store.reference import put_reference, reference_version

    if reference_version(connection) != current_version():
        put_reference(connection, read_reference(), now)


async def apart(rooms: Rooms, work: Callable[[Rooms], Outcome]) -> Outcome:
    """Do in a thread what would keep everybody else waiting, with a connection of its own and `writing` held.

    What was begun is done to its end, whoever is told to stop meanwhile.
    """
    async with rooms.writing:
        working = asyncio.ensure_future(asyncio.to_thread(work, replace(rooms, connection=rooms.apart)))
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            await asyncio.wait({working})
            raise


async def index_articles(rooms: Rooms) -> None:
    """Let the full-text index take in what changed. Where it cannot, the round goes on: what waits is marked."""

    def work() -> None:
        with rooms.connection.cursor() as cursor:
            rooms.fulltext.catch_up(cursor)

    try:
        await asyncio.to_thread(work)
    except StoreError as error:
        rooms.progress.note("not_indexed", reason=str(error))


def fetch_options(config: Config) -> FetchOptions:
    """How the configuration wants things fetched."""
    from ingest.http import FetchOptions

    gather = config.gather
    return FetchOptions(
        user_agent=gather.user_agent,
        allow_hosts=tuple(gather.allow_hosts),
        timeout=gather.timeout,
        max_body=gather.max_body,
        host_delay=gather.host_delay,
        at_once=gather.at_once,
    )


def require_space(rooms: Rooms) -> None:
    """StoreFull where the disks of store and archive have less free than the configuration wants kept."""
    from store.trouble import require_space

    for folder in (rooms.config.store.parent, rooms.config.archive):
        require_space(folder, rooms.config.keep_free)


def reading_in(workers: Workers) -> Read:
    """Read a source's answer in a process that can be killed."""

    async def read(kind: str, response: Response) -> FeedDocument:
        return await workers.read_feed(
            kind,
            response.body,
            url=response.url,
            content_type=response.headers.get("content-type"),
            now=response.fetched,
        )

    return read


async def at_once(rooms: Rooms, items: Iterable[Item], work: Callable[[Item], Awaitable[Outcome]]) -> list[Outcome]:
    """Do the work for all items, a bounded number at a time; outcomes in the order of the items."""
    limited = _limited(rooms, work)
    async with _task_group() as group:
        tasks = [group.create_task(limited(item)) for item in items]
    return [task.result() for task in tasks]


async def in_order(
    rooms: Rooms, items: Iterable[Item], work: Callable[[Item], Awaitable[Outcome]]
) -> AsyncIterator[tuple[Item, Outcome]]:
    """The same, but each item and its outcome is handed on as soon as it is its turn."""
    limited = _limited(rooms, work)
    tasks = [(item, asyncio.create_task(limited(item))) for item in items]
    try:
        for item, task in tasks:
            yield item, await task
    finally:
        for _, task in tasks:
            task.cancel()


@asynccontextmanager
async def in_batches(
    rooms: Rooms, items: Iterable[Item], work: Callable[[Item], Awaitable[Outcome]]
) -> AsyncIterator[AsyncIterator[list[Outcome]]]:
    """The same, but the outcomes are handed on as they come: each time all that have come since the last."""
    limited, done = _limited(rooms, work), asyncio.Queue[Outcome]()

    async def hand_on(item: Item) -> None:
        done.put_nowait(await limited(item))

    async def batches(left: int) -> AsyncIterator[list[Outcome]]:
        while left:
            batch = [await done.get()]
            while not done.empty():
                batch.append(done.get_nowait())
            left -= len(batch)
            yield batch

    async with _task_group() as group:
        tasks = [group.create_task(hand_on(item)) for item in items]
        yield batches(len(tasks))


@asynccontextmanager
async def _task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """One that raises the first error itself: whoever asked need not know that there were several tasks."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from errors


def _limited(
    rooms: Rooms, work: Callable[[Item], Awaitable[Outcome]]
) -> Callable[[Item], Coroutine[None, None, Outcome]]:
    """The work, as many at once as there may be requests, and twice as many that wait for their host or reader."""
    places = asyncio.Semaphore(_WAITING * rooms.config.gather.at_once)

    async def limited(item: Item) -> Outcome:
        async with places:
            return await work(item)

    return limited


_WAITING = 3
