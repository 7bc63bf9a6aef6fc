"""When it happened: dates written in a sentence, resolved from the day of publication. Never a guess."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import date, timedelta

_RELATIVE = {
    "en": {"today": 0, "yesterday": 1},
    "es": {"hoy": 0, "ayer": 1},
    "pt": {"hoje": 0, "ontem": 1},
    "fr": {"aujourd'hui": 0, "hier": 1},
    "de": {"heute": 0, "gestern": 1},
    "id": {"hari ini": 0, "kemarin": 1},
    "zh": {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1},
    "sr": {"danas": 0, "juče": 1, "данас": 0, "јуче": 1},
}


@dataclass(frozen=True, slots=True)
class _Calendar:
    day_month: re.Pattern[str]
    month_day: re.Pattern[str]
    weekday: re.Pattern[str]
    months: dict[str, int]
    weekdays: dict[str, int]


def find_date(text: str, lang: str, published: date | None) -> date | None:
    """The first day that the text names, or None.

    A weekday is the last one before publication, a day without a year the nearest to publication; without a
    date of publication neither can be told. Texts may be hostile: impossible days are no days.
    """
    calendar = _calendar(lang)
    lowered = text.lower()
    for match in calendar.day_month.finditer(lowered):
        if found := _resolve(match, calendar, published):
            return found
    for match in calendar.month_day.finditer(lowered):
        if found := _resolve(match, calendar, published):
            return found
    return _relative(lowered, lang, calendar, published) if published else None


def _resolve(match: re.Match[str], calendar: _Calendar, published: date | None) -> date | None:
    month = match.group("month")
    number = int(month) if month.isdigit() else calendar.months[month.rstrip(".")]
    day, year = int(match.group("day")), match.group("year")
    if year:
        return _day(int(year), number, day)
    if published is None:
        return None
    near = [found for offset in (-1, 0, 1) if (found := _day(published.year + offset, number, day))]
    return min(near, key=lambda found: abs((found - published).days), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _relative(text: str, lang: str, calendar: _Calendar, published: date) -> date | None:
    if match := calendar.weekday.search(text):
        wanted = calendar.weekdays[match.group(1)]
        return published - timedelta(days=(published.weekday() - wanted) % 7)
    for word, days in _RELATIVE.get(lang, {}).items():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) or (lang == "zh" and word in text):
            return published - timedelta(days=days)
    return None


@functools.cache
def _calendar(lang: str) -> _Calendar:
    from babel import Locale

    locale = Locale.parse("sr_Latn" if lang == "sr" else lang)
    months = _names(locale.months, lang)
    weekdays = _names(locale.days, lang) if lang != "zh" else {}
    month = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    year = r"(?:,?\s*(?:de |del |of |года )?(?P<year>(?:19|20)\d\d))?(?!\d)"
    day_month = (
        r"(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
        if lang == "zh"
        else rf"(?<![\d.,])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+|of\s+)?(?P<month>{month})\b\.?{year}"
    )
    return _Calendar(
        day_month=re.compile(day_month),
        month_day=re.compile(rf"\b(?P<month>{month})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d){year}"),
        weekday=re.compile(rf"(?<!\w)({'|'.join(map(re.escape, weekdays))})(?!\w)")
        if weekdays
        else re.compile(r"(?!x)x"),
        months=months,
        weekdays=weekdays,
    )


def _names(forms: object, lang: str) -> dict[str, int]:
    """Lower-case names, wide and abbreviated, of months (from 1) or weekdays (Monday is 0)."""
    names: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for number, name in forms["format"][width].items():  # type: ignore[index]
            if len(name) > 2:
                names[name.lower().rstrip(".")] = int(number)
    if lang == "en" and "sep" in names:
        names["sept"] = names["sep"]
    return names
