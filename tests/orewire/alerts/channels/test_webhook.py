"""Webhooks against a real server that fails, stalls, recovers, redirects and asks to wait."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from orewire.alerts.channels.webhook import (
    MAX_RETRY_AFTER,
    WebhookChannel,
    WebhookSettings,
    idempotency_key,
    parse_retry_after,
    render_body,
    sign,
)
from orewire.model.errors import DeliveryError, DeliveryUnclear, UsageError
from orewire.model.message import Message
from tests.orewire.alerts.channels.hooks import AUTHORITY, SECRET_PATH, Hooks, open_hooks
from tests.orewire.alerts.channels.messages import HOSTILE, MESSAGE, MESSAGES, UNHURRIED

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
SECRET, TOKEN = "correct horse", "tk_battery"


async def outcome(settings: WebhookSettings, message: Message = MESSAGE) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await WebhookChannel(settings=settings, clock=lambda: NOW).send(message)
    assert (None, True) == (
        caught.value.__cause__,
        caught.value.__context__ is None or caught.value.__suppress_context__,
    )
    return caught.value


async def answer(hooks: Hooks, response: web.Response) -> DeliveryError:
    hooks.answers = [response]
    return await outcome(hooks.settings())


async def test_send() -> None:
    """The payload arrives as JSON, with a key by which a second copy is known, and nothing else."""
    async with open_hooks() as hooks:
        await WebhookChannel(settings=hooks.settings()).send(MESSAGE)
    (call,) = hooks.calls
    assert (SECRET_PATH, MESSAGE.payload) == (call.path, json.loads(call.body))
    assert ("application/json", MESSAGE.key) == (call.headers["Content-Type"], call.headers["Idempotency-Key"])
    assert {"Authorization", "Orewire-Signature"}.isdisjoint(call.headers)


async def test_signature() -> None:
    """Who knows the secret can check when and by whom the very bytes were signed."""
    async with open_hooks() as hooks:
        await WebhookChannel(settings=hooks.settings(secret=SECRET), clock=lambda: NOW).send(MESSAGE)
    (call,) = hooks.calls
    signed = f"{int(NOW.timestamp())}.".encode() + call.body
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert f"t={int(NOW.timestamp())},v1={digest}" == call.headers["Orewire-Signature"]


async def test_ntfy() -> None:
    """What ntfy wants: the server's own address, a topic in the body, and a token."""
    async with open_hooks() as hooks:
        settings = hooks.settings(url=hooks.url, shape="ntfy", topic="lithium", token=TOKEN, tags=("pick",))
        await WebhookChannel(settings=settings).send(MESSAGE)
    (call,) = hooks.calls
    assert ("/", f"Bearer {TOKEN}") == (call.path, call.headers["Authorization"])
    assert ("lithium", ["pick"]) == (json.loads(call.body)["topic"], json.loads(call.body)["tags"])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422, 301, 302, 304, 307, 308])
async def test_refused_for_good(status: int) -> None:
    """What is wrong with the request will be wrong again; and a redirect of a POST is never followed."""
    async with open_hooks() as hooks:
        response = web.Response(status=status, text="no", headers={"Location": f"{hooks.url}/else", "Retry-After": "5"})
        error = await answer(hooks, response)
    assert (f"http_{status}", True, None, 1) == (error.reason, error.is_final, error.retry_after, len(hooks.calls))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_failure_that_passes(status: int) -> None:
    """What may pass is tried later, no sooner than asked for, and then arrives."""
    async with open_hooks() as hooks:
        error = await answer(hooks, web.Response(status=status, headers={"Retry-After": "17"}))
        assert (f"http_{status}", False, 17.0) == (error.reason, error.is_final, error.retry_after)
        assert not isinstance(error, DeliveryUnclear)
        await WebhookChannel(settings=hooks.settings()).send(MESSAGE)
    assert 2 == len(hooks.calls)


async def test_stall_then_recovery() -> None:
    """A server that does not answer leaves it unclear within the time, and gets the same key the next time."""
    async with open_hooks() as hooks:
        hooks.stalls = True
        error = await outcome(hooks.settings(timeout=0.2))
        assert (DeliveryUnclear, "no_answer", False) == (type(error), error.reason, error.is_final)
        hooks.stalls = False
        await WebhookChannel(settings=hooks.settings()).send(MESSAGE)
    first, second = (call.headers["Idempotency-Key"] for call in hooks.calls)
    assert first == second


async def test_lost_connection() -> None:
    """A connection lost once the call was sent leaves it unclear."""
    async with open_hooks() as hooks:
        hooks.drops = True
        assert isinstance(await outcome(hooks.settings()), DeliveryUnclear)
    assert 1 == len(hooks.calls)


