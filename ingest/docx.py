"""Word documents: their paragraphs and cells in order. The one door of python-docx."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ingest.dates import parse_date
from ingest.extract import Page
from ingest.plaintext import clean_line
from ingest.titles import title_of
from orewire.model.errors import ExtractError

MAX_UNPACKED: Final = 50_000_000
MAX_MEMBERS: Final = 2_000
MAX_RATIO: Final = 200
MAX_TAGS: Final = 2_000_000
"""A thousand pages have some 300,000; a tag costs half a kilobyte when open."""
MAX_TEXT: Final = 3_000_000
_SMALL: Final = 1_000_000
_DIRECTORY_ENTRY: Final = b"PK\x01\x02"
_DAMAGED: Final = "a damaged ZIP archive or Office document"
_MAIN: Final = "word/document.xml"
_ENCRYPTED: Final = 0x1
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Text boxes are written twice, for old programs, too; what was moved away stands in its new place as well.
_SKIPPED: Final = frozenset({"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback", f"{_W}moveFrom"})
_SIGNS: Final = {f"{_W}tab": " ", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}noBreakHyphen": "-"}
_HEADINGS: Final = ("title", "heading 1")
_NOBODY: Final = frozenset(
    {"", "admin", "administrator", "microsoft office user", "python-docx", "user", "windows user"}
)
# What broken archives and XML were seen to raise in zipfile, lxml (whose error is a SyntaxError) and python-docx.
_BROKEN: Final = (
    BadZipFile, zlib.error, EOFError, OSError, LookupError, ValueError, TypeError, AttributeError, RuntimeError,
    SyntaxError, ArithmeticError, AssertionError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paragraph:
    style: str
    text: str


def zip_kind(body: bytes) -> str:
    """`docx`, or words for a ZIP archive of another kind."""
    if body.count(_DIRECTORY_ENTRY) > MAX_MEMBERS:
        return f"a ZIP archive of more than {MAX_MEMBERS} members"
    try:
        with ZipFile(BytesIO(body)) as archive:
            names = archive.namelist()
    except _BROKEN:
        return _DAMAGED
    if _MAIN in names:
        return "docx"
    return "an Office document that is not Word" if "[Content_Types].xml" in names else "a ZIP archive"


def extract_docx(body: bytes) -> Page:
    """The text of a Word document; ExtractError where it is damaged, encrypted, a bomb, or of another kind."""
    _refuse_unsafe(body)
    try:
        document = _open(body)
        paragraphs = list(_paragraphs(document))
        properties = document.core_properties
        told, author, created = properties.title, clean_line(properties.author or ""), properties.created
    except _BROKEN as error:
        raise ExtractError(f"no text: {_damage(error)}") from error
    text = "\n\n".join(paragraph.text for paragraph in paragraphs)[:MAX_TEXT]
    if not text:
        raise ExtractError("no text: a Word document without text")
    heading = next((paragraph.text for paragraph in paragraphs if paragraph.style in _HEADINGS), text)
    is_named = author.lower() not in _NOBODY
    # python-docx copies the date of its own template, and Word's is the writer's.
    is_dated = created is not None and author != "python-docx"
    return Page(
        title=title_of(told, heading),
        text=text,
        published=parse_date(created.isoformat(), now=datetime.now(UTC)) if is_dated else None,
        author=author if is_named else None,
    )


def _open(body: bytes) -> Any:
    """python-docx's document; what relationships name outside of the archive is never asked for."""
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        return Document(BytesIO(body))
    except OpcError as error:
        raise ValueError(str(error)) from error


def _refuse_unsafe(body: bytes) -> None:
    """ExtractError for an archive that is no Word document, or would not fit into memory when unpacked."""
    kind = zip_kind(body)
    if kind != "docx":
        raise ExtractError(f"no text: {kind}")
    try:
        with ZipFile(BytesIO(body)) as archive:
            members = archive.infolist()
            if reason := _excess(members):
                raise ExtractError(f"no text: a Word document {reason}")
            tags = sum(archive.read(member).count(b"<") for member in members)
    except _BROKEN as error:
        raise ExtractError(f"no text: {_damage(error)}") from error
    if tags > MAX_TAGS:
        raise ExtractError(f"no text: too large, a Word document of more than {MAX_TAGS} tags")


def _excess(members: list[ZipInfo]) -> str | None:
    """What is wrong with the members by what the archive's directory says, which zipfile holds them to."""
    if len(members) > MAX_MEMBERS:
        return f"of more than {MAX_MEMBERS} members"
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        return f"too large, of more than {MAX_UNPACKED // 1_000_000} MB when unpacked"
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            return f"with an encrypted member {member.filename[:80]!r}"
        if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            return f"with a member {member.filename[:80]!r} of an unknown compression"
        if member.file_size > max(_SMALL, MAX_RATIO * member.compress_size):
            return f"with a member {member.filename[:80]!r} compressed more than {MAX_RATIO}-fold"
    return None


def _damage(error: BaseException) -> str:
    return f"a damaged Word document ({(str(error) or type(error).__name__)[:120]})"


def _paragraphs(document: Any) -> Iterator[_Paragraph]:
    """The paragraphs that say something, those in tables, text boxes and content controls at their place.

    By the XML: python-docx's own tables forget content controls, and fill the memory where a cell spans a billion.
    """
    names = {style.style_id: (style.name or "").lower() for style in document.styles}
    found: list[tuple[str | None, str]] = []
    _gather(document.element.body, [], found)
    for style, raw in found:
        if text := clean_line(raw):
            yield _Paragraph(style=names.get(style, ""), text=text)


def _gather(node: Any, line: list[str], found: list[tuple[str | None, str]]) -> None:
    """Text to the line it stands in, lines to what is found; lxml reads no XML deeper than 256."""
    for child in node:
        tag = child.tag
        if tag == f"{_W}t":
            line.append(child.text or "")
        elif tag == f"{_W}p":
            inner: list[str] = []
            _gather(child, inner, found)
            found.append((_style(child), "".join(inner)))
        elif tag in _SIGNS:
            line.append(_SIGNS[tag])
        elif tag not in _SKIPPED and not _is_hidden(child):
            _gather(child, line, found)


def _style(paragraph: Any) -> str | None:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return None if style is None else style.get(f"{_W}val")


def _is_hidden(node: Any) -> bool:
    mark = node.find(f"{_W}rPr/{_W}vanish") if node.tag == f"{_W}r" else None
    return mark is not None and mark.get(f"{_W}val") not in ("0", "false", "off")
