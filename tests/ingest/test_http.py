"""The door to the network, against real servers on loopback: polite, bounded, and closed to private machines."""

from __future__ import annotations

import asyncio
import gzip
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.http import Fetcher, FetchOptions, Response, parse_retry_after
from orewire.model.errors import FetchError
from tests.ingest.conftest import LOOPBACK, Serve, ServeBytes

NOW = datetime(2025, 1, 1, tzinfo=UTC)
REASONS = {
    *("bad_url", "forbidden_scheme", "forbidden_address", "dns", "connect", "connection_reset", "empty_reply", "tls"),
    *("timeout", "too_many_redirects", "redirect_loop", "bad_redirect", "body_too_large", "header_too_large"),
    *("truncated", "bad_encoding", "bad_response"),
}


async def failure(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.get(url)
    assert caught.value.reason in REASONS | {f"http_{caught.value.status}"}
    return caught.value


async def reason(fetcher: Fetcher, url: str) -> str:
    return (await failure(fetcher, url)).reason


async def hello(request: web.Request) -> web.Response:
    """An ordinary answer."""
    return web.Response(text="hello", headers={"X-Seen": request.headers.get("User-Agent", "")})


async def test_get(serve: Serve, fetcher: Fetcher) -> None:
    """An answer has its body, status, lower-case headers, and where it came from."""
    url = await serve(hello) + "/a?b=1"
    response = await fetcher.get(url + "#part", user_agent="me/1.0")
    assert (b"hello", 200, url, url + "#part") == (response.body, response.status, response.url, response.asked)
    assert ("me/1.0", None) == (response.headers["x-seen"], response.moved_to)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "forbidden_scheme"),
        ("ftp://example.org/", "forbidden_scheme"),
        ("file:///etc/passwd", "forbidden_scheme"),
        ("http://", "bad_url"),
        ("http://[::1", "bad_url"),
        ("http://example.org:99999/", "bad_url"),
        ("http://ex\\ample.org/", "bad_url"),
        ("http://example.org/" + "a" * 5_000, "bad_url"),
        ("http://a..b/", "bad_url"),
        ("http://" + "a" * 64 + ".org/", "bad_url"),
        ("http://127.0.0.1:8080/", "forbidden_address"),
        ("http://localhost:8080/", "forbidden_address"),
        ("http://[::1]:8080/", "forbidden_address"),
        ("http://[::ffff:127.0.0.1]/", "forbidden_address"),
        ("http://[64:ff9b::7f00:1]/", "forbidden_address"),
        ("http://127.1/", "forbidden_address"),
        ("http://2130706433/", "forbidden_address"),
        ("http://0x7f.1/", "forbidden_address"),
        ("http://１２７.0.0.1/", "forbidden_address"),
        ("http://10.0.0.1/", "forbidden_address"),
        ("http://169.254.169.254/latest/meta-data/", "forbidden_address"),
        ("http://93.184.216.34:22/", "forbidden_address"),
        ("http://user@127.0.0.1:8080/", "forbidden_address"),
    ],
)
async def test_forbidden(url: str, expected: str) -> None:
    """What is no web address, or leads to a private machine, is refused without a connection."""
    async with Fetcher(FetchOptions(host_delay=0, timeout=5)) as fetcher:
        assert expected == await reason(fetcher, url)


async def test_private_server_is_never_asked(serve: Serve) -> None:
    """A server on loopback that nobody listed sees no request, not even by its name."""
    asked: list[str] = []

    async def remember(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    port = (await serve(remember)).rpartition(":")[2]
    async with Fetcher(FetchOptions(allow_hosts=("127.0.0.1:1",), host_delay=0)) as fetcher:
        for host in ("127.0.0.1", "localhost"):
            assert "forbidden_address" == await reason(fetcher, f"http://{host}:{port}/")
    assert [] == asked


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("http://localhost:{other}/", "forbidden_address"),
        ("http://10.0.0.1/", "forbidden_address"),
        ("//169.254.169.254/x", "forbidden_address"),
        ("file:///etc/passwd", "forbidden_address"),
        ("gopher://x/", "forbidden_address"),
        ("http:\\\\10.0.0.1/", "forbidden_address"),
        ("http://[::1", "bad_redirect"),
        ("//[]@", "bad_redirect"),
        ("", "bad_redirect"),
        ("/loop", "redirect_loop"),
        ("/", "redirect_loop"),
    ],
)
async def test_bad_redirects(serve: Serve, fetcher: Fetcher, location: str, expected: str) -> None:
    """A redirect cannot lead where the caller could not go, nor in a circle."""
    base = await serve(hello)

    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": location.format(other=base.rpartition(":")[2])})

    assert expected == await reason(fetcher, await serve(redirect) + "/")


