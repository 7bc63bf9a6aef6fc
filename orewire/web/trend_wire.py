"""Trends, movers and balances as they travel between the service and its client: JSON and back, losing nothing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from orewire.model.event import TrendRow, to_json
from orewire.model.trend import (
    Balance,
    BalanceRow,
    Key,
    Mark,
    Mover,
    MoverEvent,
    Movers,
    Period,
    Trend,
    TrendTotal,
)  # fmt: skip

Record = dict[str, Any]


def trend_to_json(trend: Trend) -> Record:
    """The rows of a trend as `trend`, and what is needed to read them."""
    return {
        "trend": [trend_row(row) for row in trend],
        "by": list(trend.by),
        "period": trend.period,
        "since": _written(trend.since),
        "until": _written(trend.until),
        "before": _written(trend.before),
        "periods": [to_json(period) for period in trend.periods],
        "totals": [
            {**asdict(total), "change": total.change, "relative": _rounded(total.relative)} for total in trend.totals
        ],
        "marks": [to_json(mark) for mark in trend.marks],
        "panel": list(trend.panel) if trend.panel is not None else None,
    }


def trend_row(row: TrendRow) -> Record:
    """One row of a trend. There can be many: `asdict` would take five times as long."""
    return {
        "period": row.period.isoformat(),
        "key": row.key,
        "key2": row.key2,
        "count": row.count,
        "change": row.change,
        "share": row.share,
        "per_thousand": row.per_thousand,
    }


def trend_from_json(record: Record) -> Trend:
    """The inverse of `trend_to_json`."""
    counts: dict[Key, list[int | None]] = {}
    for row in record["trend"]:
        counts.setdefault((row["key"], row["key2"]), []).append(row["count"])
    return Trend(
        by=tuple(record["by"]),
        period=record["period"],
        since=_day(record["since"]),
        until=_day(record["until"]),
        before=_day(record["before"]),
        periods=tuple(Period(**{**one, "start": _sure_day(one["start"])}) for one in record["periods"]),
        keys=tuple(counts),
        counts=tuple(map(tuple, counts.values())),
        totals=tuple(
            TrendTotal(key=one["key"], key2=one["key2"], count=one["count"], before=one["before"])
            for one in record["totals"]
        ),
        marks=tuple(map(_mark, record["marks"])),
        panel=tuple(record["panel"]) if record["panel"] is not None else None,
    )


def movers_to_json(movers: Movers) -> Record:
    """What rose, and what it was compared with."""
    return to_json(movers)


def movers_from_json(record: Record) -> Movers:
    """The inverse of `movers_to_json`."""
    return Movers(
        **{
            **record,
            "by": tuple(record["by"]),
            "start": _day(record["start"]),
            "movers": tuple(map(_mover, record["movers"])),
            "notes": tuple(record["notes"]),
        }
    )


def _mover(record: Record) -> Mover:
    events = tuple(MoverEvent(**{**event, "date": _sure_day(event["date"])}) for event in record["events"])
    return Mover(**{**record, "since": _sure_day(record["since"]), "events": events})


def balance_to_json(balance: Balance) -> Record:
    """The rows and totals of a balance."""
    return {
        "balance": [_balance_row(row) for row in balance.rows],
        "by": balance.by,
        "period": balance.period,
        "totals": [_balance_row(row) for row in balance.totals],
        "marks": [to_json(mark) for mark in balance.marks],
    }


def balance_from_json(record: Record) -> Balance:
    """The inverse of `balance_to_json`."""
    rows, totals = (tuple(map(_row_of_balance, record[name])) for name in ("balance", "totals"))
    return Balance(
        by=record["by"], period=record["period"], rows=rows, totals=totals, marks=tuple(map(_mark, record["marks"]))
    )


def _balance_row(row: BalanceRow) -> Record:
    return {**to_json(row), "balance": row.balance}


def _row_of_balance(record: Record) -> BalanceRow:
    own = {name: value for name, value in record.items() if name != "balance"}
    return BalanceRow(**{**own, "period": _day(record["period"])})


def _mark(record: Record) -> Mark:
    return Mark(**{**record, "day": _sure_day(record["day"]), "until": _day(record["until"])})


def _rounded(share: float | None) -> float | None:
    return round(share, 4) if share is not None else None


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _sure_day(written: str) -> date:
    return date.fromisoformat(written)
