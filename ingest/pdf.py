"""PDF documents: their text in order, lines joined into paragraphs. The one door of pypdfium2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from ingest.columns import reading_regions
from ingest.extract import Page
from ingest.plaintext import clean_line, clean_text
from ingest.streams import refuse_pdf_bomb
from ingest.titles import title_of
from orewire.model.errors import ExtractError

MAX_PAGES: Final = 500
MAX_TEXT: Final = 3_000_000
_MIN_TEXT: Final = 20
_PASSWORD_ERROR: Final = 4
_MAX_BOXES: Final = 5_000
# pdfium writes \x02 (or a non-character) for the hyphen at a line's end, and leaves the line break out.
_END_HYPHEN: Final = re.compile(r"(?<=\w)(?:[\x02\ufffe]|[-\u00ad\u2010](?=[ \t]*\n))[ \t]*\n?")
_BROKEN_WORD: Final = re.compile(r"([^\W_])-\n(?=([^\W_]+))")
_CONJUNCTIONS: Final = frozenset({"and", "or", "und", "oder", "bzw"})
_ENDS: Final = (".", "!", "?", ":", "…", "。", "！", "？", "”", '"', ";")
_ITEM: Final = re.compile(r"(?:[•▪●◦*–-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
_FULL: Final = 0.7
"""A line shorter than this part of the longest near it, that ends a sentence, ends a paragraph."""
_NEAR: Final = 5
"""Lines above and below that are compared: a page has columns, and captions across them."""


def extract_pdf(body: bytes) -> Page:
    """The text of a PDF; ExtractError where it is encrypted, damaged, a bomb, or holds only pictures."""
    import pypdfium2

    refuse_pdf_bomb(body)
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        encrypted = getattr(error, "err_code", None) == _PASSWORD_ERROR
        reason = "encrypted PDF" if encrypted else f"damaged PDF ({error})"
        raise ExtractError(f"no text: {reason}") from error
    try:
        text = "\n\n".join(_pages(document, pypdfium2.PdfiumError))
        title = str(document.get_metadata_dict().get("Title") or "")
    finally:
        document.close()
    if len(text) < _MIN_TEXT:
        raise ExtractError("no text: a PDF without text, perhaps scanned")
    return Page(title=title_of(title, text), text=text)


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
            return _text_in_order(part)
        finally:
            part.close()
    finally:
        page.close()


def _text_in_order(part: Any) -> str:
    """The text as it was drawn, or column by column where the columns were drawn row by row."""
    count = part.count_rects()
    boxes = [part.get_rect(number) for number in range(count)] if count <= _MAX_BOXES else []
    texts = [str(part.get_text_bounded(*region)) for region in reading_regions(boxes)]
    return "\n".join(texts) if texts else str(part.get_text_bounded())


def paragraphs(raw: str) -> str:
    """Lines as they stand on paper, joined: hyphens at their ends mended, paragraphs apart by one blank line."""
    text = _END_HYPHEN.sub("-\n", raw.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [clean_line(line) for line in clean_text(text).split("\n")]
    return "\n\n".join(_joined(group) for group in _groups(lines) if group)


def _joined(lines: list[str]) -> str:
    return _BROKEN_WORD.sub(_mended, "\n".join(lines)).replace("\n", " ")


def _mended(match: re.Match[str]) -> str:
    """A word broken at a line's end; `Anglo-American`, `2020-2021` and `copper- and gold` keep their hyphen."""
    before, word = match[1], match[2]
    if word.lower() in _CONJUNCTIONS:
        return f"{before}- "
    is_one = before.isalpha() and word[0].isalpha() and not (before.islower() and word[0].isupper())
    return before if is_one else f"{before}-"


def _groups(lines: list[str]) -> Iterator[list[str]]:
    group: list[str] = []
    for number, line in enumerate(lines):
        if not line or _ITEM.match(line):
            yield group
            group = []
        if not line:
            continue
        group.append(line)
        width = max(map(len, lines[max(0, number - _NEAR) : number + _NEAR + 1]))
        if len(line) < width * _FULL and (line.endswith(_ENDS) or (len(group) == 1 and not line.endswith("-"))):
            yield group
            group = []
    yield group
