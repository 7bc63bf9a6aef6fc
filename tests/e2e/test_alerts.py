"""Alerts by a running service: a real feed, a real mail server, real kills."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
import yaml

from orewire.model.analysis import Evidence
from store.check import check_store
from store.connection import Connection, open_database
from store.ledger import find_alerts
from store.outbox import count_deliveries, find_posts
from tests.e2e.conftest import ROOT, Cli, environment, wait_for_service
from tests.e2e.press import Press, Story, open_press
from tests.orewire.alerts.channels.smtp import CERTIFICATES, PASSWORD, USER, Mailbox, open_mailbox
from tests.store.conftest import article, mention, teller
from tests.store.filled import silent

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
        "watches": [{"name": "all", "channels": ["desk", "log"], "daily_cap": 1000}],
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


KILLS = 100


async def test_a_hundred_kills(desk: Desk) -> None:
    """Killed at random moments of judging, writing and sending: every alert arrives, and is known by its key if again.

    The mail server cannot tell us what it took while we died: such a mail goes out again under its Message-ID, by which
    mail programs know it. The file has each line once.
    """
    moments = random.Random(7)
    async with open_tellers(desk.cli) as tellers:
        await tellers.kill_after(120)  # which fills the store with all that the gazetteer knows
        for number in range(KILLS):
            with fresh_store(desk.cli) as connection:
                put(connection, number, "prospective")
                if number:
                    put(connection, number - 1, "actual")  # what was expected before has happened
            await tellers.kill_after(moments.uniform(0, 0.4))
        assert len(desk.mails()) > KILLS // 4  # many were sent by those that were killed
        await tellers.kill_after(120)
    with fresh_store(desk.cli) as connection:
        alerts = find_alerts(connection, watch="all", limit=9999, offset=0)
        messages = {post.key for post in find_posts(connection, kinds=(), limit=9999)}
        assert {"sent": 2 * len(messages)} == count_deliveries(connection)
        assert () == check_store(connection, silent).faults
    told = Counter((alert.told.project, alert.kind) for alert in alerts if alert.told)
    assert {1} == set(told.values())
    assert set(map(name, range(KILLS))) == {project for project, kind in told if kind == "event"}
    assert {"event", "became_actual"} == {kind for _, kind in told}
    keys = [json.loads(line)["key"] for line in (desk.cli.folder / "alerts.jsonl").read_text().splitlines()]
    assert (messages, len(messages)) == (set(keys), len(keys))
    mails = Counter(mail["Message-ID"] for mail in desk.mails())
    assert len(messages) == len(mails)
    assert sum(mails.values()) - len(mails) <= KILLS


@contextmanager
def fresh_store(cli: Cli) -> Iterator[Connection]:
    connection = open_database(cli.folder / "data" / "orewire.duckdb")
    try:
        yield connection
    finally:
        connection.close()


def put(connection: Connection, number: int, status: str) -> None:
    """An article of today that tells of an event of a project of its own, always in the same words."""
    text = f"Regulators of {name(number)[::-1]} decided on the licence for {name(number)}."
    evidence = Evidence(text=text, start=0, end=len(text))
    told = mention("permit_granted", status=status, project=name(number), evidence=evidence)
    today = datetime.now(UTC).date()
    teller(connection)(article(f"{number} {status}", day=today, text=f"{text} It is {status}."), told)


def name(number: int) -> str:
    """A name that no other number has."""
    return "".join(random.Random(number).sample("abcdefghijklmnoprstuvz", 9)).capitalize()


@dataclass(frozen=True, slots=True)
class Tellers:
    """Starts one process after the other that tells, and kills it."""

    process: asyncio.subprocess.Process

    async def line(self) -> bytes:
        """What it says next."""
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).strip()

    async def start(self) -> int:
        """The number of a new process, which has opened the store."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        child = int(await self.line())
        assert b"open" == await self.line()
        return child

    async def kill_after(self, seconds: float) -> None:
        """Let one tell so long, at most until all is told."""
        child = await self.start()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                assert b"idle" == await self.line()
        os.kill(child, signal.SIGKILL)
        while b"gone" != await self.line():
            pass


@asynccontextmanager
async def open_tellers(cli: Cli) -> AsyncIterator[Tellers]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.e2e.telling", str(cli.config), cwd=ROOT, env=environ(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Tellers(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        assert 0 == await process.wait()
