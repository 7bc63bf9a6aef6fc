"""Text made fit for matching without moving a single character."""

from __future__ import annotations

import functools
import re
import unicodedata
from importlib import resources

MAX_CHARS = 200_000
"""Longer texts are cut: no article is longer, and time stays bounded."""
MAX_TITLE = 1_000

_ONE_TO_ONE = str.maketrans(
    {
        "\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u00ab": '"', "\u00bb": '"',
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2010": "-", "\u2011": "-", "\u2012": "-",
    }
)  # fmt: skip


def fold(text: str) -> str:
    """Lower-case, plain quotes, spaces and hyphens, simplified Chinese; same length, so that offsets stay true."""
    plain = text.translate(_ONE_TO_ONE)
    if _CHINESE.search(plain):
        plain = plain.translate(_simplified())
    lowered = plain.lower()
    if len(lowered) == len(plain):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in plain)


_CHINESE = re.compile("[\u4e00-\u9fff]")


@functools.cache
def _simplified() -> dict[int, str]:
    """Traditional to simplified, one character for one (nlp/training/build_traditional.py)."""
    written = resources.files("nlp").joinpath("data", "traditional.txt").read_text(encoding="utf-8")
    traditional, simplified = written.splitlines()
    return {ord(char): simple for char, simple in zip(traditional, simplified, strict=True)}


_SURROGATE = re.compile("[\ud800-\udfff]")


def replace_surrogates(text: str) -> str:
    """Lone surrogates become U+FFFD: they cannot be encoded, and libraries in C refuse them."""
    return _SURROGATE.sub("\ufffd", text)


_LONGEST_RUN = 400
_RUN = re.compile(rf"[^\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{{{_LONGEST_RUN},}}")


def blank_long_runs(text: str) -> str:
    """Runs of letters or marks longer than any word or address become line breaks, of the same length.

    Tokenizers need time that grows with the square of such a run: 200,000 quotation marks took minutes.
    """
    return _RUN.sub(lambda match: "\n" * len(match[0]), text)


def looks_binary(text: str) -> bool:
    """More than one character in twenty of the first 2,000 is no character at all."""
    head = text[:2000]
    odd = sum(
        (unicodedata.category(char) in ("Cc", "Co", "Cn") and char not in "\n\r\t") or char == "\ufffd" for char in head
    )
    return odd * 20 > len(head)


def is_word_char(char: str) -> bool:
    """Whether a term's edge may not touch this character; scripts without spaces never bind."""
    return (char.isalnum() or char == "_") and not is_unspaced(char)


def is_unspaced(char: str) -> bool:
    """A character of a script that is written without spaces (CJK)."""
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


_SERBIAN_DIGRAPHS = {"lj": "љ", "nj": "њ", "dž": "џ"}
_SERBIAN_LETTERS = str.maketrans(
    "abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш"
)  # fmt: skip


def serbian_cyrillic(latin: str) -> str:
    """Lower-case Serbian in its other alphabet."""
    for pair, letter in _SERBIAN_DIGRAPHS.items():
        latin = latin.replace(pair, letter)
    return latin.translate(_SERBIAN_LETTERS)
