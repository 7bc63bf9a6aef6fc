"""The archive: every answer in a WARC file, so that nothing fetched is lost and all can be read again.

A file is named `....warc.gz.open` and locked while it is written. What a killed process left is cut after its last
whole record and closed; it is never written to again. A door of warcio.
"""

from __future__ import annotations

import fcntl
import io
import os
import secrets
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self
from urllib.parse import urlsplit

from orewire.model.errors import disk_error

if TYPE_CHECKING:
    from ingest.http import Response

OPEN: Final = ".open"
PAGE, DOCUMENT, ROBOTS, HOP = "page", "document", "robots", "hop"
ABOUT: Final = {name: f"WARC-Orewire-{name.title()}" for name in ("kind", "feed", "page", "moved")}
"""Headers of a response's record that say what it was fetched for, by what they say."""
WIRE_PREFIX: Final = "x-archive-orig-"
_CHUNK: Final = 1 << 20
# The body is kept as it was read, inflated: the headers that spoke of the wire are kept under another name.
_WIRE_HEADERS: Final = frozenset({"content-encoding", "transfer-encoding", "content-length"})


class Archive:
    """Writes responses to WARC files in a folder; a context manager. A new file each day, and after `max_bytes`."""

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int = 500_000_000,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._folder, self._max_bytes, self._clock = folder, max_bytes, clock
        self._file: BinaryIO | None = None
        self._path = folder
        self._day = ""
        self._is_synced = False

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        finish_leftovers(self._folder)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, response: Response, *, kind: str, feed: str | None = None, page: str | None = None) -> None:
        """Append the request and its response; they are safe once `sync` was called.

        `kind` says what for: the kind of a source, PAGE, DOCUMENT, ROBOTS, HOP (redirect or refusal). `feed` is the
        source's address, `page` the one under which the entry was announced: with them `orewire replay` can take the
        same steps again.
        """
        about = {"kind": kind, "feed": feed, "page": page, "moved": response.moved_to}
        records = _records(response, {ABOUT[name]: _ascii(value) for name, value in about.items() if value})
        with self._disk_errors():
            self._ready_file().write(records)
        self._is_synced = False

    def sync(self) -> None:
        """Wait until all that was written is on the disk."""
        if self._file is not None and not self._is_synced:
            with self._disk_errors():
                self._file.flush()
                os.fsync(self._file.fileno())
            self._is_synced = True

    @contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise disk_error(error, self._folder) from error

    def close(self) -> None:
        """Finish the file that is being written, if any; where that fails it is left as a killed process would."""
        if (file := self._file) is None:
            return
        try:
            self.sync()
            with self._disk_errors():
                self._path.rename(_finished(self._path))  # before the lock goes
        finally:
            self._file = None
            with suppress(OSError):  # told already
                file.close()

    def _ready_file(self) -> BinaryIO:
        now = self._clock()
        if self._file is not None and (f"{now:%Y%m%d}" != self._day or self._file.tell() >= self._max_bytes):
            self.close()
        if self._file is None:
            self._file = self._begin(now)
        return self._file

    def _begin(self, now: datetime) -> BinaryIO:
        self._day = f"{now:%Y%m%d}"
        self._path = self._folder / f"orewire-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}.warc.gz{OPEN}"
        unlocked = self._path.with_suffix(".new")
        file = unlocked.open("xb")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        unlocked.rename(self._path)  # it has its name only once it is locked: nobody may take it for a leftover
        file.write(_info_record(self._path.name.removesuffix(OPEN)))
        return file


def finish_leftovers(folder: Path) -> list[Path]:
    """Close the files that killed processes left: cut after the last whole record, or removed where there is none."""
    return [path for left in sorted(folder.glob(f"*.warc.gz{OPEN}")) if (path := _finish(left)) is not None]


def _finish(path: Path) -> Path | None:
    try:
        file = path.open("r+b")
    except FileNotFoundError:  # another process was faster
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # somebody is writing it
            return None
        end = _end_of_whole_members(file)
        if end == 0:
            path.unlink(missing_ok=True)
            return None
        file.truncate(end)
        os.fsync(file.fileno())
        return path.rename(_finished(path)) if path.exists() else None


def _finished(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(OPEN))


def _end_of_whole_members(file: BinaryIO) -> int:
    """Where the last gzip member ends that is whole; each record is one member."""
    end = place = 0
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    file.seek(0)
    while data := file.read(_CHUNK):
        place += len(data)
        while data:
            try:
                inflater.decompress(data)
            except zlib.error:
                return end
            if not inflater.eof:
                break
            data = inflater.unused_data
            end = place - len(data)
            inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    return end


def _info_record(name: str) -> bytes:
    buffer = io.BytesIO()
    writer = _writer(buffer)
    writer.write_record(writer.create_warcinfo_record(name, {"software": "orewire", "format": "WARC File Format 1.1"}))
    return buffer.getvalue()


def _records(response: Response, about: Mapping[str, str]) -> bytes:
    """The response and its request, each a gzip member of its own."""
    from warcio.statusandheaders import StatusAndHeaders

    buffer = io.BytesIO()
    writer = _writer(buffer)
    date = response.fetched.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    answer = writer.create_warc_record(
        _ascii(response.url),
        "response",
        payload=io.BytesIO(response.body),
        length=len(response.body),  # without it warcio copies the body to temporary files, and forgets one of them
        http_headers=StatusAndHeaders(str(response.status), list(_kept_headers(response)), protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": date, **about},
    )
    question = writer.create_warc_record(
        _ascii(response.url),
        "request",
        http_headers=StatusAndHeaders(_request_line(response.url), _request_headers(response), is_http_request=True),
        warc_headers_dict={"WARC-Date": date},
    )
    writer.write_request_response_pair(question, answer)
    return buffer.getvalue()


def _writer(buffer: io.BytesIO) -> Any:
    from warcio.warcwriter import WARCWriter

    return WARCWriter(buffer, gzip=True, warc_version="WARC/1.1")


def _kept_headers(response: Response) -> Iterator[tuple[str, str]]:
    for name, value in response.headers.items():
        is_wire = name in _WIRE_HEADERS
        yield (f"{WIRE_PREFIX}{name}" if is_wire else _ascii(name)), _ascii(value)
    yield "content-length", str(len(response.body))


def _request_line(url: str) -> str:
    parts = urlsplit(_ascii(url))
    return f"GET {parts.path or '/'}{f'?{parts.query}' if parts.query else ''} HTTP/1.1"


def _request_headers(response: Response) -> list[tuple[str, str]]:
    headers = [("host", urlsplit(_ascii(response.url)).netloc.rpartition("@")[2])]
    return headers if response.asked == response.url else [*headers, ("x-orewire-asked", _ascii(response.asked))]


def _ascii(text: str) -> str:
    """Text that fits into a header line, whatever a server sent."""
    clean = text.replace("\r", " ").replace("\n", " ")
    return clean.encode("ascii", "backslashreplace").decode("ascii")
