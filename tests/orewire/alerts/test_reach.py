"""Channels of the configuration, made ready: secrets from the environment, told to nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orewire.alerts.channels.file import FileChannel
from orewire.alerts.channels.mail import MailChannel
from orewire.alerts.channels.webhook import WebhookChannel
from orewire.alerts.reach import Reach
from orewire.model.errors import DeliveryError, UsageError
from orewire.model.message import Message
from orewire.sections import Config
from tests.orewire.telling.conftest import NOW

MAIL: dict[str, Any] = {"host": "mail.example.org", "user": "u", "sender": "alerts@example.org"}
SECRET = "s3cr3t-and-never-shown"
ENVIRONMENT = {
    "OREWIRE_MAIL_PASSWORD": SECRET,
    "OREWIRE_OUR_HOOK_URL": f"https://hooks.example.org/{SECRET}",
    "OREWIRE_OUR_HOOK_SECRET": SECRET,
    "OREWIRE_OUR_HOOK_TOKEN": SECRET,
}
DESK = {"name": "desk", "kind": "mail", "to": "desk@example.org"}
HOOK = {"name": "our-hook", "kind": "json"}
MESSAGE = Message(key="alert/w/1", subject="S", text="T", summary="S", created=NOW)


def reach(*channels: dict[str, Any], environ: dict[str, str] | None = None, **mail: Any) -> Reach:
    config = Config.model_validate({"mail": {**MAIL, **mail}, "channels": list(channels)})
    return Reach(config, ENVIRONMENT if environ is None else environ)


def list_id(name: str, **mail: Any) -> str:
    channel = reach(DESK, **mail).get("desk", list_name=name)
    assert isinstance(channel, MailChannel) and channel.settings.list_id
    return channel.settings.list_id


@pytest.mark.parametrize(("missing", "channel"), [("OREWIRE_MAIL_PASSWORD", DESK), ("OREWIRE_OUR_HOOK_URL", HOOK)])
def test_a_secret_that_is_missing(missing: str, channel: dict[str, Any]) -> None:
    """Is told at the start, by the name of its variable; no other secret is."""
    environ = {name: value for name, value in ENVIRONMENT.items() if name != missing}
    with pytest.raises(UsageError, match=missing) as caught:
        reach(channel, environ=environ)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url", [f"ftp://{SECRET}", f"{SECRET}", f"http://hooks.example.org/{SECRET}", f"https:///{SECRET}"]
)
def test_an_address_that_is_none(url: str) -> None:
    """Is told without telling it."""
    with pytest.raises(UsageError) as caught:
        reach(HOOK, environ={**ENVIRONMENT, "OREWIRE_OUR_HOOK_URL": url})
    assert SECRET not in str(caught.value)


def test_secrets_are_in_no_repr() -> None:
    """What is logged by mistake tells none."""
    ready = reach(DESK, HOOK)
    assert SECRET not in "".join(repr(ready.get(name, list_name="w")) for name in ("desk", "our-hook"))


def test_secrets_of_a_webhook() -> None:
    """Address, secret and token are those of the channel's own variables."""
    channel = reach(HOOK).get("our-hook", list_name="w")
    assert isinstance(channel, WebhookChannel)
    assert (f"https://hooks.example.org/{SECRET}", SECRET, SECRET) == (
        channel.settings.url,
        channel.settings.secret,
        channel.settings.token,
    )


def test_no_password_without_a_user() -> None:
    """A server that asks for none needs no variable, and is not given one."""
    ready = reach(DESK, environ={}, user=None)
    channel = ready.get("desk", list_name="w")
    assert isinstance(channel, MailChannel)


def test_a_channel_that_is_not_there() -> None:
    """Is told with those that are."""
    with pytest.raises(UsageError, match="found 'gone', expected one of desk"):
        reach(DESK).get("gone", list_name="w")


@pytest.mark.parametrize(("allowed", "trusted"), [(False, False), (True, True)])
def test_private_hosts(allowed: bool, trusted: bool) -> None:
    """May be reached only where the channel says so."""
    environ = {"OREWIRE_OUR_HOOK_URL": "http://10.0.0.5:8080/hook"}
    channel = reach({**HOOK, "allow_private": allowed}, environ=environ, user=None).get("our-hook", list_name="w")
    assert isinstance(channel, WebhookChannel)
    assert trusted == channel.settings.is_trusted


async def test_a_private_host_is_refused() -> None:
    """For good, and nothing is sent."""
    environ = {"OREWIRE_OUR_HOOK_URL": "http://127.0.0.1:9/hook"}
    channel = reach(HOOK, environ=environ, user=None).get("our-hook", list_name="w")
    with pytest.raises(DeliveryError, match="forbidden_address") as caught:
        await channel.send(MESSAGE)
    assert caught.value.is_final


@pytest.mark.parametrize("url", ["http://[::1]:8080/hook", "http://[fd00::1]/hook"])
def test_private_hosts_of_ipv6(url: str) -> None:
    """Are listed as they are written in addresses."""
    environ = {"OREWIRE_OUR_HOOK_URL": url}
    channel = reach({**HOOK, "allow_private": True}, environ=environ, user=None).get("our-hook", list_name="w")
    assert isinstance(channel, WebhookChannel)
    assert channel.settings.is_trusted


def test_a_file(tmp_path: Path) -> None:
    """One and the same for all messages, in a folder that is made for it."""
    ready = reach({"name": "log", "kind": "file", "path": str(tmp_path / "new" / "log.jsonl")})
    channel = ready.get("log", list_name="a")
    assert isinstance(channel, FileChannel)
    assert channel is ready.get("log", list_name="b")


def test_a_file_that_cannot_be(tmp_path: Path) -> None:
    """Is trouble of the channel, to be tried again, and no end of the service."""
    (tmp_path / "taken").write_text("a file, not a folder")
    ready = reach({"name": "log", "kind": "file", "path": str(tmp_path / "taken" / "log.jsonl")})
    with pytest.raises(DeliveryError, match=r"log\.jsonl") as caught:
        ready.get("log", list_name="a")
    assert not caught.value.is_final


@pytest.mark.parametrize(
    "name", ["a/b\nc", "⛏️", "Литијум", "x" * 300, "a\0b", "-", "..", "\r\nBcc: all@example.org", "\ud800"]
)
def test_lists_of_any_name(name: str) -> None:
    """Every watch has a list of its own, whatever it is called, and no header besides."""
    found = list_id(name)
    assert found.isascii() and found.isprintable() and found.endswith(".orewire.example.org")
    assert found != list_id(f"{name}!")


def test_a_plain_name() -> None:
    """Is the list's."""
    assert "lithium-rs.orewire.example.org" == list_id("lithium-rs")


def test_names_that_differ_in_letters_only() -> None:
    """Are different lists: mail programs sort by them."""
    assert 3 == len({list_id(name) for name in ("lithium rs", "lithium/rs", "Lithium rs")})


def test_a_sender_of_another_alphabet() -> None:
    """Its domain is written in Punycode, in the list's name, too."""
    assert "w.orewire.xn--mnchen-3ya.de" == list_id("w", sender="alerts@münchen.de")


async def test_many_channels_at_once(tmp_path: Path) -> None:
    """Two files are two channels; each has its own messages."""
    ready = reach(*({"name": name, "kind": "file", "path": str(tmp_path / name)} for name in "ab"))
    for name in "ab":
        await ready.get(name, list_name="w").send(MESSAGE)
    assert [1, 1] == [len((tmp_path / name).read_text().splitlines()) for name in "ab"]
