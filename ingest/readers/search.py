"""Search feeds: RSS whose links lead through the search engine; the publisher's own address is had where it can be."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from ingest.addresses import canonical_url, is_web_url
from ingest.entries import FeedDocument
from ingest.feeds import parse_feed
from ingest.reader import Reader
from ingest.readers.feed import ACCEPT

_CARRIERS: Final = ("url", "u", "q", "to")
"""Parameters by which the engines name the page that they lead to."""
_GOOGLE_ID: Final = re.compile(r"/(?:rss/)?articles/([A-Za-z0-9_-]{20,4000})")
_ADDRESS: Final = re.compile(rb"https?://[\x21-\x7e]{4,2000}")


def read_search(body: bytes, *, url: str, content_type: str | None, now: datetime) -> FeedDocument:
    """The feed's entries under the addresses of the pages themselves, each once."""
    document = parse_feed(body, url=url, content_type=content_type, now=now)
    found = {publisher_url(entry.url): entry for entry in reversed(document.entries)}
    entries = tuple(replace(entry, url=address) for address, entry in reversed(found.items()))
    return replace(document, entries=entries)


def publisher_url(url: str) -> str:
    """The page behind a search engine's link; the link itself where it does not tell."""
    carried = [value for name, value in parse_qsl(urlsplit(url).query) if name in _CARRIERS]
    addresses = (canonical_url(value) for value in (*carried, _within_google_id(url)) if is_web_url(value))
    return next(addresses, url)


def _within_google_id(url: str) -> str:
    """The address inside the id of a Google News article: older ids are nothing else in base64."""
    match = _GOOGLE_ID.search(urlsplit(url).path)
    try:
        data = base64.urlsafe_b64decode(match[1] + "=" * (-len(match[1]) % 4)) if match else b""
    except (binascii.Error, ValueError):
        return ""
    found = _ADDRESS.search(data)
    return found[0].decode("ascii") if found else ""


READER: Final = Reader(read=read_search, accept=ACCEPT, is_api=True)
