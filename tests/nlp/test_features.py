"""What the heads are shown of a sentence beside its words."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.features import sentence_facts
from nlp.training.rows import read_lexicons

PUBLISHED = date(2025, 11, 13)


def facts(text: str, number: int = 0, *, lang: str = "en", published: date | None = PUBLISHED) -> dict[str, float]:
    reading = read_lexicons(lang, "", text, published=published)._.reading
    return sentence_facts(reading.sentences[number], reading, "body")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("In 1986 the mine produced gold.", {"year:long before"}),
        ("It was granted in 2024.", {"year:before"}),
        ("It sued in 2025 and will open in 2027.", {"year:now", "year:after"}),
        ("It has 12024 tonnes of copper.", set()),
    ],
)
def test_years_are_seen_beside_that_of_the_article(text: str, told: set[str]) -> None:
    """A year long past tells history, one to come a plan; without the article's own day nothing is known."""
    assert told == {name for name in facts(text) if name.startswith("year:")}
    assert set() == {name for name in facts(text, published=None) if name.startswith("year:")}


def test_years_are_seen_in_chinese() -> None:
    """Where no space parts the digits from the next word."""
    assert "year:long before" in facts("该矿2019年停产。", lang="zh")


def test_who_speaks_stands_before_or_behind_a_quotation() -> None:
    """A quotation that names nobody is that of whom the nearest sentences name."""
    text = "Farmers met at noon. It rained on the copper mine. “It will ruin us.” The minister was not there."
    quoted = facts(text, 2)
    assert {"quote", "before:community", "after:government"} <= set(quoted)
    assert not any(name.startswith("after:") for name in facts(text, 1))
