"""What is known before anything is read, and what becomes of projects that articles named before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.reference import KnownMineral, KnownPlace, KnownProject, Reference
from store.connection import Connection
from store.identity import name_key
from store.reference import Row, plan_projects, put_reference, reference_version
from tests.store.conftest import NOW, Tell, article, mention

JADAR = KnownProject(
    name="Jadar", aliases=("Јадар", "Jadru"), countries=("RS",), minerals=("lithium", "boron"), operator="Rio Tinto",
    at=(44.53, 19.31), is_certain=True,
)  # fmt: skip
BARROSO = KnownProject(name="Barroso", aliases=("Mina do Barroso",), countries=("PT",), at=(41.6, -7.78))
MIRADOR = KnownProject(name="Mirador", countries=("EC",), at=(-3.58, -78.43))
OTHER_MIRADOR = KnownProject(name="Mirador", countries=("CL",), origin="site")
SITE = KnownProject(name="JADAR", countries=("RS",), at=(1.0, 1.0), origin="site")
KNOWN = Reference(
    version="1",
    minerals=(KnownMineral(name="lithium", symbol="Li"), KnownMineral(name="coal")),
    places=(KnownPlace(code="RS", name="Serbia", at=(44.8, 20.47)), KnownPlace(code="AQ", name="Antarctica")),
    projects=(JADAR, BARROSO, MIRADOR, OTHER_MIRADOR, SITE),
)


def ids(connection: Connection) -> dict[tuple[str, str], int]:
    found = connection.execute("SELECT name, array_to_string(countries, ' '), id FROM projects WHERE same_as IS NULL")
    return {(name, countries): number for name, countries, number in found.fetchall()}


def test_all_is_there_and_again(connection: Connection) -> None:
    """Filling twice changes nothing; a site that the gazetteer knows better is no second project."""
    for _ in range(2):
        put_reference(connection, KNOWN, NOW)
        assert "1" == reference_version(connection)
        assert [("coal", None), ("lithium", "Li")] == connection.execute("FROM minerals ORDER BY ALL").fetchall()
        assert [("AQ", None), ("RS", 44.8)] == connection.execute(
            "SELECT code, latitude FROM places ORDER BY ALL"
        ).fetchall()
        assert {("Jadar", "RS"): 1, ("Barroso", "PT"): 2, ("Mirador", "EC"): 3, ("Mirador", "CL"): 4} == ids(connection)
        assert ("Rio Tinto", 44.53, "gazetteer") == connection.execute(
            "SELECT operator, latitude, origin FROM projects WHERE name = 'Jadar'"
        ).fetchone()


def test_what_the_data_no_longer_has_goes(connection: Connection) -> None:
    """Unless events refer to it: then only what was known of it goes."""
    put_reference(connection, KNOWN, NOW)
    put_reference(connection, replace(KNOWN, version="2", minerals=(), projects=(JADAR,)), NOW)
    assert [] == connection.execute("FROM minerals").fetchall()
    assert {("Jadar", "RS"): 1} == ids(connection)


def test_projects_that_articles_named_keep_their_numbers(connection: Connection, tell: Tell) -> None:
    """The row of the name, or of another name, is filled; its events stay, and the next ones join."""
    tell(article("a"), mention(project="Mina do Barroso", countries=("PT",)))
    (before,) = ids(connection).values()
    put_reference(connection, KNOWN, NOW)
    assert before == ids(connection)["Barroso", "PT"]
    tell(article("b"), mention("protest", project="Barroso", countries=("PT",)))
    assert [(before,), (before,)] == connection.execute("SELECT project FROM events").fetchall()


def test_two_rows_that_turn_out_to_be_one(connection: Connection, tell: Tell) -> None:
    """Events go to the project's own row, and the other's number leads there."""
    tell(article("a"), mention(project="Mina do Barroso", countries=("PT",)))
    tell(article("b"), mention("protest", project="Barroso", countries=("PT",)))
    alias, own = (ids(connection)[name, "PT"] for name in ("Mina do Barroso", "Barroso"))
    put_reference(connection, KNOWN, NOW)
    assert {own} == {project for (project,) in connection.execute("SELECT project FROM events").fetchall()}
    assert (own,) == connection.execute("SELECT same_as FROM projects WHERE id = $id", {"id": alias}).fetchone()
    tell(article("c"), mention("strike", project="Mina do Barroso", countries=("PT",)))
    assert {own} == {project for (project,) in connection.execute("SELECT project FROM events").fetchall()}


def test_a_namesake_elsewhere_gets_no_place(connection: Connection, tell: Tell) -> None:
    """A mine of that name in a third country stays without a point."""
    tell(article("a"), mention(project="Mirador", countries=("PE",)))
    put_reference(connection, KNOWN, NOW)
    tell(article("b"), mention("protest", project="Mirador", countries=("EC",)))
    found = connection.execute(
        "SELECT type, countries, projects.latitude FROM events JOIN projects ON projects.id = project ORDER BY 1"
    )
    assert [("permit_denied", ["PE"], None), ("protest", ["EC"], -3.58)] == found.fetchall()


def test_a_certain_name_takes_what_articles_placed_elsewhere() -> None:
    """But not where another known project of that name lies, nor what a compilation places there."""
    stored = [Row(id=1, name="Jadar", countries=("DE",)), Row(id=2, name="Mirador", countries=("CL",))]
    certain = replace(MIRADOR, is_certain=True)
    plan = plan_projects([JADAR, certain, OTHER_MIRADOR], stored)
    assert {1: JADAR, 3: certain, 2: OTHER_MIRADOR} == {number: one for number, (one, _) in plan.known.items()}


def test_an_unplaced_row_goes_to_the_only_project_of_its_name() -> None:
    """Where two are known, to neither."""
    stored = [Row(id=1, name="Barroso", countries=()), Row(id=2, name="Mirador", countries=())]
    plan = plan_projects([BARROSO, MIRADOR, OTHER_MIRADOR], stored)
    assert BARROSO == plan.known[1][0]
    assert [2] == [row.id for row in plan.unknown]


_CODES = st.lists(st.sampled_from(["CL", "EC", "RS"]), max_size=2, unique=True).map(tuple)
_NAMES = st.sampled_from(["Jadar", "jadar", "Mirador", "Bar", "Foo"])
_KNOWN = st.lists(
    st.builds(
        KnownProject, name=_NAMES, aliases=st.lists(_NAMES, max_size=2).map(tuple), countries=_CODES,
        origin=st.sampled_from(["gazetteer", "site"]), is_certain=st.booleans(),
    ),
    max_size=6,
)  # fmt: skip
_ROWS = st.lists(
    st.builds(
        Row, id=st.integers(1, 50), name=_NAMES, countries=_CODES,
        origin=st.sampled_from(["articles", "gazetteer", "site"]), is_told=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)  # fmt: skip


@given(_KNOWN, _ROWS)
def test_nothing_is_lost_and_nothing_is_twice(known: list[KnownProject], stored: list[Row]) -> None:
    """Each stored row is a known project, another's second name, or unknown; a second name leads to a known one."""
    plan = plan_projects(known, stored)
    kept = [number for number in plan.known if number in {row.id for row in stored}]
    assert sorted(row.id for row in stored) == sorted([*kept, *plan.same_as, *(row.id for row in plan.unknown)])
    assert set(plan.same_as.values()) <= plan.known.keys()