async def test_redirects(serve: Serve, fetcher: Fetcher) -> None:
    """Redirects are followed, and the leading permanent ones remembered."""
    steps = {"/a": (301, "/b"), "/b": (308, "c?x=1"), "/c": (302, "/d")}

    async def redirect(request: web.Request) -> web.Response:
        if request.path not in steps:
            return web.Response(text="end")
        status, location = steps[request.path]
        return web.Response(status=status, headers={"Location": location})

    base = await serve(redirect)
    response = await fetcher.get(f"{base}/a")
    assert (f"{base}/d", f"{base}/a", f"{base}/c?x=1", b"end") == (
        response.url,
        response.asked,
        response.moved_to,
        response.body,
    )
    assert (await fetcher.get(f"{base}/c")).moved_to is None


async def test_endless_redirects(serve: Serve, fetcher: Fetcher) -> None:
    """A chain of ever new addresses ends."""

    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": f"{request.path}x"})

    assert "too_many_redirects" == await reason(fetcher, await serve(redirect) + "/")


async def test_secrets_stay_at_home(serve: Serve, fetcher: Fetcher) -> None:
    """What identifies the user goes to the origin that was asked, and not on to another."""
    seen: list[dict[str, str]] = []

    async def other(request: web.Request) -> web.Response:
        seen.append({name.lower(): value for name, value in request.headers.items()})
        return web.Response()

    target = await serve(other)

    async def redirect(request: web.Request) -> web.Response:
        if request.path == "/":
            return web.Response(status=307, headers={"Location": "/again", "Set-Cookie": "a=1"})
        seen.append({name.lower(): value for name, value in request.headers.items()})
        return web.Response(status=307, headers={"Location": target})

    await fetcher.get(await serve(redirect) + "/", headers={"Authorization": "secret", "X-Plain": "1"})
    assert ["secret", None] == [headers.get("authorization") for headers in seen]
    assert ["1", "1"] == [headers.get("x-plain") for headers in seen]
    assert not any("cookie" in headers for headers in seen)


@pytest.mark.parametrize("status", [400, 401, 404, 410, 429, 500, 503, 300, 305])
async def test_status(serve: Serve, fetcher: Fetcher, status: int) -> None:
    """Anything but a success is an error with its status and the pause that the server asks for."""

    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": "120"})

    error = await failure(fetcher, await serve(refuse))
    assert (f"http_{status}", status, 120.0) == (error.reason, error.status, error.retry_after)


async def test_part_of_a_body(serve: Serve, fetcher: Fetcher) -> None:
    """A part is not taken for the whole."""

    async def part(request: web.Request) -> web.Response:
        return web.Response(status=206, text="half")

    assert "bad_response" == await reason(fetcher, await serve(part))


async def test_too_large(serve: Serve) -> None:
    """A body is bounded as announced, as it arrives, and as it unfolds."""

    async def large(request: web.Request) -> web.StreamResponse:
        if request.path == "/bomb":
            return web.Response(body=gzip.compress(b"a" * 1_000_000), headers={"Content-Encoding": "gzip"})
        if request.path == "/file":
            return web.Response(body=gzip.compress(b"a" * 1_000_000))
        response = web.StreamResponse()
        if request.path == "/announced":
            response.content_length = 10_000_000
        await response.prepare(request)
        while request.transport is not None and not request.transport.is_closing():
            await response.write(b"a" * 10_000)
        return response

    base = await serve(large)
    async with Fetcher(replace(LOOPBACK, max_body=50_000, max_wire=60_000)) as fetcher:
        for path in ("endless", "announced", "bomb", "file"):
            assert "body_too_large" == await reason(fetcher, f"{base}/{path}")


async def test_compressed(serve: Serve, fetcher: Fetcher) -> None:
    """A compressed body arrives inflated, and so does a file that is gzip itself."""

    async def packed(request: web.Request) -> web.Response:
        encoded = {"Content-Encoding": "gzip"} if request.path == "/a" else {}
        return web.Response(body=gzip.compress(b"hello"), headers=encoded)

    base = await serve(packed)
    assert [b"hello", b"hello"] == [(await fetcher.get(f"{base}/{path}")).body for path in "ab"]


async def test_not_modified(serve: Serve, fetcher: Fetcher) -> None:
    """A 304 is an answer."""

    async def unchanged(request: web.Request) -> web.Response:
        return web.Response(status=304)

    response = await fetcher.get(await serve(unchanged))
    assert (304, b"") == (response.status, response.body)


async def test_timeout(serve: Serve) -> None:
    """A server that drips or stays silent is left in time, over a whole chain of redirects."""

    async def slow(request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/hop"):
            await asyncio.sleep(0.2)
            return web.Response(status=302, headers={"Location": f"{request.path}p"})
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b".")
            await asyncio.sleep(0.05)
        return response

    base = await serve(slow)
    async with Fetcher(replace(LOOPBACK, timeout=0.5, max_redirects=50)) as fetcher:
        for path in ("drip", "hop"):
            start = time.monotonic()
            assert "timeout" == await reason(fetcher, f"{base}/{path}")
            assert time.monotonic() - start < 2


