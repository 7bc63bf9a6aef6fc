"""When an alert may leave: quiet hours, batches, and the reader's day. Pure; times are aware, answers in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orewire.model.watch import Quiet, Watch


def local_day(moment: datetime, zone: str) -> date:
    """The day that it is there."""
    return moment.astimezone(ZoneInfo(zone)).date()


def next_day(moment: datetime, watch: Watch) -> datetime:
    """The first moment of the reader's next day at which alerts may leave."""
    tomorrow = datetime.combine(local_day(moment, watch.zone) + timedelta(days=1), time(), ZoneInfo(watch.zone))
    return out_of_quiet(tomorrow.astimezone(UTC), watch)


def due_time(now: datetime, watch: Watch) -> datetime:
    """When what is decided now may leave: with its batch, and not in quiet hours."""
    return out_of_quiet(now + watch.batch, watch)


def out_of_quiet(moment: datetime, watch: Watch) -> datetime:
    """The moment itself, or the end of the quiet hours in which it lies."""
    if watch.quiet is None:
        return moment
    local = moment.astimezone(ZoneInfo(watch.zone))
    if not is_quiet(local.time(), watch.quiet):
        return moment
    day = local.date() if local.time() < watch.quiet.end else local.date() + timedelta(days=1)
    return datetime.combine(day, watch.quiet.end, ZoneInfo(watch.zone)).astimezone(UTC)


def is_quiet(clock: time, quiet: Quiet) -> bool:
    """Whether a time of day lies in quiet hours, which may go past midnight."""
    if quiet.start <= quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


def next_clock(after: datetime, at: time, zone: str) -> datetime:
    """The first moment after `after` at which it is that time there; in the hour that a clock skips, just behind it."""
    day = local_day(after, zone)
    for number in range(3):
        moment = datetime.combine(day + timedelta(days=number), at, ZoneInfo(zone)).astimezone(UTC)
        if moment > after:
            return moment
    raise AssertionError("a day has no more than 25 hours")
