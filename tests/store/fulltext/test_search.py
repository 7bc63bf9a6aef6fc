"""Words together with every filter: the answer is that of looking at each article and event."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orewire.model.article import Article
from orewire.model.errors import UsageError
from orewire.model.event import Event, Filters
from store.connection import among, open_database
from store.fulltext import search as module
from store.local import LocalStore
from tests.store.conftest import Tell, article, mention, opposing, teller
from tests.store.fulltext.conftest import Write, found, written

VOCABULARY = ("kobo", "zafu", "miri", "tolu", "peku", "wobi")
"""No stemmer changes these words."""
DAY = date(2025, 6, 2)


@dataclass(frozen=True, slots=True)
class Corpus:
    """A store, and what is in it."""

    store: LocalStore
    articles: dict[str, Article]
    events: list[Event]


@pytest.fixture(scope="module")
def corpus() -> Iterator[Corpus]:
    """Forty articles of few words, with events of all kinds."""
    connection, rng = open_database(None), random.Random(5)
    tell, articles = teller(connection), {}
    for number in range(40):
        title, text = rng.choices(VOCABULARY, k=2), rng.choices(VOCABULARY, k=6)
        lang, day = rng.choice(["en", "es", "de", "id", None]), DAY + timedelta(days=rng.randrange(60))
        one = replace(
            written(f"{number}", " ".join(title), " ".join(text), lang, day), source=rng.choice(["Rag", "Sheet"])
        )
        mentions = [
            mention(
                rng.choice(["protest", "permit_denied", "trade_deal"]),
                countries=tuple(rng.sample(["RS", "CL", "US"], rng.randint(0, 2))),
                minerals=tuple(rng.sample(["lithium", "copper"], rng.randint(0, 2))),
                project=rng.choice(["Jadar", "Cobre Panamá", None]),
                actor=rng.choice(["residents", "Ministry", None]),
                status=rng.choice(["actual", "prospective"]),
                confidence=rng.choice([0.3, 0.8]),
                date=rng.choice([None, day]),
            )
            for _ in range(rng.randint(0, 3))
        ]
        tell(one, *mentions, stances=(opposing(),) if rng.random() < 0.5 else ())
        articles[one.id] = one
    store = LocalStore(connection)
    yield Corpus(store, articles, list(store.find_events(Filters(), limit=1000)))
    store.close()


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and which words, in title or text, it comes down to."""

    text: str
    matches: object

    def holds(self, title: list[str], text: list[str]) -> bool:
        return bool(self.matches(title, text))  # type: ignore[operator]


def _word(word: str) -> Asked:
    return Asked(word, lambda title, text: word in title + text)


def _title(word: str) -> Asked:
    return Asked(f"title:{word}", lambda title, _: word in title)


def _begin(word: str) -> Asked:
    return Asked(f"{word[:2]}*", lambda title, text: word in title + text)


def _phrase(pair: tuple[str, str]) -> Asked:
    one, two = pair
    return Asked(f'"{one} {two}"', lambda title, text: any(pair in pairwise(w) for w in (title, text)))


def _joined(parts: tuple[Asked, Asked]) -> st.SearchStrategy[Asked]:
    a, b = parts
    return st.sampled_from(
        [
            Asked(f"({a.text}) ({b.text})", lambda title, text: a.holds(title, text) and b.holds(title, text)),
            Asked(f"({a.text} OR {b.text})", lambda title, text: a.holds(title, text) or b.holds(title, text)),
            Asked(f"{a.text} -({b.text})", lambda title, text: a.holds(title, text) and not b.holds(title, text)),
        ]
    )


WORD = st.sampled_from(VOCABULARY)
QUERIES = st.recursive(
    st.one_of(WORD.map(_word), WORD.map(_title), WORD.map(_begin), st.tuples(WORD, WORD).map(_phrase)),
    lambda parts: st.tuples(parts, parts).flatmap(_joined),
    max_leaves=4,
)


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)


EACH: dict[str, st.SearchStrategy[Any]] = {
    "country": some("RS", "cl", "US"), "mineral": some("lithium", "copper", "tin"),
    "type": some("protest", "trade_deal"), "family": some("opposition", "permitting"),
    "stance": some("support", "oppose"), "project": some("jadar", "panama"),
    "actor": some("RESIDENTS", "minist"), "status": some("actual", "prospective"),
    "since": st.integers(0, 60).map(lambda days: DAY + timedelta(days=days)),
    "until": st.integers(61, 90).map(lambda days: DAY + timedelta(days=days)), "min_confidence": st.sampled_from([0.5]),
}  # fmt: skip
FILTERS = st.lists(st.sampled_from(list(EACH)), max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: EACH[name] for name in names}).map(lambda given: Filters(**given))
)


def answers(event: Event, asked: Filters) -> bool:
    """Whether an event matches all filters but the words: by looking at it."""
    has = {
        "country": {code.upper() for code in asked.country} & set(event.countries),
        "mineral": set(asked.mineral) & set(event.minerals),
        "type": event.type in asked.type,
        "family": event.family in asked.family,
        "stance": set(asked.stance) & {stance.polarity for stance in event.stances},
        "project": any(name in (event.project or "").lower().replace("á", "a") for name in asked.project),
        "actor": any(name.lower() in (event.actor or "").lower() for name in asked.actor),
        "status": event.status in asked.status,
    }
    return (
        all(matched for name, matched in has.items() if getattr(asked, name))
        and (asked.since is None or (event.date is not None and event.date >= asked.since))
        and (asked.until is None or (event.date is not None and event.date < asked.until))
        and (asked.min_confidence is None or event.confidence >= asked.min_confidence)
    )


