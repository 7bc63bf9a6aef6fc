"""Which addresses may be asked, and how an address is written so that the same page has one name."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit, urlunsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_URL: Final = 4096
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_TRACKING_PREFIXES: Final = ("utm_", "mtm_", "pk_", "hsa_", "at_custom")
_TRACKING: Final = frozenset({
    "fbclid", "gclid", "gclsrc", "dclid", "wbraid", "gbraid", "msclkid", "yclid", "twclid", "ttclid", "igshid",
    "li_fat_id", "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "vero_id", "wickedid", "oly_anon_id", "oly_enc_id",
    "rb_clickid", "s_cid", "_openstat", "ref_src", "cmpid", "xtor", "at_medium", "at_campaign",
    "__twitter_impression", "__s", "_ga", "ncid",
})  # fmt: skip
_SITE_PREFIX: Final = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")
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


def is_web_url(url: str) -> bool:
    """Whether an address is absolute, http or https, names a host, and is of bearable length."""
    if len(url) > MAX_URL or _UNSAFE.search(url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and (parts.port is None or parts.port >= 0)
    except ValueError:
        return False


def canonical_url(url: str) -> str:
    """One name for one page: lower-case host, no default port, no fragment, no tracking parameters; else unchanged."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            return url
        location = _canonical_location(parts)
    except ValueError:
        return url
    return urlunsplit((parts.scheme, location, parts.path or "/", _without_tracking(parts.query), "")).rstrip()


def _canonical_location(parts: SplitResult) -> str:
    port = parts.port
    user, at, place = parts.netloc.rpartition("@")
    host = place.partition("]")[0] + "]" if place.startswith("[") else place.partition(":")[0]
    keep = port is not None and port != _DEFAULT_PORTS[parts.scheme]
    return f"{user}{at}{_lower(host)}{f':{port}' if keep else ''}"


def _lower(host: str) -> str:
    # Only ASCII: str.lower() maps some letters to two, so that doing it again would change the name once more.
    return re.sub("[A-Z]+", lambda match: match[0].lower(), host)


def _without_tracking(query: str) -> str:
    return "&".join(part for part in query.split("&") if part and not _is_tracking(part))


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def host_of(url: str) -> str:
    """The host of an address in lower case, or an empty string."""
    try:
        return (urlsplit(url).hostname or "").lower()  # urlsplit leaves what follows a % as it is
    except ValueError:
        return ""


def is_same_site(one: str, other: str) -> bool:
    """Whether two addresses are of the same site: the same host, its `www.` and `m.` left aside, and the same port."""
    try:
        ports = [urlsplit(url).port or _DEFAULT_PORTS.get(urlsplit(url).scheme) for url in (one, other)]
    except ValueError:
        return False
    both_default = all(port in _DEFAULT_PORTS.values() for port in ports)
    return (both_default or ports[0] == ports[1]) and site_of(one) == site_of(other) != ""


def site_of(url: str) -> str:
    """The host without the prefixes under which sites serve the same pages to browsers, telephones and AMP."""
    return _SITE_PREFIX.sub("", host_of(url))


def page_key(url: str) -> str:
    """What stays of an address when the differences that mean nothing are left aside: scheme, `www.`, a last slash."""
    if not is_web_url(url):
        return url
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port not in (None, *_DEFAULT_PORTS.values()) else ""
    rest = urlunsplit(("", "", parts.path.rstrip("/"), parts.query, parts.fragment))
    return f"{site_of(url)}{port}{rest}"


def with_query(url: str, defaults: Mapping[str, str]) -> str:
    """The address with those parameters that it does not have yet."""
    parts = urlsplit(url)
    names = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    missing = {name: value for name, value in defaults.items() if name.lower() not in names}
    added = [f"{quote(name, safe='[]')}={quote(value)}" for name, value in missing.items()]
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, *added]))))
