"""The statistics behind movers: levels, tails, and which p-values stand; over arrays, without a database."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from store.rises import BASELINES, FEWEST_PERIODS, Levels, Numbers, find_levels, reject, run_lengths, tail

WEEK = BASELINES["week"]
BACK = np.arange(WEEK.longest, 0, -1)
WEEKS = len(BACK)


def past(*lines: list[int] | int) -> Numbers:
    """A line of counts for each series; a number is the same count in every week."""
    return np.array([[line] * WEEKS if isinstance(line, int) else line for line in lines])


def p_value(line: list[int] | int, last: int) -> float:
    levels = find_levels(past(line), BACK, WEEK)
    return float(tail(np.array([last]), levels.expected, levels.dispersion)[0])


counts = arrays(np.int64, array_shapes(min_dims=2, max_dims=2, max_side=60), elements=st.integers(0, 10_000))


@given(counts.filter(lambda drawn: drawn.shape[1] >= FEWEST_PERIODS))
def test_levels_are_always_numbers(drawn: Numbers) -> None:
    """Whatever the past: all zeros, one spike, huge counts, few periods; and nothing is impossible."""
    levels = find_levels(drawn, np.arange(drawn.shape[1], 0, -1), WEEK)
    for name in ("usual", "spread", "expected", "dispersion"):
        values = getattr(levels, name)
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    assert (levels.expected > 0).all()


@settings(deadline=None)  # the first example loads scipy
@given(st.integers(0, 500), st.floats(0.01, 500), st.floats(0, 5))
def test_tail_is_a_probability_that_falls(count: int, expected: float, dispersion: float) -> None:
    """Between 0 and 1; 1 for nothing or more; never more probable to see one more."""
    one, more = tail(np.array([count, count + 1]), np.array([expected] * 2), np.array([dispersion] * 2))
    assert 0 <= more <= one <= 1
    assert 1 == tail(np.array([0]), np.array([expected]), np.array([dispersion]))[0]


@pytest.mark.parametrize(("count", "expected", "dispersion"), [(3, 2.5, 0.0), (12, 4.0, 0.5), (1, 0.1, 2.0)])
def test_tail_agrees_with_the_distribution(count: int, expected: float, dispersion: float) -> None:
    """The sum of the probabilities of fewer events and the tail is 1."""
    from scipy.stats import nbinom, poisson

    size = 1 / dispersion if dispersion else None
    below = nbinom.cdf(count - 1, size, size / (size + expected)) if size else poisson.cdf(count - 1, expected)
    found = tail(np.array([count]), np.array([expected]), np.array([dispersion]))
    assert below + found[0] == pytest.approx(1)


@given(arrays(np.float64, st.integers(0, 40), elements=st.floats(0, 1)), st.integers(0, 100))
def test_rejected_are_the_smallest(p_values: np.ndarray[tuple[int], np.dtype[np.float64]], more: int) -> None:
    """Never a larger p-value without a smaller one, none above the rate, and fewer where more series were tested."""
    chosen = reject(p_values, len(p_values))
    assert not chosen.any() or p_values[chosen].max() <= 0.05
    assert not chosen.any() or chosen.all() or p_values[chosen].max() <= p_values[~chosen].min()
    assert not (reject(p_values, len(p_values) + more) & ~chosen).any()


def test_rejection_after_benjamini_and_hochberg() -> None:
    """The step up: the third saves the second, which alone would not stand."""
    assert [True, True, True, False] == reject(np.array([0.01, 0.036, 0.037, 0.9]), 4).tolist()


def test_a_rise_on_a_steady_level() -> None:
    """Ten a week, then thirty, is improbable; then twelve is not."""
    assert p_value(10, 30) < 1e-6
    assert p_value(10, 12) > 0.1


def test_a_wild_past_excuses_much() -> None:
    """The same count means less where weeks without and weeks with twenty take turns."""
    assert p_value([0, 20] * (WEEKS // 2), 30) > 100 * p_value(10, 30)


def test_one_spike_does_not_hide_the_next() -> None:
    """A week of two hundred half a year ago leaves the level and the test almost as they were."""
    spiked = [10] * WEEKS
    spiked[20] = 200
    assert p_value(spiked, 30) == pytest.approx(p_value(10, 30), rel=0.5)


def test_what_comes_each_year_is_usual() -> None:
    """The season's five weeks of a year ago set the level."""
    festive = [40 if distance in WEEK.season else 5 for distance in BACK]
    assert p_value(festive, 40) > 0.05
    assert p_value(5, 40) < 1e-6


def test_what_has_lasted_a_quarter_is_usual() -> None:
    """Seven of the last thirteen weeks on the new level, and it is no news any more; in its fourth week it is."""
    assert p_value([5] * (WEEKS - 7) + [40] * 7, 40) > 0.01
    assert p_value([5] * (WEEKS - 3) + [40] * 3, 40) < 1e-4


def test_a_burst_after_long_silence() -> None:
    """Nothing for a year, then eight: improbable; series of zeros do not divide by nothing."""
    assert p_value(0, 8) < 1e-6


def test_the_shared_dispersion_speaks_for_series_that_have_little_to_say() -> None:
    """Beside wild series a quiet one is trusted less, and wild ones keep their own."""
    wild = [[0, 20] * (WEEKS // 2)] * 5
    alone, beside = find_levels(past(10), BACK, WEEK), find_levels(past(10, *wild), BACK, WEEK)
    assert beside.dispersion[0] > alone.dispersion[0]


def test_since_when() -> None:
    """The run of elevated weeks before the last one; a low week, or one that was not read, ends it."""
    series = past([5] * (WEEKS - 3) + [40, 40, 40], [5] * (WEEKS - 3) + [40, 5, 40], 5)
    levels = find_levels(series, BACK, WEEK)
    assert [3, 1, 0] == run_lengths(series, BACK, levels)
    read = BACK != 2
    assert [1, 1, 0] == run_lengths(series[:, read], BACK[read], levels)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_quiet_news_is_quiet(seed: int) -> None:
    """At most three alarms over 200 Poisson series in one week: `make bench` counts one in 15,000 series-weeks."""
    rng = np.random.default_rng(seed)
    quiet = rng.poisson(rng.uniform(0.2, 30, 200)[:, None], (200, WEEKS + 1))
    levels = find_levels(quiet[:, :-1], BACK, WEEK)
    assert reject(tail(quiet[:, -1], levels.expected, levels.dispersion), 200).sum() <= 3


def test_levels_of_some() -> None:
    """Picking series keeps their levels."""
    levels = find_levels(past(1, 2, 3), BACK, WEEK)
    picked: Levels = levels.only([2, 0])
    assert [3, 1] == picked.usual.tolist()
