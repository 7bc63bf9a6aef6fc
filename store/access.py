"""Users, tokens and sessions as they are stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orewire.model.access import IDLE, LONGEST_SESSION, ROLES, Known, Session, Token, User, allows
from orewire.model.errors import UsageError
from store.connection import Connection, rows, transaction

SECRET_TABLES: Final = ("users", "tokens", "sessions", "audit")
"""What nobody gets who takes the store with them."""
_LONGEST_NAME: Final = 100
_SESSIONS_EACH: Final = 50
"""Of one user: whoever logs in more often ends their oldest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token that is to be kept, with the SHA-256 of its secret."""

    name: str
    user: str
    role: str
    digest: str
    expires_at: datetime | None = None


def get_users(connection: Connection) -> list[User]:
    """All of them by name."""
    return [User(**row) for row in rows(connection, "SELECT * EXCLUDE (hash) FROM users ORDER BY name")]


def get_hash(connection: Connection, name: str) -> str | None:
    """The hash of a user's password; None where there is no such user, or they may not log in."""
    query = "SELECT hash FROM users WHERE name = $name AND disabled_at IS NULL"
    found = connection.execute(query, {"name": name}).fetchone()
    return str(found[0]) if found else None


def add_user(connection: Connection, user: User, hashed: str) -> None:
    """Keep a new user; UsageError for a name that is taken or no name, or a role that there is not."""
    _check_name(user.name)
    _check_role(user.role)
    with transaction(connection):
        if user.name.casefold() in {known.name.casefold() for known in get_users(connection)}:
            raise UsageError(f"user: {user.name!r} is taken")
        connection.execute(
            "INSERT INTO users (name, role, hash, made_at) VALUES ($name, $role, $hash, $made_at)",
            {"name": user.name, "role": user.role, "hash": hashed, "made_at": user.made_at},
        )


def set_password(connection: Connection, name: str, hashed: str) -> None:
    """Another password; all sessions of the user end."""
    with transaction(connection):
        _require_user(connection, name)
        connection.execute("UPDATE users SET hash = $hash WHERE name = $name", {"hash": hashed, "name": name})
        _end_sessions(connection, name)


def disable_user(connection: Connection, name: str, now: datetime) -> None:
    """Let a user in no more, nor programs that act for them; all their sessions end."""
    with transaction(connection):
        _require_user(connection, name)
        connection.execute(
            "UPDATE users SET disabled_at = coalesce(disabled_at, $now) WHERE name = $name", {"now": now, "name": name}
        )
        _end_sessions(connection, name)


def remove_user(connection: Connection, name: str) -> None:
    """Forget a user, with their tokens and sessions; what they did stays recorded."""
    with transaction(connection):
        _require_user(connection, name)
        _end_sessions(connection, name)
        for query in ('DELETE FROM tokens WHERE "user" = $name', "DELETE FROM users WHERE name = $name"):
            connection.execute(query, {"name": name})


def _end_sessions(connection: Connection, name: str) -> None:
    connection.execute('DELETE FROM sessions WHERE "user" = $name', {"name": name})


def _require_user(connection: Connection, name: str) -> User:
    users = {user.name: user for user in get_users(connection)}
    if name not in users:
        raise UsageError(f"user: found {name[:_LONGEST_NAME]!r}, expected one of {', '.join(users) or 'none: add one'}")
    return users[name]


def _check_name(name: str) -> None:
    if len(name) > _LONGEST_NAME or not re.fullmatch(r"\w[\w.@+-]*", name):
        expected = f"at most {_LONGEST_NAME} letters and digits, and . @ + - _ after the first"
        raise UsageError(f"user: found {name[:_LONGEST_NAME]!r}, expected {expected}")
    if name.casefold() in _TAKEN:
        raise UsageError(f"user: {name!r} is taken: the record of what was done means something else by it")


_TAKEN: Final = ("service", "local", "unknown")


def _check_purpose(name: str) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UsageError(
            f"token: found {name[:_LONGEST_NAME]!r}, expected what it is for in 1 to {_LONGEST_NAME} letters"
        )


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise UsageError(f"role: found {role[:_LONGEST_NAME]!r}, expected one of {', '.join(ROLES)}")


