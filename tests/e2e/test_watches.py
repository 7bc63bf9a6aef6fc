"""Watches, alerts, the outbox and digests as a user meets them, with the service and without."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from store.connection import open_database
from tests.e2e.browsing import Browser
from tests.e2e.conftest import Cli
from tests.e2e.press import open_press
from tests.e2e.test_alerts import GRANTED, PROTEST, Desk, configured, service_of
from tests.orewire.alerts.channels.hooks import Hooks, open_hooks
from tests.orewire.alerts.channels.smtp import PASSWORD, open_mailbox
from tests.store.conftest import article, mention, teller

pytestmark = pytest.mark.e2e


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """Papers, a mailbox, and a digest of every day."""
    monkeypatch.setenv("OREWIRE_MAIL_PASSWORD", PASSWORD)
    with open_press() as press:
        async with open_mailbox() as mailbox:
            digests = [{"name": "morning", "channels": ["desk"], "at": "00:00", "lang": "fr"}]
            yield Desk(press, mailbox, configured(tmp_path, press, mailbox, watches=[], digests=digests))


def tell_yesterday(cli: Cli) -> None:
    """An event of yesterday, stored by nobody's leave."""
    connection = open_database(cli.folder / "data" / "orewire.duckdb")
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    teller(connection)(article("x", day=yesterday), mention("permit_granted"))
    connection.close()


async def test_the_same_with_and_without_the_service(desk: Desk) -> None:
    """A watch is made, listed, tried out and removed; what it would have told is shown."""
    tell_yesterday(desk.cli)
    made = ("watch", "add", "jadar/1", "--project", "jadar", "--kind", "new_approval", "--channel", "desk")
    asked = (("watch", "list"), ("watch", "test", "jadar/1", "--since", "30d"), ("alerts",), ("outbox",))
    alone = [
        await desk.run(*made),
        *[await desk.run(*one) for one in asked],
        await desk.run("watch", "remove", "jadar/1"),
    ]
    assert "A permit was granted for Jadar (lithium) in Serbia" in alone[2]
    assert "1 alerts, 0 held back by the cap of 20 a day" in alone[2]
    with service_of(desk.cli):
        await desk.until(lambda: len(desk.mails()) == 1)  # the digest
        by_service = [await desk.run(*made), *[await desk.run(*one) for one in asked[:2]]]
        removed = await desk.run("watch", "remove", "jadar/1")
    assert [*alone[:3], alone[-1]] == [*by_service, removed]


async def test_a_round_tells_too(desk: Desk) -> None:
    """Without a service, `orewire run` sends what is due, each thing once; the outbox shows it as it was sent."""
    await desk.run("watch", "add", "all", "--channel", "desk", "--channel", "log")
    desk.press.print("one", GRANTED, PROTEST)
    for _ in range(2):
        await desk.run("run")
    subjects = sorted(str(mail["Subject"]) for mail in desk.mails())
    assert 3 == len(subjects)  # two alerts and the digest
    sent = json.loads(await desk.run("outbox", "--format", "json"))
    assert {("desk", "sent"), ("log", "sent")} == {(one["channel"], one["state"]) for one in sent}
    key = next(one["message"] for one in sent if one["message"].startswith("alert/"))
    assert "granted a permit" in await desk.run("outbox", "show", key) + await desk.run("alerts")
    assert (await desk.run("alerts", "--watch", "all", "--format", "atom")).count("<entry>") == 2


async def test_the_digest_of_each_day(desk: Desk) -> None:
    """Written once at the reader's hour, in the reader's language, sent, kept, and to be read on a page later."""
    tell_yesterday(desk.cli)
    for _ in range(2):
        with service_of(desk.cli):
            await desk.until(lambda: len(desk.mails()) == 1)
            announced = json.loads((desk.cli.folder / "data" / "orewire.duckdb.service").read_text())
            with urllib.request.urlopen(f"{announced['url']}/digests", timeout=30) as response:
                listed = response.read().decode()
            day = datetime.now(UTC).date() - timedelta(days=1)
            with urllib.request.urlopen(f"{announced['url']}/messages/digest/morning/{day}", timeout=30) as response:
                page = response.read().decode()
                assert "img-src data:" in response.headers["Content-Security-Policy"]
    assert f'href="/messages/digest/morning/{day}"' in listed
    assert "Permis accordé pour Jadar (lithium) en Serbie" in page.replace("\u00a0", " ")
    assert "cid:" not in page
    (mail,) = desk.mails()
    assert "morning.orewire.example.org" in str(mail["List-Id"])


