"""The run loop: the order of the steps, and no rules.

    feeds ──poll──> pages (queue) ──fetch, archive, extract──> articles (queue) ──understand──> mentions, events
                                        watched folders ──extract──┘

Each arrow ends in one transaction, and each queue is a table: killed anywhere, the next round goes on where this one
stopped, and doing a step again changes nothing.
"""

from __future__ import annotations

import functools
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from orewire.documents import read_folders, read_warc, store_document, store_file
from orewire.model.analysis import Analysis
from orewire.model.article import Article
from orewire.model.errors import ExtractError, FetchError, StoreError
from orewire.model.event import RoundReport
from orewire.model.feed import FeedSpec, FeedState, Poll
from orewire.rooms import Rooms, apart, at_once, in_batches, in_order, index_articles, reading_in, require_space
from orewire.workers import Understood

if TYPE_CHECKING:
    from ingest.extract import Page
    from ingest.http import Response
    from store.pages import QueuedPage

_BATCH = 64
"""Queue rows taken at a time: enough to keep workers busy, few enough to hold in memory."""


async def run_round(rooms: Rooms, *, due_only: bool) -> RoundReport:
    """Poll (all feeds, or those due), fetch what is queued, understand what is new; say what was done."""
    started = time.monotonic()
    report = await poll_feeds(rooms, RoundReport(), due_only=due_only)
    report = await read_folders(rooms, report)
    report = await fetch_pages(rooms, report)
    report = await understand_articles(rooms, report)
    return replace(report, seconds=round(time.monotonic() - started, 2))


async def poll_feeds(rooms: Rooms, report: RoundReport, *, due_only: bool) -> RoundReport:
    """Ask the feeds; what is new of them is queued together with their validators."""
    from store.feeds import due_feeds, get_feed_states

    require_space(rooms)
    feeds = due_feeds(rooms.connection, rooms.clock()) if due_only else get_feed_states(rooms.connection)
    rooms.progress.stage("feeds", len(feeds))
    async with in_batches(rooms, _mixed(feeds), lambda feed: _poll(rooms, *feed)) as batches:
        async for polls in batches:
            for one in _record_polls(rooms, polls):
                report = sum_reports(report, one)
    return report


def _mixed(feeds: Sequence[tuple[FeedSpec, FeedState]]) -> list[tuple[FeedSpec, FeedState]]:
    """Hosts by turns, so that none with many feeds, or a slow one, holds up the others."""
    seen = Counter[str]()
    turns = []
    for number, (spec, state) in enumerate(feeds):
        host = spec.url.split("/")[2]
        seen[host] += 1
        turns.append((seen[host], number, spec, state))
    return [(spec, state) for _, _, spec, state in sorted(turns, key=lambda turn: turn[:2])]


async def _poll(rooms: Rooms, spec: FeedSpec, state: FeedState) -> Poll:
    from ingest.poll import poll_feed, poll_of_bug

    robots = rooms.robots if spec.robots else None
    read = reading_in(rooms.workers)
    try:
        poll, responses = await poll_feed(
            spec, state, fetcher=rooms.fetcher, now=rooms.clock(), robots=robots, read=read
        )
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug of ours over one source must not stop the others
        rooms.progress.note("bug", feed=spec.name, error=repr(error))
        poll, responses = poll_of_bug(spec, state, error, rooms.clock()), ()
    for response in responses:
        rooms.archive.write(response, kind=spec.kind, feed=spec.url)
    rooms.progress.step("feeds")
    return poll


def _record_polls(rooms: Rooms, polls: Sequence[Poll]) -> Iterator[RoundReport]:
    """Each poll's part of the report. What the archive has of them is on the disk before the store knows of it."""
    from store.feeds import record_polls

    rooms.archive.sync()
    for poll, new in zip(polls, record_polls(rooms.connection, polls, rooms.clock()), strict=True):
        rooms.progress.note("feed_polled", feed=poll.spec.name, outcome=poll.outcome, new=new, reason=poll.reason)
        if poll.outcome in ("ok", "unchanged"):
            is_ok = poll.outcome == "ok"
            yield RoundReport(feeds_ok=int(is_ok), feeds_unchanged=int(not is_ok), entries_new=new)
        else:
            yield RoundReport(feeds_failed=1, failures=((poll.spec.url, poll.reason or poll.outcome),))


