"""Dates as feeds, pages and servers write them: read strictly, so that a date is right or unknown, never invented."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(days=2)
"""Clocks and time zones are wrong by a day; what is further in the future is a mistake or an event's date."""
_MAX_LENGTH: Final = 80

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
            "sep sept september", "oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
# Hours east of Greenwich. IST, CST outside America and BST outside Britain mean several zones: IST is left out.
_ZONES: Final = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "bst": 1, "cet": 1, "west": 1, "met": 1, "cest": 2,
    "mest": 2, "eet": 2, "sast": 2, "cat": 2, "eest": 3, "msk": 3, "eat": 3, "wat": 1, "gst": 4, "pkt": 5, "wib": 7,
    "wita": 8, "wit": 9, "sgt": 8, "hkt": 8, "pht": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5,
    "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "brt": -3, "art": -3, "clt": -4, "clst": -3, "bot": -4, "pet": -5,
    "cot": -5, "ect": -5, "vet": -4,
}  # fmt: skip

_TIME: Final = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?P<zone>[+-]\d{2}:?\d{2}|[+-]\d{2}|[A-Za-z]{1,5})?(?:\s*\([A-Za-z ]{1,30}\))?"
)
_ISO: Final = re.compile(
    rf"(?!\d{{6}}\Z)(?P<year>\d{{4}})-?(?P<month>\d{{2}})(?:-?(?P<day>\d{{2}})(?:(?:[T]|\s+){_TIME})?)?",
    re.IGNORECASE | re.ASCII,
)
_YEAR_FIRST: Final = re.compile(
    rf"(?P<year>\d{{4}})(?P<mark>[-/.年])\s?(?P<month>\d{{1,2}})(?:(?P=mark)|月)\s?(?P<day>\d{{1,2}})日?(?:,?[T\s]+{_TIME})?",
    re.IGNORECASE | re.ASCII,
)
_DAY_FIRST: Final = re.compile(
    rf"(?:[a-z]{{3,9}}\.?,?\s+)?(?P<day>\d{{1,2}})[\s-]+(?P<name>[a-z]{{3,9}})\.?,?[\s-]+(?P<year>\d{{4}}|\d{{2}})"
    rf"(?:,?\s+(?:at\s+)?{_TIME})?",
    re.IGNORECASE | re.ASCII,
)
_MONTH_FIRST: Final = re.compile(
    rf"(?:[a-z]{{3,9}}\.?,?\s+)?(?P<name>[a-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})"
    rf"(?:,?\s+(?:at\s+)?{_TIME})?",
    re.IGNORECASE | re.ASCII,
)
_ASCTIME: Final = re.compile(
    r"[a-z]{3},?\s+(?P<name>[a-z]{3})\s+(?P<day>\d{1,2})\s+(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})"
    r"(?:\s+(?P<zone>[a-z]{1,5}))?\s+(?P<year>\d{4})",
    re.IGNORECASE | re.ASCII,
)
_FORMS: Final = (_ISO, _YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST, _ASCTIME)


def parse_date(text: str | None, *, now: datetime) -> datetime | None:
    """The moment that an English or ISO date names, in UTC; None where it is unreadable, impossible or implausible."""
    moment = _read(text.strip()) if text else None
    return moment if moment is not None and EARLIEST <= moment <= now + AHEAD else None


def parse_http_date(text: str) -> datetime | None:
    """The moment of an HTTP header, plausible or not; None where it is unreadable."""
    return _read(text.strip())


def _read(text: str) -> datetime | None:
    if len(text) > _MAX_LENGTH:
        return None
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _moment({name: value for name, value in match.groupdict().items() if value is not None})
    return None


def _moment(parts: dict[str, str]) -> datetime | None:
    month = _MONTHS.get(parts["name"].lower()) if "name" in parts else int(parts["month"])
    zone = _zone(parts.get("zone", "z"))
    if month is None or zone is None:
        return None
    try:
        day = datetime(_year(parts["year"]), month, int(parts.get("day", 1)), tzinfo=zone)
        moment = day.replace(hour=_hour(parts), minute=int(parts.get("minute", 0)), second=_second(parts))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else 2000 + year if year < 70 else 1900 + year


def _hour(parts: dict[str, str]) -> int:
    hour, half = int(parts.get("hour", 0)), parts.get("half", "").lower()[:1]
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"hour {hour} {half}m")
    return hour % 12 + (12 if half == "p" else 0)


def _second(parts: dict[str, str]) -> int:
    second = int(parts.get("second", 0))
    return 59 if second == 60 else second  # a leap second, which Python's clock does not know


def _zone(text: str) -> timezone | None:
    if text[0] not in "+-":
        hours = _ZONES.get(text.lower())
        return None if hours is None else timezone(timedelta(hours=hours))
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    if offset > timedelta(hours=14) or int(digits[2:] or 0) > 59:
        return None
    return timezone(-offset if text[0] == "-" else offset)
