"""What somebody wants to be told of (Watch), and one thing that is told (Telling)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Final

from orewire.model.event import Event, Filters
from orewire.model.trend import Mover

KINDS: Final = (
    "event", "new_opposition", "new_approval", "standing_changed", "first_of_kind", "unusual_rise",
)  # fmt: skip
"""What a watch can wait for; docs/alerts.md says what each means."""
UPDATES: Final = ("became_actual", "stage_changed")
"""What became of an event that was told before, where it matters."""
CORRECTIONS: Final = ("coded_anew", "merged", "retracted", "restored")
"""What was told before and is not so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours of the reader's day without alerts: `start` <= time < `end`, past midnight where `end` comes first."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A saved question, who is told of new answers, and when.

    An alert needs one of the `kinds`, and the filters; `filters.min_confidence` is the threshold. `channels` are names
    of the configuration. Alerts wait at most `batch` for others to leave with them; after `daily_cap` messages of one
    day of `zone` the rest is told in one at its end. `is_own`: made by command or page, not by the configuration.
    """

    name: str
    filters: Filters = field(default_factory=Filters)
    kinds: tuple[str, ...] = ("event",)
    channels: tuple[str, ...] = ()
    lang: str = "en"
    zone: str = "UTC"
    quiet: Quiet | None = None
    batch: timedelta = timedelta()
    daily_cap: int = 20
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One thing that an alert tells: `kind` is one of KINDS, UPDATES or CORRECTIONS.

    `event` is the event as it is now, None where there is none any more (retracted) and for an unusual rise, which has
    `mover` instead; of a merged one it is the event that it went into. `before` is the event as it was told, for
    updates and corrections. `standing` is where its project stands by it, `stood` where it stood before if known.
    """

    kind: str
    event: Event | None = None
    before: Event | None = None
    standing: str | None = None
    stood: str | None = None
    mover: Mover | None = None
