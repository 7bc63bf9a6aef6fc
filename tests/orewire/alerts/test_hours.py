"""When an alert may leave, in whatever zone and on whatever day its reader lives."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.alerts.hours import due_time, is_quiet, local_day, next_day, out_of_quiet
from orewire.model.watch import Quiet, Watch

ZONES = ("Europe/Belgrade", "America/Santiago", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC")
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
NIGHT = Quiet(start=time(22), end=time(7))


def watch(zone: str = "UTC", quiet: Quiet | None = NIGHT, minutes: int = 0) -> Watch:
    return Watch(name="w", zone=zone, quiet=quiet, batch=timedelta(minutes=minutes))


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [(time(21, 59), False), (time(22), True), (time(0), True), (time(6, 59), True), (time(7), False)],
)
def test_quiet_past_midnight(clock: time, quiet: bool) -> None:
    """From the start on, and before the end."""
    assert quiet == is_quiet(clock, NIGHT)


def test_no_hours_at_all() -> None:
    """Hours that end where they begin are none."""
    assert not is_quiet(time(8), Quiet(start=time(8), end=time(8)))


def test_at_once() -> None:
    """Without quiet hours and batch, now."""
    now = datetime(2025, 11, 14, 23, tzinfo=UTC)
    assert now == due_time(now, watch(quiet=None))


def test_a_batch_that_ends_in_quiet_hours() -> None:
    """Waits for their end."""
    now = datetime(2025, 11, 14, 21, 50, tzinfo=UTC)
    assert datetime(2025, 11, 15, 7, tzinfo=UTC) == due_time(now, watch(minutes=15))


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("Europe/Belgrade", "2026-03-28T23:00", "2026-03-29T05:00+00:00"),
        ("Europe/Belgrade", "2026-10-24T23:00", "2026-10-25T06:00+00:00"),
        ("America/Santiago", "2026-09-05T23:00", "2026-09-06T10:00+00:00"),
        ("America/Santiago", "2026-04-04T22:30", "2026-04-05T11:00+00:00"),
        ("Australia/Lord_Howe", "2026-10-03T23:00", "2026-10-03T20:00+00:00"),
        ("Australia/Lord_Howe", "2026-04-04T23:00", "2026-04-04T20:30+00:00"),
    ],
)
def test_nights_in_which_clocks_change(zone: str, now: str, due: str) -> None:
    """It is seven by the reader's clock when quiet hours end."""
    assert datetime.fromisoformat(due) == due_time(local(now, zone), watch(zone))


def test_the_hour_that_comes_twice() -> None:
    """Quiet hours that end at half past two end again when clocks go back; never in the past."""
    quiet = Quiet(start=time(22), end=time(2, 30))
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 in Belgrade, for the second time
    assert datetime(2026, 10, 25, 1, 30, tzinfo=UTC) == out_of_quiet(second, watch("Europe/Belgrade", quiet))


def test_the_hour_that_is_skipped() -> None:
    """Quiet hours that end at a time that there is not end before anybody wakes, and not in themselves."""
    quiet = Quiet(start=time(22), end=time(2, 30))
    night = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert datetime(2026, 3, 29, 1, 30, tzinfo=UTC) == out_of_quiet(night, watch("Europe/Belgrade", quiet))


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("Europe/Belgrade", "2025-11-14T12:00", "2025-11-14T23:00+00:00"),
        ("America/Santiago", "2026-09-05T12:00", "2026-09-06T04:00+00:00"),  # there is no midnight that day
        ("Australia/Lord_Howe", "2026-04-04T12:00", "2026-04-04T13:00+00:00"),
        ("UTC", "2025-11-14T00:00", "2025-11-15T00:00+00:00"),
    ],
)
def test_next_day(zone: str, now: str, due: str) -> None:
    """Begins at the reader's midnight, or when that is skipped, just behind it."""
    assert datetime.fromisoformat(due) == next_day(local(now, zone), watch(zone, None))


def test_next_day_begins_quietly() -> None:
    """What a cap held back does not leave at midnight where that is quiet."""
    assert datetime(2025, 11, 15, 7, tzinfo=UTC) == next_day(datetime(2025, 11, 14, 12, tzinfo=UTC), watch())


def test_local_day() -> None:
    """The day of the reader's wall, not ours."""
    assert date(2025, 11, 15) == local_day(datetime(2025, 11, 14, 23, 30, tzinfo=UTC), "Europe/Belgrade")


MOMENTS = st.integers(946_684_800, 2_208_988_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
CHANGES = st.sampled_from(
    [
        "2026-03-29T01:00",
        "2026-10-25T01:00",
        "2026-09-06T04:00",
        "2026-04-05T03:00",
        "2026-10-03T15:30",
        "2011-12-30T10:00",
    ]
).flatmap(
    lambda text: st.timedeltas(timedelta(hours=-26), timedelta(hours=26)).map(
        lambda span: datetime.fromisoformat(text).replace(tzinfo=UTC) + span
    )
)


@given(MOMENTS | CHANGES, st.sampled_from(ZONES), CLOCKS, CLOCKS, st.integers(0, 1440))
def test_due_never_quiet_and_never_past(now: datetime, zone: str, start: time, end: time, minutes: int) -> None:
    """Whatever the hours, the zone and the day."""
    asked = watch(zone, Quiet(start=start, end=end), minutes)
    due = due_time(now, asked)
    assert asked.quiet and not is_quiet(due.astimezone(ZoneInfo(zone)).time(), asked.quiet)
    assert now <= due <= now + timedelta(days=3)


@given(MOMENTS | CHANGES, st.sampled_from(ZONES))
def test_next_day_is_the_next(now: datetime, zone: str) -> None:
    """It lies ahead, on a later day, and no more than a day is between."""
    due = next_day(now, watch(zone, None))
    assert now < due <= now + timedelta(hours=50)
    assert local_day(due, zone) > local_day(now, zone)
