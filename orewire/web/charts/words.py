"""Keys and figures in words, as pictures and what stands beside them tell them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orewire.digest.plain import clean_name
from orewire.model.trend import Key, Mark
from orewire.web.pages.names import value_name

_NAMED: Final = 6
"""Values that the words of a picture tell; the rest are counted together."""


def key_name(dimension: str, value: str) -> str:
    """A value of a dimension in words."""
    return "all events" if dimension == "all" else clean_name(value_name(dimension, value))


def pair_name(by: Sequence[str], key: Key) -> str:
    """A key of one dimension or two in words."""
    parts = [value for value in key if value is not None]
    return " · ".join(key_name(dimension, value) for dimension, value in zip(by, parts, strict=True))


def number(value: int) -> str:
    """A number with its thousands apart."""
    return f"{value:,}"


def figures(what: str, counts: Sequence[tuple[str, int]]) -> str:
    """`what: name 12, other 5, others 3`, for those who do not see the picture."""
    rest = sum(count for _, count in counts[_NAMED:])
    told = [*counts[:_NAMED], *([("others", rest)] if rest else [])]
    return f"{what}: {', '.join(f'{name} {number(count)}' for name, count in told)}" if told else f"{what}: none"


def tell_mark(mark: Mark) -> str:
    """What changed in what is read."""
    if mark.kind == "gap":
        return f"nothing was read from {mark.day}{f' until {mark.until}' if mark.until else ' on'}"
    return f"{clean_name(mark.source)} {_CHANGED[mark.kind]} {mark.day}{f', until {mark.until}' if mark.until else ''}"


_CHANGED: Final = {"joined": "joined on", "silent": "fell silent on", "left": "has told nothing since"}
