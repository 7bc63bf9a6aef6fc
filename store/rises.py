"""Which counts are unusual rises: robust statistics over many series at once; arrays in, arrays out, no SQL.

A count is compared with the highest of three levels of its own past: the mean of a year without its highest weeks, the
median of the last quarter, and the median of the same season a year ago. How probable that many are or more is the
tail of a negative binomial distribution, whose dispersion is shared between the series as far as each has little to
say of its own; a Benjamini-Hochberg step bounds the share of false alarms. docs/technotes/trends.md has the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Chosen = NDArray[np.bool_]

FALSE_ALARMS = 0.05
"""At most this share of the movers shown is expected to be chance."""
MINIMUM = 5
"""Events in the last period: fewer is no news, whatever the past."""
FEWEST_PERIODS = 8
"""Of the past, from which a level and its spread can be told."""
CUT_SHARE = 0.08
"""Of the past periods, the highest (four weeks of a year): cut down to the next, so that one coup does not hide another
for a year, and a rise that goes on is still one in its fourth week; twice as many would double the false alarms."""
_CUT_LOSS = 1.4
"""The dispersion of a negative binomial series is so many times what that cut leaves of it, from ten events a week."""
ELEVATED = 0.05
"""Tail probability below which a past period belongs to the same rise."""
_SHARED_WEIGHT = 10
"""Periods that the dispersion shared between all series counts for, beside those of the series itself."""
_KNOWN_MEAN = 1.0
"""Events a period from which a series tells anything of its dispersion."""
_MAD_TO_SPREAD = 1.4826
"""A normal distribution's standard deviation is so many times its MAD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """How far back a count is compared, in periods: the year, the recent quarter, and the season a year ago."""

    year: int
    recent: int
    season: range

    @property
    def longest(self) -> int:
        """The farthest period back that is looked at."""
        return max(self.year, self.season.stop - 1)


BASELINES = {
    "week": Baseline(year=52, recent=13, season=range(50, 55)),
    "month": Baseline(year=24, recent=3, season=range(11, 14)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What is usual, for each series: median and scaled MAD; and the expected count with its dispersion."""

    usual: Floats
    spread: Floats
    expected: Floats
    dispersion: Floats
    shared: float
    """The dispersion of all series together."""

    def only(self, places: Sequence[int]) -> Levels:
        """Those of some of the series."""
        return replace(
            self,
            usual=self.usual[places],
            spread=self.spread[places],
            expected=self.expected[places],
            dispersion=self.dispersion[places],
        )


def find_levels(past: Numbers, back: Numbers, baseline: Baseline, shared: float | None = None) -> Levels:
    """The levels of series (rows) over periods (columns), of which `back` tells how far back each lies.

    Columns of periods that were not read must be left out; at least two must be there. `shared` is a dispersion
    known from more series than these.
    """
    year = past[:, back <= baseline.year]
    usual = np.median(year, axis=1)
    cut = _cut_highest(year)
    mean = cut.mean(axis=1)
    expected = np.maximum(mean, _median(past[:, back <= baseline.recent]))
    expected = np.maximum(
        expected, _median(past[:, np.isin(back, baseline.season)], fewest=len(baseline.season) // 2 + 1)
    )
    own = _CUT_LOSS * np.maximum(cut.var(axis=1, ddof=1) - mean, 0) / np.maximum(mean, 1e-9) ** 2
    if shared is None:
        shared = float(np.median(own[mean >= _KNOWN_MEAN])) if (mean >= _KNOWN_MEAN).any() else 0.0
    number = year.shape[1]
    mixed = (number * own + _SHARED_WEIGHT * shared) / (number + _SHARED_WEIGHT)
    return Levels(
        usual=usual,
        spread=np.median(np.abs(year - usual[:, None]), axis=1) * _MAD_TO_SPREAD,
        expected=expected + 0.5 / number,  # half an event in the whole past, so that nothing is impossible
        dispersion=_uncertain(expected + 0.5 / number, np.maximum(mixed, shared), number),
        shared=shared,
    )


def _cut_highest(year: Numbers) -> Numbers:
    """The same with the highest few counts of each series brought down to the next lower one."""
    highest = int(year.shape[1] * CUT_SHARE)
    limit = np.partition(year, -1 - highest, axis=1)[:, -1 - highest]
    return np.minimum(year, limit[:, None])


def _median(counts: Numbers, fewest: int = 1) -> Floats:
    """The median of each row; 0, which changes nothing, where there are too few columns."""
    enough = counts.shape[1] >= fewest
    return np.median(counts, axis=1) if enough else np.zeros(len(counts))


def _uncertain(mean: Floats, dispersion: Floats, number: int) -> Floats:
    """The dispersion of a new count, as the mean itself was estimated from so many periods."""
    variance = (mean + dispersion * mean**2) * (1 + 1 / number)
    return (variance - mean) / mean**2


def tail(counts: Numbers, expected: Floats, dispersion: Floats) -> Floats:
    """The probability of that many events or more: negative binomial, Poisson where the dispersion is nothing."""
    from scipy.special import betainc, gammainc

    at_least = np.maximum(counts, 1)
    spread = dispersion > 1e-9
    size = 1 / np.where(spread, dispersion, 1.0)
    many = betainc(at_least, size, expected / (size + expected))
    return np.where(counts <= 0, 1.0, np.where(spread, many, gammainc(at_least, expected)))


def reject(p_values: Floats, tested: int, rate: float = FALSE_ALARMS) -> Chosen:
    """Which of the smallest p-values of `tested` series stand, after Benjamini and Hochberg; the others count as 1."""
    order = np.argsort(p_values)
    standing = np.flatnonzero(p_values[order] <= rate * np.arange(1, len(order) + 1) / max(tested, 1))
    chosen = np.zeros(len(order), dtype=bool)
    if len(standing):
        chosen[order[: standing[-1] + 1]] = True
    return chosen


def run_lengths(past: Numbers, back: Numbers, levels: Levels) -> list[int]:
    """For how many periods before the last one each series has been elevated without a break."""
    high = tail(past, levels.expected[:, None], levels.dispersion[:, None]) < ELEVATED
    nearest = np.argsort(back)
    unbroken = np.flatnonzero(back[nearest] != np.arange(1, len(back) + 1))
    high = high[:, nearest[: unbroken[0]] if len(unbroken) else nearest]
    lengths: list[int] = np.cumprod(high, axis=1).sum(axis=1).tolist()
    return lengths
