"""A real SMTP server on loopback, with TLS and a password, that can be told to misbehave."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from orewire.alerts.channels.mail import Security, SmtpSettings

CERTIFICATES = Path(__file__).parent / "certificates"
USER, PASSWORD = "desk", "right horse"


@dataclass  # without slots: aiosmtpd looks at every member, which Python 3.11.2 does not survive
class Mailbox:
    """What a server got. `answers` are given to its next mails, those in `refused` to recipients.

    Once it has a mail, it `loses` the connection, or `stalls`.
    """

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    connections: int = 0
    answers: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    loses: bool = False
    stalls: bool = False
    open: list[asyncio.BaseTransport] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            assert isinstance(envelope.original_content, bytes)
            self.mails.append(envelope.original_content)
            self.recipients.append(envelope.rcpt_tos)
        if self.loses:
            self.hang_up()
        if self.stalls:
            await asyncio.sleep(60)
        return answer

    def hang_up(self) -> None:
        """Cut every connection."""
        for transport in self.open:
            assert isinstance(transport, asyncio.Transport)
            with suppress(AttributeError):  # Python 3.11.2, of one that is closed already
                transport.abort()
        self.open.clear()

    def settings(self, security: Security = "starttls", **changes: object) -> SmtpSettings:
        """How to reach it."""
        kept: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "security": security,
            "allow_hosts": ("127.0.0.1",),
            "timeout": 2.0,
            "data_timeout": 2.0,
        }
        if security != "none":
            kept |= {"user": USER, "password": PASSWORD, "ca_file": CERTIFICATES / "authority.pem"}
        return SmtpSettings(**(kept | changes))  # type: ignore[arg-type]


class _Server(SMTP):
    """aiosmtpd's, which tells the mailbox of its connections."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert isinstance(self.event_handler, Mailbox)
        self.event_handler.open.append(transport)
        self.event_handler.connections += not self.session.ssl if self.session else 0


def _check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


def server_context(certificate: str) -> ssl.SSLContext:
    """That of a server with one of our certificates."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / certificate)
    return context


@asynccontextmanager
async def open_mailbox(
    security: Security = "starttls", *, certificate: str = "server.pem", port: int = 0
) -> AsyncIterator[Mailbox]:
    """Start a server, of that certificate, and stop it in the end."""
    box = Mailbox()
    context = server_context(certificate)

    def serve() -> SMTP:
        with warnings.catch_warnings(action="ignore"):  # it does not see that all of a connection is TLS
            return _Server(
                box,
                hostname="test",
                tls_context=context if security == "starttls" else None,
                require_starttls=security == "starttls",
                authenticator=_check,
                auth_required=security != "none",
                auth_require_tls=security == "starttls",
            )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(serve, "127.0.0.1", port, ssl=context if security == "tls" else None)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        box.hang_up()
        await server.wait_closed()
