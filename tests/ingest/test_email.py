"""Messages give what was written and what was attached, or an ExtractError that says why not."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import extract_document
from ingest.email import MAX_PARTS, extract_email, is_email
from ingest.extract import Page
from orewire.model.errors import ExtractError
from tests.ingest.samples import make_pdf, make_word
from tests.ingest.test_extract import PAGE, PARAGRAPHS

HEAD = b"From: a@b.example\r\nDate: Tue, 16 Jul 2024 10:00:00 +0200\r\nSubject: Permit\r\n"
ARTICLE = "\n\n".join(["Permit granted", *PARAGRAPHS])
BROKEN_PDF = b"%PDF-1.4 and nothing else"


def extract(body: bytes) -> Page:
    return extract_document(body, name="a.eml")


def compose(text: str | None = "The permit was granted.\r\n", html: str | None = None) -> EmailMessage:
    """A message, in the form in which programs write them."""
    message = EmailMessage()
    message["From"] = "Ana Pérez <ana@ministry.example>"
    message["Date"] = "Tue, 16 Jul 2024 10:00:00 +0200"
    message["Subject"] = "Permiso de explotación para la mina de litio"
    if text is not None:
        message.set_content(text)
    if html is not None and text is None:
        message.set_content(html, subtype="html")
    elif html is not None:
        message.add_alternative(html, subtype="html")
    return message


def attach(message: EmailMessage, body: bytes, kind: str, name: str | None) -> None:
    message.add_attachment(body, maintype=kind.partition("/")[0], subtype=kind.partition("/")[2], filename=name)


def test_fields() -> None:
    """Subject, sender's name and date are decoded."""
    page = extract(bytes(compose()))
    assert "Permiso de explotación para la mina de litio" == page.title
    assert ("Ana Pérez", datetime(2024, 7, 16, 8, tzinfo=UTC)) == (page.author, page.published)
    assert "The permit was granted." == page.text


def test_fields_that_are_missing() -> None:
    """An address is no name, and what is not told is unknown."""
    page = extract(b"From: a@b.example\r\nTo: c@d.example\r\nMIME-Version: 1.0\r\n\r\nText.")
    assert (None, None, None) == (page.title, page.author, page.published)
    page = extract(b'From: "a@b.example" <a@b.example>\r\nDate: in 1812\r\nSubject: =?utf-8?b?4Zm?=\r\n\r\nText.')
    assert (None, None, "Text.") == (page.author, page.published, page.text)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (b"Content-Type: text/plain; charset=utf-8", "Minería\r\n\r\nlitio".encode()),
        (b"Content-Type: text/plain; charset=iso-8859-1", "Minería\r\n\r\nlitio".encode("latin-1")),
        (b"Content-Type: text/plain; charset=no-such", "Minería\r\n\r\nlitio".encode()),
        (b"", "Minería\r\n\r\nlitio".encode()),
        (b"Content-Transfer-Encoding: quoted-printable", b"Miner=C3=\r\n=ADa\r\n\r\nlitio"),
        (b"Content-Transfer-Encoding: base64", b"TWluZXLDrWENCg0K\r\nbGl0aW8="),
        (b"Content-Type: multipart/mixed; boundary=x", b"--x\r\n\r\nMiner\xc3\xada\r\n--x\r\n\r\nlitio\r\n--x--"),
        (b"Content-Type: multipart/mixed; boundary=x", b"--x\r\n\r\nMiner\xc3\xada\r\n--x\r\n\r\nlitio"),
        (b"Content-Type: message/rfc822", b"Subject: inner\r\n\r\nMiner\xc3\xada\r\n\r\nlitio"),
    ],
)
def test_encodings(headers: bytes, body: bytes) -> None:
    """Charsets, transfer encodings and parts are opened, the lies among them included."""
    assert "Minería\n\nlitio" == extract(HEAD + headers + b"\r\n\r\n" + body).text


def test_html() -> None:
    """The article in the HTML is preferred; text is read where the HTML says nothing."""
    assert ARTICLE == extract(bytes(compose("Open in your browser.", PAGE))).text
    assert ARTICLE == extract(bytes(compose(None, PAGE))).text
    assert "The permit was granted." == extract(bytes(compose(html="<html><img src='x'></html>"))).text
    assert "Granted today." == extract(bytes(compose(None, "<html><p>Granted <b>today</b>.</p></html>"))).text
    assert "The permit was granted." == extract(bytes(compose(html="<div>" * 4_000))).text


def test_related() -> None:
    """Of a page with its pictures the page is read."""
    message = compose(None, PAGE)
    message.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<x>")
    assert ARTICLE == extract(bytes(message)).text


def test_attachments() -> None:
    """The documents attached follow the body in order; what cannot be read among them costs itself only."""
    message = compose()
    attach(message, make_pdf(["The decision as a portable document."]), "application/pdf", "decision.pdf")
    attach(message, BROKEN_PDF, "application/pdf", "broken.pdf")
    attach(message, b"\x89PNG\r\n", "image/png", "map.png")
    attach(message, make_word("The decision of Word."), "application/octet-stream", "decision.docx")
    attach(message, PAGE.encode(), "text/html", "page.html")
    attach(message, b"Notes of the meeting.", "text/plain", "notes.txt")
    attach(message, b"A sixth document.", "text/plain", "more.txt")
    documents = ["The decision as a portable document.", "The decision of Word.", "Permit granted", *PARAGRAPHS]
    expected = "\n\n".join(["The permit was granted.", *documents, "Notes of the meeting."])
    assert expected == extract(bytes(message)).text


