"""Markup to plain text, for the one-line fields of feeds and pages: linear in time, whatever the markup."""

from __future__ import annotations

import html
import re
from typing import Final

_READ: Final = 20_000
"""Characters of markup that are looked at: the most that is kept is a tenth of it."""
_UNSEEN: Final = tuple(
    (
        re.compile(rf"<{name}\b[^<>]*>.*?</{name}\s*>", re.IGNORECASE | re.DOTALL),
        re.compile(rf"</{name}\s*>", re.IGNORECASE),
    )
    for name in ("script", "style", "svg", "template", "noscript")
)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL), re.compile("-->")
_INLINE: Final = re.compile(
    r"</?(?:a|abbr|b|big|em|font|i|mark|s|small|span|strong|sub|sup|tt|u|wbr)\b[^<>]*>", re.IGNORECASE
)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|<[!?][^<>]*>")
_CUT_TAG: Final = re.compile(r"<[a-zA-Z/!][^<>]*\Z")
# Controls, lone surrogates, non-characters, and marks that change the direction or hide in a word.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_SPACE: Final = re.compile(r"\s+")


def plain_text(markup: str | None, *, limit: int) -> str | None:
    """The text that a reader would see of a piece of HTML or plain text, on one line; None where there is none."""
    if not markup:
        return None
    text = markup[:_READ]
    if "<" in text:
        text = _without_tags(text)
    text = clean_line(html.unescape(text))
    return shorten(text, limit) or None


def _without_tags(text: str) -> str:
    for whole, end in (_COMMENT, *_UNSEEN) if "-->" in text or "</" in text else ():
        text = _without(text, whole, end)
    text = _CUT_TAG.sub(" ", text)
    return _TAG.sub(" ", _INLINE.sub("", text))


def _without(text: str, whole: re.Pattern[str], end: re.Pattern[str]) -> str:
    # Behind the last end nothing is looked for: each beginning there would be followed to the end of the text.
    last = max((match.end() for match in end.finditer(text)), default=0)
    return whole.sub(" ", text[:last]) + text[last:]


def clean_line(text: str) -> str:
    """The text on one line, without controls and invisible marks."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def clean_text(text: str) -> str:
    """The text with its lines, without controls and invisible marks."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def text_paragraphs(text: str) -> str:
    """Plain text with the lines of each paragraph joined, and one blank line between paragraphs."""
    lines = ["" if not line.strip() else line for line in clean_text(text).split("\n")]
    return "\n\n".join(part for block in "\n".join(lines).split("\n\n") if (part := clean_line(block)))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where one ends in the last fifth, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ", limit * 4 // 5)
    return (cut[:space] if space > 0 else cut).rstrip() + "…"
