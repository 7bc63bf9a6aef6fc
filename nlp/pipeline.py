"""The spaCy pipeline of one language, put together from our components; each is a function of Doc in its own file.

sentencizer -> sentences -> terms -> projects -> people -> match
    -> read -> weigh -> weigh_stances -> subjects -> where -> syntax -> actors -> events -> stances

The heads read every sentence (`read`), groups of sentences become possible events (`weigh`), and only what proves one
is parsed for who did it (`syntax`, `actors`).
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from nlp.document import Reading
from nlp.language import Reader, load_reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from spacy.language import Language
    from spacy.tokens import Doc


@functools.cache
def load_pipeline(lang: str) -> tuple[Language, Reader]:
    """The pipeline that reads Docs of a supported language; made once a process."""
    from spacy.tokens import Doc

    for name in ("reading", "possible", "groups", "minerals", "countries", "places", "standing", "events", "stances"):
        Doc.set_extension(name, default=None, force=True)
    reader = load_reader(lang)
    language = reader.tokens
    language.add_pipe("sentencizer")
    for name in _register(reader):
        language.add_pipe(name)
    return language, reader


def start_reading(language: Language, lang: str, title: str, text: str, *, published: date | None) -> Doc:
    """The Doc of an article that no component has read yet: the title before the text, two line breaks between."""
    doc = language.make_doc(f"{title}\n\n{text}" if title else text)
    doc._.reading = Reading(lang=lang, offset=len(title) + 2 if title else 0, published=published)
    return doc


def _register(reader: Reader) -> list[str]:
    """Tell spaCy of our components, under names that carry the language, since `syntax` holds its parser."""
    from spacy.language import Language

    from nlp.actors import find_actors
    from nlp.events import find_events, weigh_events
    from nlp.mark import mark_terms
    from nlp.match import match_patterns
    from nlp.people import find_people
    from nlp.projects import find_projects
    from nlp.read import read_sentences
    from nlp.sentences import split_sentences
    from nlp.stances import find_stances, weigh_stances
    from nlp.subjects import find_subjects
    from nlp.syntax import parse_sentences
    from nlp.where import find_places

    components: dict[str, Callable[[Doc], Doc]] = {
        "sentences": split_sentences,
        "terms": mark_terms,
        "projects": find_projects,
        "people": find_people,
        "match": match_patterns,
        "read": read_sentences,
        "weigh": weigh_events,
        "weigh_stances": weigh_stances,
        "subjects": find_subjects,
        "where": find_places,
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
