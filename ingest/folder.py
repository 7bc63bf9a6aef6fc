"""Watched folders: which files lie there. Links, hidden files and what others are still writing are left alone."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

MAX_FILES: Final = 20_000
_HIDDEN: Final = re.compile(r"\.(?!\.)|~")
_UNFINISHED: Final = (".part", ".partial", ".tmp", ".crdownload", ".download", ".swp")


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFile:
    """A file as it lies there, `size` in bytes; it has changed when size or time have. `name` is the path as text."""

    path: Path
    name: str
    size: int
    modified: datetime


def list_files(folder: Path) -> Iterator[WatchedFile]:
    """The files of a folder and all folders in it, by name, at most MAX_FILES; none where there is no such folder."""
    left = MAX_FILES
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if left and (found := _watched(Path(place) / name)):
                left -= 1
                yield found


def name_as_text(path: Path | str) -> str:
    """The name of a file: it is bytes, and not always text."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _watched(path: Path) -> WatchedFile | None:
    if _HIDDEN.match(path.name) or path.name.lower().endswith(_UNFINISHED):
        return None
    try:
        found = path.lstat()
    except OSError:  # gone since it was listed
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    modified = datetime.fromtimestamp(found.st_mtime_ns // 1_000_000_000, UTC)
    whole = path.absolute()
    return WatchedFile(path=whole, name=name_as_text(whole), size=found.st_size, modified=modified)
