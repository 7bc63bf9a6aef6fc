"""The one door to the network: a GET that is polite, bounded in time and size, and never reaches a private machine.

get ─> check the address ─> wait for the host's turn ─> connect to a checked address ─> read ─> inflate
             ^                                                                   │
             └────────────────────────────── redirect ──────────────────────────┘
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Self

from ingest.addresses import MAX_URL
from ingest.dates import parse_http_date
from ingest.hosts import HostTurns
from ingest.inflate import ACCEPTED, inflate, inflate_file
from orewire.model.errors import FetchError
from orewire.net import NotPublic, is_listed, is_no_web_server, open_session

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession
    from yarl import URL

MAX_RETRY_AFTER: Final = 86_400.0
DEFAULT_RETRY_AFTER: Final = 600.0
"""How long a host is left alone after a 429 that does not say."""
Allow = Callable[[str], Awaitable[bool]]
"""Whether an address may be asked."""
_PERMANENT: Final = frozenset({301, 308})
_REDIRECTS: Final = _PERMANENT | {302, 303, 307}
_PRIVATE_HEADERS: Final = frozenset({"authorization", "cookie", "proxy-authorization"})
_CHUNK: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """How to fetch. Seconds and bytes.

    `allow_hosts` lists hosts (`host`, `host:port`, `host:low-high`) that may be private; `timeout` covers a whole chain
    of redirects without the waiting for turns; `max_body` counts inflated bytes, `max_wire` those that arrive.
    """

    user_agent: str = "orewire/0.1 (+https://example.org/contact)"
    allow_hosts: tuple[str, ...] = ()
    timeout: float = 30.0
    max_body: int = 10_000_000
    max_wire: int = 10_000_000
    max_redirects: int = 5
    per_host: int = 1
    host_delay: float = 1.0
    at_once: int = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer: `url` is where it came from, `asked` what was asked for. Header names are in lower case.

    `moved_to` is where the leading permanent redirects (301, 308) led, if there were any.
    """

    url: str
    asked: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched: datetime
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """One hop: what to ask, and how much time and body are left for it."""

    url: URL
    headers: Mapping[str, str]
    max_body: int
    seconds: float


