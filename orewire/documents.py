"""Documents that no feed announced: single ones that the user adds, and the files of watched folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from orewire.model.errors import ExtractError, StoreError
from orewire.model.event import RoundReport
from orewire.rooms import Rooms, at_once, require_space

if TYPE_CHECKING:
    from ingest.extract import Page
    from ingest.folder import WatchedFile
    from orewire.model.article import Article
    from store.files import KnownFile

FILE = "file"
"""The kind of an archived file of a watched folder."""


async def store_document(rooms: Rooms, body: bytes, *, name: str, url: str | None, content_type: str | None) -> str:
    """Store one document's article and say `new`, `same` or `revised`; it is understood with the next articles."""
    from ingest.article import article_from_page
    from store.articles import add_article

    page = await rooms.workers.extract(body, name=name, content_type=content_type)
    article = article_from_page(page, entry=None, url=url, source=name, feed=None, fetched=rooms.clock())
    async with rooms.writing:
        return add_article(rooms.connection, article, rooms.clock())


async def store_file(rooms: Rooms, body: bytes, *, name: str, url: str | None = None) -> int:
    """Keep in the archive what was not fetched, and store its article; how many are new."""
    from ingest.archive import DOCUMENT

    keep_file(rooms, body, kind=DOCUMENT, name=name)
    return int(await store_document(rooms, body, name=name, url=url, content_type=None) == "new")


async def read_folders(rooms: Rooms, report: RoundReport) -> RoundReport:
    """Read what is new or changed in the watched folders; a file that cannot be read is listed once."""
    from ingest.folder import list_files
    from store.files import known_files

    require_space(rooms)
    known = known_files(rooms.connection)
    changed = [
        file
        for folder in rooms.config.folders
        for file in list_files(folder)
        if file.name not in known or not known[file.name].is_same(file.size, file.modified)
    ]
    if changed:
        rooms.progress.stage("files", len(changed))
    missing = tuple((str(one), "no such folder") for one in rooms.config.folders if not one.is_dir())
    report = replace(report, failures=report.failures + missing)
    for new, failure in await at_once(rooms, changed, lambda file: _read_file(rooms, file, known)):
        failures = (failure,) if failure else ()
        report = replace(report, articles_new=report.articles_new + new, failures=report.failures + failures)
    return report


async def _read_file(
    rooms: Rooms, file: WatchedFile, known: Mapping[str, KnownFile]
) -> tuple[int, tuple[str, str] | None]:
    """How many new articles a file brought, and its name with why it brought none, or not all."""
    from ingest.warc import is_warc
    from store.files import KnownFile, record_file

    seen = KnownFile(path=file.name, size=file.size, modified=file.modified, article=own_article(file.name, known))
    try:
        if not is_warc(file.path):
            return await _read_document(rooms, file, seen), None
        new, why = await read_warc(rooms, file.path)
    except ExtractError as error:
        new, why = 0, str(error)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug of ours over one file must not stop the others
        rooms.progress.note("bug", file=file.name, error=repr(error))
        new, why = 0, f"bug: {error!r}"
    finally:
        rooms.progress.step("files")
    async with rooms.writing:
        record_file(rooms.connection, seen, rooms.clock(), reason=why)
    return new, (file.name, why) if why else None


async def _read_document(rooms: Rooms, file: WatchedFile, seen: KnownFile) -> int:
    from ingest.documents import read_document
    from store.files import record_file

    now, body = rooms.clock(), read_document(file.path)
    keep_file(rooms, body, kind=FILE, name=file.name)
    page = await rooms.workers.extract(body, name=file.name, content_type=None)
    async with rooms.writing:
        return int(record_file(rooms.connection, seen, now, article=file_article(page, seen, now)) == "new")


async def read_warc(rooms: Rooms, path: Path) -> tuple[int, str | None]:
    """Store the articles of a WARC file's pages, which go into the archive, too; how many are new, what is damaged."""
    from ingest.archive import DOCUMENT
    from ingest.article import article_from_page
    from ingest.http import Response
    from ingest.warc import read_pages
    from store.articles import add_article

    new = damaged = 0
    for one in read_pages(path):
        if one is None:
            damaged += 1
            continue
        headers = {"content-type": one.content_type} if one.content_type else {}
        response = Response(url=one.url, asked=one.url, status=200, headers=headers, body=one.body, fetched=one.fetched)
        try:
            page = await rooms.workers.extract(one.body, name=one.url, content_type=one.content_type)
        except ExtractError:  # a picture, a script, a page without a text
            continue
        rooms.archive.write(response, kind=DOCUMENT)
        rooms.archive.sync()
        article = article_from_page(page, entry=None, url=one.url, source=path.name, feed=None, fetched=one.fetched)
        async with rooms.writing:
            new += add_article(rooms.connection, article, rooms.clock()) == "new"
    return new, f"{damaged} damaged records" if damaged else None


def file_article(page: Page, file: KnownFile, now: datetime) -> Article:
    """The article of a file: the one that it had, or one of its own."""
    from ingest.article import article_from_page

    source = file.path.rpartition("/")[2]
    article = article_from_page(page, entry=None, url=None, source=source, feed=None, fetched=now)
    return replace(article, id=file.article or article.id)


def keep_file(rooms: Rooms, body: bytes, *, kind: str, name: str) -> None:
    """Put what was not fetched into the archive, too: so everything can be read again from there alone."""
    from ingest.http import Response

    url = f"file:///{quote(name.lstrip('/'))}"
    kept = Response(url=url, asked=url, status=200, headers={}, body=body, fetched=rooms.clock())
    rooms.archive.write(kept, kind=kind, page=name)
    rooms.archive.sync()


def own_article(name: str, known: Mapping[str, KnownFile]) -> str | None:
    """The article that a changed file revises: its own, unless a copy of it has the same."""
    before = known.get(name)
    if before is None or before.article is None:
        return None
    is_shared = any(other.article == before.article for other in known.values() if other.path != name)
    return None if is_shared else before.article
