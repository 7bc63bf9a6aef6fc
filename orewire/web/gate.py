"""The gate before every page and route: who asks, whether they may, how often; and the headers of every answer."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orewire.model.access import Deed, Visitor
from orewire.web.asked import Asked, read_request
from orewire.web.door import SERVICE, Door
from orewire.web.pages.shell import render_page
from orewire.web.problems import make_problem, problem_response
from orewire.web.rates import RATES, STRANGE, STRANGERS, Rates, kind_of, place_of
from orewire.web.seal import Seal

_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_DEFAULTS: Final = {
    # Nothing is loaded from elsewhere, and what came from outside could not run if it were ever shown unescaped.
    b"content-security-policy": _CSP.encode(),
    b"cache-control": b"private, no-cache",
}
"""Headers that an answer may have of its own."""
_ALWAYS: Final = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",  # under `no-referrer` browsers hide where our own forms come from
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HSTS: Final = b"max-age=31536000"

_OPEN_PATHS: Final = ("/login", "/healthz", "/favicon.ico")
_OPEN_FOLDER: Final = "/static/"
_RECORDED_READS: Final = ("/api/v1/snapshot",)
_SQL: Final = "/sql"
_ASKED_BY_POST: Final = "/mcp"
_LOGINS: Final = ("/login", "/logout")
_API: Final = "/api/v1/"
_LONGEST_BODY: Final = 21_000_000
"""Bytes: a document that is added is the longest there is, and routes that take less say so themselves."""


class Gate:
    """Plain ASGI around the application. Sets `visitor` and `seal` of the state of each request."""

    def __init__(self, app: ASGIApp, door: Door, rates: Rates) -> None:
        self._app, self._door, self._rates = app, door, rates
        self._always = {**_ALWAYS, **({b"strict-transport-security": _HSTS} if door.service.is_https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI; only HTTP is answered."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = read_request(scope)
        seal = self._door.seal(asked)
        visitor = self._door.recognise(asked, seal)
        state: dict[str, Any] = scope.setdefault("state", {})
        state.update(visitor=visitor, seal=seal, door=self._door, rates=self._rates)
        out = _Out(send, self._always, self._door, seal, has_body=asked.method != "HEAD")
        scope = {**scope, "method": "GET"} if asked.method == "HEAD" else scope
        try:
            await (self._refuse(asked, visitor, seal) or self._app)(scope, _bounded(receive), out)
        except Exception:
            if not out.status:
                await refusal(asked, 500, "this is a fault of orewire, and its log tells more")(scope, receive, out)
            raise
        finally:
            self._record(asked, visitor, out.status, state)

    def _refuse(self, asked: Asked, visitor: Visitor, seal: Seal) -> Response | None:
        if wait := self._wait(asked, visitor):
            return refusal(asked, 429, f"too often: try again in {wait} s", {"Retry-After": str(wait)})
        if self._door.is_open and asked.is_forwarded and visitor is not SERVICE:
            return refusal(
                asked, 403, "this came by a proxy: set service.public_url and make a user (`orewire user add`)"
            )
        if not visitor.may("reader") and not _is_open_path(asked.path):
            return refuse_unknown(asked)
        if not asked.is_safe and asked.bearer is None and not self._is_ours(asked, seal):
            return refusal(asked, 403, "this must be sent from a page of orewire")
        return None

    def _wait(self, asked: Asked, visitor: Visitor) -> int | None:
        """Seconds; pages' own files cost nothing, and commands on this machine are its owner's."""
        if visitor is SERVICE or asked.path.startswith(_OPEN_FOLDER):
            return None
        who = counted_as(asked, visitor)
        wait = self._rates.seconds_to_wait(self._door.service.rate, "all", who)
        if wait is None and (kind := kind_of(asked.path)):
            wait = self._rates.seconds_to_wait(RATES[kind], kind, who)
        return wait

    def _is_ours(self, asked: Asked, seal: Seal) -> bool:
        """Forms bear a token besides, which `read_form` looks at."""
        origin = self._door.service.origin
        if asked.is_foreign(origin):
            return False
        is_by_cookie = asked.is_api and asked.cookie(self._door.session_cookie) is not None
        return not is_by_cookie or asked.is_surely_ours(origin) or seal.fits(asked.headers.get(b"x-csrf", ""))

    def _record(self, asked: Asked, visitor: Visitor, status: int, state: dict[str, Any]) -> None:
        outcome = _outcome(asked, visitor, status)
        if status == 429 or not _is_recorded(asked) or (outcome != "done" and self._is_noise(asked, visitor)):
            return
        what, target = _told(asked)
        self._door.record(
            Deed(
                done_at=self._door.clock(),
                who=state.get("who") or visitor.name or "unknown",
                role=visitor.role,
                what=what,
                target=state.get("target") or target,
                address=asked.address,
                outcome=outcome,
            )
        )

    def _is_noise(self, asked: Asked, visitor: Visitor) -> bool:
        """Whether strangers were refused so often that more of it would only fill the disk."""
        if visitor.is_known:
            return False
        kind = asked.path if asked.path in _LOGINS else "others"  # noise hides nobody who guesses passwords
        wait = self._rates.seconds_to_wait(STRANGE, "strange", kind, place_of(asked.address))
        return (wait or self._rates.seconds_to_wait(STRANGERS, "strangers", kind)) is not None


def _bounded(receive: Receive) -> Receive:
    """The same, as long as the body is not too long: JSON is read whole before anybody looks who sends it."""
    left = _LONGEST_BODY

    async def receive_bounded() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, f"found more than {_LONGEST_BODY} bytes")
        return message

    return receive_bounded


def _is_open_path(path: str) -> bool:
    return path in _OPEN_PATHS or path.startswith(_OPEN_FOLDER)


def counted_as(asked: Asked, visitor: Visitor) -> str:
    """Whom to count a request for: who has logged in, else an address."""
    return f"user {visitor.name}" if visitor.is_known and visitor.session else place_of(asked.address)


def _is_recorded(asked: Asked) -> bool:
    """What could change something, the whole store, and queries in SQL."""
    if asked.is_safe:
        return asked.path in _RECORDED_READS or bool(_query_in_sql(asked))
    return asked.path != _ASKED_BY_POST


def _query_in_sql(asked: Asked) -> str:
    """The query that the page of SQL was asked by its address."""
    if asked.path != _SQL or "sql=" not in asked.query:
        return ""
    return dict(parse_qsl(asked.query, encoding="utf-8", errors="replace")).get("sql", "").strip()


def _told(asked: Asked) -> tuple[str, str]:
    """The kind of thing that was asked for, and which one."""
    path = asked.path.removeprefix(_API).lstrip("/")
    kind, _, which = path.partition("/")
    return f"{asked.method} {kind}", which or _query_in_sql(asked)


def _outcome(asked: Asked, visitor: Visitor, status: int) -> str:
    if not status:
        return "failed (no answer)"
    if status == 303 and not visitor.is_known and asked.path not in _LOGINS:
        return "refused (303)"  # led to where one logs in
    return "done" if status < 400 else f"{'refused' if status < 500 else 'failed'} ({status})"


def refusal(asked: Asked, status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Programs are told in JSON, people on a page."""
    if asked.is_api or asked.is_feed:
        return problem_response(make_problem(status, detail), headers)
    page = render_page("problem.html", problem=f"{detail[:1].upper()}{detail[1:]}.", code=status)
    return HTMLResponse(page, status, headers)


