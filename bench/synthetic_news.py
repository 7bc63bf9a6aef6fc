"""Made-up news, the same every time: words as frequent as in real texts, six languages, events with their mentions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy

from orewire.model.codes import EVENT_TYPES
from store.connection import Connection

MINERALS = (
    "copper", "lithium", "gold", "nickel", "cobalt", "graphite", "uranium", "silver", "zinc", "iron", "manganese",
    "tin", "tungsten", "antimony", "gallium", "germanium", "titanium", "vanadium", "niobium", "tantalum",
    "platinum", "palladium", "potash", "phosphate", "coal", "lead", "chromium", "boron", "helium", "sand",
)  # fmt: skip
COUNTRIES = (
    "CL", "PE", "AU", "US", "CN", "CA", "CD", "RS", "ID", "ZM", "BR", "MX", "AR", "ZA", "BO", "RU", "IN", "KZ",
    "MN", "PH", "ML", "GH", "TZ", "NA", "ZW", "GN", "MZ", "ES", "PT", "FI", "SE", "NO", "DE", "FR", "PL", "UA",
    "TR", "IR", "PK", "AF", "UZ", "KG", "VN", "TH", "MM", "LA", "MY", "PG", "FJ", "NC", "NG", "NE", "BF", "CI",
    "SN", "MR", "MA", "GA", "MG", "ET",
)  # fmt: skip
_LANGS = ("en", "es", "fr", "id", "pt", "de")
_SHARES = (0.6, 0.12, 0.08, 0.08, 0.06, 0.06)
_VOCABULARY = 120_000
_BATCH = 10_000
_NAMES = [*MINERALS, *(f"country{code.lower()}" for code in COUNTRIES), *EVENT_TYPES]
_SYLLABLES = (
    "ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "xo", "zu", "tion", "ing", "er",
    "al", "ia", "os", "es", "ment", "ra", "co", "li",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """Columns of some articles, in order."""

    number: Any
    title: list[str]
    text: list[str]
    lang: Any
    day: Any
    country: Any
    mineral: Any
    type: Any


def make_batches(count: int) -> Iterator[Batch]:
    """Articles 1 to `count` of about 200 words, from the oldest to the newest of five years."""
    rng, words = numpy.random.default_rng(7), numpy.array([*_words(), *_NAMES], dtype=object)
    odds = 1 / (numpy.arange(1, _VOCABULARY + 1) + 2.7) ** 1.05
    frequency = numpy.cumsum(odds) / odds.sum()
    for start in range(0, count, _BATCH):
        size = min(_BATCH, count - start)
        lang = rng.choice(len(_LANGS), size, p=_SHARES)
        about = {name: _rare(rng, kinds, size) for name, kinds in _ABOUT.items()}
        lengths = numpy.clip(rng.normal(200, 60, size), 40, 800).astype(int)
        ends = numpy.cumsum(lengths)
        ids = numpy.searchsorted(frequency, rng.random(ends[-1])) + numpy.repeat(lang, lengths) * _VOCABULARY
        _name(rng, ids, ends, lengths, about)
        told = words[ids].tolist()
        texts = [told[end - length : end] for end, length in zip(ends, lengths, strict=True)]
        number = numpy.arange(start + 1, start + size + 1)
        yield Batch(
            number, [" ".join(one[:9]) for one in texts], [" ".join(one[9:]) for one in texts],
            numpy.array(_LANGS, dtype=object)[lang], number * 1826 // max(count, 1), **about,
        )  # fmt: skip


_ABOUT = {"country": len(COUNTRIES), "mineral": len(MINERALS), "type": len(EVENT_TYPES)}
_FIRST_NAME = {"mineral": 0, "country": len(MINERALS), "type": len(MINERALS) + len(COUNTRIES)}


def _words() -> Iterator[str]:
    """A vocabulary for each language, the frequent words short."""
    for number in range(len(_LANGS)):
        rng, found = random.Random(number), set[str]()
        while len(found) < _VOCABULARY:
            found.add("".join(rng.choices(_SYLLABLES, k=rng.choice([1, 2, 2, 3, 3, 4]))))
        yield from sorted(found, key=lambda word: (len(word) + rng.random() * 6, word))


def _rare(rng: numpy.random.Generator, kinds: int, size: int) -> Any:
    odds = 1 / (numpy.arange(kinds) + 2)
    return rng.choice(kinds, size, p=odds / odds.sum())


def _name(rng: numpy.random.Generator, ids: Any, ends: Any, lengths: Any, about: dict[str, Any]) -> None:
    """Put the names of what an article is about into it, one to four times, and those of other things into some."""
    for name, kinds in about.items():
        first = len(_LANGS) * _VOCABULARY + _FIRST_NAME[name]
        for share, named in ((1.0, kinds), (0.6, kinds), (0.3, kinds), (0.2, rng.permutation(kinds))):
            chosen = rng.random(len(ends)) < share
            places = (ends - lengths + rng.random(len(ends)) * lengths).astype(int)
            ids[places[chosen]] = first + named[chosen]


def fill_store(connection: Connection, count: int) -> None:
    """Store the articles; two of three tell of an event, and three of five such events are told of again."""
    for table, members in (("country_sets", COUNTRIES), ("mineral_sets", MINERALS)):
        connection.execute(
            f"INSERT INTO {table} SELECT generate_subscripts($all, 1) - 1, [unnest($all)]",
            {"all": list(members)},
        )
    connection.execute(
        "CREATE TEMP TABLE about (article BIGINT, day INTEGER, country INTEGER, mineral INTEGER, type VARCHAR)"
    )
    types = numpy.array(EVENT_TYPES, dtype=object)
    for batch in make_batches(count):
        columns = {
            "number": batch.number, "title": numpy.array(batch.title, dtype=object), "lang": batch.lang,
            "text": numpy.array(batch.text, dtype=object), "day": batch.day, "country": batch.country,
            "mineral": batch.mineral, "type": types[batch.type],
        }  # fmt: skip
        connection.register("batch", columns)
        connection.execute(_ARTICLES)
        connection.execute(
            "INSERT INTO about SELECT number, day, country, mineral, type FROM batch WHERE number % 3 > 0"
        )
        connection.unregister("batch")
    for statement in (_TOLD, _MENTIONS, _EVENTS, "DROP TABLE told", "DROP TABLE about", "CHECKPOINT"):
        connection.execute(statement)


_ARTICLES = """
INSERT INTO articles (id, url, title, text, lang, published, fetched, source, content_hash, number, analysed_version,
    relevant)
