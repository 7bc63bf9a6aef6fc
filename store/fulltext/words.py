"""How texts of each language are cut into words, and the fields that the index keeps of them.

All languages share the fields, so that a rare language is weighed like a frequent one: with a field for each, an
article in a language of few scored a fifth. What a stemmer made of a word is looked for only in its own languages:
'notes' is 'not' in French.
"""

from __future__ import annotations

import functools

import tantivy

from store.fulltext.spelling import OTHER, STEMMED, UNSPACED, UNSPACED_SCRIPTS

_LONGEST = 80
"""Bytes of a word: what is longer was no word."""

Cut = tuple[str, int, int]
"""A word as it is indexed, and the characters that it was cut from, half-open."""


def make_schema() -> tantivy.Schema:
    """`title` and `text` hold stems with their places; `title_words` and `words` (of both) what was written, to find
    beginnings and misspellings.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", indexed=True, fast=True)
    builder.add_integer_field("seen", fast=True)  # seconds: a date field has no room for the years that feeds make up
    for name in ("title", "text", "source"):
        builder.add_text_field(name, tokenizer_name="whitespace")
    for name in ("title_words", "words"):
        builder.add_text_field(name, tokenizer_name=OTHER, index_option="basic")
    for name in ("lang", "group"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    return builder.build()


@functools.cache
def analyzer(group: str, *, is_stemmed: bool = True) -> tantivy.TextAnalyzer:
    """What cuts texts of a group: without case and accents, and without endings where there is a stemmer.

    Accents go first: 'mineria' must find 'minería', though the stemmers would like to see them.
    """
    if group == UNSPACED:
        scripts = "".join(rf"\p{{{script}}}" for script in UNSPACED_SCRIPTS)
        tokenizer = tantivy.Tokenizer.regex(rf"[{scripts}]|[[\p{{L}}\p{{M}}\p{{N}}]--[{scripts}]]+")
    else:
        tokenizer = tantivy.Tokenizer.simple()
    builder = tantivy.TextAnalyzerBuilder(tokenizer).filter(tantivy.Filter.remove_long(_LONGEST))
    builder = builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
    if is_stemmed and group in STEMMED:
        builder = builder.filter(tantivy.Filter.stemmer(STEMMED[group]))
    return builder.build()


def stems(text: str, group: str) -> str:
    """The words of a text that is respelled already, as they are indexed, with spaces between.

    tantivy could be handed the tokens themselves, which it copies one by one: this way takes half the time.
    """
    return " ".join(analyzer(group).analyze(text))


def cut(text: str, group: str, *, is_stemmed: bool = True) -> list[Cut]:
    """The words of a text that is respelled already."""
    tokens = analyzer(group, is_stemmed=is_stemmed).pre_tokenize(text).tokens
    return [(token.text, token.char_offset_from, token.char_offset_to or 0) for token in tokens]
