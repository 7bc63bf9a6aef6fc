"""One poll of one feed: ask, read, and decide the state to remember. A bad feed is an outcome, never an exception.

state ─> wait? ─> ask (with validators) ─> 304: unchanged │ 410: retired │ no feed, no answer: failed │ ok
"""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ingest.feeds import parse_feed
from ingest.schedule import after_failure, after_gone, after_success, after_unchanged, is_waiting, may_ask_for_changes
from orewire.model.errors import FeedError, FetchError
from orewire.model.feed import FeedSpec, FeedState, Poll

if TYPE_CHECKING:
    from ingest.entries import FeedDocument
    from ingest.http import Fetcher, Response
    from ingest.robots import Robots

Parse = Callable[["Response"], Awaitable["FeedDocument"]]

_ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
)
_MAX_AGE: Final = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,9})\b", re.IGNORECASE)
_MAX_VALIDATOR: Final = 1_000


async def poll_feed(
    spec: FeedSpec,
    state: FeedState,
    *,
    fetcher: Fetcher,
    now: datetime,
    robots: Robots | None = None,
    parse: Parse | None = None,
) -> tuple[Poll, Response | None]:
    """What one poll brought, and the response for the archive, if there was one with a body.

    `parse` reads the feed elsewhere, such as in a process that can be killed; by itself it is read here.
    """
    if is_waiting(state, now):
        return Poll(spec=spec, state=state, outcome="waiting", reason="asked_to_wait"), None
    url = state.moved_to or spec.url
    if robots is not None and not await robots.allows(url):
        return _failed(spec, state, FetchError("robots", "robots.txt forbids it, or could not be had"), now), None
    validators = _validators_to_send(state, now)
    try:
        response = await fetcher.get(url, headers={"Accept": _ACCEPT, **validators}, user_agent=spec.user_agent)
    except FetchError as error:
        return _failed(spec, state, error, now), None
    if response.status == 304:
        return _unchanged(spec, state, response, now, asked=bool(validators)), None
    try:
        document = await (parse or _parse_here)(response)
    except FeedError as error:
        return _failed(spec, state, error, now), response
    return _read(spec, state, response, document, now), response


async def _parse_here(response: Response) -> FeedDocument:
    return parse_feed(
        response.body, url=response.url, content_type=response.headers.get("content-type"), now=response.fetched
    )


def _read(spec: FeedSpec, state: FeedState, response: Response, document: FeedDocument, now: datetime) -> Poll:
    hint = max(document.ttl or 0.0, max_age(response.headers))
    read = after_success(state, document.entries, hint=hint, now=now, jitter=_dice())
    # A document that breaks off is used, but the whole of it is asked for again.
    validators = _validators_of(response) if document.complete else {"etag": None, "last_modified": None}
    read = replace(read, moved_to=response.moved_to or state.moved_to, **validators)
    return Poll(spec=spec, state=read, outcome="ok", entries=document.entries)


def _unchanged(spec: FeedSpec, state: FeedState, response: Response, now: datetime, *, asked: bool) -> Poll:
    if not asked:
        return _failed(spec, state, FetchError("unexpected_304", "304, though no validator was sent"), now)
    unchanged = after_unchanged(state, hint=max_age(response.headers), now=now, jitter=_dice())
    return Poll(spec=spec, state=unchanged, outcome="unchanged")


def _failed(spec: FeedSpec, state: FeedState, error: FetchError | FeedError, now: datetime) -> Poll:
    if isinstance(error, FeedError):
        reason, status, retry_after = "not_a_feed", None, None
    else:
        reason = f"http_{error.status}" if error.reason == "http_status" else error.reason
        status, retry_after = error.status, error.retry_after
    if status == 410:
        return Poll(spec=spec, state=after_gone(state, str(error), now=now), outcome="retired", reason=reason)
    failed = after_failure(state, str(error), status=status, retry_after=retry_after, now=now, jitter=_dice())
    if failed.moved_to != state.moved_to:  # validators belong to the address that gave them
        failed = replace(failed, etag=None, last_modified=None)
    return Poll(spec=spec, state=failed, outcome="failed", reason=reason)


def _validators_to_send(state: FeedState, now: datetime) -> dict[str, str]:
    """ETag and Last-Modified byte for byte as they came; none where the whole feed is due."""
    if not may_ask_for_changes(state, now):
        return {}
    headers = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in headers.items() if value}


def _validators_of(response: Response) -> dict[str, str | None]:
    return {
        "etag": _sendable(response.headers.get("etag")),
        "last_modified": _sendable(response.headers.get("last-modified")),
    }


def _sendable(value: str | None) -> str | None:
    """A validator that can be sent back as it is."""
    return value if value and value.isascii() and value.isprintable() and len(value) <= _MAX_VALIDATOR else None


def max_age(headers: Mapping[str, str]) -> float:
    """Seconds for which Cache-Control says the answer stays fresh; 0 where it says nothing that can be read."""
    match = _MAX_AGE.search(headers.get("cache-control", ""))
    return float(match[1]) if match else 0.0


def _dice() -> float:
    return random.random()  # noqa: S311  # spreads polls over time; nothing secret
