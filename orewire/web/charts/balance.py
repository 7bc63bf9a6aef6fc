"""Who stands for and against over time: support above the line, opposition beneath it."""

from __future__ import annotations

from collections import defaultdict

from orewire.model.trend import Balance, BalanceRow
from orewire.web.charts.draw import Drawing
from orewire.web.charts.ink import AGAINST, FOR
from orewire.web.charts.rows import MOST_ROWS, Band, Row, Span, rows_spec
from orewire.web.charts.words import key_name, number


def balance_rows(balance: Balance) -> int:
    """How many rows its picture has."""
    return min(len(balance.totals), MOST_ROWS)


def draw_balance(balance: Balance, width: int) -> Drawing | None:
    """The picture; None where nobody is told to be for or against anything."""
    if not balance.totals:
        return None
    lines = _lines(balance)
    rows = [_row(balance.by, total, lines[total.key]) for total in balance.totals[:MOST_ROWS]]
    starts = sorted({row.period for row in balance.rows if row.period})
    return Drawing(spec=rows_spec(rows, Span.of(starts, balance.period), width), title=balance_title(balance))


def balance_title(balance: Balance) -> str:
    """Its figures in words."""
    told = [
        f"{key_name(balance.by, one.key)} {number(one.support or 0)} for, {number(one.oppose or 0)} against"
        for one in balance.totals[:MOST_ROWS]
    ]
    return f"Events with support and opposition by {balance.period}: {'; '.join(told) or 'none'}"


def _lines(balance: Balance) -> dict[str, list[BalanceRow]]:
    lines: defaultdict[str, list[BalanceRow]] = defaultdict(list)
    for row in balance.rows:
        lines[row.key].append(row)
    return lines


def _row(by: str, total: BalanceRow, line: list[BalanceRow]) -> Row:
    support, oppose = f"{number(total.support or 0)} for", f"{number(total.oppose or 0)} against"
    return Row(
        name=key_name(by, total.key),
        told=((support, FOR), (oppose, AGAINST)),
        bands=(
            Band(line=[one.support for one in line], color=FOR),
            Band(line=[one.oppose for one in line], color=AGAINST, is_below=True),
        ),
    )
