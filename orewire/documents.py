"""Documents that no feed announced: single ones that the user adds, and the files of watched folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from orewire.model.errors import ExtractError
from orewire.model.event import RoundReport
from orewire.rooms import Rooms, at_once

if TYPE_CHECKING:
    from ingest.extract import Page
    from ingest.folder import WatchedFile
    from orewire.model.article import Article
    from store.files import KnownFile

FILE = "file"
"""The kind of an archived file of a watched folder."""
STORED = frozenset({"new", "same", "revised"})


async def store_document(rooms: Rooms, body: bytes, *, name: str, url: str | None, content_type: str | None) -> str:
    """Store one document's article and say `new`, `same` or `revised`; it is understood with the next articles."""
    from ingest.article import article_from_page
    from store.articles import add_article

    page = await rooms.workers.extract(body, name=name, content_type=content_type)
    article = article_from_page(page, entry=None, url=url, source=name, feed=None, fetched=rooms.clock())
    return add_article(rooms.connection, article, rooms.clock())


async def read_folders(rooms: Rooms, report: RoundReport) -> RoundReport:
    """Read what is new or changed in the watched folders; a file that cannot be read is listed once."""
    from ingest.folder import list_files
    from store.files import known_files

    known = known_files(rooms.connection)
    changed = [
        file
        for folder in rooms.config.folders
        for file in list_files(folder)
        if file.name not in known or not known[file.name].is_same(file.size, file.modified)
    ]
    if changed:
        rooms.progress.stage("files", len(changed))
    outcomes = await at_once(rooms, changed, lambda file: _read_file(rooms, file, known))
    missing = tuple((str(one), "no such folder") for one in rooms.config.folders if not one.is_dir())
    failures = missing + tuple(
        (file.name, why) for file, why in zip(changed, outcomes, strict=True) if why not in STORED
    )
    return replace(
        report, articles_new=report.articles_new + outcomes.count("new"), failures=report.failures + failures
    )


async def _read_file(rooms: Rooms, file: WatchedFile, known: Mapping[str, KnownFile]) -> str:
    """What became of the file: how its article was stored, or why there is none."""
    from ingest.documents import read_document
    from store.files import KnownFile, record_file

    now = rooms.clock()
    seen = KnownFile(path=file.name, size=file.size, modified=file.modified, article=own_article(file.name, known))
    try:
        body = read_document(file.path)
        keep_file(rooms, body, kind=FILE, name=file.name)
        page = await rooms.workers.extract(body, name=file.name, content_type=None)
    except ExtractError as error:
        record_file(rooms.connection, seen, now, reason=str(error))
        return str(error)
    except Exception as error:  # noqa: BLE001 - a bug of ours over one file must not stop the others
        rooms.progress.note("bug", file=file.name, error=repr(error))
        record_file(rooms.connection, seen, now, reason=f"bug: {error!r}")
        return f"bug: {error!r}"
    finally:
        rooms.progress.step("files")
    return record_file(rooms.connection, seen, now, article=file_article(page, seen, now))


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