def expected(corpus: Corpus, asked: Asked, filters: Filters) -> dict[str, list[int]]:
    """The articles that must be found, with the events that must be named."""
    told: dict[str, list[int]] = {}
    for one in corpus.articles.values():
        if not asked.holds(one.title.split(), one.text.split()):
            continue
        own = [event for event in corpus.events if one.id in {source.article_id for source in event.sources}]
        matching = sorted(event.id for event in own if answers(event, filters))
        if matching or filters == Filters():
            told[one.id] = matching
    return told


@pytest.mark.parametrize("few", [2000, -1], ids=["filters first", "words first"])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=QUERIES, filters=FILTERS, limit=st.integers(1, 7), sort=st.sampled_from(["relevance", "date"]))
def test_words_and_every_filter(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, few: int, asked: Asked, filters: Filters, limit: int, sort: str
) -> None:
    """Exactly the articles that match the words and have one event that matches all filters, page by page.

    Either way of finding them: the limits between the two are set so low that forty articles are many.
    """
    monkeypatch.setattr(module, "_FEW_EVENTS", few)
    for name, value in (("_FIRST", 2), ("_SECOND", 4), ("_FOR_EACH", 1)):
        monkeypatch.setattr(module, name, value)
    question, must = replace(filters, text=asked.text), expected(corpus, asked, filters)
    whole = corpus.store.search(question, sort=sort, limit=1000)
    assert must == {hit.article_id: list(hit.events) for hit in whole.hits}
    assert len(must) == whole.total
    first = corpus.store.search(question, sort=sort, limit=limit)
    second = corpus.store.search(question, sort=sort, limit=limit, offset=limit)
    assert whole.hits[: 2 * limit] == first.hits + second.hits
    assert first.total in (None, len(must))
    if sort == "date":
        days = [hit.published for hit in whole.hits if hit.published]
        assert sorted(days, reverse=True) == days


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=QUERIES, filters=FILTERS)
def test_the_text_filter_of_events(corpus: Corpus, asked: Asked, filters: Filters) -> None:
    """Exactly the events that match the filters and of which one article matches the words; counted alike."""
    texts = {one.id for one in corpus.articles.values() if asked.holds(one.title.split(), one.text.split())}
    must = [
        event.id
        for event in corpus.events
        if answers(event, filters) and texts & {source.article_id for source in event.sources}
    ]
    question = replace(filters, text=asked.text)
    assert must == [event.id for event in corpus.store.find_events(question, limit=1000)]
    assert len(must) == corpus.store.count_events(question)
    dated = sum(event.date is not None for event in corpus.events if event.id in set(must))
    assert dated == sum(row.count or 0 for row in corpus.store.get_trend(question))


def test_all_filters_hold_for_one_event(tell: Tell, store: LocalStore) -> None:
    """A protest in Chile and a permit in Serbia in one article are no protest in Serbia."""
    both = (mention("protest", countries=("CL",), project="Pascua"), mention(countries=("RS",)))
    tell(article("a", text="Of two things."), *both)
    assert [] == found(store, "things", type=("protest",), country=("RS",))
    assert ["Title of a"] == found(store, "things", type=("protest",), country=("CL",))


def test_articles_without_events(write: Write, store: LocalStore) -> None:
    """Are found by their words alone, and by no filter of events."""
    write("a", "Of prices", "Nothing happened.")
    assert ["Of prices"] == found(store, "prices")
    assert [] == found(store, "prices", mineral=("lithium",))


def test_blank_words_ask_for_nothing(tell: Tell, store: LocalStore) -> None:
    """An empty field of a form is no filter; a search needs words."""
    tell(article("a"), mention())
    assert 1 == store.count_events(Filters(text="  "))
    with pytest.raises(UsageError, match="expected words"):
        store.search(Filters(text=" "))
    with pytest.raises(UsageError, match="relevance, date"):
        store.search(Filters(text="a"), sort="age")


@pytest.mark.parametrize("offset", [1, 10_000_000, 50_000_000_000, 2**70])
def test_far_behind_the_last_page(write: Write, store: LocalStore, offset: int) -> None:
    """There is nothing, and no room is made for it."""
    write("a", "Of prices", "Nothing happened.")
    page = store.search(Filters(text="prices"), limit=1000, offset=offset)
    assert ((), 1) == (page.hits, page.total)


@settings(deadline=None)
@given(st.sets(st.integers(1, 50_000), min_size=1), st.sampled_from([0, 100_000]))
def test_numbers_travel_as_text_or_bits(numbers: set[int], many: int) -> None:
    """Each way, a column holds one of them or it does not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.connection._MANY", many)
        condition, values = among("number", sorted(numbers))
    with open_database(None) as connection:
        found = connection.execute(f"SELECT number FROM range(60001) AS all_of(number) WHERE {condition}", values)
        assert sorted(numbers) == sorted(number for (number,) in found.fetchall())
