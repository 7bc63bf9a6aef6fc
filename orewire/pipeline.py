"""The run loop: the order of the steps, and no rules.

    feeds ──poll──> pages (queue) ──fetch, archive, extract──> articles (queue) ──understand──> mentions, events

Each arrow ends in one transaction, and each queue is a table: killed anywhere, the next round goes on where this one
stopped, and doing a step again changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from orewire.config import Config
from orewire.model.analysis import Analysis
from orewire.model.article import Article
from orewire.model.errors import ExtractError, FetchError
from orewire.model.event import RoundReport
from orewire.model.feed import FeedSpec, FeedState

if TYPE_CHECKING:
    from ingest.archive import Archive
    from ingest.extract import Page
    from ingest.http import Fetcher, Response
    from ingest.robots import Robots
    from orewire.workers import Workers
    from store.connection import Connection
    from store.pages import QueuedPage

Item = TypeVar("Item")
_BATCH = 64
"""Queue rows taken at a time: enough to keep workers busy, few enough to hold in memory."""


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
    fetcher: Fetcher
    robots: Robots
    archive: Archive
    workers: Workers
    progress: Progress
    clock: Callable[[], datetime]


@asynccontextmanager
async def open_rooms(
    config: Config, connection: Connection, progress: Progress, *, clock: Callable[[], datetime] | None = None
) -> AsyncIterator[Rooms]:
    """Open network, archive and workers around a store that is already open, and tell it of the configured feeds."""
    from ingest.archive import Archive
    from ingest.http import Fetcher, FetchOptions
    from ingest.robots import Robots
    from orewire.workers import Workers
    from store.feeds import sync_feeds

    sync_feeds(connection, config.feed_specs())
    gather = config.gather
    options = FetchOptions(
        user_agent=gather.user_agent,
        allow_hosts=tuple(gather.allow_hosts),
        timeout=gather.timeout,
        max_body=gather.max_body,
        host_delay=gather.host_delay,
    )
    async with Fetcher(options) as fetcher:
        with Archive(config.archive) as archive, Workers(config.workers) as workers:
            yield Rooms(
                config=config,
                connection=connection,
                fetcher=fetcher,
                robots=Robots(fetcher, gather.user_agent),
                archive=archive,
                workers=workers,
                progress=progress,
                clock=clock or (lambda: datetime.now(UTC)),
            )


async def run_round(rooms: Rooms, *, due_only: bool) -> RoundReport:
    """Poll (all feeds, or those due), fetch what is queued, understand what is new; say what was done."""
    started = time.monotonic()
    report = await poll_feeds(rooms, RoundReport(), due_only=due_only)
    report = await fetch_pages(rooms, report)
    report = await understand_articles(rooms, report)
    return replace(report, seconds=round(time.monotonic() - started, 2))


async def poll_feeds(rooms: Rooms, report: RoundReport, *, due_only: bool) -> RoundReport:
    """Ask the feeds; what is new of them is queued together with their validators."""
    from store.feeds import due_feeds, get_feed_states

    feeds = due_feeds(rooms.connection, rooms.clock()) if due_only else get_feed_states(rooms.connection)
    rooms.progress.stage("feeds", len(feeds))
    outcomes = await _at_once(rooms, feeds, lambda feed: _poll(rooms, *feed))
    failures = tuple((url, reason) for url, outcome, _, reason in outcomes if outcome not in ("ok", "unchanged"))
    return replace(
        report,
        feeds_ok=sum(outcome == "ok" for _, outcome, _, _ in outcomes),
        feeds_unchanged=sum(outcome == "unchanged" for _, outcome, _, _ in outcomes),
        feeds_failed=len(failures),
        entries_new=sum(new for _, _, new, _ in outcomes),
        failures=report.failures + failures,
    )


async def _poll(rooms: Rooms, spec: FeedSpec, state: FeedState) -> tuple[str, str, int, str]:
    from ingest.poll import poll_feed
    from store.feeds import record_poll

    poll, response = await poll_feed(spec, state, fetcher=rooms.fetcher, now=rooms.clock())
    if response is not None:
        rooms.archive.write(response)
    new = record_poll(rooms.connection, poll, rooms.clock())
    rooms.progress.step("feeds")
    rooms.progress.note("feed_polled", feed=spec.name, outcome=poll.outcome, new=new, reason=poll.reason)
    return spec.url, poll.outcome, new, poll.reason or poll.outcome


async def fetch_pages(rooms: Rooms, report: RoundReport) -> RoundReport:
    """Fetch every queued page that is due; each becomes an article, or a failure that is tried again later."""
    from store.pages import claim_pages

    seen: set[str] = set()
    while batch := [page for page in claim_pages(rooms.connection, rooms.clock(), _BATCH) if page.url not in seen]:
        seen.update(page.url for page in batch)
        rooms.progress.stage("pages", len(batch))
        outcomes = await _at_once(rooms, batch, lambda page: _fetch(rooms, page))
        failures = tuple((page.url, why) for page, why in zip(batch, outcomes, strict=True) if why not in _STORED)
        report = replace(
            report,
            pages_fetched=report.pages_fetched + len(batch) - len(failures),
            pages_failed=report.pages_failed + len(failures),
            articles_new=report.articles_new + outcomes.count("new"),
            failures=report.failures + failures,
        )
    return report


_STORED = frozenset({"new", "same", "revised"})


async def _fetch(rooms: Rooms, page: QueuedPage) -> str:
    """What became of a page: how its article was stored, or why there is none."""
    from store.pages import record_fetched, record_page_failure

    try:
        article = await _article(rooms, page)
    except (FetchError, ExtractError) as error:
        reason = error.reason if isinstance(error, FetchError) else str(error)
        permanent = isinstance(error, ExtractError) or getattr(error, "status", None) in (404, 410)
        record_page_failure(rooms.connection, page.url, str(error), rooms.clock(), permanent=permanent)
        rooms.progress.note("page_failed", url=page.url, reason=str(error))
        return reason
    finally:
        rooms.progress.step("pages")
    return record_fetched(rooms.connection, page.url, article, rooms.clock())


async def _article(rooms: Rooms, page: QueuedPage) -> Article:
    """The article behind a page; where the page may not or cannot be read, what the feed itself tells of it."""
    from ingest.article import article_from_entry, article_from_page

    now = rooms.clock()
    if not (rooms.config.gather.pages and await rooms.robots.allows(page.url)):
        return article_from_entry(page.entry, source=page.feed_name, feed=page.feed, fetched=now)
    response = await rooms.fetcher.get(page.url)
    rooms.archive.write(response)
    try:
        extracted = await _extract(rooms, response)
    except ExtractError:
        return article_from_entry(page.entry, source=page.feed_name, feed=page.feed, fetched=now)
    return article_from_page(
        extracted, entry=page.entry, url=page.url, source=page.feed_name, feed=page.feed, fetched=now
    )


async def _extract(rooms: Rooms, response: Response) -> Page:
    return await rooms.workers.extract(
        response.body, name=response.url, content_type=response.headers.get("content-type")
    )


async def understand_articles(rooms: Rooms, report: RoundReport) -> RoundReport:
    """Analyse every article that has not been, and resolve what it says into events."""
    from store.articles import unanalysed_articles

    while batch := unanalysed_articles(rooms.connection, _BATCH):
        rooms.progress.stage("articles", len(batch))
        for one in await _at_once(rooms, batch, lambda article: _understand(rooms, article)):
            report = sum_reports(report, one)
    return report


async def _understand(rooms: Rooms, article: Article) -> RoundReport:
    """One article's part of the report; a text that kills its worker is recorded as not understood."""
    from store.mentions import record_analysis

    failures: tuple[tuple[str, str], ...] = ()
    try:
        analysis = await rooms.workers.understand(article)
    except ExtractError as error:
        failures = ((article.url or article.id, f"not understood: {error}"),)
        analysis = Analysis(id=article.id, lang=article.lang, relevant=False, note=failures[0][1], version="none")
    recorded = record_analysis(rooms.connection, article, analysis)
    rooms.progress.step("articles")
    return RoundReport(
        articles_analysed=1,
        articles_relevant=int(analysis.relevant),
        events_new=len(recorded.new_events),
        events_updated=len(recorded.updated_events),
        failures=failures,
        new_event_ids=recorded.new_events,
    )


