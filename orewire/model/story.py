"""Stories: articles that tell the same happening; and the passages that prove an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orewire.model.event import Event
from orewire.model.hit import Excerpt


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Where an article proves an event: the evidence is the highlight of `excerpt`, which is None for a title's.

    `start` is where the evidence begins in the text: one article may tell of an event, that others went into, twice.
    `story` is the number of the article's story, None where it belongs to none.
    """

    article_id: str
    story: int | None
    excerpt: Excerpt | None
    start: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An article of a story. `copy_of` is the first article of which it is a near-copy, None for that one itself."""

    article_id: str
    url: str | None
    title: str
    source: str
    lang: str | None
    published: datetime | None
    voice: str
    copy_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Reports by time of publication, and the events that they tell of, newest first."""

    id: int
    first_seen: datetime
    last_seen: datetime
    reports: tuple[Report, ...]
    events: tuple[Event, ...]
