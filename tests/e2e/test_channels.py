"""Messages on all their ways at once, to real servers that fail, recover, and lose what they were saying."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiohttp import web

from orewire.alerts.channels.file import FileChannel, FileSettings
from orewire.alerts.channels.mail import MailChannel, SmtpServer
from orewire.alerts.channels.mime import MailSettings
from orewire.alerts.channels.webhook import WebhookChannel
from orewire.model.errors import DeliveryError, DeliveryUnclear
from orewire.model.message import Message
from orewire.model.ports import Channel
from tests.orewire.alerts.channels.hooks import Hooks, open_hooks
from tests.orewire.alerts.channels.messages import MESSAGE, UPDATE
from tests.orewire.alerts.channels.smtp import Mailbox, open_mailbox

pytestmark = pytest.mark.e2e
READERS = ("desk@example.org", "readers@example.org")
SHAPES = ("json", "slack", "teams", "discord")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The servers, and a channel to each mailbox, chat and file."""

    mailbox: Mailbox
    hooks: Hooks
    file: Path
    channels: Sequence[Channel]

    def mails(self) -> list[EmailMessage]:
        """What the mailboxes got, in order."""
        parsed = (message_from_bytes(mail, policy=default) for mail in self.mailbox.mails)
        return [mail for mail in parsed if isinstance(mail, EmailMessage)]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Two mailboxes, four chats and a file."""
    async with AsyncExitStack() as stack:
        mailbox = await stack.enter_async_context(open_mailbox())
        hooks = await stack.enter_async_context(open_hooks())
        server = await stack.enter_async_context(SmtpServer(mailbox.settings()))
        file = tmp_path / "alerts.jsonl"
        mail = [MailSettings(sender="alerts@example.org", recipient=reader) for reader in READERS]
        channels: list[Channel] = [MailChannel(server=server, settings=settings) for settings in mail]
        channels += [
            WebhookChannel(settings=hooks.settings(url=f"{hooks.url}/{shape}", shape=shape, secret="s"))
            for shape in SHAPES
        ]
        channels.append(FileChannel(FileSettings(path=file)))
        yield World(mailbox=mailbox, hooks=hooks, file=file, channels=channels)


async def attempt(channels: Sequence[Channel], message: Message) -> dict[Channel, DeliveryError]:
    """Try each channel once; what could not be delivered."""
    failed = {}
    for channel in channels:
        try:
            await channel.send(message)
        except DeliveryError as error:
            failed[channel] = error
    return failed


async def test_outage(world: World) -> None:
    """While servers fail nothing is refused for good; once they work, each place has the message once."""
    world.mailbox.answers = ["451 4.3.0 try again", "421 4.3.2 going down"]
    world.hooks.answers = [web.Response(status=503, headers={"Retry-After": "1"}) for _ in SHAPES]
    failed = await attempt(world.channels, MESSAGE)
    assert [6, {False}] == [len(failed), {error.is_final for error in failed.values()}]
    assert not any(isinstance(error, DeliveryUnclear) for error in failed.values())
    assert {} == await attempt(list(failed), MESSAGE)
    assert [[reader] for reader in READERS] == world.mailbox.recipients
    assert dict.fromkeys((f"/{shape}" for shape in SHAPES), 2) == Counter(call.path for call in world.hooks.calls)
    assert [MESSAGE.key] == [json.loads(line)["key"] for line in world.file.read_text().splitlines()]


async def test_lost_answers(world: World) -> None:
    """Where the answer is lost it is unclear, and a second try is known as such by whoever got the first."""
    world.mailbox.loses = world.hooks.drops = True
    failed = await attempt(world.channels, MESSAGE)
    assert {DeliveryUnclear} == {type(error) for error in failed.values()}
    world.mailbox.loses = world.hooks.drops = False
    assert {} == await attempt(list(failed), MESSAGE)
    assert (4, 1) == (len(world.mails()), len({mail["Message-ID"] for mail in world.mails()}))
    assert {MESSAGE.key} == {call.headers["Idempotency-Key"] for call in world.hooks.calls}


async def test_update(world: World) -> None:
    """An update is told as one: mails answer the first mail, and programs get the key of the first message."""
    for message in (MESSAGE, UPDATE):
        assert {} == await attempt(world.channels, message)
    first, _, update, _ = world.mails()
    assert [first["Message-ID"]] * 2 == [update["In-Reply-To"], update["References"]]
    assert UPDATE.subject == update["Subject"]
    lines = [json.loads(line) for line in world.file.read_text().splitlines()]
    assert [None, MESSAGE.key] == [line["thread"] for line in lines]


async def test_one_bad_place(world: World) -> None:
    """A mailbox and a chat that are gone for good cost the others nothing."""
    world.mailbox.refused = {READERS[0]: "550 5.1.1 no such mailbox"}
    world.hooks.answers = [web.Response(status=410)]
    failed = await attempt(world.channels, MESSAGE)
    assert [("smtp_550", True), ("http_410", True)] == [(error.reason, error.is_final) for error in failed.values()]
    assert [[READERS[1]]] == world.mailbox.recipients
    assert len(SHAPES) == len(world.hooks.calls)
