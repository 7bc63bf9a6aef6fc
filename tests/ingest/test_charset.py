"""Bytes become text whatever the labels say."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.charset import decode

SPANISH = "La minería de cobre en Perú: protesta en Arequipa, según el señor Núñez"
RUSSIAN = "Правительство выдало разрешение на добычу лития в Мурманской области, сообщило министерство. " * 3
JAPANESE = "政府は鉱山の許可を発表した。住民は反対している。" * 5
CHINESE = "政府批准了新的锂矿项目，当地居民表示反对。" * 5


def page(text: str, charset: str) -> bytes:
    return f'<html><head><meta charset="{charset}"></head><body>{text}</body></html>'.encode(charset)


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (SPANISH, "utf-8"),
        (SPANISH, "iso-8859-1"),
        (SPANISH, "windows-1252"),
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "iso-2022-jp"),
        (CHINESE, "gb2312"),
        (CHINESE, "gb18030"),
    ],
)
def test_declared(text: str, charset: str) -> None:
    """A page's declaration is believed, and so is the header where the page has none."""
    assert text in decode(page(text, charset))
    assert text == decode(text.encode(charset), f'text/html; charset="{charset}"')


@pytest.mark.parametrize(
    ("mark", "charset"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_marks_win(mark: bytes, charset: str) -> None:
    """A byte order mark is believed more than any label, and is no part of the text."""
    assert SPANISH == decode(mark + SPANISH.encode(charset), "text/html; charset=koi8-r")


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_wide_without_mark(charset: str) -> None:
    """UTF-16 is known by its first characters where the mark is missing."""
    text = f"<?xml version='1.0'?><rss>{SPANISH}</rss>"
    assert text == decode(text.encode(charset))


def test_utf8_wins_over_a_wrong_label() -> None:
    """What is valid UTF-8 is read as such though header and page say otherwise."""
    body = b'<meta charset="iso-8859-1">' + SPANISH.encode()
    assert SPANISH in decode(body, "text/html; charset=windows-1251")


def test_windows_characters_in_latin1() -> None:
    """Latin-1 means Windows-1252, as in every browser: its quotation marks are read."""
    assert "“Perú” – €5" == decode("“Perú” – €5".encode("cp1252"), "text/html; charset=ISO-8859-1")


def test_stray_bytes_in_utf8_are_mended() -> None:
    """A feed glued from two sources keeps both: stray bytes are read as Windows-1252."""
    body = (SPANISH * 3).encode() + "“Perú”".encode("cp1252")
    assert SPANISH * 3 + "“Perú”" == decode(body)


def test_undeclared_is_detected() -> None:
    """Without any label the text is found by its statistics."""
    assert RUSSIAN == decode(RUSSIAN.encode("cp1251"))


@pytest.mark.parametrize(
    "label",
    [
        "undefined",
        "unicode-escape",
        "raw_unicode_escape",
        "utf-7",
        "idna",
        "punycode",
        "rot13",
        "hex",
        "mbcs",
        "nonsense",
    ],
)
def test_labels_that_no_page_means(label: str) -> None:
    """Codecs of Python's own, or none at all, are not used: they crash, or make lone surrogates."""
    body = b'<meta charset="%s"> caf\xe9 na\xefve \\ud800 \\q +AGA-' % label.encode()
    text = decode(body, f"text/html; charset={label}")
    assert "\\ud800 \\q +AGA-" in text
    assert "\ud800" not in text


LABELS = st.sampled_from(
    [
        "utf-8",
        "utf-16",
        "utf-32",
        "latin1",
        "gbk",
        "hz",
        "iso2022_kr",
        "big5",
        "shift_jis",
        "undefined",
        "unicode_escape",
        "utf-8-sig",
        "johab",
        "x",
    ]
)


@settings(deadline=None)
@given(st.binary(max_size=300), LABELS, LABELS)
def test_any_bytes(body: bytes, header: str, declared: str) -> None:
    """No bytes and no labels crash, and the text can always be written as UTF-8."""
    for labelled in (body, b"<?xml encoding='%s'?>" % declared.encode() + body):
        text = decode(labelled, f"text/xml; charset={header}")
        assert text == text.encode().decode()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_utf8_comes_back(text: str) -> None:
    """UTF-8 with a mark comes back as it was."""
    assert text == decode(codecs.BOM_UTF8 + text.encode())
