"""A file with one line of JSON for each message: whole lines, each message once, on the disk when `send` returns."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC
from io import FileIO
from pathlib import Path

from orewire.model.errors import DISK_FULL, DeliveryError
from orewire.model.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """Where the lines go; the folder must be there. One process at a time writes it."""

    path: Path


class FileChannel:
    """A Channel to a file. Opening it reads which messages are there, and mends a last line that was cut short.

    DeliveryError where the file cannot be read.
    """

    def __init__(self, settings: FileSettings) -> None:
        self._path = settings.path
        self._turn = threading.Lock()  # of threads, as who gives up waiting does not stop the writing
        try:
            self._keys = _mended_keys(settings.path)
        except OSError as error:
            raise _delivery_error(settings.path, error) from error

    async def send(self, message: Message) -> None:
        """See Channel. A message whose key is there already changes nothing."""
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            raise _delivery_error(self._path, error) from error

    def _write(self, message: Message) -> None:
        with self._turn:
            if message.key not in self._keys:
                _append(self._path, render_line(message))
                self._keys.add(message.key)


def render_line(message: Message) -> bytes:
    """The message as one line of JSON, its line feed included."""
    fields = {
        "key": message.key,
        "thread": message.thread,
        "created": message.created.astimezone(UTC).isoformat(),
        "subject": message.subject,
        "summary": message.summary,
        "link": message.link,
        "text": message.text,
        "payload": message.payload,
    }
    return json.dumps(fields, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace") + b"\n"


def _append(path: Path, line: bytes) -> None:
    """Add the line and see it to the disk; where that fails, no part of it stays."""
    is_new = not path.exists()
    with FileIO(path, "ab") as file:
        end = file.seek(0, os.SEEK_END)
        try:
            _write_all(file, line)
            os.fsync(file)
        except OSError:
            file.truncate(end)
            raise
    if is_new:
        _sync_folder(path.parent)


def _write_all(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _sync_folder(folder: Path) -> None:
    """See a new file's name to the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _mended_keys(path: Path) -> set[str]:
    """The key of each line; a last line without its end is completed where it is whole, else cut off."""
    if not path.exists():
        return set()
    keys, end, line = set(), 0, b""
    with path.open("r+b") as file:
        for line in file:
            keys.add(_key_of(line))
            end += len(line)
        if line and not line.endswith(b"\n"):
            if _key_of(line) is None:
                file.truncate(end - len(line))
            else:
                file.write(b"\n")
    return {key for key in keys if key is not None}


def _key_of(line: bytes) -> str | None:
    """None for a line that is not ours: it is left as it is."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    key = fields.get("key") if isinstance(fields, dict) else None
    return key if isinstance(key, str) else None


def _delivery_error(path: Path, error: OSError) -> DeliveryError:
    return DeliveryError("disk_full" if error.errno in DISK_FULL else "file", f"{path}: {error.strerror}")
