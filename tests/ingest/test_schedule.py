"""When a feed is asked again: pure decisions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.schedule import (
    GIVE_UP_MOVE,
    HOUR,
    LONGEST,
    REFRESH,
    SHORTEST,
    after_failure,
    after_gone,
    after_success,
    after_unchanged,
    fit_interval,
    is_waiting,
    may_ask_for_changes,
)
from orewire.model.article import Entry
from orewire.model.feed import FeedState

NOW = datetime(2025, 1, 1, tzinfo=UTC)
STATE = FeedState(url="https://example.org/feed")


def entries(*hours: float) -> list[Entry]:
    """Entries so many hours old."""
    return [Entry(url=f"https://e.org/{age}", published=NOW - timedelta(hours=age)) for age in hours]


def pause(state: FeedState) -> float:
    assert state.next_poll is not None
    return (state.next_poll - NOW).total_seconds()


def fail(
    state: FeedState, status: int | None = None, retry_after: float | None = None, jitter: float = 0.0
) -> FeedState:
    return after_failure(state, "why", status=status, retry_after=retry_after, now=NOW, jitter=jitter)


@pytest.mark.parametrize(
    ("ages", "interval"),
    [
        ([], 3_600.0),
        ([*range(1, 169, 2), 1_000], 604_800 / 84),
        ([100, 1_000], LONGEST),
        ([1_000, 2_000], LONGEST),
        ([index / 100 for index in range(1, 100)], SHORTEST),
        ([-24], 3_600.0),
    ],
)
def test_interval_fits_the_feed(ages: list[float], interval: float) -> None:
    """A week divided by its entries, within a quarter of an hour and a day; unknown dates change nothing."""
    assert pytest.approx(interval) == fit_interval(entries(*ages), STATE, NOW)


def test_interval_without_dates() -> None:
    """Of entries without dates only what is new tells: asked twice as often then, a little less often otherwise."""
    old, new = [Entry(url="https://e.org/1")], [Entry(url="https://e.org/2")]
    first = after_success(STATE, old, hint=None, now=NOW, jitter=0)
    assert STATE.interval == first.interval
    assert pytest.approx(STATE.interval * 1.1) == after_success(first, old, hint=None, now=NOW, jitter=0).interval
    assert STATE.interval / 2 == after_success(first, new, hint=None, now=NOW, jitter=0).interval


def test_missed_entries_halve_the_interval() -> None:
    """Where all entries are newer than all known, some may have been missed."""
    state = FeedState(url="x", interval=7_200.0, newest_entry=NOW - timedelta(days=30))
    assert 3_600.0 == fit_interval(entries(20, 40), state, NOW)


def test_after_success() -> None:
    """A success forgets the failures and remembers the newest entry."""
    state = after_success(
        FeedState(url="x", failures=3, last_error="e", wait_until=NOW), entries(1, 5, -3), hint=None, now=NOW, jitter=0
    )
    assert (0, None, None, NOW, NOW) == (
        state.failures,
        state.last_error,
        state.wait_until,
        state.last_success,
        state.last_poll,
    )
    assert NOW - timedelta(hours=1) == state.newest_entry


def test_newest_entry_never_goes_back() -> None:
    """A feed that shows older entries than before does not move the mark back."""
    state = FeedState(url="x", newest_entry=NOW)
    assert NOW == after_success(state, entries(5), hint=None, now=NOW, jitter=0).newest_entry


@pytest.mark.parametrize(("hint", "expected"), [(None, 3_600), (60, 3_600), (40_000, 40_000), (1e9, LONGEST)])
def test_hint_lengthens_only(hint: float | None, expected: float) -> None:
    """What the feed says of itself can make the pause longer, up to a day, never shorter."""
    assert expected == pause(after_success(STATE, [], hint=hint, now=NOW, jitter=0))


def test_unchanged_slows_down() -> None:
    """Each 304 makes the pause a little longer, and is no whole body."""
    state = after_unchanged(FeedState(url="x", last_success=NOW - timedelta(days=3)), hint=None, now=NOW, jitter=0)
    assert pytest.approx(3_960.0) == state.interval
    assert NOW - timedelta(days=3) == state.last_success


def test_failures_double_the_pause() -> None:
    """Each failure in a row doubles the pause, up to a day, and the validators stay."""
    state, pauses = FeedState(url="x", etag="e"), []
    for _ in range(7):
        state = fail(state)
        pauses.append(pause(state))
    assert [3_600, 7_200, 14_400, 28_800, 57_600, LONGEST, LONGEST] == pauses
    assert (7, "e", "why") == (state.failures, state.etag, state.last_error)


@pytest.mark.parametrize(
    ("status", "expected"), [(404, HOUR), (403, HOUR), (429, SHORTEST), (500, SHORTEST), (None, SHORTEST)]
)
def test_refusals_wait_an_hour(status: int | None, expected: float) -> None:
    """A refusal does not heal in minutes; a busy or broken server may."""
    assert expected == pause(fail(FeedState(url="x", interval=SHORTEST), status))


def test_retry_after_is_kept() -> None:
    """A pause that the server asks for is kept, even against a user who runs again."""
    state = fail(STATE, 503, 50_000.0)
    assert 50_000.0 == pause(state)
    assert NOW + timedelta(seconds=50_000) == state.wait_until
    assert is_waiting(state, NOW)
    assert not is_waiting(state, NOW + timedelta(seconds=50_000))
    assert not is_waiting(STATE, NOW)


def test_move_is_given_up() -> None:
    """An address that a redirect gave is dropped when it fails repeatedly."""
    state, moves = FeedState(url="x", moved_to="y"), []
    for _ in range(GIVE_UP_MOVE):
        state = fail(state)
        moves.append(state.moved_to)
    assert ["y", "y", None] == moves


def test_gone() -> None:
    """A feed that is gone is not asked again by itself, until it is read once more."""
    state = after_gone(STATE, "410", now=NOW)
    assert (True, None) == (state.retired, state.next_poll)
    assert not after_success(state, [], hint=None, now=NOW, jitter=0).retired


@pytest.mark.parametrize(
    ("last", "may"), [(None, False), (NOW, True), (NOW - REFRESH, True), (NOW - REFRESH * 2, False)]
)
def test_validators_expire(last: datetime | None, may: bool) -> None:
    """The whole feed is asked for now and then: some servers answer 304 for ever."""
    assert may == may_ask_for_changes(FeedState(url="x", last_success=last), NOW)


@given(
    st.lists(st.floats(-1e4, 1e4), max_size=20),
    st.floats(0, 1e7),
    st.floats(0, 86_400),
    st.floats(0, 0.999),
    st.integers(0, 100),
)
def test_pauses_are_bounded(ages: list[float], interval: float, hint: float, jitter: float, failures: int) -> None:
    """Whatever happened, the next poll is between a quarter of an hour and a day away, and never before a hint."""
    state = FeedState(url="x", interval=interval, failures=failures)
    for after in (
        after_success(state, entries(*ages), hint=hint, now=NOW, jitter=jitter),
        after_unchanged(state, hint=hint, now=NOW, jitter=jitter),
        fail(state, 503, hint, jitter),
    ):
        assert max(SHORTEST, hint) - 0.001 <= pause(after) <= LONGEST + 0.001


@pytest.mark.parametrize(
    ("skipped", "hour"),
    [("1,2,3", 4), ("0", 1), ("1,23", 2), (",".join(map(str, range(24))), 1), (None, 1)],
)
def test_skip_hours(skipped: str | None, hour: int) -> None:
    """A feed is not asked in the hours that it asks to skip; one that skips all of them is asked all the same."""
    state = FeedState(url="x", skip_hours=skipped, interval=HOUR)
    after = after_unchanged(state, hint=None, now=NOW, jitter=0)
    assert after.next_poll is not None
    assert hour == after.next_poll.hour


@given(st.sets(st.integers(0, 23)), st.integers(0, 100_000))
def test_skip_hours_never_stop_a_feed(skipped: set[int], seconds: int) -> None:
    """However many hours are skipped, the next poll is at most a day and an hour later, and not in one of them."""
    text = ",".join(map(str, skipped)) or None
    now = NOW + timedelta(seconds=seconds)
    after = after_unchanged(FeedState(url="x", skip_hours=text), hint=None, now=now, jitter=0.5)
    assert after.next_poll is not None
    assert now < after.next_poll <= now + timedelta(hours=26)
    assert after.next_poll.hour not in skipped or len(skipped) == 24
