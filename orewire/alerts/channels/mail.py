"""Mail: one copy for each recipient, handed to the server that takes our mail.

send ─> compose ─> connection (opened when needed, kept) ─> MAIL ─> RCPT ─> DATA ─> answer
                       nothing was told where it fails here ───────────┘      └── unclear where none comes
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Self

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPServerDisconnected

from orewire.alerts.channels.clean import clean_line
from orewire.alerts.channels.mime import MailSettings, ascii_address, compose_mail
from orewire.model.errors import DeliveryError, DeliveryUnclear, UsageError
from orewire.model.message import Message
from orewire.net import NotPublic, connect_socket, is_listed

Security = Literal["starttls", "tls", "none"]
_FAILURES: Final = (OSError, SMTPException)
_WANTS_LOGIN: Final = frozenset({530, 534, 535, 538})
_FAREWELL: Final = 2.0
_SHOWN: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """The server that takes our mail. UsageError for what would show a password, or mail, to everybody.

    `security` is `starttls` (port 587) or `tls` (port 465); `none` only for a listed host that asks for no password.
    `allow_hosts` lists hosts (`host`, `host:port`, `host:low-high`) that may be private; `ca_file` holds the
    certificates to trust in place of the system's. Seconds: `timeout` for each answer, `data_timeout` for that to a
    whole mail, which is patient because giving up there leaves it unclear whether the mail arrived.
    """

    host: str
    port: int = 587
    security: Security = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    allow_hosts: tuple[str, ...] = ()
    timeout: float = 30.0
    data_timeout: float = 300.0

    def __post_init__(self) -> None:
        if self.security == "none" and (self.user or not self.is_trusted):
            raise UsageError(f"mail without TLS to {self.host}: expected a host of allow_hosts, and no user")

    @property
    def is_trusted(self) -> bool:
        """Whether the host may be private."""
        return is_listed(self.host, self.port, self.allow_hosts)


class SmtpServer:
    """One connection to the server, shared by all channels of mail; an async context manager."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._client: SMTP | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await _end(self._client)

    async def deliver(self, mail: bytes, *, sender: str, recipient: str) -> None:
        """Hand over one mail for one recipient.

        DeliveryUnclear where no answer came to the mail; DeliveryError else, final where it was refused by 5xx. What
        only concerns the server (no connection, a wrong password or certificate) is never final: the mail is good.
        """
        async with self._turn:
            try:
                client = await self._connection()
                await self._address(client, sender, recipient)
                await self._hand_over(client, mail)
            except asyncio.CancelledError:  # half way: what is said next would be taken for a part of this
                if self._client is not None:
                    self._client.close()
                raise

    async def _connection(self) -> SMTP:
        """The connection we have where it still answers, else a new one."""
        if self._client is not None and await _answers(self._client):
            return self._client
        try:
            self._client = await self._connect()
        except _FAILURES as error:
            raise _delivery_error(error, self._settings, is_final=isinstance(error, NotPublic)) from error
        return self._client

    async def _connect(self) -> SMTP:
        settings = self._settings
        context = _tls_context(settings)
        async with asyncio.timeout(settings.timeout):
            sock = await connect_socket(settings.host, settings.port, is_guarded=not settings.is_trusted)
        client = SMTP(  # the socket is its own from here on
            sock=sock,
            hostname=settings.host,
            local_hostname=_literal(sock.getsockname()[0]),
            username=settings.user,
            password=settings.password,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=context,
            timeout=settings.timeout,
        )
        await client.connect()
        return client

    async def _address(self, client: SMTP, sender: str, recipient: str) -> None:
        try:
            await client.mail(sender)
            await client.rcpt(recipient)
        except _FAILURES as error:
            raise await self._refusal(client, error) from error

    async def _refusal(self, client: SMTP, error: Exception) -> DeliveryError:
        """What to raise for it; the connection is made ready for the next mail, or given up."""
        try:
            await client.rset()
        except _FAILURES:
            client.close()
        is_final = _code(error) in range(500, 600) and _code(error) not in _WANTS_LOGIN
        return _delivery_error(error, self._settings, is_final=is_final)

    async def _hand_over(self, client: SMTP, mail: bytes) -> None:
        try:
            await client.data(mail, timeout=self._settings.data_timeout)
        except _FAILURES as error:
            if _code(error) in range(400, 600):
                raise await self._refusal(client, error) from error
            client.close()
            raise DeliveryUnclear("no_answer", f"{self._settings.host}: {_words(error)}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChannel:
    """A Channel to one mailbox."""

    server: SmtpServer
    settings: MailSettings

    async def send(self, message: Message) -> None:
        """See Channel."""
        await self.server.deliver(
            compose_mail(message, self.settings),
            sender=ascii_address(self.settings.sender),
            recipient=ascii_address(self.settings.recipient),
        )


def _tls_context(settings: SmtpSettings) -> ssl.SSLContext | None:
    return None if settings.security == "none" else ssl.create_default_context(cafile=settings.ca_file)


def _literal(address: str) -> str:
    """How a client without a name says who it is."""
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


async def _answers(client: SMTP) -> bool:
    try:
        return client.is_connected and (await client.noop()).code == 250
    except _FAILURES:
        client.close()
        return False


async def _end(client: SMTP) -> None:
    try:
        await client.quit(timeout=_FAREWELL)
    except _FAILURES:
        client.close()


def _code(error: Exception) -> int:
    """The code that the server answered, or -1."""
    code = getattr(error, "code", -1)
    return code if isinstance(code, int) else -1


def _delivery_error(error: Exception, settings: SmtpSettings, *, is_final: bool) -> DeliveryError:
    return DeliveryError(_reason(error), f"{settings.host}: {_words(error)}", is_final=is_final)


def _reason(error: Exception) -> str:
    causes = (error, error.__cause__)
    if isinstance(error, NotPublic):
        return "forbidden_address"
    if isinstance(error, SMTPAuthenticationError):
        return "auth"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "tls"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, SMTPServerDisconnected):
        return "connection_lost"
    if isinstance(error, OSError):
        return "dns" if isinstance(error, socket.gaierror) else "connect"
    return f"smtp_{_code(error)}" if _code(error) > 0 else "protocol"


def _words(error: Exception) -> str:
    if (code := _code(error)) > 0:
        return f"{code} {clean_line(getattr(error, 'message', ''), _SHOWN)}"
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    return clean_line(str(cause), _SHOWN) or type(cause).__name__
