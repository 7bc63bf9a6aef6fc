"""The way in: one article's text becomes one Analysis."""

from __future__ import annotations

import functools
import hashlib
from datetime import date

from nlp.document import Reading
from nlp.gate import may_concern_minerals
from nlp.heads import load_heads
from nlp.language import Reader, detect_language
from nlp.lexicon import DATA, supported
from nlp.pipeline import load_pipeline, start_reading
from nlp.projects import article_projects
from nlp.text import MAX_CHARS, MAX_TITLE, blank_long_runs, looks_binary, replace_surrogates
from orewire.model.analysis import Analysis

_CODE_VERSION = "4"
"""Raised by hand when the rules in nlp/*.py change what they find; the data's hash follows by itself."""


def analyze(id_: str, title: str, text: str, *, published: date | None = None, lang: str | None = None) -> Analysis:
    """All that orewire understands of an article; never raises for what the text is.

    `lang` is only believed where the text itself does not tell. Evidence is given as half-open character offsets
    into `text`.
    """
    length = len(text)
    title, text = (blank_long_runs(replace_surrogates(part)) for part in (title[:MAX_TITLE], text[:MAX_CHARS]))
    title = title.strip()
    if not (title or text.strip()):
        return _empty(id_, lang, "empty text")
    if looks_binary(title + text):
        return _empty(id_, None, "not a text")
    lang = detect_language(f"{title}\n{text}") or lang
    if not supported(lang) or lang is None:
        return _empty(id_, lang, f"language not supported: {lang or 'unknown'}")
    if not may_concern_minerals(f"{title}\n{text}"):
        return _empty(id_, lang, None)
    return _read(id_, title, text, lang, published, length)


def _empty(id_: str, lang: str | None, note: str | None) -> Analysis:
    return Analysis(id=id_, lang=lang, relevant=False, note=note, version=pipeline_version())


def _read(id_: str, title: str, text: str, lang: str, published: date | None, length: int) -> Analysis:
    language, reader = load_pipeline(lang)
    doc = language(start_reading(language, lang, title, text, published=published))
    reading: Reading = doc._.reading
    mentions = doc._.events
    return Analysis(
        id=id_,
        lang=reading.lang,
        relevant=bool(mentions),
        minerals=doc._.minerals,
        countries=doc._.countries,
        projects=article_projects(reading),
        events=mentions,
        stances=doc._.stances if mentions else (),
        note=_note(reader, length),
        version=pipeline_version(reader.model, load_heads().version),
    )


def _note(reader: Reader, length: int) -> str | None:
    notes = [note for note in (reader.note, load_heads().note) if note]
    if length > MAX_CHARS:
        notes.append(f"text cut at {MAX_CHARS} characters")
    return "; ".join(notes) or None


@functools.cache
def pipeline_version(model: str = "none", heads: str = "none") -> str:
    """Names code, data, language model and heads; stored with every derived row."""
    digest = hashlib.sha256()
    for folder in (DATA, DATA / "codebook", DATA / "lexicon"):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.is_file():
                digest.update(file.name.encode() + file.read_bytes())
    return f"{_CODE_VERSION}+{digest.hexdigest()[:8]}+{model}+{heads}"
