"""The file: whole lines, each message once, whatever happened in between."""

from __future__ import annotations

import asyncio
import json
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from orewire.alerts.channels.file import FileChannel, FileSettings, render_line
from orewire.model.errors import DeliveryError
from orewire.model.message import Message
from tests.orewire.alerts.channels.messages import MESSAGE, MESSAGES, PICTURE, UNHURRIED, UPDATE


def opened(path: Path) -> FileChannel:
    return FileChannel(FileSettings(path=path))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a file that is not there yet."""
    return tmp_path / "alerts.jsonl"


async def test_send(path: Path) -> None:
    """A line says what the message said."""
    await opened(path).send(UPDATE)
    (line,) = lines(path)
    assert (UPDATE.key, MESSAGE.key, UPDATE.subject, UPDATE.payload) == (
        *(line[name] for name in ("key", "thread", "subject", "payload")),
    )
    assert ("2026-11-27T09:30:00+00:00", UPDATE.link) == (line["created"], line["link"])


async def test_each_message_once(path: Path) -> None:
    """The same key is written once, by one channel, by several sends at once, and by the next process."""
    channel = opened(path)
    await asyncio.gather(*(channel.send(MESSAGE) for _ in range(8)))
    await opened(path).send(MESSAGE)
    await opened(path).send(UPDATE)
    assert [MESSAGE.key, UPDATE.key] == [line["key"] for line in lines(path)]


@pytest.mark.parametrize("cut", [1, 5, 60])
async def test_torn_line(path: Path, cut: int) -> None:
    """What a killed process left of a line is cut off or completed, and the message is there once, whole."""
    path.write_bytes(render_line(MESSAGE) + render_line(UPDATE)[:-cut])
    await opened(path).send(UPDATE)
    assert render_line(MESSAGE) + render_line(UPDATE) == path.read_bytes()


async def test_lines_of_others(path: Path) -> None:
    """Lines that are not ours stay as they are."""
    others = b'# by hand\n{"key": 1}\n[]\n\xff\n' + b"[" * 100_000 + b"\n"
    path.write_bytes(others)
    await opened(path).send(MESSAGE)
    assert others + render_line(MESSAGE) == path.read_bytes()


async def test_file_is_taken_away(path: Path) -> None:
    """Once the file is moved away, as logs are, the next line begins a new one."""
    channel = opened(path)
    await channel.send(MESSAGE)
    path.rename(path.with_suffix(".1"))
    await channel.send(UPDATE)
    assert [UPDATE.key] == [line["key"] for line in lines(path)]


async def test_bad_place(tmp_path: Path) -> None:
    """A folder in its place, or none around it, is told and may be mended."""
    with pytest.raises(DeliveryError, match="file"):
        opened(tmp_path)
    with pytest.raises(DeliveryError, match="No such file") as caught:
        await opened(tmp_path / "not" / "there").send(MESSAGE)
    assert not caught.value.is_final


async def test_no_space(path: Path) -> None:
    """Where the whole line finds no room none of it stays, and it is written once there is."""
    channel = opened(path)
    await channel.send(MESSAGE)
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
    try:
        with pytest.raises(DeliveryError, match="disk_full"):
            await channel.send(UPDATE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert before == path.read_bytes()
    await channel.send(UPDATE)
    assert 2 == len(lines(path))


KILLED = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from orewire.alerts.channels.file import FileChannel, FileSettings
from tests.orewire.alerts.channels.messages import MESSAGE

async def main():
    channel = FileChannel(FileSettings(path=Path(sys.argv[1])))
    for number in range(100_000):
        await channel.send(replace(MESSAGE, key=str(number)))
        print(number, flush=True)

asyncio.run(main())
"""


async def test_killed(path: Path) -> None:
    """Killed at any moment, what was told as written is there, each once, and the next process goes on."""
    told = -1
    with subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told = int(line)
            if told == 50:
                process.kill()
    channel = opened(path)
    for number in range(told + 3):
        await channel.send(replace(MESSAGE, key=str(number)))
    assert [str(number) for number in range(told + 3)] == [line["key"] for line in lines(path)]


@UNHURRIED
@given(MESSAGES)
def test_any_message_is_a_line(message: Message) -> None:
    """Whatever a message holds, it is one line, and is read again as it was."""
    line = render_line(replace(message, pictures={"a": PICTURE}))
    assert line.endswith(b"\n") and 1 == line.count(b"\n")
    read = json.loads(line)
    assert (message.key, message.subject, message.text) == (read["key"], read["subject"], read["text"])
