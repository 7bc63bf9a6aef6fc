"""Documents that no feed announced: single ones that the user adds, and the files of watched folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
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
        if file.name not in known or not known[file.name].is_same(file.size, file.modified)
    ]
    if changed:
        rooms.progress.stage("files", len(changed))
    outcomes = await at_once(rooms, changed, lambda file: _read_file(rooms, file, known))
    failures = tuple((file.name, why) for file, why in zip(changed, outcomes, strict=True) if why not in STORED)
    return replace(
        report, articles_new=report.articles_new + outcomes.count("new"), failures=report.failures + failures
    )


async def _read_file(rooms: Rooms, file: WatchedFile, known: Mapping[str, KnownFile]) -> str:
    """What became of the file: how its article was stored, or why there is none."""
    from ingest.article import article_from_page
    from ingest.documents import read_document
    from store.files import KnownFile, record_file

    now, own = rooms.clock(), _own_article(file, known)
    seen = KnownFile(path=file.name, size=file.size, modified=file.modified, article=own)
    try:
        page = await rooms.workers.extract(read_document(file.path), name=file.name, content_type=None)
    except ExtractError as error:
        record_file(rooms.connection, seen, now, reason=str(error))
        return str(error)
    except Exception as error:  # noqa: BLE001 - a bug of ours over one file must not stop the others
        rooms.progress.note("bug", file=file.name, error=repr(error))
        record_file(rooms.connection, seen, now, reason=f"bug: {error!r}")
        return f"bug: {error!r}"
    finally:
        rooms.progress.step("files")
    source = file.name.rpartition("/")[2]
    article = article_from_page(page, entry=None, url=None, source=source, feed=None, fetched=now)
    return record_file(rooms.connection, seen, now, article=replace(article, id=own or article.id))


def _own_article(file: WatchedFile, known: Mapping[str, KnownFile]) -> str | None:
    """The article that a changed file revises: its own, unless a copy of it has the same."""
    before = known.get(file.name)
    if before is None or before.article is None:
        return None
    is_shared = any(other.article == before.article for other in known.values() if other.path != file.name)
    return None if is_shared else before.article
