"""Dates are resolved and never invented; amounts keep currency and size."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.dates import find_date
from nlp.money import find_value
from orewire.model.codes import LANGUAGES

THURSDAY = date(2025, 11, 13)


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("approved on Tuesday", "en", date(2025, 11, 11)),
        ("on 16 July 2024 the court", "en", date(2024, 7, 16)),
        ("on July 16, 2024, the court", "en", date(2024, 7, 16)),
        ("since Oct. 9 the rules", "en", date(2025, 10, 9)),
        ("el 3 de octubre de 2025", "es", date(2025, 10, 3)),
        ("ayer el tribunal", "es", date(2025, 11, 12)),
        ("am 13. November 2025", "de", date(2025, 11, 13)),
        ("2025年10月9日公布", "zh", date(2025, 10, 9)),
        ("9月21日宣布", "zh", date(2025, 9, 21)),
        ("pada 24 September 2025", "id", date(2025, 9, 24)),
        ("le 1er octobre 2025", "fr", date(2025, 10, 1)),
        ("on 30 February 2025", "en", None),
        ("some years ago", "en", None),
    ],
)
def test_dates(text: str, lang: str, expected: date | None) -> None:
    """Written days, weekdays and 'yesterday' are resolved; what names no day gives none."""
    assert expected == find_date(text, lang, THURSDAY)


def test_no_publication_no_guess() -> None:
    """Without a date of publication a weekday is no date."""
    assert find_date("approved on Tuesday", "en", None) is None


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("a US$1.2-billion loan", 1.2e9, "USD"),
        ("raised A$35 million", 35e6, "AUD"),
        ("1,5 Milliarden Euro", 1.5e9, "EUR"),
        ("500 millones de dólares", 5e8, "USD"),
        ("R$ 2,5 bilhões", 2.5e9, "BRL"),
        ("$250,000", 250_000, "USD"),
    ],
)
def test_amounts(text: str, amount: float, currency: str) -> None:
    """Number, magnitude and currency in several languages."""
    value = find_value(text)
    assert value is not None
    assert amount == pytest.approx(value.amount)
    assert currency == value.currency


def test_prices_are_no_deals() -> None:
    """A price a tonne is too small to be what a deal is worth."""
    assert find_value("at $9,500 a tonne") is None


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_any_text_is_read(text: str, lang: str) -> None:
    """Noise gives a date or none, an amount or none, never an error."""
    find_date(text, lang, THURSDAY)
    find_value(text)
