"""Who may do what: users, their tokens and sessions, and the record of what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

ROLES: Final = ("reader", "analyst", "admin")
"""Each may do all that those before it may."""
NO_ROLE: Final = "none"
IDLE: Final = timedelta(hours=12)
"""A session that was not used for so long has ended."""
LONGEST_SESSION: Final = timedelta(days=30)
SHORTEST_PASSWORD: Final = 12
KEEP_DEEDS: Final = timedelta(days=365)

_RANKS: Final = {NO_ROLE: 0, **{role: number for number, role in enumerate(ROLES, 1)}}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who can log in, unless they are disabled."""

    name: str
    role: str
    made_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What lets a program act for a user, with the lower of both roles. Its secret is known to the program only."""

    id: int
    name: str
    user: str
    role: str
    made_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser in which a user has logged in."""

    user: str
    made_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that can be known of who asks: users by name, tokens and sessions by the SHA-256 of their secret."""

    users: dict[str, User]
    tokens: dict[str, Token]
    sessions: dict[str, Session]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks. Without a name it is nobody that we know; `session` is its digest, where they have logged in."""

    name: str
    role: str
    session: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is of any use to say who they are."""
        return bool(self.name)

    def may(self, role: str) -> bool:
        """Whether they have this role, or a higher one."""
        return allows(self.role, role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody did, or tried to do."""

    done_at: datetime
    who: str
    role: str
    what: str
    target: str
    address: str
    outcome: str


def allows(role: str, needed: str) -> bool:
    """Whether `role` is `needed` or higher."""
    return _RANKS[role] >= _RANKS[needed]


def lower_role(one: str, other: str) -> str:
    """The one that may do less."""
    return min(one, other, key=_RANKS.__getitem__)


def visitor_by_session(known: Known, digest: str, now: datetime) -> Visitor | None:
    """Who has logged in so; None where the session is unknown or over, or its user may no longer enter."""
    session = known.sessions.get(digest)
    if session is None or now >= session.expires_at or now >= session.seen_at + IDLE:
        return None
    user = known.users.get(session.user)
    if user is None or user.disabled_at is not None:
        return None
    return Visitor(name=user.name, role=user.role, session=digest)


def visitor_by_token(known: Known, digest: str, now: datetime) -> Visitor | None:
    """For whom a program acts; None where the token is unknown, revoked or over, or its user may no longer enter."""
    token = known.tokens.get(digest)
    if token is None or token.revoked_at is not None or (token.expires_at is not None and now >= token.expires_at):
        return None
    user = known.users.get(token.user)
    if user is None or user.disabled_at is not None:
        return None
    return Visitor(name=user.name, role=lower_role(token.role, user.role))
