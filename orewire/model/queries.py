"""Queries that people keep to ask again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedQuery:
    """A SELECT with a name; `who` kept it, at `made_at`."""

    name: str
    sql: str
    who: str
    made_at: datetime
