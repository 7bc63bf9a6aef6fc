"""Every case of the shared fault server, where it is: hostile servers cost nothing but an entry in the feed's state.

Each case is polled twice into a store of its own, and its pages are fetched; the texts are not understood here. What
each case must come to is told by the server itself (`expect`). Without ../shared these tests are skipped: what they
found is tested with our own servers in tests/ingest.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orewire.model.event import RoundReport
from orewire.sections import Config, FeedConfig, GatherConfig
from orewire.testing import Silent
from tests.e2e.conftest import SHARED

SERVER = SHARED / "faults" / "faultserver.py"
KINDS = {"sitemap": "sitemap", "gdelt": "gdelt", "fedreg": "federal_register"}
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not SERVER.exists(), reason=f"{SERVER} is not here")]


def listed() -> list[dict[str, Any]]:
    if not SERVER.exists():
        return []
    done = subprocess.run([sys.executable, str(SERVER), "--list"], capture_output=True, check=True)
    cases: list[dict[str, Any]] = json.loads(done.stdout)["cases"]
    return cases


CASES = listed()
DIFFERENT = {
    "length_too_small": "what is complete of a document that breaks off is used, and all of it asked for again",
    "fedreg_ok": "its second page is a case that this copy of the server lacks",
}
FEEDS = [case for case in CASES if case["kind"] in ("feed", *KINDS)]
DOCUMENTS = [case for case in CASES if case["kind"] in ("article", "document")]


@dataclass(frozen=True, slots=True)
class Faults:
    """The running server."""

    port: int

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return json.loads(answer.read())

    def config(self, folder: Path, *feeds: FeedConfig) -> Config:
        hosts = [f"127.0.0.1:{self.port}-{self.port + 60}"]
        gather = GatherConfig(timeout=10, host_delay=0, allow_hosts=hosts)
        return Config(
            store=folder / "s.duckdb", archive=folder / "archive", gather=gather, workers=1, feeds=list(feeds)
        )


def free_ports() -> int:
    """The first of sixty ports on which nobody listens."""
    for port in range(21_000 + os.getpid() % 300 * 97, 60_000, 97):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for number in range(port, port + 60):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", number))
            return port
    raise AssertionError("no sixty free ports")


@pytest.fixture(scope="module")
def faults() -> Iterator[Faults]:
    running = Faults(free_ports())
    process = subprocess.Popen(
        [sys.executable, str(SERVER), "--port", str(running.port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                running.get("/_stats")
                break
            time.sleep(0.1)
        yield running
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True, slots=True)
class Result:
    """What is stored after a poll: the feed's row, the articles, how long it took."""

    feed: dict[str, Any]
    articles: list[dict[str, Any]]
    seconds: float

    @property
    def outcome(self) -> str:
        if self.feed["last_error"]:
            return "error"
        return "ok" if self.feed["last_success"] else "skipped"

    @property
    def pause(self) -> float:
        return float((self.feed["next_poll"] - self.feed["last_poll"]).total_seconds())


def poll(config: Config, times: int = 2) -> list[Result]:
    """Poll and fetch so often, a day apart by the clock."""
    from orewire.pipeline import fetch_pages, poll_feeds
    from orewire.rooms import open_rooms
    from store.connection import open_database, rows

    async def inside() -> list[Result]:
        results, now = [], datetime.now(UTC)
        connection = open_database(config.store)
        async with open_rooms(config, connection, Silent(), clock=lambda: now) as rooms:
            for number in range(times):
                now += timedelta(days=number)
                started = time.monotonic()
                await poll_feeds(rooms, RoundReport(), due_only=False)
                seconds = time.monotonic() - started
                await fetch_pages(rooms, RoundReport(), batches=9)
                feeds, articles = rows(connection, "SELECT * FROM feeds"), rows(connection, "SELECT * FROM articles")
                results.append(Result(feeds[0], articles, seconds))
        connection.close()
        return results

    return asyncio.run(inside())