def refuse_unknown(asked: Asked) -> Response:
    """To somebody who must say who they are: a program is told so, a person led to where they can."""
    if asked.is_api or asked.is_feed:
        detail = "this needs a token (docs/access.md), or that you log in"
        way = 'Basic realm="orewire: any name, and a token as the password"' if asked.is_feed else "Bearer"
        return refusal(asked, 401, detail, {"WWW-Authenticate": way})
    return RedirectResponse(asked.login_path(), 303)


class _Out:
    """Sends an answer on with the headers that every answer has, of HEAD those alone; `status` is 0 until it begins."""

    __slots__ = ("_always", "_door", "_has_body", "_seal", "_send", "status")

    def __init__(self, send: Send, always: dict[bytes, bytes], door: Door, seal: Seal, *, has_body: bool) -> None:
        self._send, self._always, self._door, self._seal, self._has_body = send, always, door, seal, has_body
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._headers(message.get("headers", ()))}
        elif not self._has_body:
            if message.get("more_body", False):
                return
            message = {"type": "http.response.body"}
        await self._send(message)

    def _headers(self, given: Any) -> list[tuple[bytes, bytes]]:
        found = [(name.lower(), value) for name, value in given]
        names = {name for name, _ in found}
        kept = [pair for pair in found if pair[0] not in self._always]
        added = [pair for pair in _DEFAULTS.items() if pair[0] not in names]
        cookies = [(b"set-cookie", self._visit().encode())] if self._seal.is_new else []
        return [*kept, *added, *self._always.items(), *cookies]

    def _visit(self) -> str:
        return cookie(self._door.visit_cookie, self._seal.bound or "", is_secure=self._door.service.is_https)


def cookie(name: str, value: str, *, is_secure: bool, max_age: int | None = None) -> str:
    """The value of Set-Cookie: for us only, and not for scripts."""
    parts = [f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if is_secure:
        parts.append("Secure")
    if max_age is not None:
        parts.append(f"Max-Age={max_age}")
    return "; ".join(parts)
