"""One poll of one source: ask, read, and decide the state to remember. A bad feed is an outcome, never an exception.

state ─> wait? ─> ask (with validators) ─> 304: unchanged │ 410: retired │ no feed, no answer: failed
                                       └─> read ─> more documents of the same source, a bounded number ─> ok
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ingest.addresses import is_same_site
from ingest.dates import parse_http_date
from ingest.reader import load_reader, own_address
from ingest.schedule import after_failure, after_gone, after_success, after_unchanged, is_waiting, may_ask_for_changes
from orewire.model.errors import FeedError, FetchError
from orewire.model.feed import FeedSpec, FeedState, Poll

if TYPE_CHECKING:
    from ingest.entries import FeedDocument
    from ingest.http import Allow, Fetcher, Response
    from ingest.reader import Reader
    from ingest.robots import Robots

Read = Callable[[str, "Response"], Awaitable["FeedDocument"]]
"""Reads a response as a kind of source."""

_MAX_AGE: Final = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,9})\b", re.IGNORECASE)
_MAX_VALIDATOR: Final = 1_000


async def poll_feed(
    spec: FeedSpec,
    state: FeedState,
    *,
    fetcher: Fetcher,
    now: datetime,
    robots: Robots | None = None,
    read: Read | None = None,
) -> tuple[Poll, tuple[Response, ...]]:
    """What one poll brought, and the responses for the archive, those that had a body.

    `read` reads a response elsewhere, such as in a process that can be killed; by itself it is read here.
    """
    if is_waiting(state, now):
        return Poll(spec=spec, state=state, outcome="waiting", reason="asked_to_wait"), ()
    reader = load_reader(spec.kind)
    url = state.moved_to or reader.address(spec, state, now)
    # What is followed may have changed though the document that leads to it has not.
    validators = {} if reader.follow else _validators_to_send(state, now)
    try:
        allow = None if robots is None or reader.is_api else robots.allows
        response = await _ask(url, reader, spec, fetcher, validators, allow=allow)
    except FetchError as error:
        return _failed(spec, state, error, now), ()
    if response.status == 304:
        return _unchanged(spec, state, response, now, asked=bool(validators)), ()
    digest = hashlib.sha256(response.body).hexdigest()
    if digest == state.digest and not reader.follow:
        return _same_again(spec, state, response, now), (response,)
    try:
        document = await (read or read_here)(spec.kind, response)
    except FeedError as error:
        return _failed(spec, state, error, now), (response,)
    whole, further = await _follow(document, response, reader, spec, fetcher, read or read_here)
    return _read(spec, state, response, whole, digest, now), (response, *further)


async def read_here(kind: str, response: Response) -> FeedDocument:
    """Read a response in this process."""
    content_type = response.headers.get("content-type")
    return load_reader(kind).read(response.body, url=response.url, content_type=content_type, now=response.fetched)


async def _ask(
    url: str,
    reader: Reader,
    spec: FeedSpec,
    fetcher: Fetcher,
    validators: Mapping[str, str] | None = None,
    *,
    allow: Allow | None = None,
) -> Response:
    headers = {"Accept": reader.accept, **(validators or {})}
    async with fetcher.spaced(url, reader.pause):
        return await fetcher.get(url, headers=headers, user_agent=spec.user_agent, allow=allow)


async def _follow(
    document: FeedDocument, response: Response, reader: Reader, spec: FeedSpec, fetcher: Fetcher, read: Read
) -> tuple[FeedDocument, list[Response]]:
    """The document with the entries of those it leads to; what cannot be had of them makes it incomplete."""
    waiting, asked = deque(document.more), {response.url, response.asked}
    responses: list[Response] = []
    while waiting:
        url = waiting.popleft()
        if url in asked or not is_same_site(url, response.url):
            continue
        if len(responses) >= reader.follow:
            return replace(document, complete=False), responses
        asked.add(url)
        try:
            following = await _ask(url, reader, spec, fetcher)
            responses.append(following)
            found = await read(spec.kind, following)
        except (FetchError, FeedError):
            document = replace(document, complete=False)
            continue
        waiting.extend(found.more)
        document = replace(document, entries=document.entries + found.entries)
    return document, responses


def _read(
    spec: FeedSpec, state: FeedState, response: Response, document: FeedDocument, digest: str, now: datetime
) -> Poll:
    hint = max(document.ttl or 0.0, fresh_for(response.headers, now))
    asked = replace(state, skip_hours=",".join(map(str, sorted(document.skip_hours))) or None)
    read = after_success(asked, document.entries, hint=hint, now=now, jitter=_dice())
    read = replace(read, moved_to=_moved_to(spec, state, response), etag=None, last_modified=None, digest=None)
    if document.complete:
        read = _with_validators(replace(read, digest=digest), response)
    else:  # it is used, but all of it is asked for again; what is missing may be older than what came
        read = replace(read, newest_entry=state.newest_entry)
    return Poll(spec=spec, state=read, outcome="ok", entries=document.entries)


def _moved_to(spec: FeedSpec, state: FeedState, response: Response) -> str | None:
    """An address that is made anew for each poll is not remembered."""
    is_own = load_reader(spec.kind).address is own_address
    return (response.moved_to or state.moved_to) if is_own else None


def _same_again(spec: FeedSpec, state: FeedState, response: Response, now: datetime) -> Poll:
    """The very bytes that were read before, from a server that does not heed validators."""
    same = after_unchanged(state, hint=fresh_for(response.headers, now), now=now, jitter=_dice())
    moved_to = _moved_to(spec, state, response)
    same = _with_validators(replace(same, last_success=now, moved_to=moved_to), response)
    return Poll(spec=spec, state=same, outcome="unchanged")


def _unchanged(spec: FeedSpec, state: FeedState, response: Response, now: datetime, *, asked: bool) -> Poll:
    if not asked:
        return _failed(spec, state, FetchError("unexpected_304", "304, though no validator was sent"), now)
    unchanged = after_unchanged(state, hint=fresh_for(response.headers, now), now=now, jitter=_dice())
    return Poll(spec=spec, state=unchanged, outcome="unchanged")


def _failed(spec: FeedSpec, state: FeedState, error: FetchError | FeedError, now: datetime) -> Poll:
    status = error.status if isinstance(error, FetchError) else None
    retry_after = error.retry_after if isinstance(error, FetchError) else None
    told = str(error) if isinstance(error, FetchError) else f"{error.reason}: {error}"
    if status == 410 and not state.moved_to:
        return Poll(spec=spec, state=after_gone(state, told, now=now), outcome="retired", reason=error.reason)
    if status == 410:  # of the address that a redirect gave: the feed's own may be well
        state = replace(state, moved_to=None, etag=None, last_modified=None, digest=None)
    failed = after_failure(state, told, status=status, retry_after=retry_after, now=now, jitter=_dice())
    if failed.moved_to != state.moved_to:  # validators belong to the address that gave them
        failed = replace(failed, etag=None, last_modified=None, digest=None)
    return Poll(spec=spec, state=failed, outcome="failed", reason=error.reason)


def poll_of_bug(spec: FeedSpec, state: FeedState, error: Exception, now: datetime) -> Poll:
    """The outcome of a poll that raised what it never should: told like any failure, and tried again later."""
    return _failed(spec, state, FetchError("bug", repr(error)[:300]), now)


def _validators_to_send(state: FeedState, now: datetime) -> dict[str, str]:
    """ETag and Last-Modified byte for byte as they came; none where the whole feed is due."""
    if not may_ask_for_changes(state, now):
        return {}
    headers = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in headers.items() if value}


def _with_validators(state: FeedState, response: Response) -> FeedState:
    etag, last_modified = (_sendable(response.headers.get(name)) for name in ("etag", "last-modified"))
    return replace(state, etag=etag, last_modified=last_modified)


def _sendable(value: str | None) -> str | None:
    """A validator that can be sent back as it is."""
    return value if value and value.isascii() and value.isprintable() and len(value) <= _MAX_VALIDATOR else None


def fresh_for(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds for which Cache-Control, or else Expires, says the answer stays fresh; 0 where neither can be read."""
    if match := _MAX_AGE.search(headers.get("cache-control", "")):
        return float(match[1])
    expires = parse_http_date(headers.get("expires", ""))
    return max(0.0, (expires - (parse_http_date(headers.get("date", "")) or now)).total_seconds()) if expires else 0.0


def _dice() -> float:
    return random.random()  # noqa: S311  # spreads polls over time; nothing secret
