"""The long-running process: the one that owns the database. It gathers by the schedule and answers on loopback."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from orewire.config import Config, read_watch, refuse_configured
from orewire.documents import read_folders, store_file
from orewire.model.errors import ExtractError, FetchError, StoreError, UsageError
from orewire.model.event import Review, RoundReport
from orewire.model.keep import Backup, CheckReport, Told
from orewire.model.ledger import Delivery
from orewire.pipeline import add_documents, fetch_pages, poll_feeds, run_round, understand_articles
from orewire.reprocess import is_ready, queue_stale, reprocess_batch, swap
from orewire.rooms import Progress, Rooms, apart, open_rooms

if TYPE_CHECKING:
    import uvicorn

    from orewire.alerts.reach import Reach
    from orewire.web.door import Door
    from store.local import LocalStore

_REST = 2.0
"""Seconds between looks at the schedule and the queues: what is due now is done at most this late."""

_RESTS = {"_read": 30.0, "_alert": 0.5, "_digest": 15.0}
"""The same for single steps: a watched folder may hold thousands of files, an alert is waited for."""

_PAGES_AT_ONCE = 4
"""Answers that are made side by side: each takes a processor, and more of them only wait for one another."""

_TROUBLE_REST, _LONGEST_REST = 5.0, 300.0
"""Seconds after which a step that the store refused is tried again, at first and at most: each time twice as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the service that owns a store answers."""

    url: str
    token: str
    pid: int


def address_file(store: Path) -> Path:
    """Beside the database: who finds it may ask, so only its owner may read it."""
    return store.with_name(f"{store.name}.service")


def find_service(store: Path) -> Address | None:
    """The service that owns the store, or None; what a killed one left behind does not count."""
    try:
        address = Address(**json.loads(address_file(store).read_text(encoding="utf-8")))
        os.kill(address.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return address


Done = TypeVar("Done")
Step = Callable[[Rooms], Awaitable[RoundReport]]
"""Does what there is to do of one kind, or one batch of it."""


async def _poll(rooms: Rooms) -> RoundReport:
    return await poll_feeds(rooms, RoundReport(), due_only=True)


async def _read(rooms: Rooms) -> RoundReport:
    return await read_folders(rooms, RoundReport())


async def _fetch(rooms: Rooms) -> RoundReport:
    return await fetch_pages(rooms, RoundReport(), batches=1)


async def _understand(rooms: Rooms) -> RoundReport:
    return await understand_articles(rooms, RoundReport(), batches=1)


class Service:
    """Gathers and works: polling, fetching and understanding go on side by side, so that none waits for another.

    What is asked for has the rooms to itself, once the batches under way are done. Where disk or store fail a step, it
    is tried again later; meanwhile questions are answered, and the trouble is told with the health of the store.
    """

    def __init__(self, rooms: Rooms, store: LocalStore, reach: Reach) -> None:
        from orewire.telling.teller import Teller

        self._rooms, self._store = rooms, store
        self._teller = Teller(reach, self._record, rooms.clock)
        steps: tuple[Step, ...] = (_poll, _read, _fetch, _understand, self._alert, self._digest)
        self._turns = {step: asyncio.Lock() for step in steps}
        self._keeping = asyncio.Lock()
        """Held while the file of the store must stay the same file."""

    async def gather(self) -> None:
        """Go on by the schedule until cancelled."""
        steps = (self._go_on(step, turn) for step, turn in self._turns.items())
        await asyncio.gather(*steps, self._go_on(self._reprocess, nullcontext()))

    async def _reprocess(self, rooms: Rooms) -> RoundReport:
        """Understand again some of what is queued, beside all else; have the rooms for the moment of the swap."""
        done = await reprocess_batch(rooms)
        if not done and is_ready(rooms):
            async with self._alone():
                return await apart(rooms, functools.partial(swap, report=RoundReport()))
        return RoundReport(articles_analysed=done)

    async def _alert(self, rooms: Rooms) -> RoundReport:
        return RoundReport(messages=await self._teller.tell(rooms))

    async def _digest(self, rooms: Rooms) -> RoundReport:
        return RoundReport(messages=await self._teller.tell_by_the_hour(rooms, self._store))

    async def _record(self, delivery: Delivery) -> None:
        """How a message left, or did not: written as soon as nobody else writes."""
        from orewire.telling.teller import record_in

        async with self._rooms.writing:
            await record_in(self._rooms)(delivery)
        note = self._rooms.progress.note
        note("delivery", key=delivery.message, channel=delivery.channel, state=delivery.state, error=delivery.error)

    async def _go_on(self, step: Step, turn: AbstractAsyncContextManager[None]) -> None:
        rest = _TROUBLE_REST
        while True:
            try:
                async with turn, self._with_store():
                    report = await step(self._rooms)
            except StoreError as error:
                self._tell(step, error)
                await asyncio.sleep(rest)
                rest = min(2 * rest, _LONGEST_REST)
                continue
            self._tell(step, None)
            rest = _TROUBLE_REST
            if report.articles_analysed or report.feeds_failed:
                self._rooms.progress.note(
                    "batch", failed=report.feeds_failed, analysed=report.articles_analysed, new_events=report.events_new
                )
            is_busy = report.pages_fetched or report.articles_analysed
            await asyncio.sleep(0 if is_busy else _RESTS.get(step.__name__, _REST))

    def _tell(self, step: Step, error: StoreError | None) -> None:
        name, said = step.__name__.lstrip("_"), str(error) if error else None
        if said and self._store.troubles.get(name) != said:
            self._rooms.progress.note("store_trouble", step=name, error=said)
        self._store.troubles = {**self._store.troubles, name: said} if said else _without(self._store.troubles, name)

    @asynccontextmanager
    async def _with_store(self) -> AsyncIterator[None]:
        """What the store cannot do is a StoreError; one that has stopped answering is opened again."""
        from store.connection import store_errors

        path = self._rooms.config.store
        try:
            with store_errors(str(path)):
                yield
        except StoreError:
            async with self._keeping, self._rooms.writing:
                if not self._store.is_sound():
                    self._rooms.progress.note("store_opened_again", store=path)
                    self._rooms.apart.close()
                    connection = self._store.reopen(path)
                    self._rooms = replace(self._rooms, connection=connection, apart=connection.cursor())
            raise

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for turn in self._turns.values():
                await stack.enter_async_context(turn)
            await stack.enter_async_context(self._with_store())
            yield

    async def back_up(self, told: Told) -> Backup:
        """Copy the store while the steps go on: what they write meanwhile stays out of the copied file."""
        from store.backup import copy_store, frozen

        path, now = self._rooms.config.store, self._rooms.clock()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._keeping)
            async with self._rooms.writing:
                counts = stack.enter_context(frozen(self._rooms.connection, path))
            return await asyncio.to_thread(copy_store, path, counts, now, told)

    async def check(self, told: Told, *, sample: int | None, repair: bool) -> CheckReport:
        """Check the store while the steps go on; a repair has it to itself."""
        async with AsyncExitStack() as stack:
            if repair:
                await stack.enter_async_context(self._alone())
            await stack.enter_async_context(self._keeping)
            if repair:
                await stack.enter_async_context(self._rooms.writing)
            return await asyncio.to_thread(self._store.check, told, sample=sample, repair=repair)

    async def finish(self) -> None:
        """Wait for what needs the file of the store as it is; what is being sent is broken off."""
        await self._teller.stop()
        async with self._keeping, self._rooms.writing:
            self._rooms.apart.close()

    async def run_round(self) -> RoundReport:
        """One round over all feeds, now."""
        async with self._alone():
            return await run_round(self._rooms, due_only=False)

    async def add_document(self, body: bytes, name: str, url: str | None) -> RoundReport:
        """Store and understand one document; with `url` and no body it is fetched."""
        async with self._alone():
            if url and not body:
                return await add_documents(self._rooms, [url])
            try:
                new = await store_file(self._rooms, body, name=name, url=url)
            except (FetchError, ExtractError) as error:
                return RoundReport(failures=((name, str(error)),))
            return await understand_articles(self._rooms, RoundReport(articles_new=new))

    async def reprocess(self, *, every: bool) -> int:
        """Queue what another version understood, or all, to be understood again; how many wait."""
        async with self._rooms.writing:
            return await queue_stale(self._rooms, every=every)

    async def review(self, decision: Review) -> Review:
        """Carry out what a person decided, or take it back."""
        from store.reviews import carry_out

        return await apart(self._rooms, lambda rooms: carry_out(rooms.connection, decision, rooms.clock()))

    async def put_watch(self, name: str, settings: dict[str, Any]) -> None:
        """Keep a watch; UsageError for settings that make none."""
        from store.fulltext.query import parse_query

        watch = read_watch(name, settings, self._rooms.config, check_text=parse_query)
        async with self._rooms.writing:
            self._store.ledger().put_watch(name, watch.settings())

    async def remove_watch(self, name: str) -> bool:
        """Forget a watch; whether there was one."""
        refuse_configured(name, self._rooms.config)
        async with self._rooms.writing:
            return self._store.ledger().remove_watch(name)

    async def write(self, do: Callable[[], Done]) -> Done:
        """Do in a thread what writes to the store, as soon as nobody else does."""
        return await apart(self._rooms, lambda _: do())

    async def retry_deliveries(self, message: str | None) -> int:
        """Let what was given up be tried again; how many."""
        async with self._rooms.writing:
            return self._store.ledger().retry_deliveries(message)


def _without(troubles: Mapping[str, str], name: str) -> dict[str, str]:
    return {step: said for step, said in troubles.items() if step != name}


async def serve(config: Config, progress: Progress) -> None:
    """Own the store until told to stop; StoreBusy where another process does already."""
    from anyio import to_thread

    from orewire.alerts.reach import Reach
    from orewire.web.api import create_app
    from orewire.web.charts.draw import warm_up as load_renderer
    from orewire.web.connections import make_server
    from orewire.web.door import Door
    from orewire.web.pages.add import warm_up
    from store.connection import open_database
    from store.fulltext.index import FullText
    from store.local import LocalStore

    reach = Reach(config, os.environ)
    connection = open_database(config.store)
    fulltext = FullText(connection, note=progress.note)
    store = LocalStore(connection, fulltext)
    try:
        _refuse_without_users(config, store)
        async with reach, open_rooms(config, connection, progress, fulltext=fulltext) as rooms:
            service, token = Service(rooms, store, reach), secrets.token_urlsafe(24)
            door = Door(store.access(), service, config.service, rooms.clock, token)
            app = create_app(store, store.ledger(), service, config, door=door)
            server = make_server(app, config)
            to_thread.current_default_thread_limiter().total_tokens = _PAGES_AT_ONCE
            warm_up(app.state.desk)
            asyncio.get_running_loop().run_in_executor(None, load_renderer)
            with _listening(server, config) as sock, _announced(sock, config, token) as url:
                progress.note("serving", url=url)
                if config.service.is_shared and not config.service.is_https:
                    progress.note("passwords_in_the_clear", see="service.public_url in docs/access.md")
                await _until_stopped(server, sock, service, door)
                await asyncio.to_thread(app.state.desk.memory.close)
                await door.try_flush()
    finally:
        store.close()


def _refuse_without_users(config: Config, store: LocalStore) -> None:
    """UsageError where everybody could reach it and nobody could log in."""
    if config.service.is_shared and all(user.disabled_at for user in store.access().get_users()):
        key = "public_url" if config.service.public_url else "host"
        found = config.service.public_url or config.service.host
        raise UsageError(
            f"service.{key}: found {found}, which others can reach, and nobody who may log in: "
            "make a user first (`orewire user add NAME --role admin`), or use 127.0.0.1"
        )


@contextmanager
def _listening(server: uvicorn.Server, config: Config) -> Iterator[socket.socket]:
    try:
        sock = server.config.bind_socket()
    except SystemExit as error:
        raise UsageError(f"service.port: {config.service.port} is in use on {config.service.host}") from error
    # asyncio sets this for sockets that it has made itself: else the end of an answer waits 40 ms for its beginning.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
    sock.listen(server.config.backlog)  # at once: who reads the announced address may call before uvicorn is up
    with sock:
        yield sock


@contextmanager
def _announced(sock: socket.socket, config: Config, token: str) -> Iterator[str]:
    """Tell the other commands where the service answers; tell nobody any more on the way out."""
    url = f"http://{config.service.near_host}:{sock.getsockname()[1]}"
    path = address_file(config.store)
    _write_private(path, json.dumps({"url": url, "token": token, "pid": os.getpid()}))
    try:
        yield url
    finally:
        path.unlink(missing_ok=True)


def _write_private(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


async def _until_stopped(server: uvicorn.Server, sock: socket.socket, service: Service, door: Door) -> None:
    """Answer and gather until the server is told to stop; if gathering breaks, all of it stops with that error."""
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, _stop, server)
    gathering = asyncio.create_task(_work(service, door))
    answering = asyncio.create_task(server.serve(sockets=[sock]))
    done, _ = await asyncio.wait({gathering, answering}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    gathering.cancel()
    await asyncio.gather(answering, gathering, return_exceptions=True)
    await service.finish()
    for task in done:
        task.result()


async def _work(service: Service, door: Door) -> None:
    await asyncio.gather(service.gather(), door.keep())


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True
