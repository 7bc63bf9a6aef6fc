"""The digest of each reader's day, written at the reader's hour and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orewire.alerts.hours import local_day
from orewire.digest.compose import Digest, compose_digest
from orewire.digest.render import Letter, render_letter
from orewire.model.errors import StoreError
from orewire.model.event import event_to_json
from orewire.model.ledger import Post
from orewire.model.message import Message
from orewire.model.ports import Questions
from orewire.rooms import Rooms
from orewire.sections import DigestConfig
from store.connection import transaction
from store.outbox import add_message, last_digest_days, told_events

_TOLD_DAYS = timedelta(days=30)


async def write_digests(rooms: Rooms, questions: Questions) -> int:
    """Write the digests whose hour has come, for their channels to take; how many."""
    now, written = rooms.clock(), 0
    last = last_digest_days(rooms.connection)
    for digest, day in due_digests(rooms.config.digests, last, now):
        told = told_events(rooms.connection, digest.name, day - _TOLD_DAYS) if digest.name in last else None
        try:
            message, post = await asyncio.to_thread(_compose, questions, digest, day, told, now)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug of ours over one digest must not keep the others waiting
            rooms.progress.note("bug", digest=digest.name, error=repr(error))
            continue
        with transaction(rooms.connection):
            add_message(rooms.connection, message, post, digest.channels, now)
        written += 1
    return written


def due_digests(
    digests: list[DigestConfig], last: Mapping[str, date], now: datetime
) -> Iterator[tuple[DigestConfig, date]]:
    """Those whose hour has come, with the day to tell of: the reader's yesterday.

    After days without the service only that one is written; what came late is in it.
    """
    for digest in digests:
        today = local_day(now, digest.zone)
        hour = datetime.combine(today, time.fromisoformat(digest.at), ZoneInfo(digest.zone))
        yesterday = today - timedelta(days=1)
        if now >= hour and last.get(digest.name, date.min) < yesterday:
            yield digest, yesterday


def _compose(
    questions: Questions, digest: DigestConfig, day: date, told: set[int] | None, now: datetime
) -> tuple[Message, Post]:
    """Without former digests (None) every event of the day is told; with them none twice."""
    composed = compose_digest(questions, day, filters=digest.filters(), zone=digest.zone, by=digest.by, told=told)
    message = to_message(composed, render_letter(composed, digest.lang), name=digest.name, now=now)
    post = Post(
        key=message.key,
        kind="digest",
        name=digest.name,
        day=day,
        thread=None,
        created=now,
        subject=message.subject,
        events=composed.event_ids,
    )
    return message, post


def to_message(digest: Digest, letter: Letter, *, name: str, now: datetime) -> Message:
    """The digest as every channel can take it."""
    sections = [
        {"kind": one.kind, "name": one.name, "events": [event_to_json(item.event) for item in one.items]}
        for one in digest.sections
    ]
    return Message(
        key=f"digest/{name}/{digest.day}",
        subject=letter.subject,
        text=letter.text,
        summary=letter.summary,
        created=now,
        html=letter.html,
        pictures={one.name: one.png for one in letter.pictures},
        payload={
            "key": f"digest/{name}/{digest.day}",
            "digest": name,
            "day": digest.day.isoformat(),
            "zone": digest.zone,
            "sections": sections,
        },
    )