async def test_waiting_for_a_turn_costs_no_time(serve: Serve) -> None:
    """The clock of a request starts when it is the host's turn: a slow feed does not time out its siblings."""

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.2)
        return web.Response(text="done")

    base = await serve(slow)
    async with Fetcher(replace(LOOPBACK, timeout=0.5)) as fetcher:
        responses = await asyncio.gather(*(fetcher.get(f"{base}/{number}") for number in range(5)))
    assert [b"done"] * 5 == [response.body for response in responses]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", "empty_reply"),
        (b"SSH-2.0-OpenSSH_9.0\r\n", "bad_response"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "truncated"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx", "bad_response"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n", "bad_response"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", "header_too_large"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\nContent-Length: 0\r\n\r\n", "bad_redirect"),
    ],
)
async def test_broken_servers(serve_bytes: ServeBytes, fetcher: Fetcher, answer: bytes, expected: str) -> None:
    """What is not HTTP, or breaks off, is an error with a reason."""
    assert expected == await reason(fetcher, await serve_bytes(answer))


async def test_nobody_there(serve: Serve, fetcher: Fetcher) -> None:
    """A closed port is `connect`, and a server that speaks no TLS is `tls`."""
    assert "connect" == await reason(fetcher, "http://127.0.0.1:1/")
    assert "tls" == await reason(fetcher, (await serve(hello)).replace("http:", "https:"))


async def test_host_delay(serve: Serve) -> None:
    """Requests to one host are kept apart."""
    base = await serve(hello)
    async with Fetcher(replace(LOOPBACK, host_delay=0.2)) as fetcher:
        start = time.monotonic()
        await asyncio.gather(*(fetcher.get(base) for _ in range(3)))
    assert time.monotonic() - start >= 0.38


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("9" * 400, 86_400.0),
        ("Wed, 01 Jan 2025 00:10:00 GMT", 600.0),
        ("Tue, 31 Dec 2024 00:00:00 GMT", 0.0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 86_400.0),
    ],
)
def test_retry_after(value: str, expected: float | None) -> None:
    """A pause is asked for as a number or a date, and is at most a day."""
    assert expected == parse_retry_after(value, NOW)


@given(st.text())
def test_any_retry_after(value: str) -> None:
    """No header crashes, and no pause is negative or longer than a day."""
    pause = parse_retry_after(value, NOW)
    assert pause is None or 0 <= pause <= timedelta(days=1).total_seconds()


ADDRESSES = st.text() | st.builds("http://{}".format, st.text("a1.:[]@/\\%?# \u00df\u0130\u2488\uff11x-n", max_size=20))


@settings(deadline=None)
@given(ADDRESSES)
def test_any_address(url: str) -> None:
    """No address raises anything but FetchError when it is judged."""
    try:
        Fetcher(LOOPBACK).slow_down(url, 1.0)
    except FetchError as error:
        assert error.reason in REASONS


async def test_permission_is_asked_for_each_address(serve: Serve, fetcher: Fetcher) -> None:
    """robots.txt of the place that a redirect leads to counts, too."""
    asked = []

    async def move(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/private"} if request.path == "/a" else {})

    async def allow(url: str) -> bool:
        asked.append(url)
        return "private" not in url

    base = await serve(move)
    with pytest.raises(FetchError) as caught:
        await fetcher.get(f"{base}/a", allow=allow)
    assert ("robots", [f"{base}/a", f"{base}/private"]) == (caught.value.reason, asked)


async def test_who_waits_for_a_host_takes_no_place(serve: Serve) -> None:
    """However many requests wait for a slow host, another host is asked at once."""

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.4)
        return web.Response(text="slow")

    slow_base, quick_base = await serve(slow), await serve(hello)
    async with Fetcher(replace(LOOPBACK, at_once=2)) as fetcher:
        waiting = [asyncio.ensure_future(fetcher.get(f"{slow_base}/{number}")) for number in range(6)]
        await asyncio.sleep(0.05)
        await asyncio.wait_for(fetcher.get(quick_base), 0.35)
        assert not any(task.done() for task in waiting[1:])
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_redirects_and_refusals_are_kept(serve: Serve) -> None:
    """Every answer that is not the one asked for is handed on, in order, with its headers."""

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/a":
            return web.Response(status=301, headers={"Location": "/b"})
        return web.Response(status=403 if request.path == "/b" else 200, headers={"Retry-After": "60"})

    kept: list[Response] = []
    base = await serve(answer)
    async with Fetcher(LOOPBACK, keep=kept.append) as fetcher:
        await fetcher.get(f"{base}/c")
        with pytest.raises(FetchError):
            await fetcher.get(f"{base}/a")
    assert [(301, f"{base}/a"), (403, f"{base}/b")] == [(one.status, one.url) for one in kept]
    assert "60" == kept[1].headers["retry-after"]
