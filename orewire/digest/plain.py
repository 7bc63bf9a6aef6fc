"""Text from outside, fit for a line of ours: no control characters, no tricks of direction, no endless names."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_NAME: Final = 80
LONGEST_EVIDENCE: Final = 420
"""Characters; a sentence that is longer is cut at a word, and the mark says so."""
LONGEST_ADDRESS: Final = 2000
"""Characters of a link; longer ones are left out: no browser promises to follow them."""

_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
_MARKS = re.compile(r"(?<=\S)[\u0300-\u036f]{4,}")
_ISOLATE, _END = "\u2068", "\u2069"


def clean(text: str, longest: int) -> str:
    """The text on one line, cut at a word where it is longer than `longest`."""
    kept = "".join(_kept(character) for character in text)
    flat = _MARKS.sub("", " ".join(kept.split()))
    if len(flat) <= longest:
        return flat
    head, _, _ = flat[:longest].rpartition(" ")
    return f"{(head if len(head) > longest // 2 else flat[: longest - 1]).rstrip(' ,;:')}…"


def clean_name(text: str | None) -> str:
    """A name in a line of another language: one that is written from right to left cannot turn the line around."""
    name = clean(text or "", LONGEST_NAME)
    turns = any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in name)
    return f"{_ISOLATE}{name}{_END}" if turns else name


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def web_address(url: str | None) -> str | None:
    """The address where it is one of the web and fit for a link, else None."""
    if not url or not url.lower().startswith(("http://", "https://")) or len(url) > LONGEST_ADDRESS:
        return None
    return None if any(character.isspace() or not character.isprintable() for character in url) else url


def _kept(character: str) -> str:
    if character in _JOINERS or unicodedata.category(character) not in _UNWANTED:
        return character
    return " " if character.isspace() else ""