def get_tokens(connection: Connection) -> list[Token]:
    """All of them, also revoked ones, in the order in which they were made."""
    return [Token(**row) for row in rows(connection, "SELECT * EXCLUDE (digest) FROM tokens ORDER BY id")]


def add_token(connection: Connection, new: NewToken, now: datetime) -> Token:
    """Keep a token; UsageError where its user is unknown or disabled, or may do less than it should."""
    _check_purpose(new.name)
    _check_role(new.role)
    if new.expires_at is not None and new.expires_at <= now:
        raise UsageError("expires: expected a time to come")
    with transaction(connection):
        user = _require_user(connection, new.user)
        if user.disabled_at is not None or not allows(user.role, new.role):
            state = "disabled" if user.disabled_at else f"only {user.role}"
            raise UsageError(f"role: found {new.role}, but {user.name} is {state}")
        (number,) = connection.execute("SELECT nextval('token_numbers')").fetchone() or (0,)
        token = Token(
            id=number, name=new.name, user=new.user, role=new.role, made_at=now, expires_at=new.expires_at
        )  # fmt: skip
        _insert_token(connection, token, new.digest)
    return token


def _insert_token(connection: Connection, token: Token, digest: str) -> None:
    connection.execute(
        """
        INSERT INTO tokens (id, name, "user", digest, role, made_at, expires_at)
        VALUES ($id, $name, $user, $digest, $role, $made_at, $expires_at)
        """,
        {name: getattr(token, name) for name in ("id", "name", "user", "role", "made_at", "expires_at")}
        | {"digest": digest},
    )


def revoke_token(connection: Connection, number: int, now: datetime) -> Token:
    """Let nobody in by this token any more; UsageError where there is none."""
    with transaction(connection):
        connection.execute(
            "UPDATE tokens SET revoked_at = coalesce(revoked_at, $now) WHERE id = $id", {"now": now, "id": number}
        )
    for token in get_tokens(connection):
        if token.id == number:
            return token
    raise UsageError(f"token: found {number}, expected a number of `orewire token list`")


def open_session(connection: Connection, digest: str, name: str, now: datetime) -> None:
    """Keep that a user has logged in."""
    with transaction(connection):
        connection.execute(
            "INSERT INTO sessions VALUES ($digest, $name, $now, $now, $until)",
            {"digest": digest, "name": name, "now": now, "until": now + LONGEST_SESSION},
        )
        connection.execute(
            """
            DELETE FROM sessions WHERE "user" = $name AND digest NOT IN (
                SELECT digest FROM sessions WHERE "user" = $name ORDER BY made_at DESC, digest LIMIT $most
            )
            """,
            {"name": name, "most": _SESSIONS_EACH},
        )


def close_session(connection: Connection, digest: str) -> None:
    """Keep that a user has logged out."""
    with transaction(connection):
        connection.execute("DELETE FROM sessions WHERE digest = $digest", {"digest": digest})


def note_seen(connection: Connection, seen: Mapping[str, datetime], now: datetime) -> None:
    """When these sessions and tokens, by their digests, were last used; sessions that are over are forgotten."""
    with transaction(connection):
        for digest, at in seen.items():
            told = {"digest": digest, "seen": at}
            connection.execute("UPDATE sessions SET seen_at = $seen WHERE digest = $digest", told)
            connection.execute("UPDATE tokens SET last_used_at = $seen WHERE digest = $digest", told)
        connection.execute(
            "DELETE FROM sessions WHERE expires_at <= $now OR seen_at <= $idle", {"now": now, "idle": now - IDLE}
        )


def get_known(connection: Connection) -> Known:
    """Users, tokens and sessions, to tell by who asks."""
    tokens = rows(connection, "SELECT * FROM tokens WHERE revoked_at IS NULL")
    return Known(
        users={user.name: user for user in get_users(connection)},
        tokens={row.pop("digest"): Token(**row) for row in tokens},
        sessions={row.pop("digest"): Session(**row) for row in rows(connection, "FROM sessions")},
    )
