"""The catalogues: the same keys in each language, and every word of the vocabularies."""

from __future__ import annotations

from datetime import date
from string import Formatter
from typing import Any

import pytest

from nlp.lexicon import read_yaml
from orewire.digest.catalogue import LANGUAGES, get_catalogue
from orewire.model.codes import EVENT_TYPES, FAMILIES, HOLDER_CLASSES, STAGES, STATUSES
from orewire.model.errors import UsageError
from orewire.model.project import STANDINGS
from orewire.model.watch import CORRECTIONS, KINDS, UPDATES

_OWN_WAYS = {("line", "money", "scales"), ("line", "money", "currencies"), ("places",), ("locale",)}
"""Where languages differ in what they need."""


def leaves(words: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], list[str]]:
    """Every text of a catalogue by its path; a mineral may be told with or without article."""
    if path in _OWN_WAYS:
        return {}
    if isinstance(words, dict):
        return {at: text for key, value in words.items() for at, text in leaves(value, (*path, key)).items()}
    return {path: [words] if isinstance(words, str) else words}


def fields(texts: list[str]) -> set[str]:
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_each_language_says_the_same(lang: str) -> None:
    """The same keys as English, and for each the same things to fill in, but for what is left to the language."""
    english, other = (leaves(get_catalogue(one).words) for one in ("en", lang))
    assert set(english) == set(other)
    about = {path for path in english if path[-1] == "about"}  # minerals with or without their articles
    assert {path: fields(texts) for path, texts in english.items() if path not in about} == {
        path: fields(texts) for path, texts in other.items() if path not in about
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_of_the_vocabularies_is_known(lang: str) -> None:
    """Types, families, stages, standings, classes, minerals and kinds of alerts: nothing is told by its code."""
    words = get_catalogue(lang).words
    assert list(EVENT_TYPES) == list(words["types"])
    assert set(FAMILIES) == set(words["families"])
    assert set(STAGES) == set(words["stages"])
    assert set(STANDINGS) == set(words["standings"])
    assert set(HOLDER_CLASSES) == set(words["classes"])
    assert set(read_yaml("minerals.yaml")) == set(words["minerals"])
    assert {*KINDS, *UPDATES, *CORRECTIONS} == set(words["alert"]["kinds"])
    assert set(KINDS) == set(words["alert"]["groups"])
    assert list(EVENT_TYPES) == list(words["alert"]["first"])
    assert set(STATUSES) == set(words["alert"]["statuses"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_places_name_each_country_once(lang: str) -> None:
    """No code stands in two groups, and none is read as a boolean (`NO`)."""
    words = get_catalogue(lang)
    codes = [code for group in words.words["places"]["others"] for code in group["codes"]]
    assert len(codes) == len(set(codes))
    assert all(isinstance(code, str) and words.country(code) != code for code in codes)


@pytest.mark.parametrize(
    ("lang", "code", "told"),
    [
        ("en", "RS", "Serbia"), ("en", "US", "the United States"), ("en", "CD", "the DR Congo"),
        ("es", "CL", "Chile"), ("es", "EU", "la Unión Europea"), ("es", "AE", "los Emiratos Árabes Unidos"),
        ("fr", "RS", "en Serbie"), ("fr", "CL", "au Chili"), ("fr", "US", "aux États-Unis"), ("fr", "CU", "à Cuba"),
        ("fr", "EU", "dans l’Union européenne"), ("fr", "NO", "en Norvège"), ("fr", "XX", "en XX"),
    ],
)  # fmt: skip
def test_countries_behind_a_preposition(lang: str, code: str, told: str) -> None:
    """Each language has its forms."""
    assert told == get_catalogue(lang).placed(code, "in")


def test_dates_are_those_of_the_language() -> None:
    """Babel's, in full."""
    day = date(2025, 11, 14)
    assert ["14 November 2025", "14 de noviembre de 2025", "14 novembre 2025"] == [
        get_catalogue(lang).day(day) for lang in LANGUAGES
    ]


def test_an_unknown_language_is_refused() -> None:
    """With what there is."""
    with pytest.raises(UsageError, match=r"found 'xx', expected one of en, es, fr"):
        get_catalogue("xx")
