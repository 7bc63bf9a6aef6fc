"""Implements `orewire.model.ports.Access` over a store that is open here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from orewire.model.access import Deed, Known, Token, User
from store import access, audit
from store.access import NewToken
from store.cursors import Cursors
from store.passwords import check_new_password, digest_of, hash_password, is_password, new_secret, new_token_secret


def _now() -> datetime:
    return datetime.now(UTC)


class LocalAccess:
    """Works with a cursor of its own, from any thread; only one at a time may write to a store."""

    def __init__(self, cursors: Cursors, clock: Callable[[], datetime] = _now) -> None:
        self._cursors, self._clock = cursors, clock

    def get_users(self) -> Sequence[User]:
        """See Access."""
        with self._cursors.cursor() as cursor:
            return access.get_users(cursor)

    def add_user(self, name: str, role: str, password: str) -> None:
        """See Access."""
        check_new_password(name, password)
        with self._cursors.cursor() as cursor:
            access.add_user(cursor, User(name=name, role=role, made_at=self._clock()), hash_password(password))

    def set_password(self, name: str, password: str) -> None:
        """See Access."""
        check_new_password(name, password)
        with self._cursors.cursor() as cursor:
            access.set_password(cursor, name, hash_password(password))

    def disable_user(self, name: str) -> None:
        """See Access."""
        with self._cursors.cursor() as cursor:
            access.disable_user(cursor, name, self._clock())

    def remove_user(self, name: str) -> None:
        """See Access."""
        with self._cursors.cursor() as cursor:
            access.remove_user(cursor, name)

    def get_tokens(self) -> Sequence[Token]:
        """See Access."""
        with self._cursors.cursor() as cursor:
            return access.get_tokens(cursor)

    def add_token(
        self, name: str, *, user: str, role: str, expires_at: datetime | None = None
    ) -> tuple[Token, str]:  # fmt: skip
        """See Access."""
        secret = new_token_secret()
        new = NewToken(name=name, user=user, role=role, digest=digest_of(secret), expires_at=expires_at)
        with self._cursors.cursor() as cursor:
            return access.add_token(cursor, new, self._clock()), secret

    def revoke_token(self, number: int) -> Token:
        """See Access."""
        with self._cursors.cursor() as cursor:
            return access.revoke_token(cursor, number, self._clock())

    def find_deeds(self, *, since: datetime | None = None, limit: int = 200) -> Sequence[Deed]:
        """See Access."""
        with self._cursors.cursor() as cursor:
            return audit.find_deeds(cursor, since=since, limit=limit)

    def add_deeds(self, deeds: Sequence[Deed]) -> None:
        """Record what was done."""
        with self._cursors.cursor() as cursor:
            audit.add_deeds(cursor, deeds)

    def get_known(self) -> Known:
        """Users, tokens and sessions, to tell by who asks."""
        with self._cursors.cursor() as cursor:
            return access.get_known(cursor)

    def is_password(self, name: str, password: str) -> bool:
        """Whether it is the password of a user who may log in; of an unknown one it is not, after just as long."""
        with self._cursors.cursor() as cursor:
            hashed = access.get_hash(cursor, name)
        return is_password(password, hashed)

    def open_session(self, name: str) -> str:
        """Keep that a user has logged in; the new id of their session."""
        secret = new_secret()
        with self._cursors.cursor() as cursor:
            access.open_session(cursor, digest_of(secret), name, self._clock())
        return secret

    def close_session(self, digest: str) -> None:
        """Keep that a user has logged out."""
        with self._cursors.cursor() as cursor:
            access.close_session(cursor, digest)

    def note(self, deeds: Sequence[Deed], seen: Mapping[str, datetime]) -> None:
        """Record what was done, and when sessions and tokens were last used; forget what is too old."""
        with self._cursors.cursor() as cursor:
            if deeds:
                audit.add_deeds(cursor, deeds)
            if seen:
                access.note_seen(cursor, seen, self._clock())
                audit.thin_deeds(cursor, self._clock())
