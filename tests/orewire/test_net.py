"""Which machines may be reached."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.net import NotPublic, connect_socket, is_listed, is_number_host, is_public, is_web_port


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("192.0.0.9", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("2606:2800::1%1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("2001::1", False),
        ("2001:db8::1", False),
        ("2002:7f00:1::1", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    """Only machines on the public internet are public, whatever form hides another."""
    assert public == is_public(address)


@given(st.ip_addresses(v=4))
def test_mapped_addresses_are_judged_by_what_they_hold(address: ipaddress.IPv4Address) -> None:
    """An IPv4 address is as public as the IPv6 address that holds it."""
    assert is_public(address) == is_public(f"::ffff:{address}")


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0", "127.0.0.01"])
def test_number_hosts(host: str) -> None:
    """Numbers that old C libraries read as an address are known as such."""
    assert is_number_host(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "example.org", "::1", "", "a\x00b", "\udc80", "1.2.3.4.5"])
def test_names_and_addresses_are_no_number_hosts(host: str) -> None:
    """A name or an ordinary address is none of them."""
    assert not is_number_host(host)


@pytest.mark.parametrize(
    ("port", "web"), [(80, True), (443, True), (8080, True), (22, False), (0, False), (6379, False), (6668, False)]
)
def test_web_ports(port: int, web: bool) -> None:
    """Ports of other services are not asked."""
    assert web == is_web_port(port)


@pytest.mark.parametrize(
    ("entry", "host", "port", "listed"),
    [
        ("localhost", "localhost", 8080, True),
        (" LocalHost ", "LOCALHOST", 80, True),
        ("localhost:8080", "localhost", 8080, True),
        ("localhost:8080", "localhost", 8081, False),
        ("localhost:8000-8010", "localhost", 8010, True),
        ("localhost:8000-8010", "localhost", 8011, False),
        ("localhost", "evil-localhost", 80, False),
        ("[::1]:8080", "::1", 8080, True),
        ("[::1]:8080", "::1", 80, False),
        ("::1", "::1", 80, True),
        ("localhost:high", "localhost", 80, False),
        ("localhost:²", "localhost", 2, False),
    ],
)
def test_listed_hosts(entry: str, host: str, port: int, listed: bool) -> None:
    """A host is listed with all its ports, one, or a range; nonsense lists nothing."""
    assert listed == is_listed(host, port, [entry])


@given(st.text(), st.text(), st.integers(0, 65535))
def test_any_text_can_be_judged(host: str, entry: str, port: int) -> None:
    """No text whatsoever crashes a judgement."""
    assert {bool} == {type(is_number_host(host)), type(is_listed(host, port, [entry, f"{host}:²"]))}


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Of a server on loopback that hangs up at once."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_socket(port: int) -> None:
    """A name leads to the first of its addresses that takes us."""
    made = await connect_socket("localhost", port, is_guarded=False)
    with made:
        assert ("127.0.0.1", port) == made.getpeername()
        assert b"" == await asyncio.get_running_loop().sock_recv(made, 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "::1", "::ffff:127.0.0.1"])
async def test_guarded_socket(host: str, port: int) -> None:
    """Whatever the name, what it resolves to is judged before it is connected."""
    with pytest.raises(NotPublic):
        await connect_socket(host, port, is_guarded=True)


async def test_socket_to_nobody(port: int) -> None:
    """A closed port is an error of the system's."""
    with pytest.raises(ConnectionRefusedError):
        await connect_socket("127.0.0.2", port, is_guarded=False)
