"""Text from outside is made fit, and lines keep their width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.digest.columns import width, wrap
from orewire.digest.plain import clean, clean_name, web_address


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  two\n\twords\u2028here ", "two words here"),
        ("a\u202eb\u2066c\x00d\ud800e", "abcde"),
        ("x" * 100, "x" * 29 + "…"),
        ("words " * 20, "words words words words words…"[:30]),
        ("z\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "z"),
    ],
)
def test_clean(text: str, told: str) -> None:
    """One line, no control characters, cut at a word."""
    assert told == clean(text, 30)


def test_names_from_right_to_left_are_fenced() -> None:
    """They cannot turn the line in which they stand; others are left alone."""
    assert "\u2068منجم\u2069" == clean_name("منجم")
    assert "Jadar" == clean_name("Jadar")


@pytest.mark.parametrize(
    ("url", "ok"),
    [
        ("https://example.org/a", True), ("HTTP://example.org", True), ("javascript:alert(1)", False), (None, False),
        ("data:text/html,x", False), ("https://e.org/\u202ex", False), ("https://e.org/ x", False),
        ("https://e.org/" + "x" * 3000, False), ("//e.org", False),
    ],
)  # fmt: skip
def test_links_are_web_addresses(url: str | None, ok: bool) -> None:
    """Nothing else becomes a link."""
    assert (url if ok else None) == web_address(url)


@given(st.text(max_size=400), st.sampled_from(["", "* ", "  "]))
def test_wrapped_lines_fit(text: str, lead: str) -> None:
    """In columns, wide characters counted twice; no word is lost."""
    lines = wrap(clean(text, 1000), lead).split("\n")
    assert all(width(line) <= 78 for line in lines)
    assert "".join(clean(text, 1000).split()) == "".join("".join(line[len(lead) :] for line in lines).split())
