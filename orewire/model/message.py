"""What is told: one message, whichever channels it leaves by."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One telling: an alert or a digest, in every form that a channel may need.

    `key` names this telling and stays the same however often it is tried; `thread` is the key of the first message that
    this one updates. `pictures` are PNG files by the Content-ID under which `html` shows them (`cid:...`). `summary` is
    one line. `payload` is what programs get, anything that JSON can hold.
    """

    key: str
    subject: str
    text: str
    summary: str
    created: datetime
    thread: str | None = None
    html: str | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    link: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


def message_to_json(message: Message) -> dict[str, Any]:
    """The whole message, its pictures as Base64."""
    values = {one.name: getattr(message, one.name) for one in fields(message)}
    pictures = {name: b64encode(png).decode() for name, png in message.pictures.items()}
    return {**values, "created": message.created.isoformat(), "pictures": pictures, "payload": dict(message.payload)}


def message_from_json(record: Mapping[str, Any]) -> Message:
    """The inverse of `message_to_json`."""
    pictures = {name: b64decode(png) for name, png in record["pictures"].items()}
    return Message(**{**record, "created": datetime.fromisoformat(record["created"]), "pictures": pictures})
