"""Word documents give their paragraphs, or an ExtractError that says why not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZIP_LZMA, ZipFile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.docx import extract_docx
from ingest.extract import Page
from orewire.model.errors import ExtractError
from tests.ingest.samples import make_word, save_docx, with_members, zipped

MAIN = "word/document.xml"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
WORD = make_word("The ministry granted the permit.", "Residents protest.")
CREATED = datetime(2024, 7, 16, 10, 0, tzinfo=UTC)
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(10))


def extract_xml(body: str, *, before: str = "") -> Page:
    """The page of a document whose body is this XML."""
    xml = f"{before}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    return extract_docx(with_members(WORD, {MAIN: xml.encode()}))


def told(*, title: str = "", author: str = "", created: datetime = CREATED, heading: str | None = None) -> Page:
    """The page of a document with these properties."""
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author, properties.created = title, author, created
    document.add_paragraph("For immediate release")
    if heading:
        document.add_heading(heading, 1)
    return extract_docx(save_docx(document))


def test_paragraphs_and_cells_in_order() -> None:
    """Headings, paragraphs and the cells of tables come in the order of the document."""
    document = docx.Document()
    document.add_heading("Decision", 0)
    document.add_paragraph("Before the table.")
    table = document.add_table(2, 2)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"Cell {number}"
    document.add_paragraph("Two\nlines\tand more.")
    expected = "Decision\n\nBefore the table.\n\nCell 0\n\nCell 1\n\nCell 2\n\nCell 3\n\nTwo lines and more."
    page = extract_docx(save_docx(document))
    assert ("Decision", expected) == (page.title, page.text)


def test_properties() -> None:
    """Title, author and date are those that the properties tell."""
    page = told(title="Permit for Jadar", author=" Ana  Pérez ", heading="Chapter")
    assert ("Permit for Jadar", "Ana Pérez", CREATED) == (page.title, page.author, page.published)


@pytest.mark.parametrize("title", ["", "release_v3 final.docx", "Word Document", "Document1", "Untitled"])
def test_title_from_the_heading(title: str) -> None:
    """What a program wrote is no title: the first heading is, and without one the first line."""
    assert "Permit granted" == told(title=title, heading="Permit granted").title
    assert "For immediate release" == told(title=title).title


@pytest.mark.parametrize("author", ["", "Windows User", "python-docx", "admin"])
def test_nobody_is_no_author(author: str) -> None:
    """The names that programs give to those who have none are not told."""
    assert told(author=author).author is None


def test_implausible_dates() -> None:
    """A date before the web, in the future, or of a library's template is unknown."""
    assert told(created=datetime(1980, 1, 1, tzinfo=UTC)).published is None
    assert told(created=datetime.now(UTC) + timedelta(days=30)).published is None
    assert extract_docx(WORD).published is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "<w:p><w:ins><w:r><w:t>added</w:t></w:r></w:ins><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>",
            "added",
        ),
        ("<w:p><w:moveFrom><w:r><w:t>old</w:t></w:r></w:moveFrom><w:r><w:t>new</w:t></w:r></w:p>", "new"),
        ("<w:sdt><w:sdtContent><w:p><w:r><w:t>control</w:t></w:r></w:p></w:sdtContent></w:sdt>", "control"),
        ("<w:p><w:hyperlink><w:r><w:t>a link</w:t></w:r></w:hyperlink><w:r><w:t>!</w:t></w:r></w:p>", "a link!"),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:t>seen</w:t></w:r></w:p>", "seen"),
        ("<w:p><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>seen</w:t></w:r></w:p>", "seen"),
        ("<w:p><w:r><w:t>Anglo</w:t><w:noBreakHyphen/><w:t>American</w:t></w:r></w:p>", "Anglo-American"),
        (
            "<w:p><w:r><mc:AlternateContent><mc:Choice><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Choice><mc:Fallback>"
            "<w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent><w:t>around</w:t></w:r></w:p>",
            "box\n\naround",
        ),
        (
            "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2000000000'/></w:tcPr><w:p><w:r><w:t>wide</w:t></w:r></w:p>"
            "</w:tc></w:tr></w:tbl>",
            "wide",
        ),
        ("<!-- a --><?b c?><w:p><w:r><w:t>text<!-- d --></w:t></w:r></w:p>", "text"),
        ("<w:p>" * 200 + "<w:r><w:t>deep</w:t></w:r>" + "</w:p>" * 200, "deep"),
    ],
)
def test_markup(body: str, expected: str) -> None:
    """Text is what a reader sees: not what was deleted, hidden, or written twice for old programs."""
    assert expected == extract_xml(body).text


