"""The archive read again: every answer as it was fetched, in the order in which it came."""

from __future__ import annotations

import io
import mmap
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from ingest.archive import ABOUT, OPEN, WIRE_PREFIX
from ingest.http import Response

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

_PATTERN: Final = "orewire-*.warc.gz"
_MAGIC: Final = b"\x1f\x8b\x08"
_MAX_RECORD: Final = 200_000_000
_PIECE: Final = 1 << 16


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
    damaged = 0
    try:
        with path.open("rb") as file:
            for member in _members(file):
                try:
                    archived = _archived(member) if member is not None else None
                except ValueError:
                    member = None
                if member is None:
                    damaged += 1
                elif archived is not None:
                    yield archived
    except OSError as error:
        broken(path, str(error)[:200])
    if damaged and not path.name.endswith(OPEN):  # what is being written ends somewhere
        broken(path, f"{damaged} damaged records")


def _members(file: BinaryIO) -> Iterator[bytes | None]:
    """Each gzip member, which is one record; None for a damaged one: the next is looked for by its first bytes."""
    size = os.fstat(file.fileno()).st_size
    if not size:
        return
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        place = 0
        while place < size:
            record, end = _inflated(data, place, size)
            yield record
            if record is None:
                found = data.find(_MAGIC, place + 1)
                end = found if found >= 0 else size
            place = end


def _inflated(data: mmap.mmap, place: int, size: int) -> tuple[bytes | None, int]:
    """The member that begins at a place, and where it ends; None where it is damaged, cut or far too large."""
    inflater, record = zlib.decompressobj(zlib.MAX_WBITS | 16), bytearray()
    while not inflater.eof and place < size and len(record) <= _MAX_RECORD:
        piece = data[place : place + _PIECE]
        try:
            record += inflater.decompress(piece)
        except zlib.error:
            return None, place
        place += len(piece)
    return (bytes(record), place - len(inflater.unused_data)) if inflater.eof else (None, place)


def _archived(member: bytes) -> Archived | None:
    """The answer in a record; None for other records and other programs; ValueError where it is cut."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        record = next(iter(ArchiveIterator(io.BytesIO(member))), None)
    except ArchiveLoadFailed as error:
        raise ValueError(str(error)) from error
    if record is None or record.rec_type != "response":
        return None
    told = {name: record.rec_headers.get_header(header) for name, header in ABOUT.items()}
    if not told["kind"]:
        return None
    url, body = record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()
    if len(body) != int(record.http_headers.get_header("content-length", "-1")):
        raise ValueError("the body is cut")
    response = Response(
        url=url,
        asked=url,
        status=int(record.http_headers.get_statuscode()),
        headers=_headers(record),
        body=body,
        fetched=_moment(record.rec_headers.get_header("WARC-Date")),
        moved_to=told["moved"],
    )
    return Archived(response=response, kind=told["kind"], feed=told["feed"], page=told["page"])


def _headers(record: ArcWarcRecord) -> Mapping[str, str]:
    headers: list[tuple[str, Any]] = record.http_headers.headers
    return {name: value for name, value in headers if not name.startswith(WIRE_PREFIX)}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
