"""RSS, Atom, RDF and JSON Feed, at an address of their own."""

from __future__ import annotations

from typing import Final

from ingest.feeds import parse_feed
from ingest.reader import Reader

ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
)

READER: Final = Reader(read=parse_feed, accept=ACCEPT)