@given(_KNOWN, _ROWS)
def test_planning_again_changes_nothing(known: list[KnownProject], stored: list[Row]) -> None:
    """What a plan made of the rows is what the next plan finds."""
    plan = plan_projects(known, stored)
    after = [
        Row(id=number, name=one.name, countries=one.countries, origin=one.origin)
        for number, (one, _) in plan.known.items()
    ]
    again = plan_projects(known, after)
    assert {number: one for number, (one, _) in plan.known.items()} == {
        number: one for number, (one, _) in again.known.items()
    }
    assert not again.same_as
    assert not again.unknown


def test_a_failure_leaves_all_as_it_was(connection: Connection) -> None:
    """One transaction: a project that cannot be stored takes the others with it."""
    put_reference(connection, KNOWN, NOW)
    broken = replace(JADAR, at=("north", 19.3))  # type: ignore[arg-type]
    with pytest.raises(Exception, match="north"):
        put_reference(connection, replace(KNOWN, version="2", minerals=(), projects=(broken,)), NOW)
    assert "1" == reference_version(connection)
    assert (2,) == connection.execute("SELECT count(*) FROM minerals").fetchone()


def test_the_gazetteer_as_it_is(connection: Connection) -> None:
    """The real data: places of all countries, projects by all their names, no site twice."""
    from nlp.reference import read_reference

    reference = read_reference()
    put_reference(connection, reference, NOW)
    assert (252 - 1, 251 - 4) <= connection.execute("SELECT count(*), count(latitude) FROM places").fetchone()  # type: ignore[operator]
    assert ("Serbia", True) == connection.execute(
        "SELECT name, latitude BETWEEN 42 AND 47 AND longitude BETWEEN 18 AND 23 FROM places WHERE code = 'RS'"
    ).fetchone()
    assert ("Jadar", 44.53, ["RS"]) == connection.execute(
        "SELECT name, latitude, countries FROM projects JOIN project_names ON project = projects.id WHERE key = $key",
        {"key": name_key("Јадар")},
    ).fetchone()
    shared = """
        SELECT key FROM project_names JOIN projects ON projects.id = project, unnest(countries) AS each(country)
        WHERE is_own GROUP BY key, country HAVING count(DISTINCT project) > 1
    """
    assert [] == connection.execute(shared).fetchall()
