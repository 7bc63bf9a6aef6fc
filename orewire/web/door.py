"""Who comes in: users, tokens and sessions as they are known in memory, so that no request waits for the store."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from orewire.model.access import NO_ROLE, Deed, Known, Visitor, visitor_by_session, visitor_by_token
from orewire.model.errors import StoreBusy, StoreError
from orewire.sections import ServiceConfig
from orewire.web.asked import Asked
from orewire.web.seal import Seal
from store.local_access import LocalAccess
from store.passwords import digest_of

Done = TypeVar("Done")

SERVICE: Final = Visitor(name="service", role="admin")
"""A command on this machine, which can read the token beside the store."""
LOCAL: Final = Visitor(name="local", role="analyst")
"""Somebody at this machine, while there are no users."""
GUEST: Final = Visitor(name="", role="reader")
NOBODY: Final = Visitor(name="", role=NO_ROLE)

_HASHES_AT_ONCE: Final = 2
_MOST_WAITING: Final = 20
_MOST_DEEDS: Final = 2_000
"""That wait to be written: more can only be an attack, whose beginning is enough."""
_COARSE: Final = timedelta(minutes=5)
_REST: Final = 1.0


class Writing(Protocol):
    """Whoever sees to it that only one at a time writes to the store."""

    async def write(self, do: Callable[[], Done]) -> Done:
        """Do it in a thread, as soon as nobody else writes."""


class Door:
    """Knows everybody; what changes that goes through here. `token` is the one that lies beside the store."""

    def __init__(
        self, access: LocalAccess, writing: Writing, service: ServiceConfig, clock: Callable[[], datetime], token: str
    ) -> None:
        self.access, self.service, self.clock = access, service, clock
        self._writing, self._token = writing, token
        self._key = secrets.token_bytes(32)
        self._known: Known = access.get_known()
        self._deeds: list[Deed] = []
        self._seen: dict[str, datetime] = {}
        self._hashing, self._waiting = asyncio.Semaphore(_HASHES_AT_ONCE), 0
        self._flushing = asyncio.Lock()

    @property
    def session_cookie(self) -> str:
        """The name of the cookie that holds the id of a session."""
        return "__Host-orewire" if self.service.is_https else "orewire"

    @property
    def visit_cookie(self) -> str:
        """The name of the cookie by which a browser is known to have been shown a form."""
        return "__Host-orewire-visit" if self.service.is_https else "orewire-visit"

    @property
    def is_open(self) -> bool:
        """Whether everybody who reaches it is somebody at this machine: there are no users yet."""
        return not self._known.users and not self.service.is_shared

    @property
    def needs_login(self) -> bool:
        """Whether also readers must say who they are."""
        return self.service.is_shared or (self.service.login == "always" and bool(self._known.users))

    def seal(self, asked: Asked) -> Seal:
        """The seal of the forms of a request."""
        return Seal(self._key, asked.cookie(self.session_cookie) or asked.cookie(self.visit_cookie))

    def recognise(self, asked: Asked, seal: Seal) -> Visitor:
        """Who asks."""
        if (secret := asked.bearer) is not None:
            return self._by_token(secret)
        if session := asked.cookie(self.session_cookie):
            digest = digest_of(session)
            if found := visitor_by_session(self._known, digest, self.clock()):
                self._note_seen(digest, self._known.sessions[digest].seen_at)
                return found
        if self.needs_login:
            return NOBODY
        if not self.is_open or (asked.is_api and not seal.fits(asked.headers.get(b"x-csrf", ""))):
            return GUEST
        return LOCAL

    def _by_token(self, secret: str) -> Visitor:
        if secrets.compare_digest(secret.encode("utf-8", "replace"), self._token.encode()):
            return SERVICE
        digest = digest_of(secret)
        if found := visitor_by_token(self._known, digest, self.clock()):
            self._note_seen(digest, self._known.tokens[digest].last_used_at)
            return found
        return NOBODY

    def _note_seen(self, digest: str, before: datetime | None) -> None:
        now = self.clock()
        if before is None or now - before > _COARSE:
            self._seen[digest] = now

    async def change(self, do: Callable[[LocalAccess], Done]) -> Done:
        """Change users, tokens or sessions; it holds from this moment on."""
        try:
            return await self._writing.write(lambda: do(self.access))
        finally:
            self._known = self.access.get_known()

    async def log_in(self, name: str, password: str) -> str | None:
        """The id of a new session; None where name and password do not belong together. StoreBusy where many wait."""
        if self._waiting >= _MOST_WAITING:
            raise StoreBusy("too many log in at once; try again")
        self._waiting += 1
        try:
            async with self._hashing:
                is_right = await asyncio.to_thread(self.access.is_password, name, password)
        finally:
            self._waiting -= 1
        return await self.change(lambda access: access.open_session(name)) if is_right else None

    async def log_out(self, visitor: Visitor) -> None:
        """End the session of a visitor."""
        if (digest := visitor.session) is not None:
            await self.change(lambda access: access.close_session(digest))

    def is_user(self, name: str) -> bool:
        """Whether somebody is called so."""
        return name in self._known.users

    def record(self, deed: Deed) -> None:
        """Have it written down what was done, soon."""
        if len(self._deeds) < _MOST_DEEDS:
            self._deeds.append(deed)

    async def flush(self) -> None:
        """Write down what was done, and who was seen; what the store does not take now stays for the next time."""
        async with self._flushing:
            deeds, seen = tuple(self._deeds), dict(self._seen)
            if not deeds and not seen:
                return
            await self._writing.write(lambda: self.access.note(deeds, seen))
            del self._deeds[: len(deeds)]
            self._seen = {digest: at for digest, at in self._seen.items() if seen.get(digest) != at}
            if seen:
                self._known = self.access.get_known()

    async def keep(self) -> None:
        """Go on writing down what is done until cancelled."""
        while True:
            await asyncio.sleep(_REST)
            await self.try_flush()

    async def try_flush(self) -> None:
        """See `flush`; nothing is said of a store in trouble, as the steps that gather tell of it."""
        with suppress(StoreError):
            await self.flush()
