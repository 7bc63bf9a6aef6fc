"""A browser without a screen: cookies, forms with the token of their page, no redirect followed."""

from __future__ import annotations

import html
import http.client
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def location(self) -> str | None:
        return self.headers["Location"]


@dataclass(slots=True)
class Browser:
    """Keeps the cookies of one visitor of the service at `url`."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Page:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, 60, (self.address, 0))
        told = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        try:
            connection.request(method, path, body, {**told, **headers})
            answer = connection.getresponse()
            self._keep(answer.headers.get_all("Set-Cookie") or [])
            return Page(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def _keep(self, told: list[str]) -> None:
        for one in told:
            name, _, value = one.split(";")[0].partition("=")
            self.cookies.pop(name, None)
            if value:
                self.cookies[name] = value

    def get(self, path: str, **headers: str) -> Page:
        return self.ask("GET", path, None, **headers)

    def send(self, path: str, form: dict[str, Any], *, page: str, **headers: str) -> Page:
        """Send a form of `page`, with what is hidden in it."""
        return self.post(path, {"csrf": self.token(page), **form}, **headers)

    def post(self, path: str, form: dict[str, Any], **headers: str) -> Page:
        """Send a form as it is."""
        told = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self.ask("POST", path, urlencode(form, doseq=True).encode(), **told)

    def token(self, page: str) -> str:
        """The token of the forms of a page."""
        found = re.search(r'name="csrf" value="([^"]*)"', self.get(page).text)
        return html.unescape(found[1]) if found else ""

    def log_in(self, name: str, password: str = PASSWORD, *, wanted: str = "/watches") -> Page:
        return self.send("/login", {"name": name, "password": password, "next": wanted}, page="/login")
