"""The later steps again over a span of the archive: what was fetched is read and understood as this version does it.

    archive ──read──> entries, pages ──extract──> articles ──understand──> mentions, events

The same archive and the same version give the same articles, mentions and events.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from orewire.documents import FILE, file_article, own_article
from orewire.model.errors import ExtractError, FeedError, UsageError
from orewire.model.event import RoundReport
from orewire.pipeline import article_of, article_of_entry, understand_articles
from orewire.rooms import Rooms, at_once, reading_in

if TYPE_CHECKING:
    from ingest.entries import FeedDocument
    from ingest.extract import Page
    from ingest.replay import Archived

    Outcome = FeedDocument | Page | FeedError | ExtractError | None

_BATCH = 64


async def replay(rooms: Rooms, since: datetime, until: datetime, *, is_whole: bool) -> RoundReport:
    """Take the steps again for what was fetched from `since` to before `until`.

    `is_whole`: the store holds nothing but this span, so that an entry without an archived page is all there is of it.
    """
    from ingest.replay import read_archive
    from store.articles import queue_again

    broken: list[tuple[str, str]] = []
    archived = read_archive(
        rooms.config.archive, since, until, broken=lambda path, reason: broken.append((path.name, reason))
    )
    report, touched = RoundReport(), list[str]()
    while batch := list(islice(archived, _BATCH)):
        report = await _batch(rooms, batch, report, touched)
    if is_whole:
        touched += _from_entries(rooms)
    queue_again(rooms.connection, touched)
    report = await understand_articles(rooms, replace(report, articles_new=len(set(touched))))
    return replace(report, failures=(*report.failures, *broken))


async def _batch(rooms: Rooms, batch: list[Archived], report: RoundReport, touched: list[str]) -> RoundReport:
    """Read by all workers at once, then stored in the order of the archive."""
    rooms.progress.stage("archived", len(batch))
    outcomes = await at_once(rooms, batch, lambda archived: _read(rooms, archived))
    for archived, outcome in zip(batch, outcomes, strict=True):
        rooms.progress.step("archived")
        report = _store(rooms, archived, outcome, report, touched)
    return report


async def _read(rooms: Rooms, archived: Archived) -> Outcome:
    """What the answer tells, or why it tells nothing; None for what never was to tell anything."""
    from ingest.archive import DOCUMENT, HOP, PAGE, ROBOTS

    response = archived.response
    if archived.kind in (ROBOTS, HOP):
        return None
    try:
        if archived.kind not in (PAGE, DOCUMENT, FILE):
            return await reading_in(rooms.workers)(archived.kind, response)
        content_type = response.headers.get("content-type")
        name = archived.page if archived.page and archived.kind != PAGE else response.url
        return await rooms.workers.extract(response.body, name=name, content_type=content_type)
    except (FeedError, ExtractError) as error:
        return error
    except UsageError as error:  # a kind of source that this version does not know
        return ExtractError(str(error))


def _store(rooms: Rooms, archived: Archived, outcome: Outcome, report: RoundReport, touched: list[str]) -> RoundReport:
    from ingest.archive import PAGE
    from ingest.entries import FeedDocument
    from store.feeds import queue_entries

    response = archived.response
    if outcome is None or isinstance(outcome, FeedError):
        return report
    if isinstance(outcome, FeedDocument):
        new = queue_entries(rooms.connection, archived.feed or response.url, outcome.entries, response.fetched)
        return replace(report, feeds_ok=report.feeds_ok + 1, entries_new=report.entries_new + new)
    if archived.kind == PAGE:
        touched.append(_store_page(rooms, archived, None if isinstance(outcome, ExtractError) else outcome))
    elif isinstance(outcome, ExtractError):
        return replace(report, failures=(*report.failures, (archived.page or response.url, str(outcome))))
    else:
        touched.append(_store_document(rooms, archived, outcome))
    return replace(report, pages_fetched=report.pages_fetched + 1)


def _store_page(rooms: Rooms, archived: Archived, extracted: Page | None) -> str:
    from store.pages import get_page, record_fetched

    response = archived.response
    page = get_page(rooms.connection, archived.page or response.url, feed=archived.feed or "")
    article = article_of(page, response, extracted)
    record_fetched(rooms.connection, page.url, article, response.fetched)
    return article.id


def _store_document(rooms: Rooms, archived: Archived, page: Page) -> str:
    """A document that was added, or a file of a watched folder, which revises the article that it had."""
    from ingest.article import article_from_page
    from store.articles import add_article
    from store.files import KnownFile, known_files, record_file

    response, name, now = archived.response, archived.page, archived.response.fetched
    if archived.kind == FILE and name:
        own = own_article(name, known_files(rooms.connection))
        file = KnownFile(path=name, size=len(response.body), modified=now, article=own)
        article = file_article(page, file, now)
        record_file(rooms.connection, file, now, article=article)
        return article.id
    url = None if name else response.url
    article = article_from_page(page, entry=None, url=url, source=name or response.url, feed=None, fetched=now)
    add_article(rooms.connection, article, now)
    return article.id


def _from_entries(rooms: Rooms) -> list[str]:
    """Articles of the entries whose pages were never had."""
    from store.pages import claim_pages, record_fetched

    made = []
    for page in claim_pages(rooms.connection, rooms.clock(), 1_000_000, of_host=1_000_000):
        article = article_of_entry(page, page.queued_at)
        record_fetched(rooms.connection, page.url, article, page.queued_at)
        made.append(article.id)
    return made
