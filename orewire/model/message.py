"""What is told: one message, whichever channels it leaves by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
