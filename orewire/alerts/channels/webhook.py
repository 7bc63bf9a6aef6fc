"""Webhooks: one POST a message, signed, to a machine that may be reached, with an answer that is heeded.

2xx done · 408, 425, 429, 5xx and no connection: later · other answers: for good · no answer to what was sent: unclear
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

import aiohttp
from yarl import URL

from orewire.alerts.channels.clean import clean_line
from orewire.alerts.channels.shapes import Shaped, to_discord, to_ntfy, to_slack, to_teams
from orewire.model.errors import DeliveryError, DeliveryUnclear, UsageError
from orewire.model.message import Message
from orewire.net import NotPublic, is_listed, is_no_web_server, open_session

Shape = Literal["json", "slack", "teams", "discord", "ntfy"]
MAX_RETRY_AFTER: Final = 86_400.0
_PASSING: Final = frozenset({408, 425, 429})
_MAX_ANSWER: Final = 2_000
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Where to, and in which shape. UsageError for what cannot be posted to, or would show a secret to everybody.

    `secret` signs, `token` is sent as a bearer's; both, and the address itself, are secrets and shown nowhere. `topic`
    and `tags` are for ntfy, whose `url` is the server's. `allow_hosts` lists hosts (`host`, `host:port`,
    `host:low-high`) that may be private; `ca_file` holds the certificates to trust in place of the system's. `timeout`
    in seconds, for connecting and for the answer each.
    """

    url: str = field(repr=False)
    shape: Shape = "json"
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    topic: str | None = None
    tags: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    ca_file: Path | None = None
    timeout: float = 20.0
    user_agent: str = "orewire/0.1"

    def __post_init__(self) -> None:
        parse_target(self.url)
        if self.shape == "ntfy" and not self.topic:
            raise UsageError("a webhook of shape ntfy: expected a topic")
        if not f"{self.token}{self.user_agent}".isprintable():
            raise UsageError("a webhook's token or user agent: expected one line")
        if self.token and self.target.scheme != "https" and not self.is_trusted:
            raise UsageError("a webhook with a token: expected an address that begins with https://")

    @property
    def target(self) -> URL:
        """The parsed address."""
        return parse_target(self.url)

    @property
    def is_trusted(self) -> bool:
        """Whether the host may be private."""
        return is_listed(self.target.raw_host or "", self.target.port or 0, self.allow_hosts)


def parse_target(url: str) -> URL:
    """An address that can be posted to; UsageError, which does not tell it, for any other."""
    try:
        target = URL(url).with_fragment(None)
    except (ValueError, IndexError):  # yarl's IndexError: `//[]@`
        target = URL()
    if target.scheme not in ("http", "https") or not target.raw_host:
        raise UsageError("the address of a webhook: expected one that begins with https:// or http://")
    return target


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChannel:
    """A Channel to one address."""

    settings: WebhookSettings
    clock: Callable[[], datetime] = _now

    async def send(self, message: Message) -> None:
        """See Channel."""
        target = self._reachable()
        body = render_body(message, self.settings)
        headers = self._headers(message, body)
        async with open_session(is_guarded=not self.settings.is_trusted) as session:
            response = await self._post(session, target, body, headers)
            async with response:
                if not 200 <= response.status <= 299:
                    raise await self._refusal(response)

    def _reachable(self) -> URL:
        target = self.settings.target
        host, port = target.raw_host or "", target.port or 0
        if is_no_web_server(host, port, self.settings.allow_hosts):
            raise DeliveryError("forbidden_address", f"{host}:{port} is not a web server's address", is_final=True)
        return target

    def _headers(self, message: Message, body: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": self.settings.user_agent,
            "Idempotency-Key": idempotency_key(message),
        }
        if self.settings.secret:
            headers["Orewire-Signature"] = sign(body, self.settings.secret, self.clock())
        if self.settings.token:
            headers["Authorization"] = f"Bearer {self.settings.token}"
        return headers

    async def _post(
        self, session: aiohttp.ClientSession, target: URL, body: bytes, headers: Mapping[str, str]
    ) -> aiohttp.ClientResponse:
        """The answer, once its status is known. Errors are not chained: aiohttp's tell the whole address."""
        seconds = self.settings.timeout
        limits = aiohttp.ClientTimeout(total=None, connect=seconds, sock_read=seconds)
        context = _tls_context(self.settings.ca_file)
        try:
            async with asyncio.timeout(2 * seconds):
                return await session.post(
                    target, data=body, headers=headers, allow_redirects=False, timeout=limits, ssl=context
                )
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _delivery_error(error, target.host or "", seconds) from None

    async def _refusal(self, response: aiohttp.ClientResponse) -> DeliveryError:
        status, said = response.status, self._without_secrets(await _said(response))
        wait = parse_retry_after(response.headers.get("Retry-After", ""), self.clock())
        is_final = status < 500 and status not in _PASSING
        detail = f"{response.url.host} answered {status} {said}".rstrip()
        return DeliveryError(f"http_{status}", detail, is_final=is_final, retry_after=None if is_final else wait)

    def _without_secrets(self, said: str) -> str:
        settings = self.settings
        for secret in (settings.url, settings.target.raw_path_qs, settings.token, settings.secret):
            said = said.replace(secret, "…") if secret and len(secret) > 1 else said
        return said