class Fetcher:
    """Fetches; an async context manager. `keep` is handed every redirect and refusal, for the archive, without a body.

    Raises FetchError, whose reason is one of a few stable words:

    bad_url, forbidden_scheme, forbidden_address, dns, connect, connection_reset, empty_reply, tls, timeout,
    too_many_redirects, redirect_loop, bad_redirect, body_too_large, header_too_large, truncated, bad_encoding,
    bad_response, and http_404 and its like.
    """

    def __init__(
        self,
        options: FetchOptions,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        keep: Callable[[Response], None] | None = None,
    ) -> None:
        self.options, self._clock, self._keep = options, clock, keep
        self._turns = HostTurns(options.per_host, options.host_delay)
        self._places = asyncio.Semaphore(options.at_once)
        self._stack = AsyncExitStack()
        self._guarded: ClientSession
        self._trusting: ClientSession

    async def __aenter__(self) -> Self:
        self._guarded = await self._stack.enter_async_context(open_session(is_guarded=True))
        self._trusting = await self._stack.enter_async_context(open_session(is_guarded=False))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        user_agent: str | None = None,
        max_body: int | None = None,
        allow: Allow | None = None,
    ) -> Response:
        """The answer to a GET, redirects followed: status 200 to 299, or 304. Anything else is a FetchError.

        `allow` is asked of the address and of every address that a redirect leads to (robots.txt).
        """
        sent = {"User-Agent": user_agent or self.options.user_agent, "Accept-Encoding": ACCEPTED, **(headers or {})}
        target = self._checked(url, None)
        request = _Request(
            url=target, headers=sent, max_body=max_body or self.options.max_body, seconds=self.options.timeout
        )
        seen = {str(target)}
        moved_to, permanent = None, True
        while True:
            if allow is not None and not await allow(str(request.url)):
                raise FetchError("robots", f"robots.txt forbids {request.url}")
            started, response = await self._turn(request)
            if response.status not in _REDIRECTS:
                return replace(response, asked=url, moved_to=moved_to)
            target = self._next(request.url, response, seen)
            permanent = permanent and response.status in _PERMANENT
            moved_to = str(target) if permanent else moved_to
            spent = time.monotonic() - started
            request = replace(
                request, url=target, headers=_headers_for(request, target), seconds=request.seconds - spent
            )

    @asynccontextmanager
    async def spaced(self, url: str, delay: float) -> AsyncIterator[None]:
        """Wait until the last request within `spaced` to the host is `delay` seconds ago; at once where that is 0."""
        if not delay:
            yield
            return
        async with self._turns.spaced(_origin(self._checked(url, None)), delay):
            yield

    def slow_down(self, url: str, delay: float) -> None:
        """Keep at least `delay` seconds (within reason) between requests to the host of `url`."""
        self._turns.slow_down(_origin(self._checked(url, None)), delay)

    def _next(self, base: URL, response: Response, seen: set[str]) -> URL:
        location = response.headers.get("location", "")
        if not location:
            raise FetchError("bad_redirect", f"redirect {response.status} without a Location", status=response.status)
        target = self._checked(location, base)
        if str(target) in seen:
            raise FetchError("redirect_loop", f"led back to {target}")
        if len(seen) > self.options.max_redirects:
            raise FetchError("too_many_redirects", f"more than {self.options.max_redirects}")
        seen.add(str(target))
        return target

    def _checked(self, url: str, base: URL | None) -> URL:
        """The parsed address; FetchError where it may not be asked whatever its name resolves to."""
        target = _parse(url, base)
        host, port = target.raw_host or "", target.port or 0
        if is_no_web_server(host, port, self.options.allow_hosts):
            raise FetchError("forbidden_address", f"{host}:{port} is not a web server's address")
        return target

    async def _turn(self, request: _Request) -> tuple[float, Response]:
        """One hop within its time, which runs from when the host's turn was got."""
        import aiohttp

        listed = is_listed(request.url.raw_host or "", request.url.port or 0, self.options.allow_hosts)
        origin = _origin(request.url)
        self._refuse_closed(origin)
        async with self._turns.turn(origin), self._places:  # who waits for a host takes no place from others
            self._refuse_closed(origin)
            started = time.monotonic()
            try:
                async with asyncio.timeout(max(0.001, request.seconds)):
                    return started, await self._hop(self._trusting if listed else self._guarded, request)
            except FetchError as error:
                if not listed:  # a listed host may be a proxy that stands for many
                    self._turns.stop(origin, _closed_for(error))
                raise
            except (OSError, ValueError, aiohttp.ClientError) as error:
                raise _fetch_error(error, self.options.timeout) from error

    def _refuse_closed(self, origin: str) -> None:
        if seconds := self._turns.closed_for(origin):
            raise FetchError("asked_to_wait", f"{origin} asked to be left alone", status=429, retry_after=seconds)

    async def _hop(self, session: ClientSession, request: _Request) -> Response:
        async with session.get(request.url, headers=request.headers, allow_redirects=False) as response:
            now = self._clock()
            headers = {name.lower(): value for name, value in response.headers.items()}
            hop = Response(
                url=str(request.url), asked="", status=response.status, headers=headers, body=b"", fetched=now
            )
            if self._keep is not None and response.status >= 300 and response.status != 304:
                self._keep(replace(hop, asked=hop.url))
            _refuse_status(response.status, headers, now)
            if response.status in _REDIRECTS:
                return hop
            return replace(hop, body=await self._read(response, headers, request.max_body))

    async def _read(self, response: ClientResponse, headers: Mapping[str, str], max_body: int) -> bytes:
        limit = self.options.max_wire
        if (response.content_length or 0) > limit:
            raise FetchError("body_too_large", f"announces {response.content_length} bytes, at most {limit} are read")
        wire = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            wire += chunk
            if len(wire) > limit:
                raise FetchError("body_too_large", f"more than {limit} bytes")
        body = inflate(bytes(wire), headers.get("content-encoding", ""), limit=max_body)
        body = inflate_file(body, limit=max_body)
        if len(body) > max_body:
            raise FetchError("body_too_large", f"more than {max_body} bytes")
        return body


