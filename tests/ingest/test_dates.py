"""Dates are right or unknown, never invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import AHEAD, EARLIEST, parse_date, parse_http_date

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
MOMENT = datetime(2024, 1, 15, 10, 30, tzinfo=UTC)
DAY = datetime(2024, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-15T10:30:00Z", MOMENT),
        ("2024-01-15T10:30:00.123456789Z", MOMENT),
        ("2024-01-15T10:30Z", MOMENT),
        ("2024-01-15 10:30:00", MOMENT),
        ("2024-01-15T16:00:00+05:30", MOMENT),
        ("2024-01-15T05:30:00-0500", MOMENT),
        ("2024-01-15T12:30:00+02", MOMENT),
        ("2024-01-15", DAY),
        ("20240115", DAY),
        ("2024-01", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024/1/15", DAY),
        ("2024.01.15", DAY),
        ("2024年1月15日", DAY),
        ("Mon, 15 Jan 2024 10:30:00 GMT", MOMENT),
        ("Mon, 15 Jan 2024 10:30:00 +0000", MOMENT),
        ("15 Jan 2024 05:30 EST", MOMENT),
        ("Mon, 15 Jan 24 10:30:00 UT", MOMENT),
        ("Mon, 15 Jan 2024 02:30 PST (Pacific Standard Time)", MOMENT),
        ("Monday, 15-Jan-24 10:30:00 GMT", MOMENT),
        ("Mon Jan 15 10:30:00 2024", MOMENT),
        ("Mon Jan 15 10:30:00 UTC 2024", MOMENT),
        ("January 15, 2024", DAY),
        ("Sept. 3, 2024", datetime(2024, 9, 3, tzinfo=UTC)),
        ("Jan 15 2024 at 10:30 a.m.", MOMENT),
        ("January 15, 2024, 12:30 AM", DAY + timedelta(minutes=30)),
        ("15 January 2024 12:30 pm", DAY + timedelta(hours=12, minutes=30)),
        ("  2024-01-15\n", DAY),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_read(text: str, expected: datetime) -> None:
    """The forms that feeds and pages use are read, and given in UTC."""
    assert expected == parse_date(text, now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "yesterday",
        "15/01/2024",
        "01/02/2024",
        "2024-02-30",
        "2024-13-01",
        "2024-01-15T25:00:00Z",
        "2024-01-15T24:00:00Z",
        "2024-01-15T10:61:00Z",
        "2024-01-15T10:30:75Z",
        "2024-01-15T10:30:00 IST",
        "2024-01-15T10:30:00+15:00",
        "2024-01-15T10:30:00+05:75",
        "15 Jan 2024 13:30 pm",
        "15 Foo 2024",
        "201012",
        "2024",
        "1705314600",
        "0000-01-01",
        "0001-01-01T00:00:00+14:00",
        "٢٠٢٤-٠١-١٥",
        "2024-01-15" + " " * 90 + "10:30",
    ],
)
def test_unknown(text: str | None) -> None:
    """What is unreadable, ambiguous or impossible is unknown."""
    assert parse_date(text, now=NOW) is None


@pytest.mark.parametrize("moment", [EARLIEST - timedelta(seconds=1), NOW + AHEAD + timedelta(seconds=1)])
def test_implausible(moment: datetime) -> None:
    """Dates before the web and in the future are unknown to a feed, though an HTTP header may have them."""
    assert parse_date(moment.isoformat(), now=NOW) is None
    assert moment == parse_http_date(format_datetime(moment, usegmt=True))


@pytest.mark.parametrize("moment", [EARLIEST, NOW + AHEAD])
def test_just_plausible(moment: datetime) -> None:
    """The bounds themselves are plausible."""
    assert moment == parse_date(moment.isoformat(), now=NOW)


PLAUSIBLE = st.datetimes(datetime(1990, 1, 2), datetime(2025, 6, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)


@given(PLAUSIBLE, st.integers(-14 * 60, 14 * 60))
def test_written_moments_come_back(moment: datetime, minutes: int) -> None:
    """Every moment is read back from ISO 8601 in any zone, and from RFC 822."""
    from datetime import timezone

    zoned = moment.astimezone(timezone(timedelta(minutes=minutes)))
    assert moment == parse_date(zoned.isoformat(), now=NOW)
    assert moment == parse_date(format_datetime(zoned), now=NOW)


@given(st.text() | st.text("0123456789-:/.TZ+ JanuaryPMgmt,年月日", max_size=40))
def test_any_text(text: str) -> None:
    """No text crashes, and what is read is plausible."""
    moment = parse_date(text, now=NOW)
    assert moment is None or EARLIEST <= moment <= NOW + AHEAD
    parse_http_date(text)
