"""What a request says of itself, as far as it matters for whether it is answered."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from starlette.types import Scope

HOME: Final = "/"
"""Where somebody lands who has logged in and wanted nothing else."""
_BY_PROXIES: Final = frozenset(
    {
        b"cf-connecting-ip", b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto",
        b"x-real-ip",
    }
)  # fmt: skip
_READ: Final = _BY_PROXIES | {b"authorization", b"cookie", b"host", b"origin", b"sec-fetch-site", b"x-csrf"}
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PROGRAMS: Final = ("/api/", "/mcp")
_LONGEST_PATH: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: str
    scheme: str
    address: str
    headers: Mapping[bytes, str]

    @property
    def is_api(self) -> bool:
        """Whether a program asks, which is told in JSON what is wrong."""
        return self.path.startswith(_PROGRAMS)

    @property
    def is_safe(self) -> bool:
        """Whether it can change nothing."""
        return self.method in _SAFE

    @property
    def is_feed(self) -> bool:
        """Whether a feed reader asks, which can neither log in nor send more than name and password."""
        return self.path.endswith(".atom")

    @property
    def bearer(self) -> str | None:
        """The secret of a token, None for an empty one; for feed readers it may stand where a password does."""
        kind, _, secret = self.headers.get(b"authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return secret.strip() or None
        # A browser sends what it was once told for a feed to other addresses, too, and in the name of other pages.
        return _password(secret) if kind.lower() == "basic" and self.is_feed and self.is_safe else None

    @property
    def is_forwarded(self) -> bool:
        """Whether a proxy says that it asks for somebody else."""
        return not _BY_PROXIES.isdisjoint(self.headers)

    def cookie(self, name: str) -> str | None:
        """The value of a cookie."""
        for part in self.headers.get(b"cookie", "").split(";"):
            found, _, value = part.strip().partition("=")
            if found == name:
                return value
        return None

    def is_foreign(self, origin: str | None) -> bool:
        """Whether the browser says that a page elsewhere sends this; `origin` is that of ours, beside the request's."""
        site, came_from = self.headers.get(b"sec-fetch-site", "none"), self.headers.get(b"origin")
        if site not in ("same-origin", "none"):
            return True
        # A browser that is to send no referrer says `null` of our own pages, too.
        is_hidden = came_from == "null" and site == "same-origin"
        return came_from is not None and not is_hidden and came_from not in (self._own_origin(), origin)

    def is_surely_ours(self, origin: str | None) -> bool:
        """Whether the browser says that a page of ours sends this."""
        is_said = self.headers.get(b"sec-fetch-site") == "same-origin" or b"origin" in self.headers
        return is_said and not self.is_foreign(origin)

    def login_path(self) -> str:
        """Where to log in and come back from."""
        if self.method != "GET":
            return "/login"
        wanted = quote(self.path, safe="/:") + (f"?{self.query}" if self.query else "")
        return f"/login?next={quote(wanted, safe='/')}"

    def _own_origin(self) -> str:
        return f"{self.scheme}://{self.headers.get(b'host', '')}"


def read_request(scope: Scope) -> Asked:
    """What a request of ASGI says."""
    client: Any = scope.get("client")
    return Asked(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        scheme=scope["scheme"],
        address=client[0] if client else "",
        headers={name: value.decode("latin-1") for name, value in scope["headers"] if name in _READ},
    )


def _password(credentials: str) -> str:
    """The second part of what HTTP calls basic."""
    try:
        return base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")[2]
    except ValueError:
        return ""


def local_path(wanted: str) -> str:
    """A path of ours to go to after logging in; HOME for whatever could lead a browser elsewhere, or back to /login."""
    is_path = wanted.startswith("/") and len(wanted) <= _LONGEST_PATH and wanted.isascii()
    # Browsers read a backslash as a slash, and leave out tabs and line ends wherever they stand.
    if not is_path or "\\" in wanted or not wanted.isprintable() or " " in wanted or wanted.startswith("//"):
        return HOME
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or parts.path in ("/login", "/logout"):
        return HOME
    return wanted