async def test_the_page_of_watches(desk: Desk) -> None:
    """A form tries a watch and keeps it; only a page of ours may send it; what is wrong is said; names are harmless."""
    tell_yesterday(desk.cli)
    with service_of(desk.cli):
        url = json.loads((desk.cli.folder / "data" / "orewire.duckdb.service").read_text())["url"]
        filled = {"name": "a <b>", "project": "jadar, bor", "kinds": "new_approval", "channels": "log"}
        status, page = await post(url, {**filled, "name": "", "do": "try"})
        assert (200, True) == (status, "A permit was granted for Jadar (lithium) in Serbia" in page)
        assert 400 == (await post(url, {**filled, "name": "", "do": "keep"}))[0]
        assert (403, 403) == (
            (await post(url, filled, Origin="https://evil.example"))[0],
            (await post(url, filled, **{"Sec-Fetch-Site": "cross-site"}))[0],
        )
        status, page = await post(url, {**filled, "zone": "Mars", "do": "keep"})
        assert (400, True, True) == (status, "expected a time zone" in page, 'value="jadar, bor"' in page)
        status, page = await post(url, {**filled, "do": "keep"})
        assert (200, True, False) == (status, "a &lt;b&gt;" in page, "a <b>" in page)
        listed = json.loads(await desk.run("watch", "list", "--format", "json"))
        assert ["jadar", "bor"] == listed[0]["settings"]["project"]
        await post(url, {"name": "a <b>"}, path="/watches/remove")
        assert [] == json.loads(await desk.run("watch", "list", "--format", "json"))


async def test_a_watch_names_what_there_is(desk: Desk) -> None:
    """'Lithium' and 'Unobtainium' were kept, and never told of anything; 'Serbia' was refused."""
    with service_of(desk.cli):
        url = json.loads((desk.cli.folder / "data" / "orewire.duckdb.service").read_text())["url"]
        form = {"name": "../w", "country": "Serbia, cl", "mineral": "Lithium", "kinds": "event", "do": "keep"}
        status, page = await post(url, form)
        assert (200, True) == (status, 'href="/watches/..%2Fw.atom"' in page)
        assert "countries: Serbia, Chile; minerals: lithium" in page
        status, page = await post(url, {**form, "mineral": "Unobtainium"})
        assert (400, True) == (status, "unobtainium" in page)
        (kept,) = json.loads(await desk.run("watch", "list", "--format", "json"))
        assert (["RS", "CL"], ["lithium"]) == (kept["settings"]["country"], kept["settings"]["mineral"])


async def post(url: str, form: dict[str, str], *, path: str = "/watches", **headers: str) -> tuple[int, str]:
    """What the page answers to its form, redirects followed."""

    def ask() -> tuple[int, str]:
        browser = Browser(url)
        page = browser.send(path, form, page="/watches", **headers)
        return (200, browser.get(page.location).text) if page.location else (page.status, page.text)

    return await asyncio.to_thread(ask)


async def test_send_a_digest_by_hand(desk: Desk) -> None:
    """To a mailbox or a channel, and only with --send; a place that cannot be reached is told, exit 1."""
    tell_yesterday(desk.cli)
    day = str(datetime.now(UTC).date() - timedelta(days=1))
    shown = await desk.run("digest", "--date", day, "--to", "editor@example.org")
    assert "A permit was granted" in shown
    assert [] == desk.mails()
    await desk.run("digest", "--date", day, "--to", "editor@example.org", "--to", "desk", "--send", ok=(0,))
    assert ["editor@example.org", "desk@example.org"] == [str(mail["To"]) for mail in desk.mails()]
    desk.mailbox.refused = {"gone@example.org": "550 5.1.1 no such mailbox"}
    await desk.run("digest", "--date", day, "--to", "gone@example.org", "--send", ok=(1,))
    await desk.run("digest", "--send", ok=(2,))


async def test_a_hook_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail leaves at once, whatever the hook does; what it refuses for good is shown, and tried again if asked."""
    monkeypatch.setenv("OREWIRE_MAIL_PASSWORD", PASSWORD)
    with open_press() as press:
        async with open_mailbox() as mailbox, open_hooks() as hooks:
            monkeypatch.setenv("OREWIRE_ROOM_URL", f"{hooks.url}/room")
            monkeypatch.setenv("OREWIRE_ROOM_SECRET", "s")
            channels = [
                {"name": "desk", "kind": "mail", "to": "desk@example.org"},
                {"name": "room", "kind": "json", "allow_private": True},
            ]
            watches = [{"name": "all", "channels": ["desk", "room"]}]
            desk = Desk(press, mailbox, configured(tmp_path, press, mailbox, channels=channels, watches=watches))
            await hooks_fail(desk, hooks)


async def hooks_fail(desk: Desk, hooks: Hooks) -> None:
    hooks.answers = [web.Response(status=503), web.Response(status=410)]
    desk.press.print("one", GRANTED)
    with service_of(desk.cli):
        await desk.run("run")
        await desk.until(lambda: len(desk.mails()) == 1)
        await desk.until(lambda: len(hooks.calls) == 2)
        while "dead" not in (shown := await desk.run("outbox", "--state", "dead")):
            pass
        assert "http_410" in shown
        assert "1 wait again" in await desk.run("outbox", "retry")
        await desk.until(lambda: len(hooks.calls) == 3)
    body = json.loads(hooks.calls[-1].body)
    assert ["all", "event"] == [body["watch"], body["tellings"][0]["kind"]]
    assert {1} == {len({call.headers["Idempotency-Key"] for call in hooks.calls})}
