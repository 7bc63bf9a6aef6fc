"""The reports that are held in memory are those that are stored, whatever happened meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orewire.model.analysis import Analysis, Evidence, Mention
from store.articles import add_article
from store.connection import CatalogError, Connection, open_database, transaction
from store.mentions import put_analyses, record_analyses
from store.postings import KEPT, Postings
from store.season import Season, compare_marks, current_season
from tests.store.conftest import NOW, Tell, article, mention, teller

DAY = date(2025, 11, 13)
LISTS = st.lists(st.lists(st.integers(0, 30), unique=True, max_size=6), max_size=30)


def extend(postings: Postings, lists: list[list[int]]) -> None:
    flat = np.array([term for one in lists for term in one], np.uint32)
    postings.extend(np.array([len(one) for one in lists], np.int64), flat)


@given(sorted_ones=LISTS, others=LISTS, data=st.data())
@settings(max_examples=60, deadline=None)
def test_documents_are_found_by_their_terms(
    sorted_ones: list[list[int]], others: list[list[int]], data: st.DataObject
) -> None:
    """Whether they were sorted or came later; how common a term is, is counted without those that are forgotten."""
    postings = Postings()
    extend(postings, sorted_ones)
    postings.settle()
    extend(postings, others)
    lists = [*sorted_ones, *others]
    gone = data.draw(st.sets(st.integers(0, len(lists) - 1))) if lists else set()
    postings.forget(np.array(sorted(gone), np.int64))
    wanted = np.array(sorted(data.draw(st.sets(st.integers(0, 31)))), np.uint32)
    places, documents = postings.find(wanted)
    found = {(int(wanted[place]), int(document)) for place, document in zip(places, documents, strict=True)}
    assert {(term, number) for number, one in enumerate(lists) for term in one if term in wanted} == found
    for term in range(32):
        assert sum(term in one for number, one in enumerate(lists) if number not in gone) == postings.counts[term]
    lengths, flat = postings.lists(np.arange(len(lists)))
    assert ([len(one) for one in lists], [term for one in lists for term in one]) == (lengths.tolist(), flat.tolist())


def test_what_was_common_is_found_when_it_is_rare() -> None:
    """Its documents were not kept; they are searched for."""
    postings = Postings()
    extend(postings, [[7]] * (KEPT + 5))
    postings.settle()
    postings.forget(np.arange(KEPT))
    _, documents = postings.find(np.array([7], np.uint32))
    assert list(range(KEPT + 5)) == sorted(documents.tolist())


ROWS = st.dictionaries(st.integers(5, 40), st.integers(0, 3), max_size=20)


@given(stored=ROWS, held=ROWS)
def test_what_differs_is_told(stored: dict[int, int], held: dict[int, int]) -> None:
    """By article and mark: what is new, and what is gone."""
    columns = [
        np.array(list(values), kind)
        for rows in (stored, held)
        for values, kind in ((rows.keys(), np.int64), (rows.values(), np.uint64))
    ]
    is_new, is_gone = compare_marks(*columns)
    assert [held.get(one) != mark for one, mark in stored.items()] == is_new.tolist()
    assert [stored.get(one) != mark for one, mark in held.items()] == is_gone.tolist()


def season_of(connection: Connection) -> Season:
    return current_season(connection, DAY - timedelta(days=365), DAY + timedelta(days=365))


def content(season: Season) -> set[Any]:
    """Every mention in words, with its names and the terms of its article."""
    words, told = season.codes.words, set()
    for slot in np.flatnonzero(season.articles("is_there")[season.mentions("article_slot")]).tolist():
        row = {name: column[0] for name, column in season.take(np.array([slot])).items()}
        names = season.names.lists(np.array([slot]))[1].tolist()
        terms = season.terms.lists(np.array([season.mentions("article_slot")[slot]]))[1].tolist()
        said = tuple(words[int(row[name])] for name in ("project", "actor", "minerals", "countries"))
        told.add((int(row["article"]), int(row["number"]), int(row["day"]), said, tuple(names), tuple(terms)))
    return told


def counted(season: Season) -> tuple[dict[int, int], dict[int, int]]:
    """How common each term and name is."""
    counts = (season.terms.counts, season.names.counts)
    terms, names = ({int(term): int(one[term]) for term in np.flatnonzero(one)} for one in counts)
    return terms, names


def random_mentions(random: Random) -> tuple[Mention, ...]:
    words = ["The", "Ministry", "Revoked", "Permits", "Near", "Loznica", "After", "Protests"]
    said = [" ".join(random.choices(words, k=5)) for _ in "ab"]
    return tuple(
        mention(
            project=random.choice(["Jadar", "Piskanja", None]),
            actor=random.choice(["Rio Tinto", None]),
            evidence=Evidence(text=text, start=0, end=len(text)),
        )
        for text in said[: random.randrange(3)]
    )


class _Stop(Exception):
    pass


def step(connection: Connection, random: Random) -> None:
    """An article that is new or known is understood, with or without mentions, for good or not."""
    name = f"n{random.randrange(12)}"
    told = article(name, day=DAY + timedelta(days=random.choice([0, 0, 0, 3, 40, -30])))
    mentions = random_mentions(random)
    analysis = Analysis(id=told.id, lang="en", relevant=random.random() < 0.9, events=mentions, stances=(), version="1")
    add_article(connection, told, NOW)
    if random.random() < 0.3:
        with pytest.raises(_Stop), transaction(connection):
            put_analyses(connection, [(told, analysis)])
            raise _Stop
    else:
        record_analyses(connection, [(told, analysis)])
    if random.random() < 0.1:
        connection.execute("DELETE FROM mentions WHERE article = 3")
        connection.execute("DELETE FROM fingerprints WHERE article = 3")


@pytest.mark.parametrize("seed", range(8))
def test_what_is_held_is_what_is_stored(tmp_path: Path, seed: int) -> None:
    """After new and repeated analyses, changes that were rolled back, and rows that were let go of."""
    random = Random(seed)
    connection = open_database(tmp_path / "s.duckdb")
    record_analyses(connection, [])
    step(connection, random)
    for _ in range(25):
        step(connection, random)
        connection.execute(ARRIVING)
        held = season_of(connection)
        with open_again(connection) as fresh:
            read = season_of(fresh)
        assert content(read) == content(held)
        assert counted(read) == counted(held)
    connection.close()


ARRIVING = """
CREATE OR REPLACE TEMP TABLE arriving AS SELECT * EXCLUDE (event, own_event, score, reason) FROM mentions LIMIT 0
"""


def open_again(connection: Connection) -> Connection:
    """Another connection to the same database, that holds nothing yet."""
    other = connection.cursor()
    other.execute(ARRIVING)
    return other


def test_what_failed_halfway_is_read_anew(connection: Connection, tell: Tell) -> None:
    """Nothing is kept that is not whole."""
    tell(article("a"), mention())
    connection.execute(ARRIVING)
    before = content(season_of(connection))
    teller(connection.cursor())(article("b"), mention())
    connection.execute("DROP TABLE temp.arriving")
    with pytest.raises(CatalogError):
        season_of(connection)
    connection.execute(ARRIVING)
    assert before < content(season_of(connection))


def test_days_that_are_held(connection: Connection, tell: Tell) -> None:
    """An article of long ago is read beside those of today, and not looked at when only these are asked for."""
    tell(article("a"), mention())
    tell(article("old", day=DAY - timedelta(days=3000)), mention())
    season = season_of(connection)
    assert (2, 1) == (int(season.articles("is_there").sum()), int(season.is_asked.sum()))
    assert season is season_of(connection)
