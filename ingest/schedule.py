"""When a feed is asked again: pure decisions over its state, the clock and the dice handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from orewire.model.article import Entry
from orewire.model.feed import FeedState

SHORTEST: Final = 900.0
LONGEST: Final = 86_400.0
HOUR: Final = 3_600.0
WEEK: Final = 604_800.0
REFRESH: Final = timedelta(days=8)
"""After so long without a whole body the validators are not sent: some servers answer 304 for ever."""
GIVE_UP_MOVE: Final = 3
"""Failures after which the address that a permanent redirect gave is dropped: captive portals give such, too."""
_JITTER: Final = 0.1
_SLOWER: Final = 1.1
_MAX_DOUBLINGS: Final = 8
_HOURS: Final = 24


def is_waiting(state: FeedState, now: datetime) -> bool:
    """Whether the server asked not to be asked yet."""
    return state.wait_until is not None and state.wait_until > now


def may_ask_for_changes(state: FeedState, now: datetime) -> bool:
    """Whether validators may be sent; if not, the whole feed is asked for."""
    return state.last_success is not None and now - state.last_success <= REFRESH


def fit_interval(entries: Sequence[Entry], state: FeedState, now: datetime) -> float:
    """Seconds between polls for a feed with these entries: a week divided by its entries of a week, within bounds.

    Where every entry is newer than all that was known, some may have been missed, and it is asked twice as often.
    """
    moments = [entry.published for entry in entries if entry.published is not None and entry.published <= now]
    if not moments:  # without dates only what is new tells: twice as often then, else a little less often
        if state.entries_digest is None:
            return _bounded(state.interval)
        is_new = entries_digest(entries) != state.entries_digest
        return _bounded(state.interval / 2 if is_new else state.interval * _SLOWER)
    recent = [moment for moment in moments if (now - moment).total_seconds() < WEEK]
    span = WEEK if len(recent) < len(moments) else max(HOUR, (now - min(moments)).total_seconds())
    interval = span / max(1, len(recent))
    turned_over = state.newest_entry is not None and len(moments) > 1 and min(moments) > state.newest_entry
    return _bounded(min(interval, state.interval / 2) if turned_over else interval)


def entries_digest(entries: Sequence[Entry]) -> str:
    """Tells the same entries from others, whatever their order."""
    return hashlib.sha256("\n".join(sorted(entry.url for entry in entries)).encode("utf-8", "replace")).hexdigest()


def after_success(
    state: FeedState, entries: Sequence[Entry], *, hint: float | None, now: datetime, jitter: float
) -> FeedState:
    """The state after a feed was read. `hint` is how long (s) it says to stay the same; `jitter` is within [0, 1)."""
    interval = fit_interval(entries, state, now)
    newest = max((e.published for e in entries if e.published and e.published <= now), default=state.newest_entry)
    seen = [moment for moment in (newest, state.newest_entry) if moment]
    read = replace(
        state, last_success=now, newest_entry=max(seen, default=None), entries_digest=entries_digest(entries)
    )
    return _settled(read, interval, hint, now, jitter)


def after_unchanged(state: FeedState, *, hint: float | None, now: datetime, jitter: float) -> FeedState:
    """The state after a 304: asked a little less often each time. `last_success` stays that of the last whole body."""
    return _settled(state, _bounded(state.interval * _SLOWER), hint, now, jitter)


def _settled(state: FeedState, interval: float, hint: float | None, now: datetime, jitter: float) -> FeedState:
    pause = min(max(interval, hint or 0.0), LONGEST)
    return replace(
        state,
        last_poll=now,
        last_error=None,
        failures=0,
        wait_until=None,
        interval=interval,
        next_poll=_awake(_later(now, pause, jitter), state.skip_hours),
        retired=False,
    )


def after_failure(
    state: FeedState, error: str, *, status: int | None, retry_after: float | None, now: datetime, jitter: float
) -> FeedState:
    """The state after a poll that brought nothing: validators kept, the pause doubled with each failure in a row."""
    failures = state.failures + 1
    # A refusal (401, 403, 404, 451) does not heal in minutes; a busy or broken server may.
    shortest = HOUR if status is not None and 400 <= status < 500 and status != 429 else SHORTEST
    pause = max(shortest, _bounded(state.interval) * 2 ** min(failures - 1, _MAX_DOUBLINGS))
    pause = min(max(pause, retry_after or 0.0), LONGEST)
    moved_to = None if failures >= GIVE_UP_MOVE else state.moved_to
    return replace(
        state,
        moved_to=moved_to,
        last_poll=now,
        last_error=error,
        failures=failures,
        wait_until=now + timedelta(seconds=retry_after) if retry_after else None,
        next_poll=_later(now, pause, jitter),
    )


def after_gone(state: FeedState, error: str, *, now: datetime) -> FeedState:
    """The state after a 410: the feed is not asked again by itself."""
    return replace(state, last_poll=now, last_error=error, failures=state.failures + 1, next_poll=None, retired=True)


def _awake(moment: datetime, skip_hours: str | None) -> datetime:
    """The moment, or the next full hour that the feed does not ask to skip; where it skips all, it is not heeded."""
    skipped = {int(hour) for hour in skip_hours.split(",")} if skip_hours else set()
    if moment.astimezone(UTC).hour not in skipped or len(skipped) == _HOURS:
        return moment
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return next(
        later
        for step in range(1, _HOURS)
        if (later := hour + timedelta(hours=step)).astimezone(UTC).hour not in skipped
    )


def _bounded(interval: float) -> float:
    return min(max(interval, SHORTEST), LONGEST)


def _later(now: datetime, pause: float, jitter: float) -> datetime:
    """Jitter only ever adds, so that what a server asked for is kept, but never goes beyond a day."""
    return now + timedelta(seconds=min(pause * (1 + _JITTER * jitter), max(pause, LONGEST)))
