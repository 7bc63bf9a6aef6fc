"""WARC files of others: pages come out, however the file is packed, cut or damaged, and within bounds."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import pytest

from ingest.warc import MAX_RECORD, read_pages
from orewire.model.errors import ExtractError

PAGE = b"<html><title>Mine</title><p>" + b"The ministry granted the mine its permit. " * 20


def record(
    url: str = "https://a.example/1",
    body: bytes = PAGE,
    *,
    kind: str = "response",
    status: str = "200 OK",
    length: int | None = None,
    header: str = "X: y",
) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html", header]
    payload = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2025-01-15T10:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {length or len(payload)}\r\n\r\n"
    )
    return head.encode() + payload + b"\r\n\r\n"


def read(folder: Path, data: bytes) -> tuple[list[str], int]:
    """Addresses of the pages, and how many records are damaged."""
    path = folder / "x.warc.gz"
    path.write_bytes(data)
    pages = list(read_pages(path))
    return [page.url for page in pages if page], pages.count(None)


URLS = ["https://a.example/1", "https://a.example/2"]
PACKED = [gzip.compress(record(url), mtime=0) for url in URLS]


@pytest.mark.parametrize(
    "data", [b"".join(map(record, URLS)), b"".join(PACKED), gzip.compress(b"".join(map(record, URLS)), mtime=0)]
)
def test_packings(tmp_path: Path, data: bytes) -> None:
    """Without gzip, a member for each record, or one for all: the same pages."""
    assert (URLS, 0) == read(tmp_path, data)


def test_damage(tmp_path: Path) -> None:
    """Garbage between records, and a cut at the end, are told; the rest is read."""
    assert (URLS, 1) == read(tmp_path, PACKED[0] + b"garbage" * 9 + PACKED[1])
    urls, damaged = read(tmp_path, PACKED[0] + PACKED[1][:-40])
    assert (URLS[0], 1) == (urls[0], damaged)


def test_what_is_no_page(tmp_path: Path) -> None:
    """Requests, redirects, errors and addresses that are not for the web are left out."""
    data = b"".join(
        [
            record(kind="request"), record(status="302 Found"), record(status="404 Not Found"),
            record("javascript:alert(1)"), record("file:///etc/passwd"), record(URLS[1]),
        ]
    )  # fmt: skip
    assert ([URLS[1]], 0) == read(tmp_path, data)


def test_encodings(tmp_path: Path) -> None:
    """Compressed and chunked bodies are had as they were meant; one that explodes is left out."""
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE)
    data = record(body=gzip.compress(PAGE), header="Content-Encoding: gzip")
    data += record(URLS[1], chunked, header="Transfer-Encoding: chunked")
    data += record("https://a.example/3", gzip.compress(bytes(50_000_000)), header="Content-Encoding: gzip")
    path = tmp_path / "x.warc"
    path.write_bytes(data)
    assert [(URLS[0], PAGE), (URLS[1], PAGE)] == [(page.url, page.body) for page in read_pages(path) if page]


def test_bombs_and_lies(tmp_path: Path) -> None:
    """A member that unfolds to gigabytes is refused; a record that claims a gigabyte costs none."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(squeezer.compress(bytes(1_000_000)) for _ in range(MAX_RECORD // 1_000_000 + 5)) + squeezer.flush()
    with pytest.raises(ExtractError, match="no record"):
        read(tmp_path, bomb)
    urls, _ = read(tmp_path, gzip.compress(record(length=999_999_999)) + PACKED[1])
    assert URLS[1] in urls


@pytest.mark.parametrize("data", [b"", b"no archive at all", b"\x1f\x8b\x08"])
def test_nothing(tmp_path: Path, data: bytes) -> None:
    """What is no archive is an error that says so."""
    with pytest.raises(ExtractError):
        read(tmp_path, data)
