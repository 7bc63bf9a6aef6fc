"""What docs/technotes/trends.md says of movers holds: simulated with one seed, so that it is the same every time."""

from __future__ import annotations

import pytest

from bench.movers import QUIET, Model, measure, poisson


@pytest.mark.parametrize("model", QUIET)
def test_quiet_news_raises_few_alarms(model: Model) -> None:
    """At most one in 1,000 series-weeks, and a tenth of what 'twice the average' raises."""
    tallies = measure(model, runs=1)
    assert tallies["movers"].per_thousand <= 1
    assert tallies["movers"].per_thousand * 10 <= tallies["twice"].per_thousand


def test_rises_are_found() -> None:
    """Nine of ten where ten events a week become thirty, and where thirty become sixty."""
    assert measure(poisson, mean=10, factor=3, runs=1)["movers"].power >= 0.85
    assert measure(poisson, mean=30, factor=2, runs=1)["movers"].power >= 0.85
