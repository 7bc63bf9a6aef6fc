"""Mail through a real server: secured, in order, and with an outcome that can be trusted."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from orewire.alerts.channels.mail import MailChannel, Security, SmtpServer, SmtpSettings
from orewire.alerts.channels.mime import MailSettings
from orewire.model.errors import DeliveryError, DeliveryUnclear, UsageError
from tests.orewire.alerts.channels.messages import MESSAGE, UPDATE
from tests.orewire.alerts.channels.smtp import PASSWORD, Mailbox, open_mailbox

SETTINGS = MailSettings(sender="alerts@example.org", recipient="desk@example.org")


async def outcome(channel: MailChannel) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel.send(MESSAGE)
    assert PASSWORD not in f"{caught.value} {caught.value.__cause__} {channel}"
    return caught.value


@asynccontextmanager
async def channel_to(settings: SmtpSettings, mail: MailSettings = SETTINGS) -> AsyncIterator[MailChannel]:
    async with SmtpServer(settings) as server:
        yield MailChannel(server=server, settings=mail)


@asynccontextmanager
async def saying(greeting: bytes) -> AsyncIterator[int]:
    """The port of a server that says one thing to one client and then only listens."""
    left = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(greeting)
            await reader.read()
        writer.close()
        left.set()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        await left.wait()


async def first_outcome(settings: SmtpSettings) -> tuple[str, bool]:
    async with channel_to(settings) as channel:
        error = await outcome(channel)
        assert not isinstance(error, DeliveryUnclear)
        return error.reason, error.is_final


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
async def test_send(security: Security) -> None:
    """A mail arrives whole, lines that are a dot included, over each kind of security."""
    async with open_mailbox(security) as box, channel_to(box.settings(security)) as channel:
        await channel.send(MESSAGE)
    mail = message_from_bytes(box.mails[0], policy=default)
    text = mail.get_body(("plain",))
    assert text is not None and (["desk@example.org"], MESSAGE.subject) == (box.recipients[0], mail["Subject"])
    assert MESSAGE.text == text.get_content().replace("\r\n", "\n")


async def test_one_connection_serves_many() -> None:
    """Mails to several mailboxes go over one connection, in their order, each for one recipient."""
    other = replace(SETTINGS, recipient="readers@example.org")
    async with open_mailbox() as box, SmtpServer(box.settings()) as server:
        await asyncio.gather(
            *(MailChannel(server=server, settings=one).send(MESSAGE) for one in (SETTINGS, other, SETTINGS))
        )
    assert (1, ["desk", "readers", "desk"]) == (box.connections, [one[0].split("@")[0] for one in box.recipients])


async def test_connection_is_opened_again() -> None:
    """A connection that the server has closed meanwhile costs nothing but another one."""
    async with open_mailbox() as box, channel_to(box.settings()) as channel:
        await channel.send(MESSAGE)
        box.hang_up()
        await channel.send(UPDATE)
    assert (2, 2) == (len(box.mails), box.connections)


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_wrong_password(security: Security) -> None:
    """A wrong password is ours to mend: the mail is kept."""
    async with open_mailbox(security) as box:
        assert ("auth", False) == await first_outcome(box.settings(security, password="wrong"))


async def test_password_is_wanted() -> None:
    """A server that wants a password, and gets none, refuses no mail for good."""
    async with open_mailbox() as box:
        assert ("smtp_530", False) == await first_outcome(box.settings(user=None, password=None))


async def test_refused_recipient() -> None:
    """A mailbox that does not exist is refused for good; one that is full, for now; the next mail is not affected."""
    async with open_mailbox() as box, channel_to(box.settings()) as channel:
        box.refused = {"desk@example.org": "550 5.1.1 no such mailbox"}
        error = await outcome(channel)
        assert ("smtp_550", True, True) == (error.reason, error.is_final, "no such mailbox" in error.detail)
        box.refused = {"desk@example.org": "452 4.2.2 mailbox full"}
        error = await outcome(channel)
        assert ("smtp_452", False) == (error.reason, error.is_final)
        box.refused = {}
        await channel.send(MESSAGE)
    assert (1, 1) == (len(box.mails), box.connections)


async def test_refused_mail() -> None:
    """The answer to the mail itself counts just so, and a temporary failure passes."""
    async with open_mailbox() as box, channel_to(box.settings()) as channel:
        box.answers = ["451 4.3.0 try again", "554 5.6.0 looks like spam"]
        assert ("smtp_451", False) == ((error := await outcome(channel)).reason, error.is_final)
        assert ("smtp_554", True) == ((error := await outcome(channel)).reason, error.is_final)
        await channel.send(MESSAGE)
    assert 1 == len(box.mails)


async def test_lost_after_data() -> None:
    """A connection lost once the mail was handed over leaves it unclear; trying again sends the same Message-ID."""
    async with open_mailbox() as box, channel_to(box.settings()) as channel:
        box.loses = True
        error = await outcome(channel)
        assert (DeliveryUnclear, "no_answer", False) == (type(error), error.reason, error.is_final)
        box.loses = False
        await channel.send(MESSAGE)
    first, second = (message_from_bytes(mail, policy=default)["Message-ID"] for mail in box.mails)
    assert first == second


async def test_no_answer_to_the_mail() -> None:
    """A server that falls silent after the mail leaves it unclear as well, and is not waited for for ever."""
    async with open_mailbox() as box, channel_to(box.settings(data_timeout=0.2)) as channel:
        box.stalls = True
        assert isinstance(await outcome(channel), DeliveryUnclear)


async def test_cancelled() -> None:
    """A mail that is given up half way spoils no later one."""
    async with open_mailbox() as box, channel_to(box.settings()) as channel:
        box.stalls = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(channel.send(MESSAGE), 0.3)
        box.stalls = False
        await channel.send(UPDATE)
    assert 2 == box.connections


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_bad_certificates(security: Security) -> None:
    """No password is told to a server whose authority is unknown, or whose certificate is another's."""
    async with open_mailbox(security) as box:
        assert ("tls", False) == await first_outcome(box.settings(security, ca_file=None))
    async with open_mailbox(security, certificate="other-name.pem") as box:
        assert ("tls", False) == await first_outcome(box.settings(security))


