"""Which mentions are compared: found by arrays, and here again one by one."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from orewire.model.analysis import Analysis, Evidence, Mention
from orewire.model.article import Article
from store.articles import put_article
from store.connection import Connection, open_database, transaction
from store.fingerprints import article_terms, load_background, make_fingerprint, mention_names, plain_words
from store.mentions import arrive, fingerprint, record_analyses
from store.pairs import find_pairs
from store.resolve import JOIN, Key, load_weights
from tests.store.conftest import NOW, article, mention

DAY = date(2025, 11, 13)
Told = dict[Key, tuple[Article, Mention]]
WORDS = [
    "Loznica", "permits", "residents", "court", "river", "Vujic", "appeals", "tailings", "Belgrade", "drilling", "4500",
    "licence", "water", "Petrovic",
]  # fmt: skip


def random_articles(random: Random, count: int) -> list[tuple[Article, Analysis]]:
    """Some share names, some words of the text, some nothing; they are told over two years."""
    told = []
    for number in range(count):
        day = DAY + timedelta(days=random.choice([0, 0, 1, 3, -20, -40, -200, -380]))
        text = " ".join(random.choices(WORDS, k=random.choice([3, 40])))
        one = article(f"{random.random()}", day=day, text=f"Text {number}: {text}.")
        mentions = tuple(random_mention(random) for _ in range(random.randrange(1, 3)))
        told.append((one, Analysis(id=one.id, lang="en", relevant=True, events=mentions, stances=(), version="1")))
    return told


def random_mention(random: Random) -> Mention:
    text = f"They said {' '.join(random.choices(WORDS, k=4))}."
    return mention(
        random.choice(["protest", "permit_denied"]),
        project=random.choice(["Jadar", "Piskanja", "Rio Blanco", "Rio Negro", None, None]),
        countries=random.choice([("RS",), ("RS", "BA"), ("CL",), ()]),
        minerals=random.choice([("lithium",), ("platinum",), ("palladium", "lithium"), ()]),
        salience=random.choice(["main", "main", "background"]),
        status=random.choice(["actual", "actual", "prospective"]),
        date=random.choice([None, None, DAY, DAY - timedelta(days=60)]),
        evidence=Evidence(text=text, start=0, end=len(text)),
    )


@pytest.mark.parametrize("seed", range(12))
def test_pairs_are_those_that_share_something(seed: int) -> None:
    """A rare name, rare words of the text, project, or country and mineral, within their days."""
    random, connection = Random(seed), open_database(None)
    stored, arriving = random_articles(random, 14), random_articles(random, 5)
    with transaction(connection):
        for one, _ in (*stored, *arriving):
            put_article(connection, one, NOW)
    record_analyses(connection, stored)
    numbers = dict(connection.execute("SELECT id, number FROM articles").fetchall())
    told = {numbers[one.id]: (one, analysis) for one, analysis in arriving}
    arrive(connection, told, fingerprint(connection, told), dict.fromkeys(told, "news"))
    days = [seen(one) for one, _ in arriving]
    found = {(pair.mention, pair.other) for pair in find_pairs(connection, min(days), max(days))}
    assert expected_pairs(kept(connection, numbers, [*stored, *arriving]), set(told)) == found
    connection.close()


def kept(connection: Connection, numbers: dict[str, int], told: list[tuple[Article, Analysis]]) -> Told:
    """Mentions by key, but for those whose names were let go of."""
    there = {number for (number,) in connection.execute("SELECT article FROM fingerprints").fetchall()}
    return {
        (numbers[one.id], place): (one, mention)
        for one, analysis in told
        for place, mention in enumerate(analysis.events)
        if numbers[one.id] in there
    }


def seen(one: Article) -> date:
    return (one.published or one.fetched).date()


def expected_pairs(told: Told, arriving: set[int]) -> set[tuple[Key, Key]]:
    names = {key: set(mention_names(mention)) for key, (_, mention) in told.items()}
    terms = {key[0]: set(article_terms(one)) for key, (one, _) in told.items()}
    weigh_names, weigh_terms = weights(list(names.values())), weights(list(terms.values()))
    pairs = set()
    for key in told:
        for other in told:
            if key[0] in arriving and key[0] != other[0] and may_be_one(told[key], told[other]):
                shared = sum(weigh_names[name] for name in names[key] & names[other])
                alike = sum(weigh_terms[term] for term in terms[key[0]] & terms[other[0]])
                norm = sum(weigh_terms[term] for term in terms[key[0]])
                if shared > 0.5 or alike > 0.15 * norm or same_place(told[key], told[other]):
                    pairs.add((key, other))
    return pairs


def weights(lists: list[set[int]]) -> dict[int, float]:
    counts, (every, background) = Counter(term for one in lists for term in one), load_background()
    total = len(lists) + every
    return {
        term: math.log(total / (count + background.get(term, 0) + 1)) / math.log(total)
        for term, count in counts.items()
    }


def day_of(told: tuple[Article, Mention]) -> date:
    return told[1].date or seen(told[0])


def same_place(one: tuple[Article, Mention], other: tuple[Article, Mention]) -> bool:
    a, b = one[1], other[1]
    if abs((day_of(one) - day_of(other)).days) > 21:
        return False
    if a.project and a.project == b.project:
        return True
    minerals = not a.minerals or not b.minerals or bool(set(a.minerals) & set(b.minerals))
    return bool(set(a.countries) & set(b.countries)) and minerals and not (a.project and b.project)


def may_be_one(one: tuple[Article, Mention], other: tuple[Article, Mention]) -> bool:
    a, b = one[1], other[1]
    is_far = "background" in (a.salience, b.salience) or a.status != b.status
    if a.type != b.type or abs((day_of(one) - day_of(other)).days) > (365 if is_far else 45):
        return False
    common = plain_words(a.project) & plain_words(b.project)
    is_same = bool(common) and common in (plain_words(a.project), plain_words(b.project))
    if a.project and b.project and not is_same:
        return False
    kin = (
        {"platinum group metals" if name in ("platinum", "palladium") else name for name in m.minerals} for m in (a, b)
    )
    mine, theirs = kin
    if mine and theirs and not mine & theirs and not is_same:
        return False
    recalled, other_recalled = (m.salience == "background" and m.date is None for m in (a, b))
    return recalled or not other_recalled


def test_likely_pairs_are_those_that_join() -> None:
    """What `resolve` would not join is not told."""
    random, connection = Random(3), open_database(None)
    told = random_articles(random, 30)
    with transaction(connection):
        for one, _ in told:
            put_article(connection, one, NOW)
    numbers = dict(connection.execute("SELECT id, number FROM articles").fetchall())
    by_number = {numbers[one.id]: (one, analysis) for one, analysis in told}
    arrive(connection, by_number, fingerprint(connection, by_number), dict.fromkeys(by_number, "news"))
    every = find_pairs(connection, DAY, DAY)
    likely = {(pair.mention, pair.other) for pair in find_pairs(connection, DAY, DAY, likely=True)}
    assert 0 < len(likely) < len(every)
    for pair in every:
        logit = sum(weight * value for weight, value in zip(load_weights(), pair.features, strict=True))
        assert ((pair.mention, pair.other) in likely) == (1 / (1 + math.exp(-logit)) >= JOIN)
    connection.close()


def test_fingerprints_made_elsewhere_are_stored(connection: Connection) -> None:
    """They are those that would be made here."""
    told = random_articles(Random(1), 3)
    rows = []
    for made in ({}, {one.id: make_fingerprint(one, analysis) for one, analysis in told}):
        with transaction(connection):
            for one, _ in told:
                put_article(connection, one, NOW)
        record_analyses(connection, told, made)
        rows.append(connection.execute("SELECT * EXCLUDE (mark) FROM fingerprints ORDER BY ALL").fetchall())
    assert rows[0] == rows[1]


def test_a_word_that_many_places_bear_makes_no_project_the_same(connection: Connection) -> None:
    """Two ridges are two; a name told shorter is the same."""
    for name, project in (("a", "Runinive Ridge"), ("b", "Vesomimi Ridge"), ("c", "Runinive")):
        one, told = article(name), mention("protest", project=project)
        with transaction(connection):
            put_article(connection, one, NOW)
        record_analyses(
            connection, [(one, Analysis(id=one.id, lang="en", relevant=True, events=(told,), stances=(), version="1"))]
        )
    found = connection.execute("SELECT project, event FROM mentions ORDER BY article").fetchall()
    assert found[0][1] != found[1][1]
    assert found[0][1] == found[2][1]
