"""PDF documents give paragraphs, or an ExtractError that says why not."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.columns import reading_regions
from ingest.pdf import extract_pdf, paragraphs
from orewire.model.errors import ExtractError
from tests.ingest.samples import make_pdf, make_placed_pdf, make_stream_pdf

LINES = [
    "Notice of decision",
    "The ministry grants the company an exploitation permit for the deposit of copper ore and gold",
    "near the village of Brestovac, for a period of twenty years.",
    "The decision can be appealed within thirty days from the day on which it is published here, in",
    "the official gazette.",
]
LEFT = [
    "The ministry granted the permit to mine",
    "copper near the village of Brestovac in the",
    "east of the country, after a long review by",
    "the agency for the environment, which exploi-",
    "tation had waited for since the year of 2019.",
    "Residents blocked the road for a third day,",
    "citing the use of water by the new smelter.",
]
RIGHT = [
    "In another part of the country a court has",
    "ruled against the company that wanted to",
    "dig for lithium in the valley; the Anglo-",
    "American firm said that it would appeal to",
    "the supreme court within thirty days of the",
    "publication of the ruling in the gazette, as",
    "the law on mining allows to all who applied.",
]
TITLE = (72, 740, "A title that runs over both of the columns of this page of the official gazette, the 16th of July.")
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
        ("The exploi\x02tation permit", "The exploitation permit"),
        ("The exploi- \ntation permit", "The exploitation permit"),
        ("The exploi\u00ad\ntation permit", "The exploitation permit"),
        ("THE EXPLOI-\nTATION PERMIT", "THE EXPLOITATION PERMIT"),
        ("of the Anglo\x02American firm", "of the Anglo-American firm"),
        ("in 2020-\n2021 it was", "in 2020-2021 it was"),
        ("die Kupfer-\nund Goldmine", "die Kupfer- und Goldmine"),
        ("the road -\nthey said", "the road - they said"),
        (
            "A line of this page as long as a line is\nand that exploi\x02tation breaks, goes on in the next as\nlong.",
            "A line of this page as long as a line is and that exploitation breaks, goes on in the next as long.",
        ),
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


def _placed(left: int, lines: list[str], top: int = 700) -> list[tuple[int, int, str]]:
    return [(left, top - 14 * number, line) for number, line in enumerate(lines)]


def _by_rows(*columns: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    return [text for row in zip(*columns, strict=True) for text in row]


def test_columns_in_order() -> None:
    """Columns that are drawn row by row read as those that are drawn one after another; a title over both is first."""
    left, right = _placed(72, LEFT), _placed(320, RIGHT)
    drawn_down = extract_pdf(make_placed_pdf([TITLE, *left, *right])).text
    drawn_across = extract_pdf(make_placed_pdf([TITLE, *_by_rows(left, right)])).text
    assert drawn_down == drawn_across
    assert "which exploitation had waited" in drawn_across
    assert "the Anglo-American firm" in drawn_across
    assert drawn_across.index("official gazette, the") < drawn_across.index(LEFT[0]) < drawn_across.index(LEFT[-1])
    assert drawn_across.index(LEFT[-1]) < drawn_across.index(RIGHT[0]) < drawn_across.index(RIGHT[-1])


def test_columns_between_titles() -> None:
    """What stands over both columns in the middle of the page parts what is read before from what is read after."""
    upper = _by_rows(_placed(72, LEFT), _placed(320, RIGHT))
    lower = _by_rows(_placed(72, LEFT[::-1], 500), _placed(320, RIGHT[::-1], 500))
    text = extract_pdf(make_placed_pdf([*upper, (72, 540, TITLE[2]), *lower])).text
    places = [text.index(LEFT[0]), text.index(RIGHT[0]), text.index(TITLE[2]), text.rindex(LEFT[0])]
    assert sorted(places) == places


def test_three_columns() -> None:
    """Three narrow columns are read one after another, too."""
    columns = [[line[:24] + str(number) for line in LEFT] for number in range(3)]
    placed = [_placed(60 + 170 * number, lines) for number, lines in enumerate(columns)]
    text = extract_pdf(make_placed_pdf(_by_rows(*placed))).text
    places = [text.index(line) for lines in columns for line in (lines[0], lines[-1])]
    assert sorted(places) == places


def test_tables_row_by_row() -> None:
    """The cells of a table are read as they stand beside one another."""
    names = ["Operator", "Mineral of the deposit", "Area", "Depth of the shaft", "Term", "Ore", "Seat of the company"]
    values = ["Example Mining", "Copper", "20 square kilometres", "900 m", "20 years", "3 Mt", "Bor"]
    text = extract_pdf(make_placed_pdf(_by_rows(_placed(72, names), _placed(320, values)))).text
    assert "Operator Example Mining" in text
    assert "Term 20 years" in text


@given(st.lists(st.tuples(*[st.floats() | st.integers(-10, 800).map(float)] * 4), max_size=60))
def test_any_boxes(boxes: list[tuple[float, float, float, float]]) -> None:
    """No boxes crash, endless and impossible ones included."""
    assert all(len(region) == 4 for region in reading_regions(boxes))


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_bomb(layers: int) -> None:
    """Content that would inflate beyond measure is refused before pdfium opens it, however often it is deflated."""
    body = make_stream_pdf(bytes(130_000_000), layers=layers)
    with pytest.raises(ExtractError, match="too large, a PDF that inflates to more than 128 MB"):
        extract_pdf(body)


def test_large_pictures_cost_nothing() -> None:
    """Pictures are not opened for the text; nor is what is no bomb refused."""
    picture = zlib.compress(bytes(130_000_000), 9).decode("latin-1")
    beside = f"<< /Subtype /Image /Filter /FlateDecode /Length {len(picture)} >>\nstream\n{picture}\nendstream"
    text = b"BT /F1 10 Tf 1 0 0 1 50 700 Tm (The permit is granted today.) Tj ET"
    assert "The permit is granted today." == extract_pdf(make_stream_pdf(text, layers=2, beside=beside)).text


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
