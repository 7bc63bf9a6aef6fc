"""The ledger of what is told: changes of events that wait to be judged, alerts, and how each message leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from orewire.model.event import Event
from orewire.model.trend import Mover

ALERT_STATES: Final = ("waiting", "held", "told", "dropped")
"""Waiting for its time; held back by the cap of the day; told; dropped, as there was nothing left to tell."""
DELIVERY_STATES: Final = ("waiting", "sent", "dead")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWatch:
    """A watch with its settings, as config.yaml has them. Events up to the id `after_event` are no news to it."""

    name: str
    settings: Mapping[str, Any]
    is_own: bool
    made_at: datetime
    after_event: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Was:
    """What an event was before a change."""

    status: str
    stage: str | None
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An event that was made (`was` is None), changed, or taken away; `number` in the order of the changes."""

    number: int
    event: int
    was: Was | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What an event means for its project: where it stands by it and stood before, whether it is the first of its type.

    `standing` is None where the event moved nothing.
    """

    standing: str | None = None
    stood: str | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One event of which one watch is told, was told, or will be; see Telling for kind, standing, mover and before.

    `event` is None for an unusual rise, which `about` names. `told` is the event as it was told, and `message` the key
    of the message that did so. `id` is None until it is kept.
    """

    watch: str
    kind: str
    event: int | None
    decided_at: datetime
    due: datetime
    id: int | None = None
    about: str | None = None
    state: str = "waiting"
    standing: str | None = None
    stood: str | None = None
    mover: Mover | None = None
    before: Event | None = None
    told: Event | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message as the ledger lists it. `kind` is alert, summary or digest; `day` is the reader's."""

    key: str
    kind: str
    name: str
    day: date
    thread: str | None
    created: datetime
    subject: str
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a message leaves by one channel: `error` is what the last try met, `ended_at` when that was the last."""

    message: str
    channel: str
    state: str
    attempts: int
    due: datetime
    created: datetime
    subject: str
    error: str | None = None
    ended_at: datetime | None = None
