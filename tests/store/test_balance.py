"""Who stands for and against, over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.trend import BalanceRow
from store.balance import get_balance
from store.connection import Connection
from tests.store.conftest import Tell, article, mention, opposing


@pytest.fixture
def told(tell: Tell) -> None:
    """Two events against Jadar, one of them with somebody for it, a silent week, and one event for Bor."""
    support = replace(opposing("Rio Tinto"), polarity="support")
    tell(article("a", day=date(2025, 11, 3)), mention("protest"), stances=(opposing("residents"), opposing("farmers")))
    tell(article("b", day=date(2025, 11, 4)), mention("lawsuit"), stances=(opposing(), support))
    tell(article("c", day=date(2025, 11, 12)), mention("policy", project=None))
    bor = replace(support, target="Bor")
    tell(article("d", day=date(2025, 11, 20)), mention("opposition", project="Bor"), stances=(bor,))


@pytest.mark.usefixtures("told")
def test_balance_by_project(connection: Connection) -> None:
    """Events are counted, and holders once for each; null where nobody spoke; those most told of first."""
    balance = get_balance(connection, Filters())
    assert [("Jadar", 1, 2, -0.3333, 1, 3), ("Bor", 1, 0, 1.0, 1, 0)] == [
        (one.key, one.support, one.oppose, one.balance, one.supporters, one.opponents) for one in balance.totals
    ]
    assert [("Jadar", -0.3333), ("Bor", None), ("Jadar", None), ("Bor", None), ("Jadar", None), ("Bor", 1.0)] == [
        (row.key, row.balance) for row in balance.rows
    ]


@pytest.mark.usefixtures("told")
def test_filters_and_periods(connection: Connection) -> None:
    """As everywhere; a filter of one stance keeps the events, and both their sides."""
    balance = get_balance(connection, Filters(mineral=("lithium",), stance=("oppose",)), by="mineral", period="month")
    assert [(date(2025, 11, 1), "lithium", 1, 2)] == [
        (row.period, row.key, row.support, row.oppose) for row in balance.rows
    ]


def test_nobody_spoke(connection: Connection, tell: Tell) -> None:
    """No rows at all; and a month in which nothing was read is none, not a zero."""
    tell(article("a"), mention())
    assert () == get_balance(connection, Filters()).rows
    tell(article("b", day=date(2025, 9, 3)), mention("protest"), stances=(opposing(),))
    span = Filters(since=date(2025, 9, 1), until=date(2025, 12, 1))
    assert [(0, 1), (None, None), (0, 0)] == [
        (row.support, row.oppose) for row in get_balance(connection, span, period="month").rows
    ]


def test_two_dimensions_are_refused(connection: Connection) -> None:
    """One is enough for signs."""
    with pytest.raises(UsageError, match="one dimension"):
        get_balance(connection, Filters(), by=("project", "type"))


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_balance_lies_between_the_poles(support: int, oppose: int) -> None:
    """All for is 1, all against -1, alike 0, nobody none; exchanged, it changes its sign."""

    def of(support: int, oppose: int) -> float | None:
        row = BalanceRow(period=None, key="Jadar", support=support, oppose=oppose, supporters=0, opponents=0)
        return row.balance

    balance = of(support, oppose)
    assert (balance is None) == (support + oppose == 0)
    assert balance is None or -1 <= balance <= 1
    assert balance is None or balance == pytest.approx(-(of(oppose, support) or 0), abs=1e-4)
