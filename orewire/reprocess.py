"""What is stored, understood again by this version: beside what counts, until all of it can take its place at once.

    articles ──queue──> reanalyses ──understand──> reanalyses ──swap──> mentions, events

Killed anywhere it goes on where it stopped; until the swap every question is answered as before.
"""

from __future__ import annotations

from dataclasses import replace

from orewire.model.event import RoundReport
from orewire.pipeline import understand
from orewire.rooms import Rooms, in_order

_BATCH = 64


async def queue_stale(rooms: Rooms, *, every: bool) -> int:
    """Queue the articles that another version understood, or all; how many wait now."""
    from store.reanalyses import queue_stale as queue

    current, heads = await rooms.workers.version()
    return queue(rooms.connection, current, heads, every=every)


async def reprocess(rooms: Rooms) -> RoundReport:
    """Do all that is queued, then let it count."""
    report = RoundReport()
    while one := await reprocess_batch(rooms):
        report = replace(report, articles_analysed=report.articles_analysed + one)
    return swap(rooms, report)


async def reprocess_batch(rooms: Rooms) -> int:
    """Understand some of what is queued again; how many that were."""
    from store.reanalyses import keep_reanalyses, next_reanalyses

    batch = next_reanalyses(rooms.connection, _BATCH)
    if batch:
        rooms.progress.stage("articles", len(batch))
        told = [one async for one in in_order(rooms, batch, lambda article: understand(rooms, article))]
        keep_reanalyses(rooms.connection, [(article, one.analysis) for article, one in told])
    return len(batch)


def is_ready(rooms: Rooms) -> bool:
    """Whether something was queued, and all of it is understood again."""
    from store.reanalyses import count_reanalyses

    queued, done = count_reanalyses(rooms.connection)
    return 0 < queued == done


def swap(rooms: Rooms, report: RoundReport) -> RoundReport:
    """Let what is understood again count, and say what it changed."""
    from store.reanalyses import swap_reanalyses

    recorded = swap_reanalyses(rooms.connection)
    rooms.progress.note("reprocessed", new_events=len(recorded.new_events), updated=len(recorded.updated_events))
    return replace(
        report, events_new=len(recorded.new_events), events_updated=len(recorded.updated_events),
        new_event_ids=recorded.new_events,
    )  # fmt: skip