async def fetch_pages(rooms: Rooms, report: RoundReport, *, batches: int | None = None) -> RoundReport:
    """Fetch every queued page that is due; each becomes an article, or a failure that is tried again later.

    `batches` bounds how many batches are taken from the queue.
    """
    from store.pages import claim_pages

    seen: set[str] = set()
    for _ in islice(count(), batches):
        require_space(rooms)
        batch = [page for page in claim_pages(rooms.connection, rooms.clock(), _BATCH) if page.url not in seen]
        if not batch:
            break
        seen.update(page.url for page in batch)
        rooms.progress.stage("pages", len(batch))
        for one in await at_once(rooms, batch, lambda page: _fetch(rooms, page)):
            report = sum_reports(report, one)
        await index_articles(rooms)
    return report


async def _fetch(rooms: Rooms, page: QueuedPage) -> RoundReport:
    """One page's part of the report. Of a page that is given up, what the feed told of it is the article."""
    from store.pages import record_fetched, record_page_failure

    now = rooms.clock()
    try:
        article = await _article(rooms, page)
    except StoreError:  # not the page's fault: it stays in the queue
        raise
    except Exception as error:  # noqa: BLE001 - a bug of ours over one page must not stop the others
        failure = error if isinstance(error, FetchError) else FetchError("bug", repr(error))
        told = article_of_entry(page, now) if page.entry.title else None
        async with rooms.writing:
            stored = record_page_failure(rooms.connection, page.url, failure, now, instead=told)
        rooms.progress.note("page_failed", url=page.url, reason=str(failure))
        return RoundReport(pages_failed=1, articles_new=int(stored == "new"), failures=((page.url, str(failure)),))
    finally:
        rooms.progress.step("pages")
    async with rooms.writing:
        stored = record_fetched(rooms.connection, page.url, article, now)
    return RoundReport(pages_fetched=1, articles_new=int(stored == "new"))


async def _article(rooms: Rooms, page: QueuedPage) -> Article:
    """The article behind a page; where the page may not or cannot be read, what the feed itself tells of it."""
    from ingest.archive import PAGE
    from ingest.entries import WITHIN

    address = page.entry.document or page.url
    if not rooms.config.gather.pages or WITHIN in address:
        return article_of_entry(page, rooms.clock())
    try:
        response = await rooms.fetcher.get(address, allow=rooms.robots.allows)
    except FetchError as error:
        if error.reason == "robots":
            return article_of_entry(page, rooms.clock())
        raise
    rooms.archive.write(response, kind=PAGE, feed=page.feed, page=page.url)
    rooms.archive.sync()
    try:
        extracted = await _extract(rooms, response)
    except ExtractError:
        extracted = None
    return article_of(page, response, extracted)


def article_of(page: QueuedPage, response: Response, extracted: Page | None) -> Article:
    """The article of a page that was fetched; what the feed itself tells, where no text could be had of it."""
    from ingest.article import article_from_page, page_address
    from ingest.voice import with_voice

    if extracted is None:
        return article_of_entry(page, response.fetched)
    url = page_address(page.url, response)
    article = article_from_page(
        extracted, entry=page.entry, url=url, source=page.feed_name, feed=page.feed, fetched=response.fetched
    )
    return with_voice(article, kind=page.kind, configured=page.voice)


def article_of_entry(page: QueuedPage, fetched: datetime) -> Article:
    """What the feed itself tells of a page."""
    from ingest.article import article_from_entry
    from ingest.voice import with_voice

    article = article_from_entry(page.entry, source=page.feed_name, feed=page.feed, fetched=fetched)
    return with_voice(article, kind=page.kind, configured=page.voice)