def test_attachment_alone() -> None:
    """A message may be nothing but what is attached to it."""
    message = compose(None)
    attach(message, make_pdf(["The decision as a portable document."]), "application/pdf", None)
    assert "The decision as a portable document." == extract(bytes(message)).text


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (b"\r\n", "without text"),
        (b"Content-Type: image/png\r\n\r\nx", "without text"),
        (b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nx", "an encrypted message"),
        (b"Content-Type: multipart/encrypted; boundary=x\r\n\r\n--x\r\n\r\n--x--", "an encrypted message"),
        (b"\r\n" * 500_001, "more than 500000 lines"),
        (b"Content-Type: message/rfc822\r\n\r\n" * MAX_PARTS, "more than 100 parts"),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * MAX_PARTS, "more than 100 parts"),
    ],
)
def test_refused(rest: bytes, words: str) -> None:
    """Empty, encrypted and monstrous messages are told apart."""
    with pytest.raises(ExtractError, match=words):
        extract(HEAD + rest)


def test_deep_nesting_within_the_bound() -> None:
    """As many parts as are allowed may be nested in one another."""
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(99))
    assert "Deep." == extract(HEAD + nested + b"\r\nDeep.").text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (HEAD + b"\r\nText", True),
        (b"\n" + HEAD, True),
        (b"From a@b Tue Jul 16 2024\n" + HEAD, True),
        (b"X-Long: " + b"x" * 3_000 + b"\n" + HEAD, True),
        (b"From: a\nDate: b\n\nSubject: c", False),
        (b"Some text\n" + HEAD, False),
        (b"Date: a\ndate: b\nDATE: c", False),
        (b"", False),
    ],
)
def test_is_email(body: bytes, expected: bool) -> None:
    """Three different fields in the header make a message."""
    assert expected == is_email(body)


@pytest.mark.parametrize(
    "body",
    [
        b"Subject: " + b"a b" * 1_000_000 + b"\r\n" + HEAD,
        b"Subject:\r\n" + b" =?utf-8?b?TWluZXLDrWE=?=\r\n" * 100_000 + HEAD,
        b"From: " + b"(" * 1_000_000 + b"\r\n" + HEAD,
        b"From: " + b"a@b," * 500_000 + b"\r\n" + HEAD,
        HEAD + b"Content-Type: text/plain; " + b"a=b; " * 500_000 + b"\r\n\r\ntext",
        HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n" * 200_000,
    ],
)
def test_long_headers_are_cut(body: bytes) -> None:
    """Headers of megabytes, in which the standard library's parser is quadratic, cost little."""
    start = time.perf_counter()
    with suppress(ExtractError):
        extract(body + b"\r\ntext")
    assert time.perf_counter() - start < 5


def test_attachments_do_not_nest() -> None:
    """Messages among the attached files are not opened again."""

    def read(body: bytes, name: str, content_type: str) -> str:
        raise ExtractError("not opened")

    message = compose()
    attach(message, HEAD + b"\r\nInner.", "application/octet-stream", "inner.eml")
    assert "The permit was granted." == extract_email(bytes(message), read=read).text
    assert "Inner" not in extract(bytes(message)).text


SAMPLE = compose(html="<p>The permit was granted on Tuesday, as the ministry said in its statement.</p>")
attach(SAMPLE, b"Notes.", "text/plain", "añadido.txt")
TOKENS = [b"=?", b"?=", b"=?x?q?", b"\r\n\r\n", b"<", b"(", b'"', b"\\", b";", b"=", b"*0*", b":", b"@", b",", b"\xff"]
TOKENS += [b"charset=idna", b"boundary=", b"Content-Type: message/partial\r\n", b"Content-Disposition: ;\r\n", b"\x00"]


@settings(deadline=None)
@given(st.floats(0, 1), st.binary(max_size=10) | st.sampled_from(TOKENS), st.integers(0, 60), st.booleans())
def test_any_damage(part: float, junk: bytes, cut: int, is_truncated: bool) -> None:
    """No damage to a message raises anything but ExtractError."""
    body = bytes(SAMPLE)
    place = int(part * len(body))
    with suppress(ExtractError):
        assert extract(body[:place] + junk + (b"" if is_truncated else body[place + cut :])).text.strip()


@settings(deadline=None)
@given(
    st.sampled_from(
        [b"From", b"Date", b"Subject", b"Content-Type", b"Content-Disposition", b"Content-Transfer-Encoding"]
    ),
    st.lists(st.sampled_from([*TOKENS, b"a", b" ", b"text/html", b"multipart/mixed"]) | st.binary(max_size=4)),
)
def test_any_header(name: bytes, pieces: list[bytes]) -> None:
    """Nor does any header, however odd."""
    with suppress(ExtractError):
        assert extract(name + b": " + b"".join(pieces) + b"\r\n" + HEAD + b"\r\nSome text.").text.strip()
