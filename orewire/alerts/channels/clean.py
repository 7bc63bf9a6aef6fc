"""Words that came from the news, made harmless wherever they are put: no controls, no tricks, of bearable length."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

# Controls, separators of lines that only some programs know, marks that turn the direction of what follows, and what
# neither UTF-8 nor XML can hold.
_HARMFUL: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_MAX_LINK: Final = 2_000


def clean_text(text: str) -> str:
    """The text with plain line feeds and without what could be taken for anything but text."""
    return _HARMFUL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_line(text: str, limit: int = 1_000) -> str:
    """One line of at most `limit` characters, whatever line breaks the text had."""
    return cut(" ".join(clean_text(text).split()), limit)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; what was cut off is shown by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def web_link(link: str | None) -> str | None:
    """The link where it is a web address, with all percent-encoded that could end it early; else None."""
    if not link or len(link) > _MAX_LINK:
        return None
    try:
        parts = urlsplit(link)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return quote(link, safe="%/:?#[]@!$&()*+,;=~", errors="replace") if is_web else None
