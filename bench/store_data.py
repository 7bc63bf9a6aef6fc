"""A store of any size, made inside DuckDB by SQL: 2,740 events a day from 2016 on, 1.3 mentions an event.

Countries, minerals, projects and names are skewed, as in the news; for some events the date lies in the past or future
of the report. The rate is the same every day, so the store of 1,000,000 events is that of 10,000,000 earlier in its
life. Only the newest articles have a text: figures of size leave the text out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bench import store_sql
from bench.store_words import write_words
from store.connection import Connection
from store.mentions import REMEMBERED

FIRST_DAY = date(2016, 1, 1)
PER_DAY = 2_740
VERSION = "2026.11"
_CHUNK = 100
"""Days that are made at a time."""
_LATEST = 6
"""Days after which nobody tells of an event any more."""
_MENTIONS_AN_EVENT, _MENTIONS_AN_ARTICLE = 1.3, 1.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is made: events, and the newest articles that have a text, of about 200 words."""

    events: int
    texts: int = 1_000_000

    @property
    def days(self) -> int:
        """How many days the events take."""
        return -(-self.events // PER_DAY)

    @property
    def end(self) -> date:
        """The day after the last."""
        return FIRST_DAY + timedelta(days=self.days)

    @property
    def last_without_text(self) -> int:
        """The number of the last article that has no text."""
        return int(self.events * _MENTIONS_AN_EVENT / _MENTIONS_AN_ARTICLE) - self.texts


def fill(connection: Connection, size: Size) -> None:
    """Fill an empty store."""
    connection.execute("SET memory_limit = '8GB'")
    counts = write_words(connection) | {"per_day": PER_DAY}
    connection.execute(store_sql.MACROS.format(**counts))
    connection.execute(store_sql.PROJECTS.format(**counts))
    next_article = 1
    for day in range(0, size.days, _CHUNK):
        next_article = _fill_days(connection, size, day, next_article, counts)
    connection.execute(store_sql.STORIES)
    connection.execute(store_sql.WEEKS)
    connection.execute(f"CREATE OR REPLACE SEQUENCE event_ids START {size.events + 1}")
    connection.execute(f"CREATE OR REPLACE SEQUENCE article_numbers START {next_article}")
    connection.execute("CHECKPOINT")


def _fill_days(connection: Connection, size: Size, day: int, next_article: int, counts: dict[str, int]) -> int:
    """The events of a chunk of days and what was published on them; the number of the next article."""
    last = min(size.events, (day + _CHUNK) * PER_DAY)
    first_day = FIRST_DAY + timedelta(days=day)
    version = {"version": VERSION}
    connection.execute(
        store_sql.TOLD.format(**counts),
        {
            "earliest": max(0, day - _LATEST) * PER_DAY, "last": last, "first_article": next_article,
            "first_day": first_day, "end": min(size.end, first_day + timedelta(days=_CHUNK)),
        },
    )  # fmt: skip
    connection.execute(store_sql.EVENTS.format(**counts), {"first": day * PER_DAY, "last": last, **version})
    connection.execute(store_sql.PUBLISHED.format(**counts))
    connection.execute(store_sql.MENTIONS, version)
    connection.execute(store_sql.ARTICLES.format(**counts), {"last_without_text": size.last_without_text, **version})
    connection.execute(store_sql.FINGERPRINTS.format(**counts), {"remembered": size.end - REMEMBERED})
    connection.execute(store_sql.STANCES.format(**counts), version)
    return next_article + int(connection.execute("SELECT count(*) FROM published").fetchall()[0][0])
