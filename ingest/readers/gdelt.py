"""GDELT DOC 2.0: the articles of the last day that a query finds; the address is the API's with `query=`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from ingest.addresses import with_query
from ingest.charset import decode
from ingest.entries import FeedDocument, RawItem, entries_from
from ingest.reader import Reader
from orewire.model.errors import FeedError
from orewire.model.feed import FeedSpec, FeedState

_DEFAULTS: Final = {"mode": "ArtList", "format": "json", "maxrecords": "250", "sort": "DateDesc", "timespan": "1d"}
_BAD_ESCAPE: Final = re.compile(r'\\(?:\\|(?!["/bfnrtu]))')
_TOO_OFTEN: Final = re.compile(r"limit requests|one every|too many", re.IGNORECASE)
_COMPACT_TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")


def address(spec: FeedSpec, state: FeedState, now: datetime) -> str:
    """The user's query, with what is needed to get a list of articles as JSON."""
    return with_query(spec.url, _DEFAULTS)


def read_gdelt(body: bytes, *, url: str, content_type: str | None, now: datetime) -> FeedDocument:
    """The articles that were found. GDELT tells its errors in words, with status 200."""
    text = decode(body, content_type).strip()
    if not text.startswith("{"):
        reason = "rate_limited" if _TOO_OFTEN.search(text) else "not_a_feed"
        raise FeedError(f"GDELT says: {text[:200]}", reason=reason)
    try:
        # It forgets to escape backslashes and leaves raw control characters in titles.
        data = json.loads(_BAD_ESCAPE.sub(r"\\\\", text), strict=False)
    except (ValueError, RecursionError) as error:
        raise FeedError(f"GDELT's JSON is broken: {str(error)[:100]}") from error
    articles = data.get("articles", [])
    items = [_item(article) for article in articles if isinstance(article, dict)] if isinstance(articles, list) else []
    entries, skipped = entries_from(items, url=url, now=now)
    return FeedDocument(title="GDELT", entries=entries, skipped=skipped)


def _item(article: Mapping[str, Any]) -> RawItem:
    """`seendate` is when GDELT saw the article, at most some quarters of an hour after its publication."""
    seen = _COMPACT_TIME.sub(r"\1-\2-\3T\4:\5:\6Z", str(article.get("seendate") or ""))
    return RawItem(
        links=tuple(str(article[name]) for name in ("url", "url_mobile") if article.get(name)),
        title=str(article.get("title") or ""),
        dates=(seen,),
        source=str(article.get("domain") or "") or None,
    )


READER: Final = Reader(read=read_gdelt, address=address, accept="application/json", pause=5.0, is_api=True)
