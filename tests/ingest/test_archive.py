"""The archive: nothing fetched is lost, and all can be read again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from ingest.archive import OPEN, Archive, finish_leftovers
from ingest.http import Response

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def response(
    body: bytes = b"<p>caf\xc3\xa9</p>",
    *,
    url: str = "https://example.org/a?b=1",
    headers: dict[str, str] | None = None,
) -> Response:
    headers = headers or {}
    return Response(url=url, asked="https://example.org/asked", status=200, headers=headers, body=body, fetched=NOW)


def records(path: Path) -> Iterator[tuple[str, str | None, bytes]]:
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            headers = record.rec_headers
            yield headers.get_header("WARC-Type"), headers.get_header("WARC-Target-URI"), record.content_stream().read()


def bodies(folder: Path) -> list[bytes]:
    found = [record for path in sorted(folder.glob("*.warc.gz")) for record in records(path)]
    return [body for kind, _, body in found if kind == "response"]


def test_written_and_read_again(tmp_path: Path) -> None:
    """A response comes back byte for byte with its request beside it, from a file that any WARC reader reads."""
    with Archive(tmp_path) as archive:
        archive.write(response(), kind="page")
    (path,) = tmp_path.iterdir()
    kinds = [(kind, url) for kind, url, _ in records(path)]
    assert [
        ("warcinfo", None),
        ("response", "https://example.org/a?b=1"),
        ("request", "https://example.org/a?b=1"),
    ] == kinds
    assert [response().body] == bodies(tmp_path)


def test_headers(tmp_path: Path) -> None:
    """Headers are kept, those of the wire under another name, and none can forge a line."""
    headers = {
        "content-type": "text/html",
        "content-encoding": "gzip",
        "x-evil": "a\r\nx-forged: 1",
        "x-odd": "é\udc80",
    }
    with Archive(tmp_path) as archive:
        archive.write(response(headers=headers), kind="page")
    (path,) = tmp_path.iterdir()
    with path.open("rb") as file:
        (record,) = [record for record in ArchiveIterator(file) if record.rec_type == "response"]
    told = dict(record.http_headers.headers)
    assert ("text/html", "gzip", "12") == (
        told["content-type"],
        told["x-archive-orig-content-encoding"],
        told["content-length"],
    )
    assert not {"content-encoding", "x-forged"} & told.keys()


def test_open_until_closed(tmp_path: Path) -> None:
    """A file is named open while it is written, and each response is in it once synced."""
    with Archive(tmp_path) as archive:
        archive.write(response(), kind="page")
        archive.sync()
        (path,) = tmp_path.iterdir()
        assert path.name.endswith(f".warc.gz{OPEN}")
        assert 3 == len(list(records(path)))
    assert [path.name.removesuffix(OPEN)] == [left.name for left in tmp_path.iterdir()]


def test_nothing_written_leaves_nothing(tmp_path: Path) -> None:
    """An archive that was given nothing leaves its folder empty."""
    with Archive(tmp_path / "new"):
        pass
    assert [] == list((tmp_path / "new").iterdir())


def test_new_file_each_day_and_after_its_size(tmp_path: Path) -> None:
    """A new day begins a new file, and so does one that is large enough."""
    moments = iter([NOW, NOW + timedelta(hours=1), NOW + timedelta(days=1)])
    with Archive(tmp_path / "days", clock=lambda: next(moments)) as archive:
        for _ in range(3):
            archive.write(response(), kind="page")
    with Archive(tmp_path / "sizes", max_bytes=1) as archive:
        for _ in range(3):
            archive.write(response(), kind="page")
    assert (2, 3) == (len(list((tmp_path / "days").iterdir())), len(list((tmp_path / "sizes").iterdir())))


@pytest.mark.parametrize("cut", [0, 1, 8, 200])
def test_leftovers_are_cut_after_the_last_whole_record(tmp_path: Path, cut: int) -> None:
    """What a killed process left is closed with every whole record, and is not written to again."""
    with Archive(tmp_path) as archive:
        archive.write(response(b"one"), kind="page")
        archive.write(response(b"two"), kind="page")
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.unlink()
    (tmp_path / f"{path.name}{OPEN}").write_bytes(whole[: len(whole) - cut] + (b"\x00" * 9 if cut == 1 else b""))
    assert [path] == finish_leftovers(tmp_path)
    assert [b"one", b"two"][: 2 if cut < 200 else 1] == bodies(tmp_path)[: 2 if cut < 200 else 1]
    assert path.read_bytes() == whole[: path.stat().st_size]


@pytest.mark.parametrize("left", [b"", b"\x1f\x8b\x08", b"garbage", b"\x00" * 100])
def test_leftover_without_a_record_is_removed(tmp_path: Path, left: bytes) -> None:
    """A file in which nothing is whole is removed."""
    (tmp_path / f"orewire-x.warc.gz{OPEN}").write_bytes(left)
    assert [] == finish_leftovers(tmp_path)
    assert [] == list(tmp_path.iterdir())


def test_another_writer_is_left_alone(tmp_path: Path) -> None:
    """A file that another archive is writing is no leftover."""
    with Archive(tmp_path) as first:
        first.write(response(b"one"), kind="page")
        with Archive(tmp_path) as second:
            second.write(response(b"two"), kind="page")
        first.write(response(b"three"), kind="page")
    assert {b"one", b"two", b"three"} == set(bodies(tmp_path))
    assert 2 == len(list(tmp_path.glob("*.warc.gz")))


def test_killed_process(tmp_path: Path) -> None:
    """A process killed in the middle loses nothing that it had written."""
    script = (
        "import os, sys; from pathlib import Path; from ingest.archive import Archive\n"
        "from tests.ingest.test_archive import response\n"
        "archive = Archive(Path(sys.argv[1])).__enter__()\n"
        "archive.write(response(b'kept'), kind='page'); archive.sync(); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script, str(tmp_path)], cwd=ROOT, check=False)
    assert -9 == done.returncode
    with Archive(tmp_path) as archive:
        archive.write(response(b"next"), kind="page")
    assert {b"kept", b"next"} == set(bodies(tmp_path))


def test_odd_addresses(tmp_path: Path) -> None:
    """An address with any characters fits into the file."""
    with Archive(tmp_path) as archive:
        archive.write(response(url="https://user:pw@exämple.org/ñ\n?q=\udc80"), kind="page")
    assert [response().body] == bodies(tmp_path)