def render_body(message: Message, settings: WebhookSettings) -> bytes:
    """The message in the shape of the settings, as JSON."""
    shaped = _shaped(message, settings)
    return json.dumps(shaped, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace")


def _shaped(message: Message, settings: WebhookSettings) -> Shaped:
    match settings.shape:
        case "json":
            return message.payload
        case "slack":
            return to_slack(message)
        case "teams":
            return to_teams(message)
        case "discord":
            return to_discord(message)
        case "ntfy":
            return to_ntfy(message, topic=settings.topic or "", tags=settings.tags)


def idempotency_key(message: Message) -> str:
    """The message's key as a header can hold it: the same for each try, another for each message."""
    return quote(message.key, safe="/:@+,=", errors="surrogatepass")


def sign(body: bytes, secret: str, moment: datetime) -> str:
    """The value of Orewire-Signature: when it was signed, and the HMAC (SHA-256) of that, a dot, and the body."""
    seconds = int(moment.timestamp())
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, from a number or a date, at most a day; None where it says none."""
    value = value.strip()[:40]
    if value.isascii() and value.replace(".", "", 1).isdigit():
        return min(float(value), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), MAX_RETRY_AFTER)


def _tls_context(ca_file: Path | None) -> ssl.SSLContext | bool:
    try:
        return True if ca_file is None else ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise DeliveryError("tls", f"{ca_file}: {error}") from error


async def _said(response: aiohttp.ClientResponse) -> str:
    """The beginning of an answer, for people; nothing where it does not come at once."""
    try:
        async with asyncio.timeout(1):
            return clean_line((await response.content.read(_MAX_ANSWER)).decode(errors="replace"), _SHOWN)
    except (aiohttp.ClientError, OSError):
        return ""


def _delivery_error(error: Exception, host: str, seconds: float) -> DeliveryError:
    """Ours for one of aiohttp's: unclear only where something may have been sent."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return _unreached(error, host)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return DeliveryError("timeout", f"no connection to {host} within {seconds:g} s")
    if isinstance(error, aiohttp.InvalidURL | UnicodeError):  # a name that cannot even be asked for
        return DeliveryError("bad_url", f"no address for {host}", is_final=True)
    if isinstance(error, TimeoutError):
        return DeliveryUnclear("no_answer", f"{host} did not answer within {seconds:g} s")
    return DeliveryUnclear("no_answer", f"{host} gave no proper answer ({type(error).__name__})")


def _unreached(error: aiohttp.ClientConnectorError, host: str) -> DeliveryError:
    if isinstance(error.os_error, NotPublic):
        return DeliveryError("forbidden_address", f"{host} is not on the public internet", is_final=True)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return DeliveryError("dns", f"no address for {host}")
    if isinstance(error, aiohttp.ClientSSLError):
        return DeliveryError("tls", f"{host}: {clean_line(str(getattr(error, 'certificate_error', error)), _SHOWN)}")
    return DeliveryError("connect", f"{host}: {error.os_error.strerror}")