async def _extract(rooms: Rooms, response: Response) -> Page:
    return await rooms.workers.extract(
        response.body, name=response.url, content_type=response.headers.get("content-type")
    )


async def understand_articles(rooms: Rooms, report: RoundReport, *, batches: int | None = None) -> RoundReport:
    """Analyse every article that has not been, and resolve what it says into events, in the order of the news.

    `batches` bounds how many batches are taken from the queue.
    """
    from store.articles import unanalysed_articles

    for _ in islice(count(), batches):
        require_space(rooms)
        batch = unanalysed_articles(rooms.connection, _BATCH)
        if not batch:
            break
        rooms.progress.stage("articles", len(batch))
        told = [one async for one in in_order(rooms, batch, lambda article: understand(rooms, article))]
        report = sum_reports(report, await apart(rooms, functools.partial(_record, understood=told)))
        await index_articles(rooms)
    return report


async def understand(rooms: Rooms, article: Article) -> Understood:
    """The analysis with its fingerprint; of a text that kills its worker an empty one that says so."""
    try:
        return await rooms.workers.understand(article)
    except ExtractError as error:
        note = f"{_FAILED}: {error}"
        return Understood(Analysis(id=article.id, lang=article.lang, relevant=False, note=note, version="none"))
    finally:
        rooms.progress.step("articles")


_FAILED = "not understood"


def _record(rooms: Rooms, understood: Sequence[tuple[Article, Understood]]) -> RoundReport:
    """Store what a batch says, in one transaction; its part of the report."""
    from store.mentions import record_analyses

    told = [(article, one.analysis) for article, one in understood]
    made = {article.id: one.fingerprint for article, one in understood if one.fingerprint}
    recorded = record_analyses(rooms.connection, told, made)
    failed = [(article, analysis.note or "") for article, analysis in told if (analysis.note or "").startswith(_FAILED)]
    return RoundReport(
        articles_analysed=len(told),
        articles_relevant=sum(analysis.relevant for _, analysis in told),
        events_new=len(recorded.new_events),
        events_updated=len(recorded.updated_events),
        failures=tuple((article.url or article.id, note) for article, note in failed),
        new_event_ids=recorded.new_events,
    )


def sum_reports(report: RoundReport, one: RoundReport) -> RoundReport:
    """Both together, field by field."""
    return RoundReport(**{field.name: getattr(report, field.name) + getattr(one, field.name) for field in fields(one)})


async def add_documents(rooms: Rooms, names: Sequence[str]) -> RoundReport:
    """Add single documents by path or address, then understand them; failures are listed, the others go on."""
    report = RoundReport()
    require_space(rooms)
    rooms.progress.stage("documents", len(names))
    for name in names:
        try:
            new, why = await _add_document(rooms, name)
        except (FetchError, ExtractError) as error:
            new, why = 0, str(error)
        failures = ((name, why),) if why else ()
        report = replace(report, articles_new=report.articles_new + new, failures=report.failures + failures)
        rooms.progress.step("documents")
    return await understand_articles(rooms, report)


async def _add_document(rooms: Rooms, name: str) -> tuple[int, str | None]:
    """How many new articles it brought, and why not all."""
    from ingest.addresses import is_web_url
    from ingest.archive import DOCUMENT
    from ingest.documents import read_document
    from ingest.folder import name_as_text
    from ingest.warc import is_warc

    if is_web_url(name):
        response = await rooms.fetcher.get(name)
        rooms.archive.write(response, kind=DOCUMENT)
        rooms.archive.sync()
        kind, url = response.headers.get("content-type"), response.url
        outcome = await store_document(rooms, response.body, name=url, url=url, content_type=kind)
        return int(outcome == "new"), None
    path = Path(name)
    if is_warc(path):
        return await read_warc(rooms, path)
    return await store_file(rooms, read_document(path), name=name_as_text(path.name)), None
