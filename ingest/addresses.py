"""How an address is written so that the same page has one name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit, urlunsplit

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