def sum_reports(report: RoundReport, one: RoundReport) -> RoundReport:
    """Both together, field by field."""
    return RoundReport(**{field.name: getattr(report, field.name) + getattr(one, field.name) for field in fields(one)})


async def add_documents(rooms: Rooms, names: Sequence[str]) -> RoundReport:
    """Add single documents by path or address, then understand them; failures are listed, the others go on."""
    report = RoundReport()
    rooms.progress.stage("documents", len(names))
    for name in names:
        try:
            outcome = await _add_document(rooms, name)
        except (FetchError, ExtractError) as error:
            report = replace(report, failures=(*report.failures, (name, str(error))))
        else:
            report = replace(report, articles_new=report.articles_new + (outcome == "new"))
        rooms.progress.step("documents")
    return await understand_articles(rooms, report)


async def _add_document(rooms: Rooms, name: str) -> str:
    from ingest.addresses import is_web_url
    from ingest.documents import read_document

    if not is_web_url(name):
        path = Path(name)
        return await store_document(rooms, read_document(path), name=path.name, url=None, content_type=None)
    response = await rooms.fetcher.get(name)
    rooms.archive.write(response)
    kind = response.headers.get("content-type")
    return await store_document(rooms, response.body, name=response.url, url=response.url, content_type=kind)


async def store_document(rooms: Rooms, body: bytes, *, name: str, url: str | None, content_type: str | None) -> str:
    """Store one document's article and say `new`, `same` or `revised`; it is understood with the next articles."""
    from ingest.article import article_from_page
    from store.articles import add_article

    page = await rooms.workers.extract(body, name=name, content_type=content_type)
    article = article_from_page(page, entry=None, url=url, source=name, feed=None, fetched=rooms.clock())
    return add_article(rooms.connection, article, rooms.clock())


async def _at_once(rooms: Rooms, items: Iterable[Item], work: Callable[[Item], Awaitable[Outcome]]) -> list[Outcome]:
    """Do the work for all items, `gather.at_once` at a time; outcomes in the order of the items."""
    places = asyncio.Semaphore(rooms.config.gather.at_once)

    async def limited(item: Item) -> Outcome:
        async with places:
            return await work(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(limited(item)) for item in items]
    return [task.result() for task in tasks]


Outcome = TypeVar("Outcome")
