"""The gate: whether a text can concern minerals at all, asked of every text in microseconds."""

from __future__ import annotations

import functools

from ahocorasick_rs import AhoCorasick

from nlp.lexicon import projects, read_yaml
from nlp.text import fold, is_word_char, serbian_cyrillic
from orewire.model.codes import LANGUAGES

_MIN_STEM = 4
"""Shorter stems ('tin', 'ore') are whole words or nothing; in Chinese two characters are a word."""


def may_concern_minerals(text: str) -> bool:
    """False only where no mineral, mine or known project is named in any of our languages."""
    folded = fold(text)
    return any(
        _starts_word(folded, start) and (whole or _ends_word(folded, end))
        for number, start, end in _automaton()[0].find_matches_as_indexes(folded, overlapping=True)
        for whole in (_automaton()[1][number],)
    )


def _starts_word(text: str, start: int) -> bool:
    return start == 0 or not (is_word_char(text[start - 1]) and is_word_char(text[start]))


def _ends_word(text: str, end: int) -> bool:
    return end == len(text) or not (is_word_char(text[end]) and is_word_char(text[end - 1]))


@functools.cache
def _automaton() -> tuple[AhoCorasick, list[bool]]:
    """All forms of minerals, of the concept `mine` and of projects, and for each whether more letters may follow."""
    forms: dict[str, bool] = {}
    for written in _words():
        body = fold(written.removeprefix("=").removesuffix("/N").removesuffix("/V")).removeprefix("*")
        stem, star, _ = body.partition("*")
        if stem:
            forms[stem] = forms.get(stem, False) or (bool(star) and len(stem) >= _MIN_STEM)
    return AhoCorasick(list(forms), store_patterns=False), list(forms.values())


def _words() -> list[str]:
    minerals = [forms.get(lang, ()) for forms in read_yaml("minerals.yaml").values() for lang in LANGUAGES]
    symbols = [forms.get("symbols", ()) for forms in read_yaml("minerals.yaml").values()]
    mines = [read_yaml("lexicon", f"{lang}.yaml")["mine"] for lang in LANGUAGES]
    serbian = [forms.get("sr", ()) for forms in read_yaml("minerals.yaml").values()] + [mines[LANGUAGES.index("sr")]]
    cyrillic = [serbian_cyrillic(word.lower()) for forms in serbian for word in forms]
    sites = [name for name, project in projects().items() if not project.ambiguous]
    return [word for forms in (*minerals, *symbols, *mines) for word in forms] + cyrillic + sites
