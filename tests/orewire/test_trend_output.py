"""How trends, movers and balances look, and how they travel between the service and its client."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.cli.trend_output import write_balance, write_movers, write_trend
from orewire.model.trend import (
    MARK_KINDS,
    Balance,
    BalanceRow,
    Mark,
    Mover,
    MoverEvent,
    Movers,
    Period,
    Trend,
    TrendTotal,
)
from orewire.web.trend_wire import (
    balance_from_json,
    balance_to_json,
    movers_from_json,
    movers_to_json,
    trend_from_json,
    trend_to_json,
)

FIRST = date(2025, 1, 6)


def trend(counts: dict[str, list[int | None]], **changes: object) -> Trend:
    """Weeks of the counts of each key."""
    length = len(next(iter(counts.values())))
    values: dict[str, object] = {
        "by": ("type",),
        "period": "week",
        "periods": tuple(Period(start=FIRST + timedelta(weeks=week), events=4, articles=9) for week in range(length)),
        "keys": tuple((key, None) for key in counts),
        "counts": tuple(map(tuple, counts.values())),
        "totals": tuple(TrendTotal(key=key, key2=None, count=4, before=None) for key in counts),
    }
    return Trend(**{**values, **changes})  # type: ignore[arg-type]


Captured = pytest.CaptureFixture[str]


def table(capsys: Captured, shown: Trend) -> list[str]:
    write_trend(shown, "table")
    return capsys.readouterr().out.splitlines()


def test_trend_of_all_is_a_bar_a_period(capsys: Captured) -> None:
    """The longest bar belongs to the busiest period, a zero has none."""
    lines = table(capsys, trend({"all": [0, 4, 2]}, totals=()))
    assert [0, 40, 20] == [line.count("█") for line in lines]


def test_a_gap_is_no_zero(capsys: Captured) -> None:
    """A run of periods in which nothing was read is one line that says so; in small bars it is blank."""
    lines = table(capsys, trend({"all": [4, None, None, 2]}, totals=()))
    assert "2025-01-13 to 2025-01-20  nothing was read" == lines[1]
    assert table(capsys, trend({"a": [4, None, 0, 2], "b": [1, 1, 1, 1]}))[1].endswith("█ ·▄")


def test_trend_by_key_is_a_line_a_key(capsys: Captured) -> None:
    """The busiest first, with its share and what it was before."""
    totals = (TrendTotal(key="a", key2="x", count=6, before=4), TrendTotal(key="b", key2="y", count=1, before=0))
    span = {"since": FIRST, "until": FIRST + timedelta(weeks=2), "before": FIRST - timedelta(weeks=2)}
    shown = trend({"a": [2, 4], "b": [1, 0]}, keys=(("a", "x"), ("b", "y")), totals=totals, **span)
    head, first, second = table(capsys, shown)
    assert ["events", "share", "before", "change"] == head.split()[:4]
    assert ["a", "·", "x", "6", "75%", "4", "+2,", "+50%", "▄█"] == first.split()
    assert ["b", "·", "y", "1", "12%", "0", "+1", "▂·"] == second.split()


def test_marks_of_one_day_are_one_footnote(capsys: Captured) -> None:
    """With the first names and how many more; silences end with their last day."""
    joined = [Mark(kind="joined", day=FIRST, until=None, source=f"S{number}") for number in range(5)]
    silent = Mark(kind="silent", day=FIRST, until=FIRST + timedelta(days=10), source="Wire")
    lines = table(capsys, trend({"all": [1]}, totals=(), marks=(*joined, silent)))
    assert [
        "joined 2025-01-06 – S0, S1, S2 and 2 more",
        "silent 2025-01-06 to 2025-01-15 – Wire",
    ] == lines[1:]


def test_an_empty_panel_says_so(capsys: Captured) -> None:
    """And not that no events match."""
    assert "panel is empty" in table(capsys, trend({"all": [None]}, panel=()))[0]


def test_csv_has_a_row_for_each_period_and_key(capsys: Captured) -> None:
    """A gap is empty, a zero is 0; what would run as a formula does not."""
    write_trend(trend({"=A1": [0, None]}), "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert [("'=A1", "0", "", "0.0"), ("'=A1", "", "", "")] == [
        (row["key"], row["count"], row["change"], row["share"]) for row in rows
    ]


MOVER = Mover(
    key="RS", key2="lithium", count=30, usual=2.0, spread=1.5, expected=2.3, p_value=1e-20, since=FIRST,
    panel_count=28,
    events=(MoverEvent(id=7, date=FIRST, type="protest", evidence="Many\x1b[31m marched.", independent_sources=3),),
)  # fmt: skip
MOVERS = Movers(
    by=("country", "mineral"), period="week", start=FIRST + timedelta(weeks=1), movers=(MOVER,), tested=12,
    compared=54, panel=3, notes=("the week is not over",),
)  # fmt: skip


def test_movers_are_explained(capsys: Captured) -> None:
    """Figures, since when, events, and what the answer cannot know; no control characters."""
    write_movers(MOVERS, "table")
    told = capsys.readouterr().out
    for words in ("RS · lithium", "30  usual 2 ± 1.5  p < 1e-15", "since 2025-01-06", "28 told", "#7", "not over"):
        assert words in told
    assert "\x1b" not in told
    write_movers(MOVERS, "csv")
    assert capsys.readouterr().out.splitlines()[1] == "RS,lithium,30,2.0,1.5,2.3,1e-20,2025-01-06,28,7"


def test_balance_is_a_sign_a_period(capsys: Captured) -> None:
    """More for, more against, alike, nobody, nothing read."""
    pairs: list[tuple[int | None, int | None]] = [(2, 1), (0, 1), (1, 1), (0, 0), (None, None), (1, 0)]
    rows = tuple(
        BalanceRow(
            period=FIRST + timedelta(weeks=week), key="Jadar", support=one, oppose=two, supporters=0, opponents=0
        )
        for week, (one, two) in enumerate(pairs)
    )
    total = BalanceRow(period=None, key="Jadar", support=4, oppose=3, supporters=5, opponents=4)
    write_balance(Balance(by="project", period="week", rows=rows, totals=(total,)), "table")
    line = capsys.readouterr().out.splitlines()[1]
    assert ["Jadar", "4", "3", "+0.14", "9"] == line.split()[:5]
    assert line.endswith("+-=· +")


names = st.text(max_size=5)
whole = st.integers(0, 10**9)
days = st.dates()
marks = st.builds(
    Mark, kind=st.sampled_from(MARK_KINDS), day=days, until=st.none() | days, source=st.none() | names
)  # fmt: skip


@st.composite
def trends(draw: st.DrawFn) -> Trend:
    """Any trend, as the store could give it."""
    periods = draw(
        st.lists(
            st.builds(Period, start=days, events=whole, articles=whole, panel_articles=st.none() | whole),
            max_size=4,
            unique_by=lambda period: period.start,
        )
    )
    keys = draw(st.lists(st.tuples(names, st.none() | names), max_size=3, unique=True)) if periods else []
    line = st.lists(st.none() | whole, min_size=len(periods), max_size=len(periods)).map(tuple)
    total = st.builds(TrendTotal, key=names, key2=st.none() | names, count=whole, before=st.none() | whole)
    return Trend(
        by=("type", "country"),
        period="week",
        since=draw(st.none() | days),
        until=draw(st.none() | days),
        before=draw(st.none() | days),
        periods=tuple(periods),
        keys=tuple(keys),
        counts=tuple(draw(line) for _ in keys),
        totals=tuple(draw(st.lists(total, max_size=3))),
        marks=tuple(draw(st.lists(marks, max_size=3))),
        panel=draw(st.none() | st.lists(names, max_size=3).map(tuple)),
    )


@given(trends())
def test_trends_travel_unchanged(sent: Trend) -> None:
    """Through JSON text and back, with every gap, mark and total."""
    assert sent == trend_from_json(json.loads(json.dumps(trend_to_json(sent))))


rows = st.builds(
    BalanceRow, period=st.none() | days, key=names, support=st.none() | whole, oppose=st.none() | whole,
    supporters=whole, opponents=whole,
)  # fmt: skip


@given(st.lists(rows, max_size=4).map(tuple), st.lists(marks, max_size=2).map(tuple))
def test_balances_travel_unchanged(sent: tuple[BalanceRow, ...], told: tuple[Mark, ...]) -> None:
    """Rows, totals and marks."""
    balance = Balance(by="project", period="month", rows=sent, totals=sent, marks=told)
    assert balance == balance_from_json(json.loads(json.dumps(balance_to_json(balance))))


def test_movers_travel_unchanged() -> None:
    """With their events; and where nothing could be said."""
    for sent in (MOVERS, Movers(by=("type",), period="month", start=None, notes=("nothing has been read yet",))):
        assert sent == movers_from_json(json.loads(json.dumps(movers_to_json(sent))))