def by_name(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", FEEDS, ids=by_name)
def test_source(case: dict[str, Any], faults: Faults, tmp_path: Path) -> None:
    """Outcome, articles, time, bytes, next poll and address are as the case expects; the canary is never asked."""
    expect, url = case["expect"], f"http://127.0.0.1:{faults.port}{case['path']}"
    feed = FeedConfig(name=case["name"], url=url, kind=KINDS.get(case["kind"], "feed"))
    first, second = poll(faults.config(tmp_path, feed))
    if case["name"] in DIFFERENT:
        assert (None, None) == (first.feed["etag"], first.feed["digest"])
        return
    allowed = (expect["outcome"], *expect.get("also", ()))
    assert first.outcome in allowed or expect["outcome"] == "not_modified", first.feed
    if "articles" in expect and first.outcome == expect["outcome"]:
        assert expect["articles"] == len(first.articles)
    assert first.seconds < expect["max_seconds"] + 10  # the processes start, and other tests run beside
    assert expect.get("next_poll_min_s", 0) <= first.pause <= expect.get("next_poll_max_s", 1e9)
    if "feed_url" in expect:
        assert (expect["feed_url"] == "updated") == bool(first.feed["moved_to"])
    if "max_sent" in expect:
        assert faults.get("/_stats")[case["name"]]["bytes_sent"] < 2 * expect["max_sent"]  # it was polled twice
    assert len(first.articles) <= len(second.articles)
    assert not faults.get("/_canary")["hits"], "the canary was asked"


@pytest.mark.parametrize("case", DOCUMENTS, ids=by_name)
def test_document(case: dict[str, Any], faults: Faults, tmp_path: Path) -> None:
    """Pages and documents become an article with the right words, or a clear error, in bounded time."""
    from orewire.model.errors import ExtractError, FetchError
    from orewire.pipeline import _add_document
    from orewire.rooms import open_rooms
    from store.connection import open_database, rows

    config, expect = faults.config(tmp_path), case["expect"]

    async def inside() -> list[dict[str, Any]]:
        connection = open_database(None)
        async with open_rooms(config, connection, Silent()) as rooms:
            with contextlib.suppress(FetchError, ExtractError):
                await _add_document(rooms, f"http://127.0.0.1:{faults.port}{case['path']}")
        return rows(connection, "SELECT * FROM articles")

    started = time.monotonic()
    articles = asyncio.run(inside())
    assert time.monotonic() - started < expect["max_seconds"] + 10
    outcome = "ok" if articles else "error"
    assert outcome in (expect["outcome"], *expect.get("also", ()))
    if articles and "title_must_be" in expect:
        assert [expect["title_must_be"]] == [article["title"] for article in articles]
    if articles and "text_must_contain" in expect:
        assert expect["text_must_contain"] in articles[0]["text"]
    assert not any("IGNORE ALL" in article["text"] or "\x00" in article["text"] for article in articles)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hostile files that the server writes for a watched folder."""
    folder = tmp_path_factory.mktemp("files")
    subprocess.run([sys.executable, str(SERVER), "--write-files", str(folder)], check=True, capture_output=True)
    return folder


def test_files(files: Path, tmp_path: Path) -> None:
    """Each file of the folder comes to what its manifest expects, in bounded time, and none spoils another."""
    from orewire.documents import read_folders
    from orewire.rooms import open_rooms
    from store.connection import open_database, rows

    config = Config(archive=tmp_path / "archive", workers=2, folders=[files])

    async def inside() -> tuple[RoundReport, list[dict[str, Any]], list[dict[str, Any]]]:
        connection = open_database(None)
        async with open_rooms(config, connection, Silent()) as rooms:
            report = await read_folders(rooms, RoundReport())
            again = await read_folders(rooms, RoundReport())
        assert RoundReport() == again
        return report, rows(connection, "SELECT * FROM files"), rows(connection, "SELECT * FROM articles")

    report, read, articles = asyncio.run(inside())
    reasons = {Path(row["path"]).name: row["reason"] for row in read}
    for case in json.loads((files / "manifest.json").read_bytes()):
        name, expect = case["file"], case["expect"]
        allowed = {expect["outcome"], *expect.get("also", ())}
        outcome = "skipped" if name not in reasons else "error" if reasons[name] else "ok"
        is_damaged = "damaged records" in (reasons.get(name) or "")  # what is whole is read all the same
        assert outcome in allowed or is_damaged, (name, reasons.get(name))
    assert len(articles) >= 15
    assert not any("root:" in article["text"] for article in articles)
    assert report.articles_new == len(articles)


ALLOWED = {
    "robots_404": (True, True), "robots_redirect_5": (True, True), "robots_crawl_delay": (True, True),
    "robots_2mb": (True, True), "robots_html": (True, True), "robots_401": (True, True), "robots_sitemap": (True, True),
    "robots_disallow_path": (True, False), "robots_bom_wildcards": (True, False),
    "robots_disallow_all": (False, False), "robots_500": (False, False), "robots_timeout": (False, False),
    "robots_gzip_bomb": (False, False), "robots_to_canary": (False, False),
}  # fmt: skip


@pytest.mark.parametrize("name", ALLOWED)
def test_robots(name: str, faults: Faults, tmp_path: Path) -> None:
    """Of each origin only what its robots.txt allows is asked for; where it cannot be had, nothing."""
    base = next(one["base"] for one in faults.get("/")["origins"] if one["name"] == name)
    paths = ("/c/plain_ok", "/c/etag")
    found = []
    for number, path in enumerate(paths):
        (tmp_path / str(number)).mkdir()
        result = poll(faults.config(tmp_path / str(number), FeedConfig(name=name, url=base + path)), times=1)[0]
        found.append(result.outcome == "ok")
    assert ALLOWED[name] == tuple(found)
    assert not faults.get("/_canary")["hits"]


@pytest.mark.parametrize("number", range(7))
def test_broken_tls(number: int, faults: Faults, tmp_path: Path) -> None:
    """No certificate that is wrong, and no handshake that never ends, is ever got round."""
    case = faults.get("/")["tls"][number]
    (result,) = poll(faults.config(tmp_path, FeedConfig(name=case["name"], url=case["url"])), times=1)
    assert ("error", []) == (result.outcome, result.articles)
    assert result.feed["last_error"].split(":")[0] in ("tls", "timeout", "connection_reset")
