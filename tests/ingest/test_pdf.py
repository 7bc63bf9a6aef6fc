"""PDF documents give paragraphs, or an ExtractError that says why not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.pdf import extract_pdf, paragraphs
from orewire.model.errors import ExtractError
from tests.ingest.samples import make_pdf

LINES = [
    "Notice of decision",
    "The ministry grants the company an exploitation permit for the deposit of copper ore and gold",
    "near the village of Brestovac, for a period of twenty years.",
    "The decision can be appealed within thirty days from the day on which it is published here, in",
    "the official gazette.",
]
LOCKED = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >> /ID [<00><00>]"


def test_text_and_title() -> None:
    """Lines are joined into paragraphs, and the properties give the title."""
    page = extract_pdf(make_pdf(LINES, title="Decision 7/2024"))
    expected = "\n\n".join([LINES[0], " ".join(LINES[1:3]), " ".join(LINES[3:])])
    assert ("Decision 7/2024", expected) == (page.title, page.text)


@pytest.mark.parametrize("title", [None, "", "decision_v3_final.docx", "Microsoft Word - x", "Untitled"])
def test_title_from_the_first_line(title: str | None) -> None:
    """A file's name is no title: the first line is."""
    assert LINES[0] == extract_pdf(make_pdf(LINES, title=title)).title


def test_pages_in_order() -> None:
    """Pages follow one another, an empty one between costs nothing."""
    page = extract_pdf(make_pdf(["First page, with its text."], [], ["Second page, with its text."]))
    assert "First page, with its text.\n\nSecond page, with its text." == page.text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "damaged"),
        (b"%PDF-1.4\nnothing else", "damaged"),
        (make_pdf([]), "without text"),
        (make_pdf(LINES, trailer=LOCKED), "encrypted"),
    ],
)
def test_no_text(body: bytes, words: str) -> None:
    """Damaged, encrypted and scanned documents are told apart."""
    with pytest.raises(ExtractError, match=words):
        extract_pdf(body)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("The exploi-\r\ntation permit", "The exploitation permit"),
        ("in 2020-\n2021 it was", "in 2020- 2021 it was"),
        (
            "One line that is long enough\nto run on.\nNext.",
            "One line that is long enough to run on.\n\nNext.",
        ),
        ("We list:\n• first\n• second", "We list:\n\n• first\n\n• second"),
        ("A paragraph here\n\nand another one", "A paragraph here\n\nand another one"),
        ("", ""),
        ("\r\n\x00\r", ""),
    ],
)
def test_paragraphs(raw: str, expected: str) -> None:
    """Hyphens at the ends of lines are mended, lists stay lists, blank lines stay."""
    assert expected == paragraphs(raw)


@given(st.text() | st.text("ab.-• \n\r1)", max_size=80))
def test_any_raw_text(raw: str) -> None:
    """No text crashes, and between paragraphs stands one blank line."""
    assert all(part.strip() == part for part in paragraphs(raw).split("\n\n"))


@settings(deadline=None)
@given(st.binary(max_size=40), st.integers(0, 1_500), st.integers(0, 60))
def test_any_damage(junk: bytes, place: int, cut: int) -> None:
    """No damage to a document raises anything but ExtractError."""
    body = make_pdf(LINES, ["Second page"], title="x")
    try:
        page = extract_pdf(body[:place] + junk + body[place + cut :])
    except ExtractError:
        return
    assert len(page.text) >= 20