def _parse(url: str, base: URL | None) -> URL:
    from yarl import URL

    # What a caller names wrongly is a mistake; a redirect that only some parsers can read is a trick.
    scheme_reason, reason = ("forbidden_scheme", "bad_url") if base is None else ("forbidden_address", "bad_redirect")
    if len(url) > MAX_URL:
        raise FetchError(reason, f"address of {len(url)} characters")
    if "\\" in url.partition("?")[0]:
        raise FetchError("bad_url" if base is None else "forbidden_address", f"backslash in {url[:200]!r}")
    try:
        target = URL(url.strip()) if base is None else base.join(URL(url.strip()))
        target = target.with_fragment(None)
    except (ValueError, IndexError) as error:  # yarl's IndexError: `//[]@`
        raise FetchError(reason, f"{url[:200]!r}: {error}") from error
    if target.scheme not in ("http", "https"):
        raise FetchError(scheme_reason, f"{target.scheme or 'no scheme'!r} in {url[:200]!r}")
    if not target.raw_host:
        raise FetchError(reason, f"no host in {url[:200]!r}")
    return target


def _origin(url: URL) -> str:
    return f"{url.raw_host}:{url.port}"


def _headers_for(request: _Request, target: URL) -> Mapping[str, str]:
    """The headers of the next hop: what identifies the user is not told to another origin."""
    if target.origin() == request.url.origin():
        return request.headers
    return {name: value for name, value in request.headers.items() if name.lower() not in _PRIVATE_HEADERS}


def _refuse_status(status: int, headers: Mapping[str, str], now: datetime) -> None:
    if 200 <= status <= 299 or status == 304 or status in _REDIRECTS:
        if status == 206:
            raise FetchError("bad_response", "a part (206), though the whole was asked for", status=status)
        return
    wait = parse_retry_after(headers.get("retry-after", ""), now)
    raise FetchError(f"http_{status}", f"the server answered {status}", status=status, retry_after=wait)


def _closed_for(error: FetchError) -> float:
    """Seconds for which a host is left alone after such an answer."""
    if error.status == 429:
        return error.retry_after or DEFAULT_RETRY_AFTER
    return error.retry_after or 0.0 if error.status == 503 else 0.0


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, from a number or a date, at most a day; None where it says none."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), MAX_RETRY_AFTER)
    moment = parse_http_date(value)
    return None if moment is None else min(max(0.0, (moment - now).total_seconds()), MAX_RETRY_AFTER)


def _fetch_error(error: Exception, timeout: float) -> FetchError:
    """Our error for one of aiohttp's or of the socket's."""
    import aiohttp

    if isinstance(error, TimeoutError):
        return FetchError("timeout", f"not done within {timeout:g} s")
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, NotPublic):
        return FetchError("forbidden_address", f"{error.host} is not on the public internet")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchError("dns", f"no address for {error.host}")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return FetchError("tls", str(error))
    if isinstance(error, aiohttp.InvalidURL | UnicodeError):  # a name that cannot even be asked for
        return FetchError("bad_url", str(error))
    return FetchError(_transport_reason(error), str(error)[:300] or type(error).__name__)


def _transport_reason(error: Exception) -> str:
    """What went wrong between us and a server that was reached."""
    import aiohttp
    from aiohttp.http_exceptions import LineTooLong

    causes = (error, error.__cause__, error.__context__)
    if any(isinstance(cause, LineTooLong) for cause in causes) or "Got more than" in str(error):
        return "header_too_large"
    if any(isinstance(cause, ConnectionResetError) for cause in causes):
        return "connection_reset"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "empty_reply"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "truncated"
    return "bad_response" if isinstance(error, aiohttp.ClientResponseError | ValueError) else "connect"
