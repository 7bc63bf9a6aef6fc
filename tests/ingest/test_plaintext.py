"""Markup becomes the text that a reader would see, in linear time."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.plaintext import clean_line, clean_text, plain_text, shorten


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Plain", "Plain"),
        ("a  b\n\tc", "a b c"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("un<b>believ</b>able", "unbelievable"),
        ("A &amp; B &lt;C&gt; &#8364;5", "A & B <C> €5"),
        ("grade < 5 g/t and > 2", "grade < 5 g/t and > 2"),
        ("before<!-- a <b> comment -->after", "before after"),
        ("a<script>if (a<b) alert(1)</script>b", "a b"),
        ("a<STYLE type='x'>p {}</STYLE >b<svg><path/></svg>c", "a b c"),
        ("cut in a tag <a href='http", "cut in a tag"),
        ("<?xml version='1.0'?><!DOCTYPE html>x", "x"),
        ("ore\u200bwire \u202eevil\u202c\x00\x1b\ufeff", "orewire evil"),
        ("<script>never closed", "never closed"),
    ],
)
def test_text_of_markup(markup: str, expected: str) -> None:
    """Tags, comments, scripts and invisible marks are gone, entities are read."""
    assert expected == plain_text(markup, limit=200)


@pytest.mark.parametrize("markup", [None, "", "   ", "<p></p>", "<!-- only -->", "\u200b"])
def test_nothing_to_see(markup: str | None) -> None:
    """Where a reader would see nothing there is nothing."""
    assert plain_text(markup, limit=10) is None


@pytest.mark.parametrize(
    "piece", ["<!--", "<script>", "<svg ", "</script", "<a ", "<", "&", "<!-->", "</script><style>"]
)
@pytest.mark.parametrize("first", ["", "-->", "</script>"])
def test_linear_time(piece: str, first: str) -> None:
    """Beginnings without an end do not cost time squared: a thousand hostile fields take no second."""
    start = time.perf_counter()
    for _ in range(20):
        plain_text(first + piece * 20_000, limit=100)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("one two three four", 16, "one two three…"),
        ("unbroken" * 4, 10, "unbrokenu…"),
        ("a " + "b" * 30, 10, "a bbbbbbb…"),
    ],
)
def test_shorten(text: str, limit: int, expected: str) -> None:
    """Long text is cut between words where one ends near the end, with an ellipsis."""
    assert expected == shorten(text, limit)


def test_lines_are_kept() -> None:
    """Cleaning a text keeps its lines; cleaning a line leaves one."""
    assert "a\n\nb\nc" == clean_text("\ufeffa\r\n\r\nb\rc\x00\n")
    assert "a b c" == clean_line("a\r\n\r\nb\rc\x00\n")


@given(st.text() | st.text("<>/!-a&;# scriptbx?\"'", max_size=200), st.integers(10, 100))
def test_any_markup(markup: str, limit: int) -> None:
    """No markup crashes; what comes out is one line of bearable length without controls, or None."""
    text = plain_text(markup, limit=limit)
    if text is not None:
        assert 0 < len(text) <= limit
        assert text == text.strip()
        assert not {"Cc", "Cs"} & {unicodedata.category(character) for character in text}
