"""The newsroom's web server: small, real, on loopback only."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from orewire.model.feed import FeedSpec
from orewire.newsroom.outlets import Outlet, load_outlets
from orewire.newsroom.render import article_path, feed_path, render_article, render_feed, render_front

_MALFORMED = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Broken Bulletin</title>
<item><title>Unclosed & unescaped <b>title</title><link>http://127.0.0.1/nowhere"""
_ERROR_PAGE = b"<!DOCTYPE html><html><head><title>503</title></head><body><h1>We will be right back</h1></body></html>"
_ROBOTS = b"User-agent: *\nDisallow: /*/private/\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What a path answers."""

    body: bytes
    content_type: str
    last_modified: str | None = None

    @property
    def etag(self) -> str:
        """Changes with the body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@contextmanager
def serve_newsroom(port: int) -> Iterator[str]:
    """Serve on 127.0.0.1 (port 0: a free one) while the context is open; gives the base address.

    Raises OSError where the port is taken.
    """
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    base_url = f"http://127.0.0.1:{server.server_address[1]}"
    server.resources = _resources(base_url)  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield base_url
    finally:
        server.shutdown()
        server.server_close()


def feed_list(base_url: str) -> list[FeedSpec]:
    """The newsroom's feeds: one an outlet, one that is malformed, and an error page where a feed should be."""
    feeds = [
        FeedSpec(
            name=outlet.name,
            url=base_url + feed_path(outlet),
            lang=outlet.lang,
            country=outlet.country,
            voice=outlet.voice,
        )
        for outlet in load_outlets()
    ]
    broken = FeedSpec(name="Broken Bulletin", url=f"{base_url}/broken/feed.xml")
    return [*feeds, broken, FeedSpec(name="Error Gazette", url=f"{base_url}/errorpage/feed")]


def _resources(base_url: str) -> dict[str, Resource]:
    found = {
        "/robots.txt": Resource(body=_ROBOTS, content_type="text/plain"),
        "/broken/feed.xml": Resource(body=_MALFORMED, content_type="application/rss+xml"),
        "/errorpage/feed": Resource(body=_ERROR_PAGE, content_type="text/html; charset=utf-8"),
    }
    for outlet in load_outlets():
        found |= _outlet_resources(outlet, base_url)
    return found


def _outlet_resources(outlet: Outlet, base_url: str) -> dict[str, Resource]:
    html = f"text/html; charset={outlet.charset}"
    newest = max(item.date for item in outlet.articles)
    found = {
        f"/{outlet.id}/": Resource(body=render_front(outlet, base_url), content_type=html),
        feed_path(outlet): Resource(
            body=render_feed(outlet, base_url),
            content_type=f"application/{outlet.feed}+xml",
            last_modified=format_datetime(newest, usegmt=True),
        ),
    }
    for item in outlet.articles:
        if item.mishap != "dead":
            found[article_path(outlet, item)] = Resource(body=render_article(outlet, item, base_url), content_type=html)
    return found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        resource = self.server.resources.get(self.path.partition("?")[0])  # type: ignore[attr-defined]
        if resource is None:
            self._answer(404, Resource(body=b"<html><body><h1>Not found</h1></body></html>", content_type="text/html"))
        elif self.headers.get("If-None-Match") == resource.etag:
            self._answer(304, Resource(body=b"", content_type=resource.content_type))
        else:
            self._answer(200, resource)

    def _answer(self, status: int, resource: Resource) -> None:
        body = resource.body
        self.send_response(status)
        if body and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, compresslevel=1)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", resource.content_type)
        self.send_header("Content-Length", str(len(body)))
        if status == 200:
            self.send_header("ETag", resource.etag)
            if resource.last_modified:
                self.send_header("Last-Modified", resource.last_modified)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal belongs to the command."""