def test_nothing_outside_is_read() -> None:
    """Entities that name files, and relationships that name addresses, are not followed."""
    entity = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    assert "a" == extract_xml("<w:p><w:r><w:t>a</w:t></w:r><w:r><w:t>&e;</w:t></w:r></w:p>", before=entity).text
    relationships = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        'Target="http://192.0.2.1/evil.dotm" TargetMode="External"/></Relationships>'
    )
    body = with_members(WORD, {"word/_rels/document.xml.rels": relationships.encode()})
    assert "The ministry granted the permit.\n\nResidents protest." == extract_docx(body).text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({MAIN: b""}, "damaged"),
        ({MAIN: b"no XML"}, "damaged"),
        ({MAIN: b"<a/>"}, "damaged"),
        ({MAIN: f"<w:document {NAMESPACES}/>".encode()}, "damaged"),
        ({MAIN: f"<w:document {NAMESPACES}><w:body/></w:document>".encode()}, "without text"),
        ({MAIN: f"<!DOCTYPE d [{ENTITIES}]><d>&e9;</d>".encode()}, "damaged"),
        ({MAIN: b"<p/>" * 2_000_001}, "compressed more than 200-fold"),
        ({"word/media/a.bin": bytes(1_100_000)}, "compressed more than 200-fold"),
        ({"[Content_Types].xml": b"<Types/>"}, "damaged"),
        ({"_rels/.rels": b"<a/>"}, "damaged"),
        ({"word/styles.xml": b"<"}, "damaged"),
        ({str(number): b"" for number in range(2_000)}, "more than 2000 members"),
    ],
)
def test_refused(changed: dict[str, bytes], words: str) -> None:
    """Damaged documents and bombs are told apart."""
    with pytest.raises(ExtractError, match=words):
        extract_docx(with_members(WORD, changed))


def test_refused_by_size() -> None:
    """Neither what is large when unpacked nor what is made of millions of tags is opened."""
    with pytest.raises(ExtractError, match="too large, of more than 50 MB when unpacked"):
        extract_docx(with_members(WORD, {"word/media/a.bin": bytes(51_000_000)}, compression=0))
    with pytest.raises(ExtractError, match="too large, a Word document of more than 2000000 tags"):
        extract_docx(with_members(WORD, {MAIN: b"<p/>" * 2_000_001}, compression=0))


def test_refused_by_flags() -> None:
    """Encrypted members, and members in compressions that Word does not write, are refused."""
    locked = bytearray(WORD)
    locked[WORD.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ExtractError, match="with an encrypted member"):
        extract_docx(bytes(locked))
    with pytest.raises(ExtractError, match="unknown compression"):
        extract_docx(with_members(WORD, {}, compression=ZIP_LZMA))


def test_other_archives() -> None:
    """Other archives are named."""
    with pytest.raises(ExtractError, match="an Office document that is not Word"):
        extract_docx(zipped({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}))
    with pytest.raises(ExtractError, match="a ZIP archive"):
        extract_docx(zipped({"a": b""}))


@settings(deadline=None)
@given(st.integers(0, len(WORD)), st.binary(max_size=20), st.integers(0, 2_000))
def test_any_damage_to_the_archive(place: int, junk: bytes, cut: int) -> None:
    """No cut and no changed byte raises anything but ExtractError."""
    _extract_or_refuse(WORD[:place] + junk + WORD[place + cut :])


@settings(deadline=None)
@given(
    st.sampled_from([MAIN, "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/styles.xml"]),
    st.floats(0, 1),
    st.binary(max_size=5) | st.sampled_from([b"<w:p>", b"</w:p>", b"&e;", b"-1", b"..", b"\x00", b'w:val=""']),
    st.integers(0, 60),
)
def test_any_damage_to_a_member(name: str, part: float, junk: bytes, cut: int) -> None:
    """Nor does damage inside a member that the archive itself vouches for."""
    content = ZipFile(BytesIO(WORD)).read(name)
    place = int(part * len(content))
    _extract_or_refuse(with_members(WORD, {name: content[:place] + junk + content[place + cut :]}))


def _extract_or_refuse(body: bytes) -> None:
    try:
        page = extract_docx(body)
    except ExtractError:
        return
    assert page.text.strip()
