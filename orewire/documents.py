"""Documents that no feed announced: single ones that the user adds, and the files of watched folders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from orewire.model.errors import ExtractError
from orewire.model.event import RoundReport
from orewire.rooms import Rooms, at_once

if TYPE_CHECKING:
    from ingest.folder import WatchedFile
    from store.files import KnownFile

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
        if known.get(file.path) is None or not known[file.path].is_same(file.size, file.modified)
    ]
    if changed:
        rooms.progress.stage("files", len(changed))
    outcomes = await at_once(rooms, changed, lambda file: _read_file(rooms, file, known.get(file.path)))
    failures = tuple((file.path, why) for file, why in zip(changed, outcomes, strict=True) if why not in STORED)
    return replace(
        report, articles_new=report.articles_new + outcomes.count("new"), failures=report.failures + failures
    )


async def _read_file(rooms: Rooms, file: WatchedFile, before: KnownFile | None) -> str:
    """What became of the file: how its article was stored, or why there is none; a changed file keeps its article."""
    from ingest.article import article_from_page
    from ingest.documents import read_document
    from store.files import KnownFile, record_file

    path, now, article_id = Path(file.path), rooms.clock(), before.article if before else None
    known = KnownFile(path=file.path, size=file.size, modified=file.modified, article=article_id)
    try:
        page = await rooms.workers.extract(read_document(path), name=path.name, content_type=None)
    except ExtractError as error:
        record_file(rooms.connection, known, now, reason=str(error))
        return str(error)
    finally:
        rooms.progress.step("files")
    article = article_from_page(page, entry=None, url=None, source=path.name, feed=None, fetched=now)
    return record_file(rooms.connection, known, now, article=replace(article, id=article_id or article.id))