async def test_server_without_tls() -> None:
    """Where STARTTLS is wanted and not offered, nothing is sent in the clear."""
    async with open_mailbox("none") as box:
        assert ("protocol", False) == await first_outcome(box.settings("starttls"))


async def test_private_server() -> None:
    """A server on a private network is not even connected unless it is listed."""
    async with open_mailbox() as box:
        assert ("forbidden_address", True) == await first_outcome(box.settings(allow_hosts=()))
        assert 0 == box.connections


async def test_no_server() -> None:
    """A closed port, and a silent one, are tried later."""
    async with open_mailbox() as box:
        settings = box.settings()
    assert ("connect", False) == await first_outcome(settings)
    async with saying(b"") as port:
        assert ("timeout", False) == await first_outcome(replace(settings, port=port, timeout=0.2))


@pytest.mark.parametrize(
    "greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"554 5.3.2 not today\r\n", b"220 x\r\n\xff\r\n"]
)
async def test_no_proper_server(greeting: bytes) -> None:
    """Bytes of another protocol, or a server that takes no mail now, do not refuse the mail for good."""
    async with saying(greeting) as port:
        _, is_final = await first_outcome(Mailbox(port=port).settings(timeout=0.3))
    assert not is_final


def test_mail_without_tls() -> None:
    """Passwords, and mail to strangers, never go in the clear."""
    settings = Mailbox(port=25).settings("none")
    with pytest.raises(UsageError, match="without TLS"):
        replace(settings, user="desk")
    with pytest.raises(UsageError, match="without TLS"):
        replace(settings, allow_hosts=())