SELECT printf('%016x', number), 'https://example.org/' || number, title, text, lang,
    TIMESTAMPTZ '2021-01-01' + to_days(day::INTEGER), TIMESTAMPTZ '2021-01-02' + to_days(day::INTEGER),
    'Outlet ' || number % 97, md5(number::VARCHAR), number, '1', number % 3 > 0
FROM batch
"""
_TOLD = """
CREATE TEMP TABLE told AS
SELECT *, min(article) OVER (PARTITION BY country, mineral, type, article // 1500) AS event FROM about ORDER BY article
"""
_MENTIONS = """
INSERT INTO mentions (article, number, event, own_event, type, status, salience, minerals, countries, evidence,
    confidence, day, seen, source, voice, copy_group, reason, version)
SELECT article, 0, event, event, type, 'actual', 'main', [], [], '', 0.8, DATE '2021-01-01' + day,
    TIMESTAMPTZ '2021-01-01', 'Outlet', 'news', article, 'first report', '1'
FROM told ORDER BY article
"""
_EVENTS = """
INSERT INTO events (id, type, status, salience, date, country_set, mineral_set, confidence, evidence_article,
    evidence_number, first_seen,
    last_seen, article_count, independent_sources, voice, supporters, opponents, version)
SELECT event, any_value(type), 'actual', 'main', DATE '2021-01-01' + min(day), any_value(country), any_value(mineral),
    0.8, any_value(article), 0, TIMESTAMPTZ '2021-01-01', TIMESTAMPTZ '2021-01-01', count(*), count(*), 'news', 0,
    (event % 4 = 0)::INTEGER, '1'
FROM told GROUP BY event ORDER BY event
"""
