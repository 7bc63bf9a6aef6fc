"""The seal of our forms: a token made of a cookie, so that no page elsewhere can send one in a visitor's name."""

from __future__ import annotations

import hashlib
import hmac
import secrets


class Seal:
    """Of one request: `bound` is the visitor's cookie, that of a session or a random one; None where there is none."""

    __slots__ = ("_key", "bound", "is_new")

    def __init__(self, key: bytes, bound: str | None) -> None:
        self._key, self.bound, self.is_new = key, bound, False

    def token(self) -> str:
        """What a form must bear; a visitor without a cookie gets one, as `is_new` then tells."""
        if self.bound is None:
            self.bound, self.is_new = secrets.token_urlsafe(24), True
        return _token(self._key, self.bound)

    def fits(self, token: str) -> bool:
        """Whether the token was made for this visitor."""
        if self.bound is None:
            return False
        return hmac.compare_digest(_token(self._key, self.bound).encode(), token.encode("utf-8", "replace"))


def _token(key: bytes, bound: str) -> str:
    return hmac.new(key, bound.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
