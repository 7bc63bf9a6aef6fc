"""Which machines may be reached: an address is judged on the very socket that is about to be connected to it."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from aiohttp import ClientSession

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_MAX_HEADER: Final = 16_384
# Services that read HTTP as commands of their own; below 1024 only the two web ports are asked.
_BAD_PORTS: Final = frozenset({0, 1719, 1720, 1723, 2049, 3306, 3659, 4045, 5060, 5061, 5432, 6000, 6379, 6566, 6697})
_MORE_BAD_PORTS: Final = frozenset({*range(6665, 6670), 9200, 9300, 10080, 11211, 27017})

# Within 2000::/3, the only space that is handed out, these hold an IPv4 address or lead nowhere on the internet.
_CLOSED_V6: Final = tuple(
    ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_GLOBAL_V6: Final = ipaddress.IPv6Network("2000::/3")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_CLOSED_V4: Final = tuple(ipaddress.IPv4Network(net) for net in ("192.0.0.0/24", "192.88.99.0/24"))


def is_public(ip: IPAddress | str) -> bool:
    """Whether an address is a machine on the public internet; an IPv4 address inside an IPv6 one is judged itself."""
    address = ipaddress.ip_address(ip) if isinstance(ip, str) else ip
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in net for net in _CLOSED_V4)
    if address.scope_id is not None:
        return False
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_V6 and not any(address in net for net in _CLOSED_V6)


def is_number_host(host: str) -> bool:
    """Whether a host is an IPv4 address in a form that only old C libraries know (127.1, 0x7f000001, 2130706433)."""
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        pass
    else:
        return False
    try:
        socket.inet_aton(host)
    except (OSError, ValueError):
        return False
    return True


def is_web_port(port: int) -> bool:
    """Whether a port can belong to a web server: not one of another well-known service."""
    return port in (80, 443) or (port >= 1024 and port not in _BAD_PORTS and port not in _MORE_BAD_PORTS)


def is_listed(host: str, port: int, allow_hosts: Sequence[str]) -> bool:
    """Whether `host`, `host:port` or a range `host:low-high` stands in the list; hosts are compared as written."""
    return any(_entry_covers(entry, host, port) for entry in allow_hosts)


def is_no_web_server(host: str, port: int, allow_hosts: Sequence[str]) -> bool:
    """Whether a host that is not listed may not be asked over HTTP, whatever its name resolves to."""
    return not is_listed(host, port, allow_hosts) and (is_number_host(host) or not is_web_port(port))


def _entry_covers(entry: str, host: str, port: int) -> bool:
    name, ports = _split_entry(entry)
    if name != host.lower():
        return False
    low, _, high = ports.partition("-")
    return not ports or (low.isdecimal() and int(low) <= port <= int(high if high.isdecimal() else low))


def _split_entry(entry: str) -> tuple[str, str]:
    entry = entry.strip().lower()
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        return name, rest.removeprefix(":")
    if entry.count(":") > 1:
        return entry, ""
    name, _, ports = entry.partition(":")
    return name, ports


class NotPublic(OSError):
    """The socket was about to be connected to a machine that is not on the public internet."""


def _public_socket(address: Any) -> socket.socket:
    """A socket for exactly this address, which is connected next: so nothing can change in between."""
    family, kind, protocol, _, place = address
    if not is_public(place[0]):
        raise NotPublic("not a public address")
    return socket.socket(family, kind, protocol)


async def connect_socket(host: str, port: int, *, is_guarded: bool) -> socket.socket:
    """A connected socket, for what is not HTTP: the first of the host's addresses that takes it.

    Where it `is_guarded`, only addresses on the public internet are tried. OSError where none will have us: NotPublic
    where none is public.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    problem: OSError = NotPublic("no address")
    for address in found:
        try:
            return await _connected(address, is_guarded=is_guarded)
        except OSError as error:
            problem = error
    raise problem


async def _connected(address: Any, *, is_guarded: bool) -> socket.socket:
    made = _public_socket(address) if is_guarded else socket.socket(*address[:3])
    made.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(made, address[4])
    except BaseException:
        made.close()
        raise
    return made


@asynccontextmanager
async def open_session(*, is_guarded: bool) -> AsyncIterator[ClientSession]:
    """A session without memory: no cookies, proxies, cached names or kept connections, which a reply could poison.

    Where it `is_guarded`, it reaches only machines on the public internet; else it fails with NotPublic.
    """
    from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

    connector = TCPConnector(
        socket_factory=_public_socket if is_guarded else None,
        use_dns_cache=False,
        force_close=True,
        limit=0,
        happy_eyeballs_delay=None,
    )
    async with ClientSession(
        connector=connector,
        auto_decompress=False,
        cookie_jar=DummyCookieJar(),
        trust_env=False,
        timeout=ClientTimeout(total=None),
        max_line_size=_MAX_HEADER,
        max_field_size=_MAX_HEADER,
        headers={"Accept": "*/*"},
    ) as session:
        yield session
