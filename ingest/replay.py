"""The archive read again: every answer as it was fetched, in the order in which it came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ingest.archive import ABOUT, OPEN, WIRE_PREFIX
from ingest.http import Response

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

_PATTERN: Final = "orewire-*.warc.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """An answer with what it was fetched for: see `Archive.write`."""

    response: Response
    kind: str
    feed: str | None
    page: str | None


def read_archive(
    folder: Path, since: datetime, until: datetime, *, broken: Callable[[Path, str], None]
) -> Iterator[Archived]:
    """Answers fetched from `since` to before `until`, by file and place in it.

    Of a file that is still being written, or is damaged, what is whole is read; `broken` is told of the latter.
    """
    for path in sorted([*folder.glob(_PATTERN), *folder.glob(_PATTERN + OPEN)]):
        for archived in _read_file(path, broken):
            if since <= archived.response.fetched < until:
                yield archived


def _read_file(path: Path, broken: Callable[[Path, str], None]) -> Iterator[Archived]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "response" and (archived := _archived(record)):
                    yield archived
    except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
        if not path.name.endswith(OPEN):
            broken(path, str(error)[:200])


def _archived(record: ArcWarcRecord) -> Archived | None:
    """None for what another program wrote."""
    told = {name: record.rec_headers.get_header(header) for name, header in ABOUT.items()}
    if not told["kind"]:
        return None
    url = record.rec_headers.get_header("WARC-Target-URI")
    response = Response(
        url=url,
        asked=url,
        status=int(record.http_headers.get_statuscode()),
        headers=_headers(record),
        body=record.content_stream().read(),
        fetched=_moment(record.rec_headers.get_header("WARC-Date")),
        moved_to=told["moved"],
    )
    return Archived(response=response, kind=told["kind"], feed=told["feed"], page=told["page"])


def _headers(record: ArcWarcRecord) -> Mapping[str, str]:
    headers: list[tuple[str, Any]] = record.http_headers.headers
    return {name: value for name, value in headers if not name.startswith(WIRE_PREFIX)}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
