"""The archive read again: what was written comes back, and damage costs only what is damaged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.archive import OPEN, PAGE, Archive
from ingest.http import Response
from ingest.replay import Archived, read_archive

NOW = datetime(2025, 1, 15, 10, 30, 0, 250_000, tzinfo=UTC)
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def response(number: int) -> Response:
    url = f"https://example.org/{number}"
    headers = {"content-type": "text/html; charset=utf-8", "content-encoding": "gzip", "x": "é"}
    body = f"<p>{number} ".encode() + bytes(range(256)) * 20
    fetched = NOW + timedelta(days=number)
    return Response(url=url, asked=url, status=200, headers=headers, body=body, fetched=fetched, moved_to=url)


def written(folder: Path, count: int) -> Path:
    with Archive(folder) as archive:
        for number in range(count):
            archive.write(response(number), kind=PAGE, feed="https://example.org/feed", page=f"https://e.org/{number}")
    (path,) = folder.glob("*.warc.gz")
    return path


def read(folder: Path, since: datetime = ALWAYS[0], until: datetime = ALWAYS[1]) -> tuple[list[Archived], list[str]]:
    told: list[str] = []
    found = list(read_archive(folder, since, until, broken=lambda path, reason: told.append(reason)))
    return found, told


def test_there_and_back(tmp_path: Path) -> None:
    """Body, status, time, type and what it was fetched for are those that were written."""
    written(tmp_path, 1)
    ((one,), told) = read(tmp_path)
    expected = response(0)
    assert (expected.url, expected.status, expected.body, expected.fetched, expected.moved_to) == (
        one.response.url, one.response.status, one.response.body, one.response.fetched, one.response.moved_to,
    )  # fmt: skip
    assert "text/html; charset=utf-8" == one.response.headers["content-type"]
    assert "content-encoding" not in one.response.headers
    assert (PAGE, "https://example.org/feed", "https://e.org/0") == (one.kind, one.feed, one.page)
    assert [] == told


def test_span(tmp_path: Path) -> None:
    """Only what was fetched in the span, its first moment included."""
    written(tmp_path, 5)
    found, _ = read(tmp_path, NOW + timedelta(days=1), NOW + timedelta(days=3))
    assert ["https://example.org/1", "https://example.org/2"] == [one.response.url for one in found]


@pytest.mark.parametrize("place", [0.3, 0.5, 0.9])
def test_damage_costs_a_record(tmp_path: Path, place: float) -> None:
    """A flipped byte costs at most the record it is in, and is told."""
    path = written(tmp_path, 20)
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 0xFF
    path.write_bytes(data)
    found, told = read(tmp_path)
    assert len(found) >= 19
    assert 1 == len(told)


def test_cut_file(tmp_path: Path) -> None:
    """A file that breaks off has what is whole before; only a finished file is told as damaged."""
    path = written(tmp_path, 3)
    path.write_bytes(path.read_bytes()[:-900])
    found, told = read(tmp_path)
    assert 2 <= len(found) <= 3
    path.rename(path.with_name(path.name + OPEN))
    assert (found, []) == read(tmp_path)
    assert told


def test_no_archive(tmp_path: Path) -> None:
    """Where nothing was fetched there is nothing."""
    assert ([], []) == read(tmp_path / "nowhere")
    (tmp_path / "orewire-x.warc.gz").write_bytes(b"no gzip at all")
    assert [] == read(tmp_path)[0]
