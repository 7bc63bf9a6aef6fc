"""How trends, movers and balances look: a table for people, JSON and CSV for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import click

from orewire.cli.output import printable, shortened, to_csv
from orewire.model.trend import Balance, BalanceRow, Key, Mark, Mover, Movers, Trend, TrendTotal
from orewire.web.trend_wire import balance_to_json, movers_to_json, trend_row, trend_to_json

TREND_COLUMNS = ("period", "key", "key2", "count", "change", "share", "per_thousand")
MOVER_COLUMNS = ("key", "key2", "count", "usual", "spread", "expected", "p_value", "since", "panel_count", "events")
BALANCE_COLUMNS = ("period", "key", "support", "oppose", "balance", "supporters", "opponents")
_SHOWN_PERIODS = 60
_SHOWN_KEYS = 100
_SHOWN_MARKS = 8
_SHOWN_NAMES = 3
_LEVELS = "·▁▂▃▄▅▆▇█"
_GAP = " "
_BAR = 40


def write_trend(trend: Trend, form: str) -> None:
    """Print a trend in the form asked for; the table draws the counts of the latest periods."""
    if form == "json":
        _write_json(trend_to_json(trend))
    elif form == "csv":
        _write_csv(map(trend_row, trend), TREND_COLUMNS)
    else:
        _trend_table(trend)


def write_movers(movers: Movers, form: str) -> None:
    """Print unusual rises in the form asked for."""
    if form == "json":
        _write_json(movers_to_json(movers))
    elif form == "csv":
        _write_csv(map(_mover_row, movers.movers), MOVER_COLUMNS)
    else:
        _movers_table(movers)


def write_balance(balance: Balance, form: str) -> None:
    """Print support and opposition in the form asked for."""
    if form == "json":
        _write_json(balance_to_json(balance))
    elif form == "csv":
        _write_csv(({**asdict(row), "balance": row.balance} for row in balance.rows), BALANCE_COLUMNS)
    else:
        _balance_table(balance)


def _write_json(record: Mapping[str, Any]) -> None:
    click.echo(json.dumps(record, ensure_ascii=False, indent=1))


def _write_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    click.echo(to_csv(rows, columns), nl=False)


def _mover_row(mover: Mover) -> dict[str, Any]:
    return {**asdict(mover), "events": ";".join(str(event.id) for event in mover.events)}


def _trend_table(trend: Trend) -> None:
    """Each period as a bar; with a dimension, each of its values as a line of small bars, the busiest first."""
    if trend.panel == ():
        click.echo(_empty_panel(trend))
    elif not any(count for line in trend.counts for count in line):
        click.echo("no events match")
    elif trend.keys == (("all", None),):
        _bars_by_period(trend)
    else:
        _sparklines(trend)
    if trend.panel:
        click.echo(f"only what the panel tells of, read throughout: {_names(trend.panel)}")
    _write_marks(trend.marks)


def _empty_panel(trend: Trend) -> str:
    span = f" from {trend.since} to {trend.until}" if trend.since else ""
    return f"the panel is empty: no source was read throughout{span}; without --panel all events are counted"


def _bars_by_period(trend: Trend) -> None:
    rows = list(trend)[-_SHOWN_PERIODS:]
    most = max(row.count or 0 for row in rows)
    for unread, same in groupby(rows, lambda row: row.count is None):
        run = list(same)
        if unread:
            last = f" to {run[-1].period}" if len(run) > 1 else ""
            click.echo(f"{run[0].period}{last}  nothing was read")
            continue
        for row in run:
            change = f"{row.change:+d}" if row.change else ""
            share = f"{row.per_thousand:>8.1f}" if row.per_thousand is not None else ""
            bar = "█" * round((row.count or 0) / most * _BAR)
            click.echo(f"{row.period}  {row.count:>5} {change:>5}{share}  {bar}".rstrip())
    if trend.panel:
        click.echo(f"{'':12}events, change, events in 1,000 articles of the panel")
    for total in trend.totals:
        click.echo(f"{total.count} from {trend.since} to {_last_day(trend)}{_compared(total, trend)}")


def _last_day(trend: Trend) -> date | None:
    return trend.until - timedelta(days=1) if trend.until else None


def _compared(total: TrendTotal, trend: Trend) -> str:
    return f", {total.before} in the same span before: {_change(total)}" if trend.before else ""


def _change(total: TrendTotal) -> str:
    change = f"{total.change:+d}" if total.change else "no change"
    return f"{change}, {total.relative:+.0%}" if total.relative else change


def _sparklines(trend: Trend) -> None:
    starts = [period.start for period in trend.periods[-_SHOWN_PERIODS:]]
    shown = list(zip(trend.keys, trend.counts, trend.totals, strict=True))[:_SHOWN_KEYS]
    lines = [line[-_SHOWN_PERIODS:] for _, line, _ in shown]
    most = max((count or 0 for line in lines for count in line), default=0)
    width = max(len(_label(key)) for key, _, _ in shown)
    events = sum(period.events for period in trend.periods)
    compared = f"{'before':>8}{'change':>14}" if trend.before else ""
    click.echo(
        f"{'':{width}}  events  share{compared}  {_between(starts, trend.period)}; most in one: {most}{_blank(lines)}"
    )
    for (key, line, total), drawn in zip(shown, lines, strict=True):
        marks = "".join(_mark_of(count, most) for count in drawn)
        before = f"{total.before:>8}{_change(total):>14}" if trend.before else ""
        share = sum(count or 0 for count in line) / events
        click.echo(f"{_label(key):{width}}  {total.count:>6}  {share:>5.0%}{before}  {marks}".rstrip())
    _write_rest(len(trend.keys))


def _mark_of(count: int | None, most: int) -> str:
    return _GAP if count is None else _LEVELS[math.ceil(count / (most or 1) * (len(_LEVELS) - 1))]


def _label(key: Key) -> str:
    return " · ".join(printable(part) for part in key if part is not None)


def _between(starts: Sequence[date], period: str) -> str:
    return f"{starts[0]} to {starts[-1]} by {period}" if starts else ""


def _blank(lines: Iterable[Sequence[int | None]]) -> str:
    return "; blank: nothing was read" if any(None in line for line in lines) else ""


def _write_rest(number: int) -> None:
    if number > _SHOWN_KEYS:
        click.echo(f"… and {number - _SHOWN_KEYS} more; --format csv has all")


def _movers_table(movers: Movers) -> None:
    """Each mover with its figures, and below it the events that explain it."""
    if movers.start and movers.tested:
        looked_at = f"{movers.tested:,} series compared with {movers.compared} {movers.period}s before"
        found = f"{len(movers.movers)} unusual rises" if movers.movers else "nothing unusual"
        click.echo(f"{movers.period} of {movers.start}: {found}; {looked_at}")
    width = max((len(_label((mover.key, mover.key2))) for mover in movers.movers), default=0)
    for mover in movers.movers:
        told = f", {mover.panel_count} told by the panel" if mover.panel_count is not None else ""
        since = f", since {mover.since}" if mover.since != movers.start else ""
        label = f"{_label((mover.key, mover.key2)):{width}}"
        figures = f"{mover.count:>5}  usual {mover.usual:g} ± {mover.spread:.1f}  {_probability(mover.p_value)}"
        click.echo(f"\n{label}  {figures}{since}{told}")
        for event in mover.events:
            sources = f"{event.independent_sources} sources" if event.independent_sources > 1 else "1 source"
            evidence = shortened(printable(event.evidence), 80)
            click.echo(f"  {event.date}  {event.type}, {sources}  #{event.id}  {evidence}")
    for note in movers.notes:
        click.echo(f"note: {note}")


def _probability(p_value: float) -> str:
    return "p < 1e-15" if p_value < 1e-15 else f"p {p_value:.1g}"


def _balance_table(balance: Balance) -> None:
    """Each value with how many events are supported and opposed, and a sign for each period."""
    if not balance.totals:
        click.echo("nobody spoke for or against anything that matches")
        return
    starts = list(dict.fromkeys(row.period for row in balance.rows if row.period))[-_SHOWN_PERIODS:]
    lines: dict[str, list[BalanceRow]] = {}
    for row in balance.rows:
        if row.period and row.period >= starts[0]:
            lines.setdefault(row.key, []).append(row)
    shown = balance.totals[:_SHOWN_KEYS]
    width = max(len(printable(total.key)) for total in shown)
    click.echo(f"{'':{width}}  support  oppose  balance  holders  {_between(starts, balance.period)}")
    for total in shown:
        signs = "".join(map(_sign, lines[total.key]))
        figures = f"{total.support:>7}  {total.oppose:>6}  {total.balance:>+7.2f}"
        holders = total.supporters + total.opponents
        click.echo(f"{printable(total.key):{width}}  {figures}  {holders:>7}  {signs}".rstrip())
    _write_rest(len(balance.totals))
    click.echo("+ more support, - more oppose, = alike, · nobody spoke, blank: nothing was read")
    _write_marks(balance.marks)


def _sign(row: BalanceRow) -> str:
    if row.support is None:
        return _GAP
    if row.balance is None:
        return "·"
    return "+" if row.balance > 0 else "-" if row.balance < 0 else "="


def _write_marks(marks: Sequence[Mark]) -> None:
    """Footnotes: what joined, left or fell silent, several sources of one day in one line; gaps show in the table."""
    groups = [list(group) for _, group in groupby(sorted(_of_sources(marks), key=_when), _when)]
    for group in groups[:_SHOWN_MARKS]:
        click.echo(" ".join(_footnote(group)))
    if len(groups) > _SHOWN_MARKS:
        click.echo(f"… and {len(groups) - _SHOWN_MARKS} more marks; --format json has all")


def _of_sources(marks: Iterable[Mark]) -> Iterator[Mark]:
    return (mark for mark in marks if mark.source)


def _when(mark: Mark) -> tuple[date, str, date]:
    return mark.day, mark.kind, mark.until or date.max


def _footnote(group: Sequence[Mark]) -> Iterator[str]:
    mark = group[0]
    yield f"{mark.kind} {mark.day}"
    if mark.until and mark.until - mark.day > timedelta(days=1):
        yield f"to {mark.until - timedelta(days=1)}"
    yield f"– {_names([str(one.source) for one in group])}"


def _names(sources: Sequence[str]) -> str:
    named = ", ".join(printable(source) for source in sources[:_SHOWN_NAMES])
    more = len(sources) - _SHOWN_NAMES
    return f"{named} and {more} more" if more > 0 else named
