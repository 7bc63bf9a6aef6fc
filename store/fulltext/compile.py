"""A tree of words as a query of tantivy."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tantivy import Occur, Query, Schema

from orewire.model.errors import UsageError
from store.fulltext.query import LANG, SOURCE, TITLE, Either, Node, Not, Words
from store.fulltext.spelling import GROUPS, OTHER, SERBIAN, is_unspaced, respell
from store.fulltext.words import analyzer

_TITLE_WEIGHT = 2.0
"""A word of the title tells more of what an article is about."""
_SHORTEST_BEGIN = 2
_SHORTEST_FUZZ = {1: 3, 2: 5}
"""Letters of a word for each number of letters that may differ: shorter ones would find nearly everything."""


def compile_query(node: Node, schema: Schema, text: str) -> Query:
    """The query of a tree; UsageError where nothing in it is a word. `text` is what was typed."""
    query = _compile(node, schema)
    if query is None:
        raise UsageError(f"text: found no word in {text!r}, expected words to look for")
    return query


def positive_words(node: Node) -> tuple[Words, ...]:
    """The words that an article was found by, not those that it must not have."""
    if isinstance(node, Words):
        return (node,)
    if isinstance(node, Not):
        return ()
    return tuple(words for part in node.parts for words in positive_words(part))


def _compile(node: Node, schema: Schema) -> Query | None:
    """None for a part without a word, such as '&': it neither finds nor forbids anything."""
    if isinstance(node, Words):
        return _words(node, schema)
    if isinstance(node, Not):
        part = _compile(node.part, schema)
        return None if part is None else _both([], [part])
    if isinstance(node, Either):
        return _either([_compile(part, schema) for part in node.parts])
    wanted = [_compile(part, schema) for part in node.parts if not isinstance(part, Not)]
    unwanted = [_compile(part.part, schema) for part in node.parts if isinstance(part, Not)]
    return _both(wanted, unwanted)


def _either(parts: Sequence[Query | None]) -> Query | None:
    found = [part for part in parts if part is not None]
    if len(found) < 2:
        return found[0] if found else None
    return Query.boolean_query([(Occur.Should, part) for part in found])


def _both(wanted: Sequence[Query | None], unwanted: Sequence[Query | None] = ()) -> Query | None:
    """All of these and none of those; where only some are forbidden, all others."""
    must = [(Occur.Must, part) for part in wanted if part is not None]
    must_not = [(Occur.MustNot, part) for part in unwanted if part is not None]
    if not must and not must_not:
        return None
    if not must:
        must = [(Occur.Must, Query.const_score_query(Query.all_query(), 0.0))]
    return must[0][1] if len(must) == 1 and not must_not else Query.boolean_query([*must, *must_not])


def _words(words: Words, schema: Schema) -> Query | None:
    if words.field == LANG:
        return _language(words.text, schema)
    if (words.is_begin or words.fuzz) and not is_unspaced(words.text):
        return _either([_alike(words, word, schema) for word in spellings(words)])
    if words.field == SOURCE:
        return _in_row(schema, SOURCE, source_words(words.text), words.slop)
    return _either([_stems(words, stems, groups, schema) for stems, groups in _readings(words.text)])


def _language(code: str, schema: Schema) -> Query:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", code, re.ASCII):
        raise UsageError(f"text: found lang:{code}, expected a code such as lang:es")
    return Query.const_score_query(Query.term_query(schema, LANG, code.lower()), 0.0)


def _readings(text: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The words as each group reads them, and the groups that read them so."""
    readings: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for group in GROUPS:
        readings[tuple(analyzer(group).analyze(respell(text, group)))].append(group)
    return ((stems, tuple(groups)) for stems, groups in readings.items() if stems)


def _stems(words: Words, stems: tuple[str, ...], groups: tuple[str, ...], schema: Schema) -> Query | None:
    title = _in_row(schema, TITLE, stems, words.slop)
    if title is None:
        return None
    title = Query.boost_query(title, _TITLE_WEIGHT)
    found = title if words.field == TITLE else _either([title, _in_row(schema, "text", stems, words.slop)])
    if len(groups) == len(GROUPS):
        return found
    return _both([found, Query.const_score_query(Query.term_set_query(schema, "group", list(groups)), 0.0)])


def _in_row(schema: Schema, field: str, stems: Sequence[str], slop: int) -> Query | None:
    if len(stems) < 2:
        return Query.term_query(schema, field, stems[0]) if stems else None
    return Query.phrase_query(schema, field, list(stems), slop=slop)


def source_words(name: str) -> list[str]:
    """The words of a source's name: in either script, in whatever language."""
    return analyzer(OTHER).analyze(respell(name, SERBIAN))


def spellings(words: Words) -> list[str]:
    """The beginning, or the misspelt word, as it is written, and in Latin letters; UsageError where it is too short."""
    found = dict.fromkeys(tuple(analyzer(OTHER).analyze(respell(words.text, group))) for group in (OTHER, SERBIAN))
    mark = "*" if words.is_begin else f"~{words.fuzz}"
    shortest = _SHORTEST_BEGIN if words.is_begin else _SHORTEST_FUZZ[words.fuzz]
    for cut in found:
        if len(cut) > 1 or any(len(word) < shortest for word in cut):
            raise UsageError(f"text: found {words.text + mark!r}, expected one word of at least {shortest} letters")
    return [word for cut in found for word in cut]


def _alike(words: Words, word: str, schema: Schema) -> Query:
    field = {None: "words", TITLE: "title_words", SOURCE: SOURCE}[words.field]
    return Query.fuzzy_term_query(schema, field, word, words.fuzz, prefix=words.is_begin)
