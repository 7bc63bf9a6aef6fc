"""What was read, and when: the panel of sources read throughout, and the marks where one joined, left or fell silent.

An article counts on the day of its publication; one without counts nowhere, as it dates no event either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from orewire.model.trend import Mark
from store.connection import Connection
from store.periods import places_of, start_at

Numbers = NDArray[np.int64]

READ_SHARE = 0.8
"""Of the periods that a source must have an article in to be read throughout: a wire's holidays and a weekly's skipped
issue fit into a fifth, a source that joined or left within the span does not."""
SILENCE = 5
"""Times its usual gap without an article. The usual gap is the 90th percentile, so that weekends count; in a stream of
articles at random times one gap in 100,000 is five times as long."""
SHORTEST_SILENCE = 7
"""Days: a daily wire that pauses over a long holiday has not fallen silent."""
_FEWEST_DAYS = 5
"""With articles, from which a usual gap can be told."""
_EPOCH = date(1970, 1, 1).toordinal()
_KEPT_SPANS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days with articles (their ordinals, ascending), and how many on each."""

    days: Numbers
    articles: Numbers


_NO_DAYS = Days(days=np.array([], dtype=np.int64), articles=np.array([], dtype=np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Articles by source and day that were published from `first` to the day before `last`."""

    first: date
    last: date
    sources: Mapping[str, Days]
    total: Days
    marks: tuple[Mark, ...]


@dataclass(slots=True)
class ReadDays:
    """Asks the database once for each span, and again when articles have been added: counting a year takes 30 ms."""

    _stamp: object = None
    _kept: dict[tuple[date, date], Reading] = field(default_factory=dict)

    def get(self, connection: Connection, first: date, last: date) -> Reading:
        """What was read of first <= day < last."""
        stamp = connection.execute("SELECT count(*), max(number) FROM articles").fetchone()
        if stamp != self._stamp or len(self._kept) >= _KEPT_SPANS:
            self._stamp, self._kept = stamp, {}
        kept = self._kept
        if (first, last) not in kept:
            kept[first, last] = _read(connection, first, last)
        return kept[first, last]


def newest_day(connection: Connection) -> date | None:
    """The day of the newest article."""
    (newest,) = connection.execute("SELECT max(published) FROM articles").fetchone() or (None,)
    return newest.date() if newest else None


def _read(connection: Connection, first: date, last: date) -> Reading:
    # Counted in microseconds: making a DATE of a TIMESTAMPTZ asks for time zones, and takes 15 times as long.
    found = connection.execute(
        """
        SELECT source, list(day ORDER BY day) AS days, list(articles ORDER BY day) AS articles
        FROM (
            SELECT source, epoch_us(published) // 86400000000 AS day, count(*) AS articles
            FROM articles WHERE published >= $first AND published < $last GROUP BY ALL
        )
        GROUP BY source ORDER BY source
        """,
        {"first": _midnight(first), "last": _midnight(last)},
    ).fetchnumpy()
    sources = {
        source: Days(days=np.asarray(days) + _EPOCH, articles=np.asarray(articles))
        for source, days, articles in zip(found["source"], found["days"], found["articles"], strict=True)
    }
    return Reading(
        first=first,
        last=last,
        sources=sources,
        total=_add_up(sources.values()),
        marks=_marks_of(connection, sources, first, last),
    )


def _add_up(each: Iterable[Days]) -> Days:
    """Days of several sources as those of one."""
    every = [_NO_DAYS, *each]
    days, places = np.unique(np.concatenate([one.days for one in every]), return_inverse=True)
    return Days(days=days, articles=np.bincount(places, np.concatenate([one.articles for one in every])))


def _marks_of(connection: Connection, sources: Mapping[str, Days], first: date, last: date) -> tuple[Mark, ...]:
    """The marks of a span; only for sources that began late or ended early is it looked what was outside."""
    histories = [History(source=source, days=own.days) for source, own in sources.items()]
    late = [one.source for one in histories if one.days[0] - first.toordinal() > one.longest]
    early = [one.source for one in histories if last.toordinal() - one.days[-1] > one.longest]
    former = _nearest(connection, "max(published)", "published < $day", late, first)
    later = _nearest(connection, "min(published)", "published >= $day", early, last)
    newest = newest_day(connection) or last
    return find_marks(
        [replace(one, former=former.get(one.source), later=later.get(one.source)) for one in histories],
        span=(first.toordinal(), min(last, newest + timedelta(days=1)).toordinal()),
    )


def _nearest(connection: Connection, what: str, where: str, names: Sequence[str], day: date) -> dict[str, int]:
    """The ordinal of the nearest day outside the span on which each of these sources has an article."""
    if not names:
        return {}
    found = connection.execute(
        f"SELECT source, {what} FROM articles WHERE {where} AND source IN (SELECT unnest($names)) GROUP BY source",  # noqa: S608 - our own words
        {"names": list(names), "day": _midnight(day)},
    ).fetchall()
    return {source: moment.date().toordinal() for source, moment in found}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The days (ordinals, ascending) on which a source has articles within a span; the nearest ones outside of it.

    `former` and `later` are None where there are none. `longest` is the longest gap, in days, that is no silence.
    """

    source: str
    days: Numbers
    former: int | None = None
    later: int | None = None
    longest: int = field(init=False)

    def __post_init__(self) -> None:
        gaps = np.sort(np.diff(self.days))
        usual = int(gaps[int(len(gaps) * 0.9)]) if len(gaps) else 0
        object.__setattr__(self, "longest", max(SILENCE * usual, SHORTEST_SILENCE))


def find_marks(histories: Iterable[History], *, span: tuple[int, int]) -> tuple[Mark, ...]:
    """Where a source joined, left or fell silent within a half-open span of ordinals, in order of the days."""
    marks = [mark for history in histories for mark in _marks_of_source(history, span)]
    return tuple(sorted(marks, key=lambda mark: (mark.day, mark.kind, mark.source)))


def _marks_of_source(one: History, span: tuple[int, int]) -> Iterable[Mark]:
    if one.former is None and one.days[0] - span[0] > SHORTEST_SILENCE:
        yield _mark("joined", one.source, one.days[0])
    if len(one.days) < _FEWEST_DAYS:
        return
    known = np.array([*_only(one.former), *one.days, *_only(one.later)])
    for place in np.flatnonzero(np.diff(known) > one.longest):
        yield _mark("silent", one.source, max(known[place] + 1, span[0]), known[place + 1])
    if one.later is None and span[1] - one.days[-1] > one.longest:
        yield _mark("left", one.source, one.days[-1] + 1)


def _only(day: int | None) -> tuple[int, ...]:
    return () if day is None else (day,)


def _mark(kind: str, source: str, day: int, until: int | None = None) -> Mark:
    end = date.fromordinal(int(until)) if until is not None else None
    return Mark(kind=kind, day=date.fromordinal(int(day)), until=end, source=source)


def articles_by_place(reading: Reading, period: str, sources: Collection[str] | None = None) -> Counter[int]:
    """Articles read in each period: of all sources, or of these."""
    own = reading.total if sources is None else _add_up(reading.sources[one] for one in sources)
    found: Counter[int] = Counter()
    for place, number in zip(places_of(own.days, period).tolist(), own.articles.tolist(), strict=True):
        found[place] += int(number)
    return found


def find_panel(reading: Reading, period: str) -> tuple[str, ...]:
    """The sources with an article in at least `READ_SHARE` of the periods in which anything was read.

    A paper without a weekend is read throughout, too: where days are asked for, their weeks are counted.
    """
    whole = at_least_week(period)
    needed = READ_SHARE * len(articles_by_place(reading, whole))
    return tuple(source for source, own in reading.sources.items() if _count_periods(own.days, whole) >= needed)


def at_least_week(period: str) -> str:
    """The period in which a source that is read must have an article."""
    return "week" if period == "day" else period


def _count_periods(days: Numbers, period: str) -> int:
    return int(np.count_nonzero(np.diff(places_of(days, period)))) + 1


def find_gaps(read: Collection[int], places: range, period: str) -> tuple[Mark, ...]:
    """Runs of periods in which nothing was read."""
    missing = [place for place in places if place not in read]
    starts = [place for place in missing if place == places.start or place - 1 in read]
    ends = [place + 1 for place in missing if place + 1 == places.stop or place + 1 in read]
    return tuple(
        Mark(kind="gap", day=start_at(start, period), until=start_at(end, period), source=None)
        for start, end in zip(starts, ends, strict=True)
    )


def told_by(panel: Sequence[str], condition: str, values: dict[str, object]) -> tuple[str, dict[str, object]]:
    """The condition on events that a source of the panel tells of; said twice, so that few mentions are looked at."""
    of_panel = f"""
        events.id IN (
            SELECT event FROM mentions
            WHERE source IN (SELECT unnest($panel)) AND event IN (SELECT id FROM events WHERE {condition}))
    """  # noqa: S608 - parameters only
    return f"{condition} AND {of_panel}", {**values, "panel": list(panel)}
