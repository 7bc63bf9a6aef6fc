"""One spelling for each text: what the full-text index reads in place of what was written, and where that stands.

Languages fall into groups that are cut into words alike; a query is read once for each group.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

STEMMED = {"en": "english", "es": "spanish", "pt": "portuguese", "fr": "french", "de": "german"}
SERBIAN, UNSPACED, OTHER = "sr", "zh", "other"
GROUPS = (*STEMMED, SERBIAN, UNSPACED, OTHER)
"""UNSPACED writes no spaces between words (Chinese, Japanese, Thai ...): each of its characters is a word."""

UNSPACED_SCRIPTS = ("Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_SOUTH_SLAVIC = frozenset({"sr", "hr", "bs", "sh", "cnr"})
_SAMPLE = 2000
_ENOUGH = 0.1
"""Of the characters: a Western article that quotes a Chinese name has far fewer."""

_LATIN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "đ", "е": "e", "ж": "ž", "з": "z", "и": "i", "ј": "j",
        "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "ћ": "ć", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "č", "џ": "dž", "ш": "š",
        "А": "A", "Б": "B", "В": "V", "Г": "G", "Д": "D", "Ђ": "Đ", "Е": "E", "Ж": "Ž", "З": "Z", "И": "I", "Ј": "J",
        "К": "K", "Л": "L", "Љ": "Lj", "М": "M", "Н": "N", "Њ": "Nj", "О": "O", "П": "P", "Р": "R", "С": "S", "Т": "T",
        "Ћ": "Ć", "У": "U", "Ф": "F", "Х": "H", "Ц": "C", "Ч": "Č", "Џ": "Dž", "Ш": "Š",
    }
)  # fmt: skip
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
"""Soft hyphens and their like stand within words and are no part of them."""


def group_of(lang: str | None, text: str) -> str:
    """The group by which an article is read; what is written without spaces counts more than the language it is said
    to be in.
    """
    sample = text[:_SAMPLE]
    if not sample.isascii() and len(_UNSPACED.findall(sample)) > _ENOUGH * len(sample):
        return UNSPACED
    code = (lang or "").lower().partition("-")[0]
    if code in _SOUTH_SLAVIC:
        return SERBIAN
    return code if code in STEMMED else OTHER


def is_unspaced(text: str) -> bool:
    """Whether it has characters that are words of their own."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def respell(text: str, group: str) -> str:
    """Composed, without invisible characters, Serbian in Latin letters."""
    if text.isascii():
        return text
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return text.translate(_LATIN) if group == SERBIAN else text


Places = tuple[Sequence[int], Sequence[int]]
"""For each character of a respelled text: where that of which it was made begins, and where that ends."""


def respell_with_places(text: str, group: str) -> tuple[str, Places | None]:
    """The same, and the places in the original; None where it is spelled like this already."""
    if respell(text, group) == text:
        return text, None
    spelled: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        piece = respell(text[start:end], group)
        spelled.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
    return "".join(spelled), (starts, ends)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Each letter with the accents that follow it."""
    start = 0
    for place, char in enumerate(text):
        if place and not unicodedata.combining(char):
            yield start, place
            start = place
    if text:
        yield start, len(text)
