"""Real feeds and pages: not one crash, and a report for each feed."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.conftest import SHARED, Cli

FEEDS, PAGES = SHARED / "data" / "feeds", SHARED / "data" / "pages"
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.data,
    pytest.mark.skipif(not (FEEDS.is_dir() and PAGES.is_dir()), reason=f"no real input: {FEEDS} or {PAGES} is missing"),
]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test's output is its result."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_run_over_all_real_feeds(cli_for: Callable[..., Cli]) -> None:
    """`orewire run` completes over every feed file, and says of each what it got."""
    index = json.loads((FEEDS / "index.json").read_text(encoding="utf-8"))
    with served(FEEDS) as base_url:
        # Their pages are on the internet, which tests never reach: what the feeds tell becomes the articles.
        cli = cli_for({entry["file"]: f"{base_url}/{entry['file']}" for entry in index}, pages=False)
        output = cli.run("run", ok=(0, 1))
    read = int(output.split("feeds")[1].split("read")[0])
    assert read > len(index) * 0.8
    table = cli.run("feeds")
    assert sum(entry["file"] in table for entry in index) == len(index)


def test_add_all_real_pages(cli_for: Callable[..., Cli], tmp_path: Path) -> None:
    """Every page becomes an article that was understood; not one is lost or fails."""
    pages = sorted(PAGES.glob("*.html.gz"))
    for page in pages:
        (tmp_path / page.stem).write_bytes(gzip.decompress(page.read_bytes()))
    output = cli_for({}).run("add", *(str(tmp_path / page.stem) for page in pages))
    assert f"{len(pages)} new articles of {len(pages)} documents" in output
