"""Files that a command writes: complete or not there, and never over another by mistake."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from orewire.model.errors import StoreError, UsageError

STDOUT = "-"


@contextmanager
def new_file(out: str, *, force: bool = False) -> Iterator[BinaryIO]:
    """A file that gets its name only once all of it is written and on the disk; `-` is standard output.

    Raises UsageError where there is one already (but for `force`), or it is no regular file, or has no folder;
    StoreError where it cannot be written.
    """
    if out == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(out)
    _check(path, force)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("xb") as file:
            yield cast(BinaryIO, file)
            file.flush()
            os.fsync(file.fileno())
        _check(path, force)
        temporary.replace(path)
    except OSError as error:
        raise StoreError(f"{out}: cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _check(path: Path, force: bool) -> None:
    if not path.parent.is_dir():
        raise UsageError(f"{path}: found no folder {path.parent}, expected one that exists")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path}: found what is no regular file, expected a new file")
    if path.exists() and not force:
        raise UsageError(f"{path}: found a file, expected none; --force replaces it")
