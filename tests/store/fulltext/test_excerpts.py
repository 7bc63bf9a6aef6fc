"""The passage shows what was found, where it stands in the article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.hit import Excerpt, Hit, HitPage, hits_from_json, hits_to_json
from store.fulltext.excerpts import LENGTH, differ_at_most, make_marker, mark_text
from store.fulltext.query import Words
from store.fulltext.spelling import GROUPS
from tests.store.conftest import NOW
from tests.store.fulltext.conftest import marked

FILLER = "Prices moved little on the day. " * 30


def passage(text: str, *words: Words, group: str = "en") -> Excerpt:
    return mark_text(text, make_marker(words, group, of_title=False))


def test_a_passage_begins_with_its_sentence() -> None:
    """Where that is near, and ends between words."""
    text = f"{FILLER}The ministry revoked the licence of the mine. {FILLER}"
    found = passage(text, Words(text="licences"))
    assert found.text.startswith("The ministry revoked the licence")
    assert text[found.start : found.start + len(found.text)] == found.text
    assert ["licence"] == marked(found)
    assert LENGTH - 20 < len(found.text) <= LENGTH


def test_the_densest_passage_is_shown() -> None:
    """All that was asked for in one place is better than one word early on."""
    text = f"The mine is old. {FILLER} Residents sued over the mine, and the court stopped it. {FILLER}"
    found = passage(text, Words(text="mine"), Words(text="court"))
    assert ["mine", "court"] == marked(found)


def test_a_phrase_is_one_range() -> None:
    """And its words elsewhere are none; words that may stand apart are marked each for itself."""
    text = "Rare earths are found. The earth is rare."
    assert ["Rare earths"] == marked(passage(text, Words(text="rare earth")))
    assert ["Rare", "earths", "earth", "rare"] == marked(passage(text, Words(text="rare earth", slop=2)))


def test_nothing_found_in_the_text() -> None:
    """As it was the title: the beginning, without marks."""
    found = passage(FILLER, Words(text="lithium"))
    assert (0, ()) == (found.start, found.highlights)
    assert FILLER.startswith(found.text)
    assert "" == passage("", Words(text="lithium")).text


def test_far_into_a_long_document() -> None:
    """A word on the last page is found, with its place."""
    text = FILLER * 60 + "Here is germanium at last."
    found = passage(text, Words(text="germanium"))
    assert ["germanium"] == marked(found)
    (start, _), *_ = found.highlights
    assert text.index("germanium") == found.start + start


def test_without_spaces() -> None:
    """Chinese is cut between characters."""
    found = passage(
        "价格变化不大。" * 100 + "工人在锂矿罢工。" + "价格变化不大。" * 100, Words(text="锂矿"), group="zh"
    )
    assert found.text.startswith("工人在锂矿罢工。")
    assert LENGTH == len(found.text)


_WORDS = st.builds(
    Words,
    text=st.sampled_from(["mine", "мина", "rare earth", "锂", "njega", "minería", "ab"]),
    slop=st.integers(0, 2),
    is_begin=st.booleans(),
)


@given(
    st.text(st.sampled_from("mine мина rare earth锂矿 Његa minería ab.\n\u0301\u00ad😀"), max_size=1500),
    st.lists(_WORDS.filter(lambda one: not (one.is_begin and " " in one.text)), min_size=1, max_size=3),
    st.sampled_from(GROUPS),
)
def test_a_passage_is_of_the_text(text: str, words: list[Words], group: str) -> None:
    """At its place, no longer than told; its ranges lie within it, in order, and are not empty."""
    found = passage(text, *words, group=group)
    assert text[found.start : found.start + len(found.text)] == found.text
    assert len(found.text) <= LENGTH
    places = [0, *(place for one in found.highlights for place in one), len(found.text)]
    assert sorted(places) == places
    assert all(start < end for start, end in found.highlights)


_LETTERS = st.text(st.sampled_from("abc"), max_size=6)


def edits(word: str) -> set[str]:
    """All words one change away."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    return {
        *(a + b[1:] for a, b in cuts if b),
        *(a + c + b for a, b in cuts for c in "abc"),
        *(a + c + b[1:] for a, b in cuts if b for c in "abc"),
        *(a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1),
        word,
    }


@given(_LETTERS, _LETTERS)
def test_how_far_words_differ(one: str, other: str) -> None:
    """By letters missing, added, replaced, or swapped with their neighbour."""
    assert (other in edits(one)) == differ_at_most(one, other, 1)


@pytest.mark.parametrize("score", [1.5, None])
def test_hits_travel_unharmed(score: float | None) -> None:
    """As JSON and back."""
    hit = Hit(
        article_id="a", url=None, title=Excerpt(text="Mine", start=0, highlights=((0, 4),)), source="s", lang=None,
        published=NOW, score=score, snippet=Excerpt(text="The mine", start=7, highlights=((4, 8),)), events=(1, 2),
    )  # fmt: skip
    page = HitPage(hits=(hit,), total=None)
    assert page == hits_from_json(hits_to_json(page))
