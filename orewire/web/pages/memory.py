"""Answers that pages share: made once however many ask, shown again for a while, made anew behind the reader."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from orewire.model.errors import OrewireError

Answer = TypeVar("Answer")

FRESH: Final = 10.0
"""Seconds in which an answer is as good as new: news come in by the minute."""
STALE: Final = 60.0
"""Seconds after which nobody is shown it any more; between the two, whoever asks has it made anew for the next."""
_MOST: Final = 400


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Any
    made_at: float
    generation: int


class Memory:
    """Keeps the latest answers, from any thread; `forget` where somebody changed what they tell."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = _MOST) -> None:
        self._clock, self._most = clock, most
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._running: dict[tuple[Hashable, int], Future[Any]] = {}
        self._lock = threading.Lock()
        self._generation = 0
        self._behind = ThreadPoolExecutor(1, thread_name_prefix="memory")

    def recall(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer of that key, made where there is none to show; what `make` raises is not kept."""
        with self._lock:
            kept, generation = self._kept.get(key), self._generation
        age = self._clock() - kept.made_at if kept and kept.generation == generation else STALE
        if kept is None or age >= STALE:
            return self._make(key, make, generation)
        if age >= FRESH:
            self._behind.submit(self._renew, key, make, generation)
        answer: Answer = kept.answer
        return answer

    def prepare(self, make: Callable[[], object]) -> None:
        """Have `make` ask for what will be asked for, behind the readers; what it raises is left for them to see."""
        self._behind.submit(make)

    def forget(self) -> None:
        """Show nothing that was made before."""
        with self._lock:
            self._generation += 1
            self._kept.clear()

    def _renew(self, key: Hashable, make: Callable[[], Any], generation: int) -> None:
        with self._lock:
            kept = self._kept.get(key)
        if kept and self._clock() - kept.made_at >= FRESH:  # several asked meanwhile
            with suppress(OrewireError):
                self._make(key, make, generation)

    def _make(self, key: Hashable, make: Callable[[], Answer], generation: int) -> Answer:
        """Who asks while another makes it waits for that one."""
        with self._lock:
            running = self._running.get((key, generation))
            mine = running is None
            if running is None:
                running = self._running[key, generation] = Future()
        if mine:
            self._work(running, key, make, generation)
        answer: Answer = running.result()
        return answer

    def _work(self, running: Future[Any], key: Hashable, make: Callable[[], Any], generation: int) -> None:
        try:
            running.set_result(make())
        except BaseException as error:  # noqa: BLE001 - whoever waits is told, as is who asked first
            running.set_exception(error)
        finally:
            with self._lock:
                del self._running[key, generation]
        if running.exception() is None:
            self._keep(key, running.result(), generation)

    def _keep(self, key: Hashable, answer: object, generation: int) -> None:
        with self._lock:
            if generation != self._generation:
                return
            self._kept[key] = _Kept(answer, self._clock(), generation)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
