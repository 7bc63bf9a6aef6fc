"""PDF documents: their text in order, lines joined into paragraphs. The one door of pypdfium2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from ingest.extract import Page
from ingest.plaintext import clean_line, clean_text
from orewire.model.errors import ExtractError

MAX_PAGES: Final = 500
MAX_TEXT: Final = 3_000_000
_MIN_TEXT: Final = 20
_PASSWORD_ERROR: Final = 4
_SOFT_BREAK: Final = re.compile(r"(?<=[^\W\d_])(?:[-\u00ad\u2010]|\ufffe|\x02)\n(?=[^\W\d_])")
_ENDS: Final = (".", "!", "?", ":", "…", "。", "！", "？", "”", '"', ";")
_ITEM: Final = re.compile(r"(?:[•▪●◦*–-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
_FULL: Final = 0.7
"""A line shorter than this part of the page's longest, that ends a sentence, ends a paragraph."""


def extract_pdf(body: bytes) -> Page:
    """The text of a PDF; ExtractError where it is encrypted, damaged, or holds only pictures."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        encrypted = getattr(error, "err_code", None) == _PASSWORD_ERROR
        reason = "encrypted PDF" if encrypted else f"damaged PDF ({error})"
        raise ExtractError(f"no text: {reason}") from error
    try:
        text = "\n\n".join(_pages(document, pypdfium2.PdfiumError))
        title = clean_line(str(document.get_metadata_dict().get("Title") or ""))
    finally:
        document.close()
    if len(text) < _MIN_TEXT:
        raise ExtractError("no text: a PDF without text, perhaps scanned")
    return Page(title=_title(title, text), text=text)


def _pages(document: Any, damaged: type[Exception]) -> Iterator[str]:
    """The text of each page that can be read; a damaged one costs itself only."""
    length = 0
    for number in range(min(len(document), MAX_PAGES)):
        try:
            raw = _page_text(document, number)
        except damaged:
            continue
        text = paragraphs(raw)
        length += len(text)
        if length > MAX_TEXT:
            return
        if text:
            yield text


def _page_text(document: Any, number: int) -> str:
    page = document.get_page(number)
    try:
        part = page.get_textpage()
        try:
            return str(part.get_text_bounded())
        finally:
            part.close()
    finally:
        page.close()


def paragraphs(raw: str) -> str:
    """Lines as they stand on paper, joined: hyphens at their ends mended, paragraphs apart by one blank line."""
    text = _SOFT_BREAK.sub("", raw.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [clean_line(line) for line in clean_text(text).split("\n")]
    width = max(map(len, lines), default=0)
    return "\n\n".join(" ".join(group) for group in _groups(lines, width) if group)


def _groups(lines: list[str], width: int) -> Iterator[list[str]]:
    group: list[str] = []
    for line in lines:
        if not line or _ITEM.match(line):
            yield group
            group = []
        if not line:
            continue
        group.append(line)
        if len(line) < width * _FULL and (line.endswith(_ENDS) or len(group) == 1):
            yield group
            group = []
    yield group


def _title(told: str, text: str) -> str:
    """The title that the document's properties give, unless it is a file's name; else the first line."""
    is_file_name = re.search(
        r"\.(?:docx?|pdf|indd|pptx?|xlsx?|qxd)$|^(?:untitled|microsoft word|document\d*)\b", told, re.I
    )
    if told and not is_file_name:
        return told[:500]
    return text.partition("\n")[0][:500]
