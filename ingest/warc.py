"""WARC files, ours and of others: record by record, however they are packed, cut or damaged. A door of warcio."""

from __future__ import annotations

import io
import mmap
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from ingest.addresses import is_web_url
from ingest.inflate import inflate
from orewire.model.errors import ExtractError, FetchError

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

MAX_RECORD: Final = 40_000_000
MAX_BODY: Final = 10_000_000
_MAGIC: Final = b"\x1f\x8b\x08"
_PIECE: Final = 1 << 16
_SUFFIXES: Final = (".warc", ".warc.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcPage:
    """A page that somebody has fetched: its address, what it was served as, its bytes, and when."""

    url: str
    content_type: str | None
    body: bytes
    fetched: datetime


def is_warc(path: Path) -> bool:
    """Whether a file is one by its name."""
    return path.name.lower().endswith(_SUFFIXES)


def read_pages(path: Path) -> Iterator[WarcPage | None]:
    """The pages of a WARC file; None for each record that is damaged. ExtractError where nothing of it can be read."""
    is_any = False
    try:
        with path.open("rb") as file:
            for record in read_records(file):
                page = None if record is None else _page(record)
                is_any = is_any or record is not None
                if record is None or page is not None:
                    yield page
    except OSError as error:
        raise ExtractError(f"{path}: {error.strerror or error}") from error
    if not is_any:
        raise ExtractError("no text: a WARC file of which no record can be read")


def _page(record: ArcWarcRecord) -> WarcPage | None:
    """None for what is no page: requests, redirects, pictures, and what has no web address."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if record.rec_type != "response" or record.http_headers is None or not is_web_url(url):
        return None
    if not record.http_headers.get_statuscode().startswith("2"):
        return None
    try:
        moment = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date") or "").astimezone(UTC)
        body = _body(record)
    except (ValueError, FetchError):
        return None
    return WarcPage(url=url, content_type=record.http_headers.get_header("content-type"), body=body, fetched=moment)


def _body(record: ArcWarcRecord) -> bytes:
    """The body without chunks and compression, within bounds."""
    encoding = record.http_headers.get_header("content-encoding") or ""
    if encoding:
        record.http_headers.remove_header("content-encoding")
    raw: bytes = record.content_stream().read(MAX_BODY + 1)
    if len(raw) > MAX_BODY:
        raise FetchError("body_too_large")
    return inflate(raw, encoding, limit=MAX_BODY)


def read_records(file: BinaryIO) -> Iterator[ArcWarcRecord | None]:
    """Every record, with its content not read yet; None for each damaged one, behind which the next is looked for."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    for member in _members(file):
        if member is None:
            yield None
            continue
        try:
            yield from ArchiveIterator(io.BytesIO(member))
        except (ArchiveLoadFailed, ValueError, EOFError, OSError, IndexError, AttributeError):
            yield None


def _members(file: BinaryIO) -> Iterator[bytes | None]:
    """Each gzip member, which may hold one record or all; None for a damaged one. A file without gzip is one."""
    size = os.fstat(file.fileno()).st_size
    if not size:
        return
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:5] == b"WARC/":
            yield data[: MAX_RECORD * 10]
            return
        place = 0
        while place < size:
            record, end = _inflated(data, place, size)
            yield record
            if record is not None and end is None:  # the file breaks off in it: what there is of it, and that it is cut
                yield None
            if record is None or end is None:
                found = data.find(_MAGIC, place + 1)
                end = found if found >= 0 else size
            place = end


def _inflated(data: mmap.mmap, place: int, size: int) -> tuple[bytes | None, int | None]:
    """The member at a place, None where it is damaged or far too large, and where it ends, None where it never does."""
    inflater, record = zlib.decompressobj(zlib.MAX_WBITS | 16), bytearray()
    while not inflater.eof and place < size:
        piece = data[place : place + _PIECE]
        try:
            record += inflater.decompress(piece, MAX_RECORD + 1 - len(record))
        except zlib.error:
            return None, None
        if len(record) > MAX_RECORD:
            return None, None
        place += len(piece)
    return bytes(record) or None, place - len(inflater.unused_data) if inflater.eof else None
