"""The European Commission's press corner: its feed; its pages need a browser, and are read in their printed form."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from ingest.entries import FeedDocument
from ingest.feeds import parse_feed
from ingest.reader import Reader
from ingest.readers.feed import ACCEPT
from orewire.model.article import Entry

_PAGE: Final = re.compile(
    r"(https://ec\.europa\.eu/commission/presscorner)/detail/([a-z]{2})/([a-z]+_\d{2}_\d{1,5})/?(?:\?.*)?",
    re.IGNORECASE,
)


def read_press(body: bytes, *, url: str, content_type: str | None, now: datetime) -> FeedDocument:
    """The feed's entries, each with the document to read in place of its page."""
    document = parse_feed(body, url=url, content_type=content_type, now=now)
    return replace(document, entries=tuple(map(_with_document, document.entries)))


def _with_document(entry: Entry) -> Entry:
    match = _PAGE.fullmatch(entry.url)
    if match is None:
        return entry
    site, language, number = match[1], match[2].lower(), match[3].lower()
    printed = f"{site}/api/files/document/print/{language}/{number}/{number.upper()}_{language.upper()}.pdf"
    return replace(entry, document=printed, source="European Commission")


READER: Final = Reader(read=read_press, accept=ACCEPT, is_api=True)
