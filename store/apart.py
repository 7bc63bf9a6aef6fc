"""Work on a file in a process of its own: what a damaged file does to it does not happen to us."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any, TypeVar, cast

from orewire.model.errors import OrewireError, disk_error
from orewire.model.keep import Told
from store.trouble import damaged

Answer = TypeVar("Answer")
_POLITE = 5
"""Nicer than what answers and gathers."""


def run_apart(work: Callable[..., Answer], path: Path, *args: object, told: Told) -> Answer:
    """`work(path, *args, told)` in a new process; its answer, or its error if it is one of ours.

    StoreDamaged where the process dies: DuckDB may crash over damage that its checksums do not show.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, work, path, *args), daemon=True)
    process.start()
    theirs.close()
    try:
        return cast(Answer, _answer(ours, path, told))
    finally:
        process.kill()
        process.join()
        ours.close()


def _answer(pipe: Pipe, path: Path, told: Told) -> object:
    while True:
        try:
            kind, said = pipe.recv()
        except EOFError as error:
            raise damaged(path, "reading it ended the process") from error
        if kind == "error":
            raise said
        if kind == "done":
            return said
        told(*said)


def _work(pipe: Pipe, work: Callable[..., Any], path: Path, *args: object) -> None:
    os.nice(_POLITE)
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):  # nobody waits for it any more
        try:
            pipe.send(("done", work(path, *args, lambda *said: pipe.send(("told", said)))))
        except OrewireError as error:
            pipe.send(("error", error))
        except OSError as error:
            pipe.send(("error", disk_error(error, path)))
