"""Alerts by a running service: a real feed, a real mail server, real kills."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
import yaml

from tests.e2e.conftest import Cli, environment, wait_for_service
from tests.e2e.press import Press, Story, open_press
from tests.orewire.alerts.channels.smtp import CERTIFICATES, PASSWORD, USER, Mailbox, open_mailbox

pytestmark = pytest.mark.e2e

GRANTED = Story(
    slug="granted",
    title="Serbia's government grants permit for Jadar lithium mine",
    text="Serbia's government granted Rio Tinto a permit for the Jadar lithium mine on Thursday. The Ministry of Mining"
    " said the licence for the lithium project in western Serbia had been issued after a long review.",
)
SAME = Story(
    slug="licence-issued",
    title="Serbian ministry issues Rio Tinto licence for Jadar lithium project",
    text="The Ministry of Mining in Serbia has issued the licence for Rio Tinto's Jadar lithium mine, it said. The"
    " government granted the permit for the lithium project after years of dispute.",
)
PROTEST = Story(
    slug="protest",
    title="Residents protest against cobalt mine in Zambia",
    text="Hundreds of residents protested on Thursday against the Kitumba cobalt mine in Zambia, blocking the road to"
    " the site until the evening.",
)
OLD = Story(
    slug="old",
    title="Villagers protest against the Kolwezi copper mine in Congo",
    text="Villagers protested against the Kolwezi copper mine in the Democratic Republic of the Congo, blocking the"
    " road to the copper mine.",
    date="no date that anybody could read",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Papers, a mailbox, and the command."""

    press: Press
    mailbox: Mailbox
    cli: Cli

    def mails(self) -> list[EmailMessage]:
        """What came, in order."""
        parsed = [message_from_bytes(mail, policy=default) for mail in self.mailbox.mails]
        return [mail for mail in parsed if isinstance(mail, EmailMessage)]

    async def run(self, *args: str, ok: tuple[int, ...] = (0, 1)) -> str:
        """A command, while the mail server goes on."""
        return await asyncio.to_thread(lambda: self.cli.run(*args, ok=ok))

    async def until(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until something holds."""
        for _ in range(int(seconds * 20)):
            if holds():
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"not within {seconds} s; mails: {[mail['Subject'] for mail in self.mails()]}")


def environ() -> dict[str, str]:
    return {**environment(), "OREWIRE_MAIL_PASSWORD": PASSWORD}


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """Three papers, and a watch on everything that mails."""
    monkeypatch.setenv("OREWIRE_MAIL_PASSWORD", PASSWORD)
    with open_press() as press:
        async with open_mailbox() as mailbox:
            yield Desk(press, mailbox, configured(tmp_path, press, mailbox))


def configured(folder: Path, press: Press, mailbox: Mailbox, **changes: object) -> Cli:
    feeds = [{"name": name, "url": press.feed(name)} for name in ("one", "two", "three")]
    document = {
        "service": {"port": 0},
        "workers": 1,
        "gather": {"host_delay": 0, "timeout": 10, "pages": False, "allow_hosts": [press.url.split("/")[2]]},
        "mail": {
            "host": "127.0.0.1", "port": mailbox.port, "user": USER, "sender": "alerts@example.org",
            "ca_file": str(CERTIFICATES / "authority.pem"), "allow_private": True,
        },
        "channels": [
            {"name": "desk", "kind": "mail", "to": "desk@example.org"},
            {"name": "log", "kind": "file", "path": "alerts.jsonl"},
        ],
        "watches": [{"name": "all", "channels": ["desk", "log"]}],
        "feeds": feeds,
        **changes,
    }  # fmt: skip
    (folder / "config.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return Cli(folder, folder / "config.yaml")


@contextmanager
def service_of(cli: Cli) -> Iterator[subprocess.Popen[bytes]]:
    """The service of a configuration, which may be killed within the block."""
    log = (cli.folder / "service.log").open("ab")
    with log, subprocess.Popen(cli.arguments("serve"), env=environ(), stderr=log) as process:
        try:
            wait_for_service(cli, process)
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                assert 0 == process.wait(60)


async def test_each_event_is_told_once(desk: Desk) -> None:
    """Twenty outlets or one, and however often the service starts: one mail an event; an undated one gets none."""
    desk.press.print("one", GRANTED, OLD)
    with service_of(desk.cli):
        await desk.run("run")
        await desk.until(lambda: len(desk.mails()) == 1)
        desk.press.print("two", SAME)
        desk.press.print("three", SAME, PROTEST)
        await desk.run("run")
        await desk.until(lambda: len(desk.mails()) == 2)
        await asyncio.sleep(2)
    with service_of(desk.cli):
        await desk.run("run")
        await asyncio.sleep(2)
    subjects = [str(mail["Subject"]) for mail in desk.mails()]
    assert 2 == len(subjects)
