"""Which project a name means: namesakes stay apart, a certain name gathers what is told of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.connection import Connection
from store.identity import ORIGINS, Namesake, choose_project, name_key, project_ids
from tests.store.conftest import Tell, article, mention

DAY = date(2025, 11, 13)


def namesake(
    number: int, *countries: str, origin: str = "articles", certain: bool = False, own: bool = True
) -> Namesake:
    return Namesake(id=number, countries=countries, origin=origin, is_certain=certain, is_own=own)


MIRADOR = [namesake(1, "EC", origin="gazetteer"), namesake(2, "CL", origin="site")]
JADAR = [namesake(3, "RS", origin="gazetteer", certain=True)]


@pytest.mark.parametrize(
    ("expected", "countries", "namesakes"),
    [
        (1, ("EC",), MIRADOR),
        (2, ("CL", "CN"), MIRADOR),
        (None, ("PE",), MIRADOR),
        (None, (), MIRADOR),
        (3, (), JADAR),
        (3, ("RS", "DE"), JADAR),
        (3, ("DE",), JADAR),
        (4, ("DE",), [*JADAR, namesake(4, "DE", origin="site")]),
        (3, ("FR",), [*JADAR, namesake(4, "DE", origin="site")]),
        (None, ("ZW",), [namesake(5, "US", origin="site")]),
        (5, (), [namesake(5, "US", origin="site")]),
        (6, ("ZW",), [namesake(6)]),
        (6, (), [namesake(6), namesake(7, "US")]),
        (7, ("US",), [namesake(6), namesake(7, "US")]),
        (None, ("ZW",), [namesake(6), namesake(7, "US")]),
        (8, ("US",), [namesake(7, "US", own=False, origin="gazetteer"), namesake(8, "US")]),
        (None, ("US",), []),
    ],
)
def test_a_name_means_the_project_in_its_country(
    expected: int | None, countries: tuple[str, ...], namesakes: list[Namesake]
) -> None:
    """Elsewhere it means nobody, unless the name is certain; without a country only what cannot be mistaken."""
    assert expected == choose_project(countries, namesakes)


_CODES = st.lists(st.sampled_from(["CL", "EC", "RS", "US"]), max_size=2, unique=True).map(tuple)
_NAMESAKES = st.lists(
    st.builds(
        Namesake, id=st.integers(1, 99), countries=_CODES, origin=st.sampled_from(ORIGINS), is_certain=st.booleans(),
        is_own=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda one: one.id,
)  # fmt: skip


@given(_CODES, _NAMESAKES, st.randoms(use_true_random=False))
def test_nobody_gets_the_place_of_a_namesake(
    countries: tuple[str, ...], namesakes: list[Namesake], random: object
) -> None:
    """Whoever is chosen lies in one of the countries, has no place, or a certain name; order does not matter."""
    chosen = choose_project(countries, namesakes)
    shuffled = list(namesakes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert chosen == choose_project(countries, shuffled)
    for one in namesakes:
        if one.id == chosen and countries and one.countries:
            assert one.is_certain or set(one.countries) & set(countries)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Jadar", "ЈАДАР"), ("Cauchari-Olaroz", "caucharí olaroz"), ("Mt. Marion", "Mt Marion"), ("Ćuprija", "CUPRIJA")],
)
def test_a_name_is_the_same_however_it_is_written(one: str, other: str) -> None:
    """Case, accents, script and punctuation do not matter."""
    assert name_key(one) == name_key(other)


@given(st.text(max_size=60))
def test_folding_is_stable(name: str) -> None:
    """Folded again it is the same, and only an empty name has an empty key."""
    assert name_key(name_key(name)) == name_key(name)
    assert bool(name_key(name)) == bool(name.strip()) or not name_key(name).strip()


def test_new_names_are_numbered_once(connection: Connection) -> None:
    """Whatever is asked again, and however it is written."""
    first = project_ids(connection, [("Foo", ("ZW",)), ("Bar", ())])
    again = project_ids(connection, [("FOO", ("ZW",)), ("Foo", ("CL",)), ("Bar", ()), ("Foo", ())])
    assert first["Foo", ("ZW",)] == again["FOO", ("ZW",)]
    assert first["Bar", ()] == again["Bar", ()]
    assert 4 == len({*first.values(), *again.values()})


def test_a_project_without_a_place_takes_the_first_that_is_told(connection: Connection) -> None:
    """Then it lies there, and what lies elsewhere is another."""
    bare = project_ids(connection, [("Foo", ())])["Foo", ()]
    assert bare == project_ids(connection, [("Foo", ("ZW",))])["Foo", ("ZW",)]
    assert bare != project_ids(connection, [("Foo", ("CL",))])["Foo", ("CL",)]


def test_events_of_two_mines_of_one_name_stay_apart(connection: Connection, tell: Tell) -> None:
    """Santa Rosa in Peru and Santa Rosa in Panama are two projects."""
    tell(article("a", day=DAY), mention(project="Santa Rosa", countries=("PE",), minerals=("gold",)))
    tell(article("b", day=DAY), mention("protest", project="Santa Rosa", countries=("PA",), minerals=("copper",)))
    tell(article("c", day=DAY), mention("strike", project="SANTA ROSA", countries=("PE",), minerals=("gold",)))
    found = connection.execute("SELECT type, countries FROM events JOIN projects ON projects.id = project ORDER BY 1")
    assert [("permit_denied", ["PE"]), ("protest", ["PA"]), ("strike", ["PE"])] == found.fetchall()
    assert (2,) == connection.execute("SELECT count(DISTINCT project) FROM events").fetchone()
