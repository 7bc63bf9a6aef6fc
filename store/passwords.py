"""Passwords and other secrets: the door to Argon2. What is stored of them cannot be turned back into them."""

from __future__ import annotations

import functools
import hashlib
import secrets
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from orewire.model.access import SHORTEST_PASSWORD
from orewire.model.errors import UsageError

_LONGEST: Final = 1_000
"""Characters: hashing a book would be work for nothing."""
_TOKEN_PREFIX: Final = "orewire_"  # noqa: S105 - so that programs that look for leaked secrets can tell it
_HASHER: Final = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
"""One of the costs that OWASP recommends: 46 MiB, about 30 ms."""


def check_new_password(name: str, password: str) -> None:
    """UsageError for a password that is too short, too long, or hardly another than the name."""
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST:
        raise UsageError(f"password: found {len(password)} characters, expected {SHORTEST_PASSWORD} to {_LONGEST:,}")
    if name.casefold() in (password.casefold(), password.casefold().strip()) or len(set(password)) < _FEWEST:
        raise UsageError(f"password: expected another than the name, of {_FEWEST} different characters at least")


_FEWEST: Final = 5


def hash_password(password: str) -> str:
    """The hash to store, with its salt and cost."""
    return _HASHER.hash(_as_typed(password))


def is_password(password: str, hashed: str | None) -> bool:
    """Whether the hash is of this password; without one it is not, which takes just as long to find out."""
    try:
        return _HASHER.verify(hashed or _nobodys_hash(), _as_typed(password[:_LONGEST])) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def new_secret() -> str:
    """256 random bits, as the id of a session."""
    return secrets.token_urlsafe(32)


def new_token_secret() -> str:
    """The same as the secret of a token."""
    return f"{_TOKEN_PREFIX}{new_secret()}"


def digest_of(secret: str) -> str:
    """What is stored of a secret that is random: SHA-256, as hex digits."""
    return hashlib.sha256(_bytes(secret)).hexdigest()


@functools.cache
def _nobodys_hash() -> str:
    return hash_password(new_secret())


def _as_typed(password: str) -> bytes:
    """The same bytes from every keyboard: some make ü of one character, some of two."""
    return _bytes(unicodedata.normalize("NFC", password))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
