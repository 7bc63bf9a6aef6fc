"""What a document is, is judged by its bytes first."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import MAX_FILE, extract_document, extract_plain, read_document
from orewire.model.errors import ExtractError
from tests.ingest.samples import make_pdf, make_word, with_members, zipped
from tests.ingest.test_extract import PAGE, PARAGRAPHS

WORD = make_word("A document of Word.")
MESSAGE = b"Received: by a\r\n\tfor b\r\nFrom: a@b.example\r\nSubject: Permit\r\n\r\nThe permit was granted.\r\n"
TEXT = "Permit granted\n\nThe ministry granted\nthe permit.\n\n\nResidents protest."


@pytest.mark.parametrize(
    ("body", "name", "content_type", "expected"),
    [
        (PAGE.encode(), "x.bin", "application/octet-stream", PARAGRAPHS[0]),
        (PAGE.encode(), "x.txt", "text/plain", PARAGRAPHS[0]),
        (PAGE.encode("utf-16"), "x.html", None, PARAGRAPHS[0]),
        (PAGE[PAGE.index("<nav") :].encode(), "https://a.example/x.html?id=1", None, PARAGRAPHS[0]),
        (PAGE[PAGE.index("<nav") :].encode(), "x", "text/html; charset=utf-8", PARAGRAPHS[0]),
        (make_pdf(["A page of a portable document."]), "x.html", "text/html", "A page of a portable document."),
        (b"\n" + make_pdf(["A page of a portable document."]), "x", None, "A page of a portable document."),
        (TEXT.encode(), "notes.md", None, "Residents protest."),
        (TEXT.encode(), "https://a.example/notes", "", "Residents protest."),
        (b"MZ Mining said on Monday that it would stop.", "a.txt", None, "MZ Mining said"),
        (WORD, "https://a.example/download?id=1", None, "A document of Word."),
        (WORD, "x.pdf", "application/pdf", "A document of Word."),
        (MESSAGE, "x", None, "The permit was granted."),
        (b"X-Strange: 1\n\nThe permit was granted.", "a.eml", None, "The permit was granted."),
        (b"X-Strange: 1\n\nThe permit was granted.", "a", "message/rfc822", "The permit was granted."),
        (PAGE.encode(), "a.eml", None, PARAGRAPHS[0]),
        (b"Date: today\nSubject: a note\n\nThe permit was granted.", "a.txt", None, "Subject: a note"),
        (b"RIFFA Gold said on Monday that it would stop.", "a.txt", None, "RIFFA Gold said"),
    ],
)
def test_kinds(body: bytes, name: str, content_type: str | None, expected: str) -> None:
    """Pages, PDFs and texts are known by their bytes, then by what the server and the name say."""
    assert expected in extract_document(body, name=name, content_type=content_type).text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a PNG image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"GIF89a\x01\x00\x01\x00", "a GIF image"),
        (b"PK\x03\x04\x14\x00", "a damaged ZIP archive or Office document"),
        (with_members(WORD, {})[:500], "a damaged ZIP archive or Office document"),
        (zipped({"a.txt": b"text"}), "found a ZIP archive, expected"),
        (zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}), "an Office document that is not Word"),
        (zipped({str(number): b"" for number in range(2_001)}), "a ZIP archive of more than 2000 members"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or encrypted Office document"),
        (gzip.compress(b"x", mtime=0), "a gzip file"),
        (b"MZ\x90\x00\x03\x00", "a program"),
        (b"\x7fELF\x02", "a program"),
        (b"WARC/1.1\r\nWARC-Type: warcinfo", "a WARC archive"),
        (bytes(range(1, 32)) * 10, "binary data"),
        (b'{"a": 1}', "an unknown kind named 'x.bin'"),
    ],
)
def test_refused(body: bytes, words: str) -> None:
    """What cannot be read is named."""
    with pytest.raises(ExtractError) as caught:
        extract_document(body, name="x.bin")
    assert words in str(caught.value)


def test_refused_by_declaration() -> None:
    """Data that a server declares as something else is refused with the name that it gave."""
    with pytest.raises(ExtractError, match="application/json"):
        extract_document(b'{"a": 1}', name="x", content_type="Application/JSON; charset=utf-8")


def test_plain_text() -> None:
    """The first line is the title where a blank line follows; lines within a paragraph are joined."""
    page = extract_plain(TEXT.encode())
    assert ("Permit granted", "The ministry granted the permit.\n\nResidents protest.") == (page.title, page.text)


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# Heading\n\nText.", "Heading", "Text."),
        ("###\n\nText.", None, "Text."),
        ("One line.", None, "One line."),
        ("One\ntwo\n\nthree", None, "One two\n\nthree"),
        ("Title\r\n\r\nText.\r\nMore.", "Title", "Text. More."),
        ("x" * 400 + "\n\nText.", None, "x" * 400 + "\n\nText."),
    ],
)
def test_titles_of_plain_text(text: str, title: str | None, body: str) -> None:
    """A first line that is long, alone, or made of marks is no title."""
    page = extract_plain(text.encode())
    assert (title, body) == (page.title, page.text)


def test_file(tmp_path: Path) -> None:
    """A file's bytes are read; what is missing, a folder or too large is an ExtractError that names it."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"text")
    assert b"text" == read_document(path)
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    for wrong, words in ((path, "larger than 20 MB"), (tmp_path, "directory"), (tmp_path / "no", "No such file")):
        with pytest.raises(ExtractError, match=words) as caught:
            read_document(wrong)
        assert str(caught.value).startswith(str(wrong))


@settings(deadline=None)
@given(
    st.binary(max_size=200) | st.text(st.characters(exclude_categories=["Cs"])).map(str.encode),
    st.sampled_from([b"", b"%PDF-", b"<html>", b"MZ", b"\xff\xfe", b"<?xml", b"PK\x03\x04", MESSAGE]),
    st.sampled_from([None, "text/html", "text/plain; charset=undefined", "application/json", ";"]),
)
def test_any_bytes(body: bytes, start: bytes, content_type: str | None) -> None:
    """No bytes raise anything but ExtractError."""
    try:
        page = extract_document(start + body, name="x.txt", content_type=content_type)
    except ExtractError:
        return
    assert page.text.strip()
