"""Whom the service works for: who can read its token beside the store."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import Header, HTTPException


def token_guard(token: str) -> Callable[[str], None]:
    """A dependency that lets only requests with the token through."""

    def authorised(authorization: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401, "this needs the service's token")

    return authorised
