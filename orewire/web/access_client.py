"""The service's users, tokens and record over HTTP: implements `orewire.model.ports.Access`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from orewire.model.access import Deed, Token, User
from orewire.model.errors import UsageError
from orewire.model.records import from_json
from orewire.web.client import ServiceClient


class AccessClient:
    """Asks by a client of the service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def get_users(self) -> Sequence[User]:
        """See Access."""
        return [from_json(User, record) for record in self._client.get("users", [])["users"]]

    def add_user(self, name: str, role: str, password: str) -> None:
        """See Access."""
        self._send("POST", "users", {"name": name, "role": role, "password": password})

    def set_password(self, name: str, password: str) -> None:
        """See Access."""
        self._send("PUT", f"{_user(name)}/password", {"password": password})

    def disable_user(self, name: str) -> None:
        """See Access."""
        self._client.send("POST", f"{_user(name)}/disable")

    def remove_user(self, name: str) -> None:
        """See Access."""
        self._client.send("DELETE", _user(name))

    def get_tokens(self) -> Sequence[Token]:
        """See Access."""
        return [from_json(Token, record) for record in self._client.get("tokens", [])["tokens"]]

    def add_token(self, name: str, *, user: str, role: str, expires_at: datetime | None = None) -> tuple[Token, str]:
        """See Access."""
        until = expires_at.isoformat() if expires_at else None
        made = self._send("POST", "tokens", {"name": name, "user": user, "role": role, "expires_at": until})
        return from_json(Token, made["token"]), made["secret"]

    def revoke_token(self, number: int) -> Token:
        """See Access."""
        return from_json(Token, self._client.send("DELETE", f"tokens/{number}")["token"])

    def find_deeds(self, *, since: datetime | None = None, limit: int = 200) -> Sequence[Deed]:
        """See Access."""
        query = [("limit", str(limit)), *([("since", since.isoformat())] if since else [])]
        return [from_json(Deed, record) for record in self._client.get("audit", query)["deeds"]]

    def _send(self, method: str, path: str, values: dict[str, Any]) -> dict[str, Any]:
        return self._client.send(method, path, json.dumps(values).encode())


def _user(name: str) -> str:
    if not name or "/" in name or name in (".", ".."):
        raise UsageError(f"user: found {name!r}, expected one of `orewire user list`")
    return f"users/{quote(name, safe='')}"