async def test_dripping_answer() -> None:
    """A server that answers a byte at a time is not waited for for ever."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            for letter in "HTTP/1.1 200 OK\r\nX-Slow: ".ljust(100, "x"):
                writer.write(letter.encode())
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.close()
        left.set()

    left = asyncio.Event()
    async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        assert isinstance(await outcome(Hooks(url=url).settings(timeout=0.2)), DeliveryUnclear)
        await left.wait()


async def test_no_server() -> None:
    """Where nobody listens, nothing was told: later."""
    async with open_hooks() as hooks:
        settings = hooks.settings()
    error = await outcome(settings)
    assert (DeliveryError, "connect", False) == (type(error), error.reason, error.is_final)


async def test_impossible_name() -> None:
    """A name that cannot even be asked for will never have an address."""
    error = await outcome(WebhookSettings(url=f"https://{'a' * 64}.example/hook"))
    assert ("bad_url", True) == (error.reason, error.is_final)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:7f00:1]", "2130706433", "127.1", "0.0.0.0", "[::]"]
)
async def test_private_address(host: str) -> None:
    """A machine on a private network is not even connected, however it is called, unless it is listed."""
    async with open_hooks() as hooks:
        url = hooks.url.replace("127.0.0.1", host)
        error = await outcome(WebhookSettings(url=url))
        assert ("forbidden_address", True, 0) == (error.reason, error.is_final, len(hooks.calls))


async def test_other_services() -> None:
    """A port of another service is not posted to."""
    assert "forbidden_address" == (await outcome(WebhookSettings(url="http://example.org:6379/"))).reason


async def test_certificates() -> None:
    """A certificate counts only if its authority is trusted; a missing file of authorities is told."""
    async with open_hooks(is_secure=True) as hooks:
        error = await outcome(hooks.settings())
        assert ("tls", False, 0) == (error.reason, error.is_final, len(hooks.calls))
        await WebhookChannel(settings=hooks.settings(ca_file=AUTHORITY)).send(MESSAGE)
        with pytest.raises(DeliveryError, match="tls"):
            await WebhookChannel(settings=hooks.settings(ca_file=AUTHORITY / "not")).send(MESSAGE)
    assert 1 == len(hooks.calls)


async def test_no_secret_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """Neither settings nor errors nor logs tell address, secret or token, even where the server repeats them."""
    caplog.set_level(logging.DEBUG)
    secrets = (SECRET_PATH, SECRET, TOKEN)
    async with open_hooks() as hooks:
        settings = hooks.settings(secret=SECRET, token=TOKEN)
        hooks.answers = [web.Response(status=404, text=f"no {SECRET_PATH} for {TOKEN}\n\x00{SECRET}")]
        error = await outcome(settings)
        hooks.drops = True
        shown = f"{error} {await outcome(settings)} {settings} {WebhookChannel(settings=settings)} {caplog.text}"
    assert "404 no … for … …" in shown
    assert [] == [secret for secret in secrets if secret in shown]


async def test_endless_answer() -> None:
    """Of an answer only the beginning is read."""
    async with open_hooks() as hooks:
        error = await answer(hooks, web.Response(status=500, body=b"x" * 5_000_000))
    assert len(error.detail) < 300


@pytest.mark.parametrize(
    "url", ["", "hooks.example.org", "ftp://example.org/", "http://", "http://[", "//[]@", "https://example.org:99999/"]
)
def test_bad_address(url: str) -> None:
    """What cannot be posted to is refused where it is configured, and not repeated."""
    with pytest.raises(UsageError, match="address of a webhook") as caught:
        WebhookSettings(url=url)
    assert "example" not in str(caught.value)


def test_bad_settings() -> None:
    """ntfy needs a topic; a token is never sent in the clear to strangers, nor broken into headers."""
    hook = WebhookSettings(url="http://example.org/")
    with pytest.raises(UsageError, match="topic"):
        replace(hook, shape="ntfy")
    with pytest.raises(UsageError, match="https"):
        replace(hook, token=TOKEN)
    with pytest.raises(UsageError, match="one line"):
        replace(hook, url="https://example.org/", token="a\r\nX: y")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0.0),
        ("0.35", 0.35),
        (" 120 ", 120.0),
        ("99999999999999", MAX_RETRY_AFTER),
        ("Fri, 27 Nov 2026 12:01:00 GMT", 60.0),
        ("Fri, 27 Nov 2026 12:01:00", 60.0),
        ("Fri, 27 Nov 2026 11:00:00 GMT", 0.0),
        ("Fri, 27 Nov 9999 11:00:00 GMT", MAX_RETRY_AFTER),
        ("", None),
        ("-1", None),
        ("soon", None),
        (".", None),
    ],
)
def test_retry_after(value: str, expected: float | None) -> None:
    """Seconds or a date, at most a day; nonsense asks for nothing."""
    assert expected == parse_retry_after(value, NOW)


@UNHURRIED
@given(
    st.text(max_size=45)
    | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d{1,6} \d+:\d+:\d+ \S{1,5}", fullmatch=True)
)
def test_any_retry_after(value: str) -> None:
    """No header whatsoever crashes it."""
    assert 0 <= (parse_retry_after(value, NOW) or 0) <= MAX_RETRY_AFTER


@UNHURRIED
@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(HOSTILE, max_size=2), max_size=3))
def test_json_shape(payload: dict[str, object]) -> None:
    """Any payload is read again as it was."""
    assert payload == json.loads(
        render_body(replace(MESSAGE, payload=payload), WebhookSettings(url="https://a.example"))
    )


@UNHURRIED
@given(MESSAGES, MESSAGES)
def test_any_key_is_a_header(one: Message, other: Message) -> None:
    """Whatever a key is made of, it becomes one plain header, and two keys become two."""
    key = idempotency_key(one)
    assert key.isascii() and key.isprintable() and " " not in key
    assert (one.key == other.key) == (key == idempotency_key(other))


def test_sign() -> None:
    """A signature that was computed once stays valid."""
    expected = "t=1795780800,v1=" + hmac.new(b"s", b"1795780800.{}", hashlib.sha256).hexdigest()
    assert expected == sign(b"{}", "s", NOW)


def test_documented_check() -> None:
    """The check in docs/channels.md accepts our signatures and no other."""
    page = (Path(__file__).parents[4] / "docs" / "channels.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    found: dict[str, Any] = {}
    exec(code, found)
    header = sign(b"{}", SECRET, datetime.now(UTC))
    assert [True, False, False] == [
        found["is_ours"](header, b"{}", SECRET),
        found["is_ours"](header, b"[]", SECRET),
        found["is_ours"](sign(b"{}", SECRET, datetime(2020, 1, 1, tzinfo=UTC)), b"{}", SECRET),
    ]
