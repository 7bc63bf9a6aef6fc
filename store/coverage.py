"""What was read, and when: the panel of sources read throughout, and the marks where one joined, left or fell silent.

An article counts on the day of its publication; one without counts nowhere, as it dates no event either.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

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


@dataclass(frozen=True, slots=True)
class _Stamp:
    """How far articles were counted, and when: a date that was corrected since counts from the next day on."""

    articles: int = 0
    newest: int = 0
    day: date = date.min


class ReadDays:
    """Holds on which days articles of each source were published, and counts only those that were added since.

    From any thread: what another transaction added meanwhile counts for it alone.
    """

    def __init__(self) -> None:
        self._keeping = threading.Lock()
        self._stamp = _Stamp()
        self._sources: dict[str, Days] = {}
        self._kept: dict[tuple[date, date], Reading] = {}

    def get(self, connection: Connection, first: date, last: date) -> Reading:
        """What was read of first <= day < last."""
        with self._keeping:
            self._keep_up(connection)
            if (first, last) not in self._kept:
                self._kept = dict([*self._kept.items()][1 - _KEPT_SPANS :])
                self._kept[first, last] = _reading(self._sources, first, last)
            return self._kept[first, last]

    def _keep_up(self, connection: Connection) -> None:
        stamp = _Stamp(*(connection.execute(_STAMP).fetchone() or ()))
        if stamp == self._stamp:
            return
        since = self._stamp if self._adds_up(connection, stamp) else _Stamp()
        held = self._sources if since.articles else {}
        added = _count(connection, since.newest)
        grown = {source: _add_up([held[source], own]) if source in held else own for source, own in added.items()}
        self._sources = held | grown
        self._stamp, self._kept = stamp, {}

    def _adds_up(self, connection: Connection, stamp: _Stamp) -> bool:
        """Whether all that is new has a higher number than what was counted."""
        (new,) = connection.execute(
            "SELECT count(*) FROM articles WHERE number > $newest", {"newest": self._stamp.newest}
        ).fetchone() or (0,)
        return stamp.day == self._stamp.day and self._stamp.articles + new == stamp.articles


_STAMP = "SELECT count(*), coalesce(max(number), 0), today() FROM articles"


def newest_day(connection: Connection) -> date | None:
    """The day of the newest article."""
    (newest,) = connection.execute("SELECT max(published) FROM articles").fetchone() or (None,)
    return newest.date() if newest else None


def _count(connection: Connection, after: int) -> dict[str, Days]:
    """The days of the articles of higher numbers, by source."""
    # Counted in microseconds: making a DATE of a TIMESTAMPTZ asks for time zones, and takes 15 times as long.
    found = connection.execute(
        """
        SELECT source, epoch_us(published) // 86400000000 AS day, count(*) AS articles
        FROM articles WHERE published IS NOT NULL AND number > $after GROUP BY ALL ORDER BY source, day
        """,
        {"after": after},
    ).fetchnumpy()
    sources, days, articles = found["source"], found["day"] + _EPOCH, found["articles"]
    if not len(sources):
        return {}
    starts = np.flatnonzero(sources[1:] != sources[:-1]) + 1
    parts = zip(np.split(days, starts), np.split(articles, starts), strict=True)
    return {
        source: Days(days=own, articles=number)
        for source, (own, number) in zip(sources[[0, *starts]], parts, strict=True)
    }


def _reading(held: Mapping[str, Days], first: date, last: date) -> Reading:
    """The part of a span."""
    span = first.toordinal(), last.toordinal()
    after_news = max((int(own.days[-1]) + 1 for own in held.values()), default=span[1])
    parts = {source: (own, *np.searchsorted(own.days, span)) for source, own in sorted(held.items())}
    inside = {source: part for source, part in parts.items() if part[1] < part[2]}
    sources = {
        source: Days(days=own.days[start:stop], articles=own.articles[start:stop])
        for source, (own, start, stop) in inside.items()
    }
    histories = (
        History(
            source=source,
            days=own.days[start:stop],
            former=int(own.days[start - 1]) if start else None,
            later=int(own.days[stop]) if stop < len(own.days) else None,
        )
        for source, (own, start, stop) in inside.items()
    )
    return Reading(
        first=first,
        last=last,
        sources=sources,
        total=_add_up(sources.values()),
        marks=find_marks(histories, span=(span[0], min(span[1], after_news))),
    )


def _add_up(each: Iterable[Days]) -> Days:
    """Days of several sources as those of one."""
    every = [_NO_DAYS, *each]
    days, places = np.unique(np.concatenate([one.days for one in every]), return_inverse=True)
    return Days(days=days, articles=np.bincount(places, np.concatenate([one.articles for one in every])))


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
