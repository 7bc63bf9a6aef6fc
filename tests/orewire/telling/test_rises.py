"""Unusual rises of the last week, told once to each watch that waits for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.ports import Questions
from orewire.model.trend import Mover, Movers
from orewire.telling.judging import judge_rises
from tests.orewire.telling.conftest import Desk

MOVER = Mover(
    key="RS", key2="lithium", count=9, usual=1.0, spread=1.0, expected=1.5, p_value=0.001, since=date(2025, 11, 3),
    panel_count=None,
)  # fmt: skip
WEEK = Movers(by=("country", "mineral"), period="week", start=date(2025, 11, 3), movers=(MOVER,))


@dataclass(slots=True)
class Answers:
    """Questions that know of movers only, and cannot answer for Chile."""

    movers: Movers = WEEK
    asked: list[Filters] = field(default_factory=list)

    def find_movers(self, filters: Filters, **_: Any) -> Movers:
        """The movers, whoever asks."""
        self.asked.append(filters)
        if "CL" in filters.country:
            raise UsageError("country: found CL")
        return self.movers

    def questions(self) -> Questions:
        """As the telling takes them."""
        return cast(Questions, self)


async def test_told_once(desk: Desk) -> None:
    """However often it is looked for, a rise is one alert for its watch, with its figures."""
    desk.watch(kinds=["unusual_rise"])
    answers = Answers()
    assert [1, 0] == [await judge_rises(desk.rooms, desk.book, answers.questions()) for _ in range(2)]
    assert [("unusual_rise", "RS/lithium/2025-11-03", MOVER)] == [
        (one.kind, one.about, one.mover) for one in desk.alerts()
    ]
    assert ["unusual_rise"] == [telling["kind"] for one in desk.compose() for telling in one.payload["tellings"]]


async def test_the_next_week(desk: Desk) -> None:
    """The same place in another week is another rise."""
    desk.watch(kinds=["unusual_rise"])
    await judge_rises(desk.rooms, desk.book, Answers().questions())
    desk.later(days=7)
    assert 1 == await judge_rises(desk.rooms, desk.book, Answers(replace(WEEK, start=date(2025, 11, 10))).questions())


async def test_nobody_waits(desk: Desk) -> None:
    """Nothing is looked for."""
    desk.watch()
    answers = Answers()
    assert (0, []) == (await judge_rises(desk.rooms, desk.book, answers.questions()), answers.asked)


async def test_nothing_was_read_of_late(desk: Desk) -> None:
    """An old week, or none, is no news."""
    desk.watch(kinds=["unusual_rise"])
    for start in (None, date(2025, 10, 20)):
        assert 0 == await judge_rises(desk.rooms, desk.book, Answers(replace(WEEK, start=start)).questions())


async def test_a_question_that_cannot_be_answered(desk: Desk) -> None:
    """Is noted, and the other watches are told."""
    desk.watch("a", kinds=["unusual_rise"], country=["CL"])
    desk.watch("b", kinds=["unusual_rise"])
    assert 1 == await judge_rises(desk.rooms, desk.book, Answers().questions())
    assert [("bug", "a")] == [(name, fields["watch"]) for name, fields in desk.notes.noted]
