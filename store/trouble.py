"""What DuckDB says when disk, memory or file fail it, in words that tell what to do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from orewire.model.errors import StoreBusy, StoreDamaged, StoreError, no_space

_FULL = ("no space left on device", "disk quota exceeded", "file too large")
_DAMAGED = (
    "corrupt", "not a valid duckdb database", "could not read enough bytes", "failure while replaying wal",
    "failed to load metadata pointer", "deserializ", "serialization error",
)  # fmt: skip
_OF_FILE_OR_MACHINE = (
    "IOException", "FatalException", "InternalException", "SerializationException", "ConnectionException",
)  # fmt: skip
_LOG_BEGINS = b"\x64\x00\x62"
_SHOWN = 80


def store_error(error: Exception, place: str) -> StoreError | None:
    """The error of ours for one of DuckDB's; None where the fault lies in the query and not in file or machine."""
    said, kind = str(error).lower(), type(error).__name__
    if "could not set lock" in said:
        return StoreBusy(
            f"{place}: {_holder(str(error))} has it open; wait until it is done, or stop it, and try again"
        )
    if any(sign in said for sign in _FULL):
        return no_space(place, first_line(error))
    if kind == "OutOfMemoryException" and "replaying" not in said:
        return StoreError(f"{place}: not enough memory, or disk for temporary files: {first_line(error)}")
    if any(sign in said for sign in _DAMAGED):
        return damaged(place, first_line(error))
    if kind in _OF_FILE_OR_MACHINE or "failed to commit" in said:
        return StoreError(f"{place}: {first_line(error)}")
    return None


def damaged(place: object, detail: str) -> StoreDamaged:
    """Says so, and what to do."""
    return StoreDamaged(
        f"{place}: damaged ({detail}); put a backup in its place with `orewire restore`, "
        "or read the archive into a new store with `orewire replay --into`"
    )


def first_line(error: Exception) -> str:
    """The first line of what an error says."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def check_log(path: Path) -> bool:
    """Whether there is a log of changes beside a database; StoreDamaged where it is none: DuckDB would pass over it.

    One that begins with zeros was cut off by a power failure before anything in it was acknowledged.
    """
    log = path.with_name(f"{path.name}.wal")
    try:
        with log.open("rb") as file:
            begin = file.read(len(_LOG_BEGINS))
    except FileNotFoundError:
        return False
    if begin != _LOG_BEGINS[: len(begin)] and any(begin):
        raise damaged(log, f"found {begin.hex(' ')} at its begin, expected {_LOG_BEGINS.hex(' ')}")
    return bool(begin)


def _holder(said: str) -> str:
    """The process that has the file open, as far as it can be told."""
    found = re.search(r"\(PID (\d+)\)", said)
    if found is None:
        return "another process"
    command = _command(Path("/proc") / found[1] / "cmdline")
    return f"another process, {found[1]}{f' (`{command}`)' if command else ''},"


def _command(file: Path) -> str:
    """What was typed to start a process, from where it says orewire; empty where that cannot be read."""
    try:
        words = file.read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0")
    except OSError:
        return ""
    for place, word in enumerate(words):
        if word == "orewire.cli" or word.endswith("/orewire"):
            words = ["orewire", *words[place + 1 :]]
            break
    told = " ".join(words)[:_SHOWN]
    return "".join(char if char.isprintable() else " " for char in told)


def require_space(folder: Path, needed: int) -> None:
    """StoreFull where fewer bytes than needed are free on the disk of a folder."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if (free := shutil.disk_usage(folder).free) < needed:
        raise no_space(folder, f"{free // 1_000_000:,} MB are free, {-(-needed // 1_000_000):,} MB needed")
