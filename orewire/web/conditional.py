"""Answers that are sent once: each has an ETag, and who holds the same already is told so (RFC 9110, 13)."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orewire.web.problems import is_for_programs

_TAG = re.compile(r'(?:W/)?("[^"]*")')
_OF_A_BODY: Final = ("content-length", "content-type", "content-disposition")


class Conditional:
    """Middleware: ETag, If-None-Match and Vary for all that programs read. The gate has made a GET of a HEAD.

    The tag is a hash of the body, so it changes exactly when the answer does. What is sent in pieces has the tag that
    its route gave it, if any.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not is_for_programs(scope["path"]):
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, Headers(scope=scope).getlist("if-none-match"))
        await self._app(scope, receive, answer.take)


class Weakened:
    """Middleware around what compresses: the tag of a compressed answer is weak, as its bytes are others (8.8.3)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request."""

        async def weaken(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "Content-Encoding" in headers and headers.get("ETag", "").startswith('"'):
                    headers["ETag"] = f"W/{headers['ETag']}"
            await send(message)

        await self._app(scope, receive, weaken)


class _Answer:
    """One answer on its way: its head waits for its body where that comes in one piece."""

    def __init__(self, send: Send, held: list[str]) -> None:
        self._send, self._has_body = send, True
        self._held = {tag for line in held for tag in _TAG.findall(line)} | ({"*"} & {line.strip() for line in held})
        self._head: Message | None = None

    async def take(self, message: Message) -> None:
        """A part of the answer."""
        if message["type"] == "http.response.start":
            self._head = message
            return
        if (head := self._head) is not None:
            self._head = None
            await self._begin(head, message)
        if self._has_body:
            await self._send(message)
        elif not message.get("more_body", False):
            await self._send({"type": "http.response.body"})

    async def _begin(self, head: Message, first: Message) -> None:
        """Send the head, and let no body follow where it is held already."""
        if head["status"] == 200 and self._is_held(MutableHeaders(scope=head), first):
            head["status"], self._has_body = 304, False
            kept = [(name, value) for name, value in head["headers"] if name.decode().lower() not in _OF_A_BODY]
            head["headers"] = kept
        await self._send(head)

    def _is_held(self, headers: MutableHeaders, first: Message) -> bool:
        headers.add_vary_header("Accept")
        if not first.get("more_body", False):
            headers.setdefault("ETag", make_tag(first.get("body", b"")))
        return headers.get("ETag") in self._held or ("*" in self._held and "ETag" in headers)


def make_tag(body: bytes) -> str:
    """The strong tag of a body."""
    return f'"{blake2b(body, digest_size=16).hexdigest()}"'
