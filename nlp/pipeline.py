"""The spaCy pipeline of one language, put together from our components; each is a function of Doc in its own file.

sentencizer -> sentences -> terms -> projects -> syntax -> actors -> events -> stances
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from nlp.language import Reader, load_reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.language import Language
    from spacy.tokens import Doc


@functools.cache
def load_pipeline(lang: str) -> tuple[Language, Reader]:
    """The pipeline that reads Docs of a supported language; made once a process."""
    from spacy.tokens import Doc

    for name in ("reading", "events", "stances"):
        Doc.set_extension(name, default=None, force=True)
    reader = load_reader(lang)
    language = reader.tokens
    language.add_pipe("sentencizer")
    for name in _register(reader):
        language.add_pipe(name)
    return language, reader


def _register(reader: Reader) -> list[str]:
    """Tell spaCy of our components, under names that carry the language, since `syntax` holds its parser."""
    from spacy.language import Language

    from nlp.actors import find_actors
    from nlp.events import find_events
    from nlp.mark import mark_terms
    from nlp.projects import find_projects
    from nlp.sentences import split_sentences
    from nlp.stances import find_stances
    from nlp.syntax import parse_sentences

    components: dict[str, Callable[[Doc], Doc]] = {
        "sentences": split_sentences,
        "terms": mark_terms,
        "projects": find_projects,
        "syntax": functools.partial(parse_sentences, reader=reader),
        "actors": find_actors,
        "events": find_events,
        "stances": find_stances,
    }
    names = []
    for name, function in components.items():
        Language.component(f"orewire_{name}_{reader.lang}", func=function)
        names.append(f"orewire_{name}_{reader.lang}")
    return names
