"""Events over time (Trend), what rose of late (Movers), and who stands for and against (Balance)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from orewire.model.event import TrendRow

MARK_KINDS: Final = ("gap", "joined", "left", "silent")

Key = tuple[str, str | None]
"""A value of the dimension that was asked for, and one of the second dimension where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One day, week or month: the events that match, each once, and the articles read that were published in it.

    `panel_articles` are those of the panel, None where no panel was asked for.
    """

    start: date
    events: int
    articles: int
    panel_articles: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What changed in what is read, from `day` on, until `until` (None: to the end).

    `gap`: nothing was read of any source. `joined`: the first article of a source. `silent`: nothing of a source for
    far longer than usual. `left`: the same, and nothing since.
    """

    kind: str
    day: date
    until: date | None
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendTotal:
    """Events of the whole span; `before` is the span of the same length before it, None where that was not read."""

    key: str
    key2: str | None
    count: int
    before: int | None

    @property
    def change(self) -> int | None:
        """How many more than before."""
        return None if self.before is None else self.count - self.before

    @property
    def relative(self) -> float | None:
        """The change as a share of what was before; None where that was nothing."""
        return (self.count - self.before) / self.before if self.before else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Events per period and key; iterating gives its rows, oldest first, the busiest keys first within a period.

    `counts` holds a line for each key and a number for each period: None where nothing was read and nothing is known.
    `totals` count the events from `since` to `until`, which is not later than what was read, and compare with those
    from `before` to `since`. `panel` names the sources that were read throughout, where it was asked for.
    """

    by: tuple[str, ...]
    period: str
    since: date | None = None
    until: date | None = None
    before: date | None = None
    periods: tuple[Period, ...] = ()
    keys: tuple[Key, ...] = ()
    counts: tuple[tuple[int | None, ...], ...] = ()
    totals: tuple[TrendTotal, ...] = ()
    marks: tuple[Mark, ...] = ()
    panel: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.periods) * len(self.keys)

    def __iter__(self) -> Iterator[TrendRow]:
        for place, period in enumerate(self.periods):
            for (key, key2), line in zip(self.keys, self.counts, strict=True):
                count, former = line[place], line[place - 1] if place else None
                yield TrendRow(
                    period=period.start,
                    key=key,
                    count=count,
                    change=None if count is None or former is None else count - former,
                    key2=key2,
                    share=_part(count, period.events),
                    per_thousand=_part(count, period.panel_articles, 1000),
                )


def _part(count: int | None, whole: int | None, times: int = 1) -> float | None:
    return round(count * times / whole, 4) if count is not None and whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoverEvent:
    """An event that explains a mover."""

    id: int
    date: date
    type: str
    evidence: str
    independent_sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """A key with far more events than usual.

    `usual` is the median of the periods before and `spread` their scaled MAD; `expected` is what the count was tested
    against, `p_value` how probable that many are if nothing is unusual; `since` is the period in which it began.
    `panel_count` are its events that the panel tells of, None without a panel.
    """

    key: str
    key2: str | None
    count: int
    usual: float
    spread: float
    expected: float
    p_value: float
    since: date
    panel_count: int | None
    events: tuple[MoverEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Movers:
    """The unusual rises of the period that begins at `start`, the least probable first.

    `tested` counts the series that were looked at, `compared` the periods before in which something was read, `panel`
    the sources that were read throughout. `notes` say what the answer cannot know.
    """

    by: tuple[str, ...]
    period: str
    start: date | None
    movers: tuple[Mover, ...] = ()
    tested: int = 0
    compared: int = 0
    panel: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """Events that somebody supports or opposes, and how many do, in one period; `period` None is the whole span.

    A holder counts once for each event. `support` and `oppose` are None where nothing was read.
    """

    period: date | None
    key: str
    support: int | None
    oppose: int | None
    supporters: int
    opponents: int

    @property
    def balance(self) -> float | None:
        """(support - oppose) / (support + oppose): from -1 to 1; None where nobody spoke."""
        spoke = (self.support or 0) + (self.oppose or 0)
        return round(((self.support or 0) - (self.oppose or 0)) / spoke, 4) if spoke else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Support and opposition over time: rows by period, then by key; totals of the whole span, most told of first."""

    by: str
    period: str
    rows: tuple[BalanceRow, ...] = ()
    totals: tuple[BalanceRow, ...] = ()
    marks: tuple[Mark, ...] = ()
