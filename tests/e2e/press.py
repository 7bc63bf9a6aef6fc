"""A paper of today on loopback: a feed whose items a test writes while it runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One item; `date` is written as it is, None: now."""

    slug: str
    title: str
    text: str
    date: str | None = None


@dataclass(slots=True)
class Press:
    """Feeds that tell their items whole, and the page of each item."""

    url: str = ""
    papers: dict[str, list[Story]] = field(default_factory=dict)

    def print(self, paper: str, *stories: Story) -> None:
        """Put items before those that a paper has."""
        self.papers.setdefault(paper, [])[:0] = stories

    def feed(self, paper: str) -> str:
        """The address of a paper's feed."""
        self.papers.setdefault(paper, [])
        return f"{self.url}/{paper}/feed.xml"

    def render(self, paper: str) -> bytes:
        """The paper's feed as it is now."""
        items = "".join(self._item(paper, story) for story in self.papers[paper])
        return (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>{paper}</title>{items}</channel></rss>'.encode()
        )

    def render_page(self, paper: str, slug: str) -> bytes | None:
        """The page of an item."""
        for story in self.papers.get(paper, ()):
            if story.slug == slug:
                title, text = escape(story.title), escape(story.text)
                return f"<html lang=en><title>{title}</title><article><h1>{title}</h1><p>{text}</p></article>".encode()
        return None

    def _item(self, paper: str, story: Story) -> str:
        date = story.date if story.date is not None else format_datetime(datetime.now(UTC))
        return (
            f"<item><title>{escape(story.title)}</title><link>{self.url}/{paper}/{story.slug}</link>"
            f"<description>{escape(story.text)}</description><pubDate>{escape(date)}</pubDate></item>"
        )


@contextmanager
def open_press() -> Iterator[Press]:
    """Serve it on a free port."""
    press = Press()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _, paper, *rest = [*self.path.split("/"), ""]
            is_feed = rest[0] == "feed.xml" and paper in press.papers
            body = press.render(paper) if is_feed else press.render_page(paper, rest[0])
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "application/rss+xml" if is_feed else "text/html; charset=utf-8")
            body = body or b"not here"
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    press.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield press
    finally:
        server.shutdown()
        server.server_close()
