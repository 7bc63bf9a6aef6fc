"""Documents as tests need them: PDF files written by hand, so that no writer of PDF is needed, and Word's."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

if TYPE_CHECKING:
    from docx.document import Document


def make_pdf(*pages: list[str], title: str | None = None, trailer: str = "") -> bytes:
    """A PDF with these lines on its pages, in Helvetica."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, lines in enumerate(pages):
        objects += [_page(5 + 2 * number), _content(lines)]
    if title is not None:
        objects.append(f"<< /Title ({title}) >>")
        trailer += f" /Info {len(objects)} 0 R"
    return _file(objects, trailer)


def make_placed_pdf(texts: Iterable[tuple[int, int, str]]) -> bytes:
    """A PDF with one page, where each text stands at its place, in the order given."""
    shown = " ".join(f"1 0 0 1 {left} {bottom} Tm ({text}) Tj" for left, bottom, text in texts)
    return make_stream_pdf(f"BT /F1 10 Tf {shown} ET".encode("latin-1"))


def make_stream_pdf(content: bytes, *, layers: int = 0, dictionary: str = "", beside: str = "") -> bytes:
    """A PDF with one page of this content, deflated some times over; `beside` is one more object."""
    for _ in range(layers):
        content = zlib.compress(content, 9)
    filters = f"/Filter [{'/FlateDecode ' * layers}]" if layers else ""
    stream = f"<< /Length {len(content)} {filters} {dictionary} >>\nstream\n{content.decode('latin-1')}\nendstream"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        _page(5),
        stream,
    ]
    return _file([*objects, beside] if beside else objects, "")


def make_word(*paragraphs: str) -> bytes:
    """A Word document of these paragraphs."""
    import docx

    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return save_docx(document)


def save_docx(document: Document) -> bytes:
    """The bytes of a document that python-docx has made."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def with_members(archive: bytes, changed: dict[str, bytes], *, compression: int = ZIP_DEFLATED) -> bytes:
    """A ZIP archive with some members replaced or added."""
    with ZipFile(BytesIO(archive)) as old:
        return zipped({name: old.read(name) for name in old.namelist()} | changed, compression=compression)


def zipped(members: dict[str, bytes], *, compression: int = ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these members."""
    file = BytesIO()
    with ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _page(content: int) -> str:
    font = "/Resources << /Font << /F1 3 0 R >> >>"
    return f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] {font} /Contents {content} 0 R >>"


def _content(lines: list[str]) -> str:
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    stream = f"BT /F1 11 Tf 14 TL 50 740 Td {shown} ET" if lines else ""
    return f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream"


def _file(objects: list[str], trailer: str) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode("latin-1")
