"""False alarms and power of the test for movers on simulated news, beside 'twice the average' in the same run.

`python -m bench.movers`: 200 series over 104 weeks of each kind of quiet news, the last 50 weeks tested; the figures
stand in docs/technotes/trends.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator, default_rng

from store.rises import BASELINES, MINIMUM, Chosen, Floats, Numbers, find_levels, reject, tail

SERIES, WEEKS, _RUNS, _SEED = 200, 104, 5, 20251114
_BASELINE = BASELINES["week"]
_BACK = np.arange(_BASELINE.longest, 0, -1)
_FEWEST, _MOST = 0.2, 30.0
"""Events a week: the means of the series lie between these, evenly on a logarithmic scale."""
_BOOSTED = 10
"""Series of the 200 that rise in a week, where power is measured."""

Rule = Callable[[Numbers, Numbers], Chosen]
Model = Callable[[Generator, Floats], Numbers]


def movers_rule(past: Numbers, last: Numbers) -> Chosen:
    """The product's test, as `store.movers` uses it without a panel."""
    risen = np.zeros(len(last), dtype=bool)
    enough = np.flatnonzero(last >= MINIMUM)
    if len(enough):
        levels = find_levels(past[enough], _BACK, _BASELINE)
        risen[enough] = reject(tail(last[enough], levels.expected, levels.dispersion), len(last))
    return risen


def twice_the_average(past: Numbers, last: Numbers) -> Chosen:
    """The rule that comes to mind first, with the same minimum."""
    average: Floats = past[:, -_BASELINE.year :].mean(axis=1)
    return np.logical_and(last >= MINIMUM, last > 2 * average)


RULES: dict[str, Rule] = {"movers": movers_rule, "twice": twice_the_average}


def _bursty(rng: Generator, means: Floats, dispersion: float) -> Numbers:
    return rng.poisson(rng.gamma(1 / dispersion, dispersion * means))


def poisson(rng: Generator, means: Floats) -> Numbers:
    """Events that know nothing of each other."""
    return rng.poisson(means)


def overdispersed(rng: Generator, means: Floats) -> Numbers:
    """Negative binomial, dispersion 0.3: one event brings others."""
    return _bursty(rng, means, 0.3)


def mixed(rng: Generator, means: Floats) -> Numbers:
    """Each series has a dispersion of its own, up to 1."""
    dispersions = rng.uniform(0.01, 1, len(means))[:, None]
    return rng.poisson(rng.gamma(1 / dispersions, dispersions * means))


def zero_inflated(rng: Generator, means: Floats) -> Numbers:
    """Nothing at all in six weeks of ten."""
    return _bursty(rng, means, 0.3) * (rng.random(means.shape) < 0.4)


def lasting(rng: Generator, means: Floats) -> Numbers:
    """The rate wanders: what is high this week is likely to be high the next."""
    noise = rng.normal(size=means.shape)
    for week in range(1, means.shape[1]):
        noise[:, week] = 0.6 * noise[:, week - 1] + 0.8 * noise[:, week]
    return rng.poisson(means * np.exp(0.4 * noise - 0.08))


def seasonal(rng: Generator, means: Floats) -> Numbers:
    """Four parts in ten more in spring than on average, and less in autumn."""
    return _bursty(rng, means * (1 + 0.4 * np.sin(2 * np.pi * np.arange(means.shape[1]) / 52)), 0.1)


def growing(rng: Generator, means: Floats) -> Numbers:
    """Half as much again from year to year."""
    return _bursty(rng, means * 1.5 ** (np.arange(means.shape[1]) / 52), 0.1)


QUIET = (poisson, overdispersed, mixed, zero_inflated, lasting, seasonal, growing)


@dataclass(slots=True)
class Tally:
    """What one rule said, over all series and weeks that were tested."""

    quiet: int = 0
    false_alarms: int = 0
    rises: int = 0
    found: int = 0

    def add(self, said: Chosen, risen: Chosen) -> None:
        """Take in one week."""
        self.quiet += int((~risen).sum())
        self.false_alarms += int((said & ~risen).sum())
        self.rises += int(risen.sum())
        self.found += int((said & risen).sum())

    @property
    def per_thousand(self) -> float:
        """False alarms per 1,000 series-weeks in which nothing rose."""
        return 1000 * self.false_alarms / self.quiet

    @property
    def power(self) -> float:
        """The share of the rises that were found."""
        return self.found / self.rises


def measure(model: Model, *, mean: float | None = None, factor: float = 1, runs: int = _RUNS) -> dict[str, Tally]:
    """Each rule's tally over simulated weeks; with a factor, ten series of each week have so many times their mean."""
    rng, tallies = default_rng(_SEED), {name: Tally() for name in RULES}
    for _ in range(runs):
        means = _means(rng, mean)
        counts = model(rng, np.repeat(means[:, None], WEEKS, axis=1))
        for week in range(_BASELINE.longest, WEEKS):
            risen = np.zeros(SERIES, dtype=bool)
            risen[rng.choice(SERIES, _BOOSTED if factor > 1 else 0, replace=False)] = True
            last = counts[:, week] + rng.poisson((factor - 1) * means) * risen
            for name, rule in RULES.items():
                tallies[name].add(rule(counts[:, week - _BASELINE.longest : week], last), risen)
    return tallies


def _means(rng: Generator, mean: float | None) -> Floats:
    if mean is None:
        return np.exp(rng.uniform(np.log(_FEWEST), np.log(_MOST), SERIES))
    return np.full(SERIES, mean)


def main() -> None:
    """Print both tables."""
    weeks = (WEEKS - _BASELINE.longest) * SERIES * _RUNS
    _print(f"false alarms per 1,000 series-weeks ({weeks:,} of each kind), means {_FEWEST} to {_MOST} events a week")
    _print(f"  {'quiet news':16}{'movers':>10}{'twice the average':>22}")
    for model in QUIET:
        tallies = measure(model)
        _print(f"  {model.__name__:16}{tallies['movers'].per_thousand:>10.2f}{tallies['twice'].per_thousand:>22.1f}")
    _print("rises found, of 10 in 200 series a week (and false alarms per 1,000 beside them)")
    _print(f"  {'news':16}{'mean':>6}{'times':>7}{'movers':>16}{'twice the average':>22}")
    for model in (poisson, seasonal, overdispersed):
        for mean in (3.0, 10.0, 30.0):
            for factor in (2, 3, 5):
                tallies = measure(model, mean=mean, factor=factor)
                ours, theirs = (f"{one.power:.0%} ({one.per_thousand:.1f})" for one in tallies.values())
                _print(f"  {model.__name__:16}{mean:>6g}{factor:>7}{ours:>16}{theirs:>22}")


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
