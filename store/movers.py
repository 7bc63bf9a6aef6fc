"""What rose unusually of late, over all pairs of country and mineral or any other dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from orewire.model.errors import UnknownValue, UsageError
from orewire.model.event import Filters
from orewire.model.ports import PAIRS
from orewire.model.trend import Key, Mover, MoverEvent, Movers
from store.connection import Connection, in_list, rows, transaction
from store.coverage import READ_SHARE, ReadDays, articles_by_place, find_panel, newest_day
from store.dimensions import Question, check_dimensions, count_cells
from store.evidence import find_evidence
from store.periods import LAST_DAY, place_of, start_at
from store.rises import BASELINES, FEWEST_PERIODS, Floats, Levels, find_levels, reject, run_lengths, tail
from store.series import Series, Window, find_series, narrowed, told_series

MOST_MOVERS = 1000
_BEST = 3
"""Events that explain a mover."""


def find_movers(
    connection: Connection,
    filters: Filters,
    *,
    period: str = "week",
    by: str | Sequence[str] = PAIRS,
    limit: int = 50,
    read_days: ReadDays | None = None,
) -> Movers:
    """The unusual rises of one period: the last one that ends by `filters.until`, else by the newest article.

    Raises UsageError for `filters.since`: how far back is compared is fixed, see `BASELINES`.
    """
    names = _check(filters, period, by, limit)
    with transaction(connection):  # one state of the store for all queries
        newest = newest_day(connection)
        if newest is None:
            return Movers(by=names, period=period, start=None, notes=("nothing has been read yet",))
        window = Window(filters=filters, by=names, period=period, place=_tested(filters, newest, period))
        reading = (read_days or ReadDays()).get(connection, *window.days)
        window = window.compared_with(articles_by_place(reading, period))
        panel = find_panel(reading, period)
        return replace(
            _answer(connection, window, panel, limit),
            notes=_notes(window, newest, panel),
            panel=len(panel),
        )


def _answer(connection: Connection, window: Window, panel: Sequence[str], limit: int) -> Movers:
    start = start_at(window.place, window.period)
    answer = Movers(by=window.by, period=window.period, start=start, compared=len(window.back))
    if not window.can_be_tested:
        return answer
    series = find_series(connection, window)
    movers = _test(connection, window, series, panel)
    return replace(answer, movers=_explain(connection, window, movers[:limit]), tested=series.tested)


def _check(filters: Filters, period: str, by: str | Sequence[str], limit: int) -> tuple[str, ...]:
    if period not in BASELINES:
        raise UnknownValue("period", period, tuple(BASELINES))
    if filters.since:
        raise UsageError(f"since: found {filters.since}, expected only until: movers are compared with the year before")
    if not 0 < limit <= MOST_MOVERS:
        raise UsageError(f"limit: found {limit}, expected 1 to {MOST_MOVERS}")
    return check_dimensions(by)


def _tested(filters: Filters, newest: date, period: str) -> int:
    """The place of the last period that is over: by `until`, else by the newest article."""
    return max(place_of(min(filters.until or newest + timedelta(days=1), LAST_DAY), period) - 1, 0)


def _notes(window: Window, newest: date, panel: Sequence[str]) -> tuple[str, ...]:
    """What the answer cannot know."""
    period, start = window.period, start_at(window.place, window.period)
    if not window.was_read:
        return (f"nothing was read of the {period} of {start}",)
    if not window.can_be_tested:
        return (f"too little was read before {start}: {len(window.back)} {period}s, and {FEWEST_PERIODS} are needed",)
    notes = []
    if newest + timedelta(days=1) < start_at(window.place + 1, period):
        notes.append(f"the {period} is not over: the newest article is of {newest}")
    if not panel:
        notes.append(
            f"the panel is empty, as no source was read in {READ_SHARE:.0%} of the {period}s: "
            "a rise may come of a source that joined"
        )
    return tuple(notes)


def _test(connection: Connection, window: Window, series: Series, panel: Sequence[str]) -> list[Mover]:
    """The movers without their events, the least probable first.

    A rise must show in all events and in those that the panel tells of: what a source brings that joined does not.
    """
    levels = find_levels(series.past(window), window.back, window.baseline)
    p_values = tail(series.last, levels.expected, levels.dispersion)
    risen: list[int] = np.flatnonzero(reject(p_values, series.tested)).tolist()
    told: dict[int, int] = {}
    if panel and risen:
        of_panel = told_series(connection, window, [series.keys[at] for at in risen], panel)
        own = find_levels(of_panel.past(window), window.back, window.baseline, levels.shared)
        p_values[risen] = np.maximum(p_values[risen], tail(of_panel.last, own.expected, own.dispersion))
        told = dict(zip(risen, of_panel.last.tolist(), strict=True))
        risen = np.flatnonzero(reject(p_values, series.tested)).tolist()
    risen.sort(key=lambda at: (p_values[at], -series.last[at] / levels.expected[at]))
    return _movers(window, series.only(risen), levels.only(risen), p_values[risen], [told.get(at) for at in risen])


def _movers(
    window: Window, series: Series, levels: Levels, p_values: Floats, told: Sequence[int | None]
) -> list[Mover]:
    lengths = run_lengths(series.past(window), window.back, levels)
    return [
        Mover(
            key=key,
            key2=key2,
            count=int(series.last[at]),
            usual=float(levels.usual[at]),
            spread=round(float(levels.spread[at]), 2),
            expected=round(float(levels.expected[at]), 2),
            p_value=float(p_values[at]),
            since=start_at(window.place - lengths[at], window.period),
            panel_count=told[at],
        )
        for at, (key, key2) in enumerate(series.keys)
    ]


def _explain(connection: Connection, window: Window, movers: Sequence[Mover]) -> tuple[Mover, ...]:
    """The movers with the events of the period that most independent sources tell of."""
    if not movers:
        return ()
    narrow, wanted = narrowed(window.by, [(mover.key, mover.key2) for mover in movers])
    condition, values = window.question(window.place, narrow, **wanted)
    columns = {"id": "events.id", "sources": "independent_sources", "sure": "confidence"}
    question = Question(condition=condition, values=values, columns=columns, measures={"number": "count(*)"})
    cells = count_cells(connection, window.by, question)
    column = cells.columns
    order = np.lexsort((column["id"], -column["sure"], -column["sources"]))
    best: dict[Key, list[int]] = {(mover.key, mover.key2): [] for mover in movers}
    for key, event in zip(cells.key[order].tolist(), column["id"][order].tolist(), strict=True):
        found = best.get(cells.keys[key])
        if found is not None and len(found) < _BEST:
            found.append(event)
    events = _events(connection, sorted({event for found in best.values() for event in found}))
    return tuple(
        replace(mover, events=tuple(events[event] for event in best[mover.key, mover.key2])) for mover in movers
    )


def _events(connection: Connection, ids: Sequence[int]) -> dict[int, MoverEvent]:
    found = rows(
        connection,
        f"SELECT id, date, type, independent_sources FROM events WHERE id IN {in_list(ids)}",  # noqa: S608
    )
    evidence = find_evidence(connection, ids)
    return {row["id"]: MoverEvent(**row, evidence=evidence[row["id"]]) for row in found}
