"""What pages share is made once, shown for a while, and never after somebody changed it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from orewire.model.errors import UsageError
from orewire.web.pages.memory import FRESH, STALE, Memory


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def counter() -> Callable[[], int]:
    """Answers with how often it was asked."""
    asked: list[None] = []

    def make() -> int:
        asked.append(None)
        return len(asked)

    return make


def test_an_answer_is_made_once() -> None:
    """Whoever asks soon after is shown the same."""
    memory, make = Memory(Clock()), counter()
    assert [1, 1] == [memory.recall("a", make), memory.recall("a", make)]


def test_an_older_answer_is_shown_and_made_anew_behind() -> None:
    """The reader waits for nothing, and the next one has the new answer."""
    clock, make = Clock(), counter()
    memory = Memory(clock)
    memory.recall("a", make)
    clock.now = FRESH + 1
    assert 1 == memory.recall("a", make)
    until = time.monotonic() + 5
    while memory.recall("a", make) == 1 and time.monotonic() < until:
        time.sleep(0.01)
    assert 2 == memory.recall("a", make)


def test_an_old_answer_is_not_shown() -> None:
    """After a minute whoever asks waits for the new one."""
    clock, make = Clock(), counter()
    memory = Memory(clock)
    memory.recall("a", make)
    clock.now = STALE
    assert 2 == memory.recall("a", make)


def test_what_was_forgotten_is_made_anew() -> None:
    """Somebody corrected an event: nobody is shown what was before."""
    memory, make = Memory(Clock()), counter()
    memory.recall("a", make)
    memory.forget()
    assert 2 == memory.recall("a", make)


def test_what_was_begun_before_is_not_kept() -> None:
    """An answer whose making began before a change may not know of it."""
    memory = Memory(Clock())

    def make() -> str:
        memory.forget()
        return "old"

    assert "old" == memory.recall("a", make)
    assert "new" == memory.recall("a", lambda: "new")


def test_many_who_ask_at_once_wait_for_one() -> None:
    """The answer is made once for all of them."""
    memory, make, gate = Memory(Clock()), counter(), threading.Event()

    def slow() -> int:
        gate.wait(5)
        return make()

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(memory.recall, "a", slow) for _ in range(8)]
        gate.set()
        assert [1] * 8 == [one.result() for one in asked]


def test_a_wrong_question_is_told_and_not_kept() -> None:
    """The next who asks is told the same, not shown something else."""
    memory = Memory(Clock())

    def refuse() -> None:
        raise UsageError("country: found 'XXX'")

    for _ in range(2):
        with pytest.raises(UsageError):
            memory.recall("a", refuse)
    assert 1 == memory.recall("a", lambda: 1)


def test_an_answer_is_as_old_as_what_it_is_made_of() -> None:
    """A page that is made of an old answer is not shown longer than that answer would be."""
    clock, make = Clock(), counter()
    memory = Memory(clock)
    memory.recall("part", make)
    clock.now = STALE - 1
    outer = memory.recall("page", lambda: memory.recall("part", make))
    clock.now = STALE
    assert (1, 2) == (outer, memory.recall("page", lambda: memory.recall("part", counter_of(memory))))


def counter_of(memory: Memory) -> Callable[[], int]:
    """Answers with two."""
    return lambda: 2


def test_nothing_is_made_once_it_is_closed() -> None:
    """Whoever asks is answered all the same."""
    memory, make = Memory(Clock()), counter()
    memory.close()
    memory.prepare(make)
    assert 1 == memory.recall("a", make)


def test_only_so_many_are_kept() -> None:
    """The one that nobody asked for the longest goes first."""
    memory, make = Memory(Clock(), most=2), counter()
    assert [1, 2, 1, 3, 1, 4] == [memory.recall(key, make) for key in ("a", "b", "a", "c", "a", "b")]
