"""Titles of documents: what the properties tell, unless it is what a program wrote there by itself."""

from __future__ import annotations

import re
from typing import Final

from ingest.plaintext import clean_line

_MAX_TITLE: Final = 500
_NO_TITLE: Final = re.compile(
    r"\.(?:doc[xm]?|pdf|indd|pptx?|xlsx?|qxd)$|^(?:untitled|microsoft word)\b|^(?:word )?document ?\d*$", re.IGNORECASE
)


def title_of(told: str | None, text: str) -> str:
    """The title that the properties give, unless it is a file's name or a program's; else the first line of `text`."""
    title = clean_line(told or "")
    if title and not _NO_TITLE.search(title):
        return title[:_MAX_TITLE]
    return text.partition("\n")[0][:_MAX_TITLE]
