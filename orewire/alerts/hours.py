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
    return out_of_quiet(now + watch.batch if watch.batch else now, watch)


def out_of_quiet(moment: datetime, watch: Watch) -> datetime:
    """The moment itself, or the end of the quiet hours in which it lies."""
    if watch.quiet is None:
        return moment
    local = moment.astimezone(ZoneInfo(watch.zone))
    if not is_quiet(local.time(), watch.quiet):
        return moment
    day = local.date() if local.time() < watch.quiet.end else local.date() + timedelta(days=1)
    end = datetime.combine(day, watch.quiet.end, ZoneInfo(watch.zone))
    ends = (end.replace(fold=fold).astimezone(UTC) for fold in (0, 1))  # where clocks go back, it is twice that time
    return out_of_quiet(next(one for one in ends if one > moment), watch)


def is_quiet(clock: time, quiet: Quiet) -> bool:
    """Whether a time of day lies in quiet hours, which may go past midnight."""
    if quiet.start <= quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end
