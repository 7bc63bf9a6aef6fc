"""The US Federal Register API: rules and notices by agency and topic, such as approvals of mines on public land."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from ingest.addresses import with_query
from ingest.charset import decode
from ingest.entries import FeedDocument, RawItem, absolute_link, entries_from
from ingest.reader import Reader
from orewire.model.errors import FeedError
from orewire.model.feed import FeedSpec, FeedState

_DEFAULTS: Final = {"order": "newest", "per_page": "100"}
_FIRST_SPAN: Final = timedelta(days=30)
"""How far back the first poll looks."""
_OVERLAP: Final = timedelta(days=3)
"""Documents may be listed some days after their date."""


def address(spec: FeedSpec, state: FeedState, now: datetime) -> str:
    """The user's question, for what was published since the newest document that is known."""
    since = (state.newest_entry - _OVERLAP) if state.newest_entry else now - _FIRST_SPAN
    return with_query(spec.url, {**_DEFAULTS, "conditions[publication_date][gte]": f"{since:%Y-%m-%d}"})


def read_register(body: bytes, *, url: str, content_type: str | None, now: datetime) -> FeedDocument:
    """The documents of one page of results; the next page is `more`."""
    try:
        data = json.loads(decode(body, content_type))
    except (ValueError, RecursionError) as error:
        raise FeedError(f"not the Federal Register's JSON: {str(error)[:100]}") from error
    results = data.get("results", [] if data.get("count") == 0 else None) if isinstance(data, dict) else None
    if not isinstance(results, list):
        raise FeedError("not the Federal Register's JSON: it has no results")
    items = (_item(document) for document in results if isinstance(document, dict))
    entries, skipped = entries_from(items, url=url, now=now)
    following = absolute_link(str(data.get("next_page_url") or ""), url)
    return FeedDocument(
        title="Federal Register", entries=entries, skipped=skipped, more=(following,) if following else ()
    )


def _item(document: Mapping[str, Any]) -> RawItem:
    agencies = document.get("agencies")
    listed = agencies if isinstance(agencies, list) else []
    names = [str(one.get("name") or "") for one in listed if isinstance(one, dict)]
    return RawItem(
        links=tuple(str(document[name]) for name in ("html_url", "pdf_url") if document.get(name)),
        title=str(document.get("title") or ""),
        texts=(str(document.get("abstract") or ""),),
        dates=(str(document.get("publication_date") or ""),),
        author=", ".join(filter(None, names)) or None,
        source="Federal Register",
    )


READER: Final = Reader(read=read_register, address=address, accept="application/json", follow=10, is_api=True)
