"""Documents of any kind: what they are is judged by their bytes first, then by what the server and the name say."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ingest.charset import decode
from ingest.extract import Page, extract_page
from ingest.plaintext import clean_line, clean_text, text_paragraphs
from orewire.model.errors import ExtractError

MAX_FILE: Final = 20_000_000
_MAX_TITLE: Final = 300
_SNIFF: Final = 1_024
_PDF_WITHIN: Final = 1_024
_ZIP: Final = b"PK\x03\x04"
_MAGIC: Final = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file (picture or sound)"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old or encrypted Office document"),
    (b"\x1f\x8b", "a gzip file"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"ID3", "an MP3 file"),
    (b"\x00\x00\x00", "a video or binary file"),
    (b"WARC/", "a WARC archive"),
)
# Marks that an honest text may begin with, too: only zero bytes behind them tell.
_WORDS: Final = frozenset({b"MZ", b"ID3", b"RIFF", b"GIF8", b"Rar!"})
_HTML_STARTS: Final = ("<!doctype html", "<html", "<head", "<body", "<!--")
_HTML_SUFFIXES: Final = (".html", ".htm", ".xhtml", ".shtml")
_TEXT_SUFFIXES: Final = (".txt", ".md", ".markdown", ".text", ".rst")


def read_document(path: Path) -> bytes:
    """A file's bytes; ExtractError where it cannot be read or is larger than 20 MB."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE + 1)
    except OSError as error:
        raise ExtractError(f"{path}: {error.strerror or error}") from error
    if len(body) > MAX_FILE:
        raise ExtractError(f"{path}: larger than {MAX_FILE // 1_000_000} MB, the most that is read")
    return body


def extract_document(body: bytes, *, name: str, content_type: str | None = None) -> Page:
    """The text of a page, document, message or text file. `name` is a file's name or an address.

    ExtractError says what was found instead.
    """
    if not body.strip():
        raise ExtractError("no text: empty")
    kind = _kind(body, name.partition("?")[0].lower(), (content_type or "").partition(";")[0].strip().lower())
    if kind == "email":
        from ingest.email import extract_email

        return extract_email(body, read=_read_attachment)
    return _extract_kind(kind, body, name, content_type)


def _extract_kind(kind: str, body: bytes, name: str, content_type: str | None) -> Page:
    if kind == "pdf":
        from ingest.pdf import extract_pdf

        return extract_pdf(body)
    if kind == "docx":
        from ingest.docx import extract_docx

        return extract_docx(body)
    if kind == "html":
        return extract_page(body, url=name, content_type=content_type)
    if kind == "text":
        return extract_plain(body, content_type=content_type)
    raise ExtractError(f"no text: found {kind}, expected HTML, PDF, DOCX, EML or text")


def _read_attachment(body: bytes, name: str, content_type: str) -> str:
    """The text of what is attached to a message; messages attached as files are not opened: they would nest."""
    if not body.strip() or len(body) > MAX_FILE:
        raise ExtractError("no text: empty or too large")
    page = _extract_kind(_kind(body, name.lower(), content_type), body, name, content_type)
    return f"{page.title}\n\n{page.text}" if page.title and not page.text.startswith(page.title) else page.text


def _kind(body: bytes, name: str, declared: str) -> str:
    """`pdf`, `docx`, `email`, `html`, `text`, or words for what cannot be read."""
    if b"%PDF-" in body[:_PDF_WITHIN]:
        return "pdf"
    if body.startswith(_ZIP):
        from ingest.docx import zip_kind

        return zip_kind(body)
    for magic, kind in _MAGIC:
        if body.startswith(magic) and (magic not in _WORDS or b"\x00" in body[:_SNIFF]):
            return kind
    start = decode(body[:_SNIFF]).lstrip("\ufeff \t\r\n").lower()
    if _is_email(body, start, name, declared):
        return "email"
    if start.startswith(_HTML_STARTS) or "<html" in start:
        return "html"
    if _is_binary(start):
        return "binary data"
    if declared in ("text/html", "application/xhtml+xml") or name.endswith(_HTML_SUFFIXES):
        return "html"
    if declared.startswith("text/") or name.endswith(_TEXT_SUFFIXES):
        return "text"
    if declared in ("", "application/octet-stream") and not start.startswith(("<", "{", "[")):
        return "text"
    return f"{declared or 'an unknown kind'} named {name[-80:]!r}"


def _is_email(body: bytes, start: str, name: str, declared: str) -> bool:
    """Whether the bytes are a message's, or the name says so and nothing else is seen."""
    from ingest.email import is_email

    is_told = name.endswith(".eml") or declared == "message/rfc822"
    return is_email(body) or (is_told and not start.startswith("<") and not _is_binary(start))


def _is_binary(start: str) -> bool:
    """Whether what should be text is full of control characters or unreadable bytes."""
    strange = sum(not character.isprintable() and not character.isspace() for character in start)
    strange += start.count("\ufffd")
    return strange * 10 > len(start)


def extract_plain(body: bytes, *, content_type: str | None = None) -> Page:
    """Plain text or Markdown: the first line is the title where a blank line follows it."""
    text = clean_text(decode(body, content_type))
    first, _, rest = text.partition("\n")
    title = None
    following = rest.partition("\n")[0]
    if rest and not following.strip() and len(first) <= _MAX_TITLE:
        title, text = clean_line(first.lstrip("# ")) or None, rest.strip()
    paragraphs = text_paragraphs(text)
    if not paragraphs:
        raise ExtractError("no text")
    return Page(title=title, text=paragraphs)
