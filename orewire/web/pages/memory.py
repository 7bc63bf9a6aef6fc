"""Answers that pages share: made once however many ask, shown again for a while, made anew behind the reader."""

from __future__ import annotations

import logging
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

FRESH: Final = 60.0
"""Seconds in which an answer is as good as new: news come in by the minute."""
STALE: Final = 120.0
"""Seconds after which nobody is shown it any more; between the two, whoever asks has it made anew for the next."""
_MOST: Final = 2_000
"""Answers, of some 20 KB: those that nobody asked for the longest go first."""
_LOG = logging.getLogger(__name__)


class NotKept(Exception):
    """Raised by what makes an answer that may be another a moment later; `answer` is for whoever asked."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Any
    made_at: float
    generation: int


class Memory:
    """Keeps the latest answers, from any thread; `forget` where somebody changed what they tell.

    An answer that is made of other answers is as old as the oldest of them.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = _MOST) -> None:
        self._clock, self._most = clock, most
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._running: dict[tuple[Hashable, int], Future[_Kept]] = {}
        self._lock = threading.Lock()
        self._generation = 0
        self._behind = ThreadPoolExecutor(1, thread_name_prefix="memory")
        self._making = threading.local()

    def recall(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer of that key, made where there is none to show; what `make` raises is not kept."""
        kept = self._glance(key, make) or self._make(key, make, self._generation)
        self._making.oldest = min(getattr(self._making, "oldest", kept.made_at), kept.made_at)
        answer: Answer = kept.answer
        return answer

    def glance(self, key: Hashable, make: Callable[[], Answer]) -> Answer | None:
        """The same where it need not be waited for, else None."""
        kept = self._glance(key, make)
        return kept.answer if kept else None

    def _glance(self, key: Hashable, make: Callable[[], object]) -> _Kept | None:
        with self._lock:
            kept, generation = self._kept.get(key), self._generation
            if kept:
                self._kept.move_to_end(key)
        age = self._clock() - kept.made_at if kept and kept.generation == generation else STALE
        if age >= STALE:
            return None
        if age >= FRESH:
            self._submit(lambda: self._renew(key, make, generation))
        return kept

    def prepare(self, make: Callable[[], object]) -> None:
        """Have `make` ask for what will be asked for, behind the readers."""
        self._submit(make)

    def forget(self) -> None:
        """Show nothing that was made before."""
        with self._lock:
            self._generation += 1
            self._kept.clear()

    def close(self) -> None:
        """Make nothing any more, once what is being made is done."""
        self._behind.shutdown(cancel_futures=True)

    def _submit(self, work: Callable[[], object]) -> None:
        """Nobody waits for it: what it raises is told in the log."""
        with suppress(RuntimeError):  # closed
            self._behind.submit(work).add_done_callback(_tell)

    def _renew(self, key: Hashable, make: Callable[[], Any], generation: int) -> None:
        with self._lock:
            kept = self._kept.get(key)
        if kept and self._clock() - kept.made_at >= FRESH:  # several asked meanwhile
            self._make(key, make, generation)

    def _make(self, key: Hashable, make: Callable[[], Any], generation: int) -> _Kept:
        """Who asks while another makes it waits for that one."""
        with self._lock:
            running = self._running.get((key, generation))
            mine = running is None
            if running is None:
                running = self._running[key, generation] = Future()
        if mine:
            self._work(running, key, make, generation)
        return running.result()

    def _work(self, running: Future[_Kept], key: Hashable, make: Callable[[], Any], generation: int) -> None:
        around, self._making.oldest = getattr(self._making, "oldest", None), self._clock()
        try:
            answer = make()
            running.set_result(_Kept(answer, self._making.oldest, generation))
        except BaseException as error:  # noqa: BLE001 - whoever waits is told, as is who asked first
            running.set_exception(error)
        finally:
            self._making.oldest = around if around is not None else self._clock()
            with self._lock:
                del self._running[key, generation]
        if running.exception() is None:
            self._keep(key, running.result())

    def _keep(self, key: Hashable, kept: _Kept) -> None:
        with self._lock:
            if kept.generation != self._generation:
                return
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _tell(done: Future[object]) -> None:
    if not done.cancelled() and (error := done.exception()) and not isinstance(error, OrewireError | NotKept):
        _LOG.error("page_not_made error=%r", error)
