"""Text in lines of so many columns, as a terminal or a plain message shows it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

COLUMNS: Final = 78


def wrap(text: str, lead: str = "", *, columns: int = COLUMNS) -> str:
    """The text behind a lead, its further lines indented by as much; no line is wider than `columns`."""
    room = columns - len(lead)
    lines = list(_lines(text, room)) or [""]
    indent = " " * len(lead)
    return "\n".join([f"{lead}{lines[0]}", *(f"{indent}{line}" for line in lines[1:])]).rstrip()


def width(text: str) -> int:
    """Columns that the text takes: Chinese characters take two, marks none."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _lines(text: str, room: int) -> Iterator[str]:
    """Words, which spaces part that may be broken, as many on each line as fit."""
    line = ""
    for word in (piece for whole in filter(None, text.split(" ")) for piece in _pieces(whole, room)):
        longer = f"{line} {word}" if line else word
        if width(longer) <= room:
            line = longer
        else:
            yield line
            line = word
    if line:
        yield line


def _pieces(word: str, room: int) -> Iterator[str]:
    """The word, cut where it is wider than a line."""
    piece, used = "", 0
    for character in word:
        if used + _width(character) > room:
            yield piece
            piece, used = "", 0
        piece, used = piece + character, used + _width(character)
    yield piece
