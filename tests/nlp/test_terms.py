"""Terms find what they should, and only that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.terms import TermIndex, drop_covered, parse_term
from nlp.text import fold, serbian_cyrillic


def found(term: str, text: str, *, cased: bool = False) -> list[str]:
    index = TermIndex.build([parse_term(term, "concept", "x", cased=cased)])
    return [text[hit.start : hit.end] for hit in index.find(text)]


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("tin", "tin and tinsel, Tin", ["tin", "Tin"]),
        ("permit*", "permits were permitted", ["permits", "permitted"]),
        ("*genehmigung*", "die Umweltgenehmigungen", ["Umweltgenehmigungen"]),
        ("call*/V for a halt", "They called for a halt.", ["called for a halt"]),
        ("=DRC", "the DRC, not drc", ["DRC"]),
        ("锂", "碳酸锂价格", ["锂"]),
        ("export ban*", "export-bans", []),
    ],
)
def test_term_matches_whole_words(term: str, text: str, expected: list[str]) -> None:
    """A star opens an edge, `=` minds the case, Chinese matches anywhere."""
    assert expected == found(term, text)


def test_names_may_be_set_in_capitals() -> None:
    """A headline in capitals still names its places."""
    assert ["SERBIA"] == found("Serbia", "SERBIA HALTS MINE, serbia", cased=True)


def test_longer_names_cover_shorter_ones() -> None:
    """'Guinea' is not named by 'Papua New Guinea'."""
    index = TermIndex.build(
        [parse_term("Guinea", "place", "GN/name"), parse_term("Papua New Guinea", "place", "PG/name")]
    )
    assert ["PG/name"] == [hit.key for hit in drop_covered(index.find("in Papua New Guinea"))]


def test_serbian_terms_exist_in_both_alphabets() -> None:
    """The lexicon is written in Latin; Cyrillic follows."""
    assert "литијум" == serbian_cyrillic("litijum")
    assert "људи" == serbian_cyrillic("ljudi")


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    """Folded text has the same length, so evidence points at the right characters."""
    assert len(text) == len(fold(text))


@given(st.text(max_size=200), st.text(min_size=1, max_size=8))
def test_hits_lie_inside_the_text(text: str, term: str) -> None:
    """Whatever the term and the text, hits are real spans."""
    for hit in TermIndex.build([parse_term(term, "concept", "x")]).find(text):
        assert 0 <= hit.start < hit.end <= len(text)


def test_traditional_characters_are_read_as_simplified() -> None:
    """Papers of Taiwan and Hong Kong; offsets stay true, character for character."""
    assert "智利批准锂矿许可" == fold("智利批准鋰礦許可")
    (hit,) = TermIndex.build([parse_term("刚果", "place", "CD/name", cased=True)]).find("剛果暫停出口")
    assert (0, 2) == (hit.start, hit.end)
