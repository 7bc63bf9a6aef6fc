"""The archive read again: every answer as it was fetched, in the order in which it came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ingest.archive import ABOUT, OPEN, WIRE_PREFIX
from ingest.http import Response
from ingest.warc import read_records

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
    damaged = 0
    try:
        with path.open("rb") as file:
            for record in read_records(file):
                try:
                    archived = _archived(record) if record is not None else None
                except ValueError:
                    record = None
                if record is None:
                    damaged += 1
                elif archived is not None:
                    yield archived
    except OSError as error:
        broken(path, str(error)[:200])
    if damaged and not path.name.endswith(OPEN):  # what is being written ends somewhere
        broken(path, f"{damaged} damaged records")


def _archived(record: ArcWarcRecord) -> Archived | None:
    """The answer in a record; None for other records and other programs; ValueError where it is cut."""
    if record.rec_type != "response":
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
