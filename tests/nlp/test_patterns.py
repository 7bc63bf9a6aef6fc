"""Patterns over concepts: order, distance, and what else must or must not stand in the sentence."""

from __future__ import annotations

import pytest

from nlp.document import Sentence
from nlp.patterns import find_match, parse_pattern
from nlp.terms import Hit
from orewire.model.errors import ModelError


def sentence(text: str) -> Sentence:
    """A sentence in which every word stands for the concept of its own name."""
    starts, position = [], 0
    for word in text.split():
        starts.append(position)
        position += len(word) + 1
    built = Sentence(index=0, start=0, end=len(text), text=text, in_title=False, words=tuple(starts))
    built.concepts = [
        Hit(start, start + len(word), "concept", word) for start, word in zip(starts, text.split(), strict=True)
    ]
    return built


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("grant ~ permit", "permit a b grant", True),
        ("grant > permit", "permit a b grant", False),
        ("grant > permit", "grant a b permit", True),
        ("grant ~ permit|lease", "lease grant", True),
        ("grant ~ permit", "grant a b c d e f g h i permit", False),
        ("grant ~ grant", "grant", False),
    ],
)
def test_order_and_distance(pattern: str, text: str, matches: bool) -> None:
    """`>` asks for order, `~` does not, and eight words are as far as parts may be apart."""
    assert matches == (find_match(parse_pattern(pattern, 0.5), sentence(text)) is not None)


def test_with_and_without() -> None:
    """`with` must stand anywhere in the sentence, `without` nowhere."""
    pattern = parse_pattern("rule", 0.5, within="mine", without="court")
    assert find_match(pattern, sentence("rule mine")) is not None
    assert find_match(pattern, sentence("rule")) is None
    assert find_match(pattern, sentence("rule mine court")) is None


def test_tightest_match_wins() -> None:
    """Of several matches the one with the fewest words between."""
    match = find_match(parse_pattern("a ~ b", 0.5), sentence("a x x b a"))
    assert match is not None
    assert 0 == match.spread


@pytest.mark.parametrize("source", ["", "a b", "a ~", "~ a", "a & b"])
def test_malformed_patterns_are_refused(source: str) -> None:
    """A typing error in the codebook is told, not skipped."""
    with pytest.raises(ModelError):
        parse_pattern(source, 0.5)
