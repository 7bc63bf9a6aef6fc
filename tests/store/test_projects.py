"""Projects found by name, place and standing; all that is known of one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orewire.model.analysis import Evidence, Stance
from orewire.model.errors import UsageError
from orewire.model.event import to_json
from orewire.model.project import Dossier, Project, ProjectFilters
from orewire.model.records import from_json
from store.attitudes import Attitude, by_quarter, holders_of, quarter_of
from store.connection import Connection
from store.projects import count_projects, find_project, find_projects, get_project
from store.reference import put_reference
from tests.store.conftest import NOW, Tell, article, mention, opposing
from tests.store.test_reference import KNOWN

DAY = date(2025, 11, 13)
TODAY = date(2025, 11, 20)


@pytest.fixture
def told(connection: Connection, tell: Tell) -> Connection:
    """The gazetteer, and what articles tell of Jadar, of Barroso, and of a mine that only they know."""
    put_reference(connection, KNOWN, NOW)
    tell(article("a", day=DAY - timedelta(days=200)), mention("permit_granted", stage="granted"))
    tell(article("b", day=DAY), mention(stage="revoked"), mention("protest", actor="farmers"), stances=(opposing(),))
    tell(article("c", day=DAY), mention("protest", project="Barroso", countries=("PT",)))
    tell(
        article("d", day=DAY - timedelta(days=1)),
        mention("shutdown", project="Foo", countries=("ZW",), minerals=("gold",)),
    )
    return connection


def names(connection: Connection, **filters: tuple[str, ...]) -> list[str]:
    return [one.name for one in find_projects(connection, ProjectFilters(**filters), today=TODAY)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["Jadar", "Barroso", "Foo"]),
        ({"country": ("rs",)}, ["Jadar"]),
        ({"country": ("RS", "ZW")}, ["Jadar", "Foo"]),
        ({"mineral": ("boron",)}, ["Jadar"]),
        ({"mineral": ("gold",)}, ["Foo"]),
        ({"standing": ("refused",)}, ["Jadar"]),
        ({"standing": ("contested",)}, ["Jadar", "Barroso"]),
        ({"standing": ("halted", "refused")}, ["Jadar", "Foo"]),
        ({"standing": ("unknown",)}, []),
        ({"name": ("јадар",)}, ["Jadar"]),
        ({"name": ("mina do",)}, ["Barroso"]),
        ({"name": ("mirador",)}, []),
        ({"country": ("RS",), "standing": ("halted",)}, []),
    ],
)
def test_projects_are_found(told: Connection, filters: dict[str, tuple[str, ...]], expected: list[str]) -> None:
    """By place, mineral, any name and standing; the newest events first, and as many as are counted."""
    assert expected == names(told, **filters)
    assert len(expected) == count_projects(told, ProjectFilters(**filters), today=TODAY)  # type: ignore[arg-type]


def test_those_without_events_are_shown_when_asked_for(told: Connection) -> None:
    """Last, and standing unknown."""
    found = find_projects(told, ProjectFilters(untold=True), today=TODAY)
    assert ["Jadar", "Barroso", "Foo", "Mirador", "Mirador"] == [one.name for one in found]
    assert ("unknown", 0, None) == (found[-1].standing.word, found[-1].events, found[-1].newest)


@pytest.mark.parametrize("standing", [(), ("refused", "contested", "halted")])
def test_pages_join_without_gap(told: Connection, standing: tuple[str, ...]) -> None:
    """One after the other they are the whole."""
    filters = ProjectFilters(standing=standing)
    pages = [find_projects(told, filters, today=TODAY, limit=1, offset=number)[0].name for number in range(3)]
    assert ["Jadar", "Barroso", "Foo"] == pages
    assert [] == find_projects(told, filters, today=TODAY, offset=3)


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"standing": ("stopped",)}, "standing: found 'stopped', expected one of closed"),
        ({"country": ("Serbia",)}, "country: found 'Serbia'"),
    ],
)
def test_what_means_nothing_is_refused(told: Connection, filters: dict[str, tuple[str, ...]], message: str) -> None:
    """With what was found and what is expected."""
    with pytest.raises(UsageError, match=message):
        names(told, **filters)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jadar", "Jadar"), ("jadar", "Jadar"), ("ЈАДАР", "Jadar"), ("Jadru", "Jadar"), ("mina do barroso", "Barroso"),
        ("jad", "Jadar"), ("Jadar mine", "Jadar"), ("Jadar lithium project", "Jadar"), ("lithium mine", None),
        ("1", "Jadar"), ("foo", "Foo"), ("nothing", None), ("", None),
        ("999999999999999999999", None), ("\0", None), ("%", None), ("'; DROP TABLE events; --", None),
    ],
)  # fmt: skip
def test_a_project_is_found_by_any_of_its_names(told: Connection, name: str, expected: str | None) -> None:
    """As it is written, folded, another name, a part, its number."""
    number = find_project(told, name)
    found = told.execute("SELECT name FROM projects WHERE id = $id", {"id": number}).fetchone()
    assert (expected,) == (found or (None,))


def test_an_ambiguous_name_lists_who_is_called_so(told: Connection) -> None:
    """With number and place; a country says which."""
    with pytest.raises(UsageError, match=r"'mirador', which 2 are called.*3 Mirador \(EC.*4 Mirador \(CL"):
        find_project(told, "mirador")
    assert (3, 4) == (find_project(told, "mirador", "ec"), find_project(told, "Mirador", "CL"))
    assert find_project(told, "Mirador", "PE") is None


def test_of_namesakes_the_one_with_events_is_meant(told: Connection, tell: Tell) -> None:
    """The others are told beside it."""
    tell(article("e"), mention(project="Mirador", countries=("CL",)))
    dossier = get_project(told, "Mirador", today=TODAY)
    assert dossier is not None
    assert (("CL",), [("EC",)]) == (dossier.project.countries, [one.countries for one in dossier.namesakes])


def test_a_dossier(told: Connection) -> None:
    """Known facts, standings with their events, the timeline newest first, who is against it, who acted."""
    dossier = get_project(told, "Jadar", today=TODAY)
    assert dossier is not None
    assert ("Jadar", ("RS",), ("lithium", "boron"), "Rio Tinto", 44.53) == (
        dossier.project.name, dossier.project.countries, dossier.project.minerals, dossier.project.operator,
        dossier.project.latitude,
    )  # fmt: skip
    assert ("refused", ("contested",)) == (dossier.project.standing.word, dossier.project.also)
    assert ["permitted", "refused", "contested"] == [one.word for one in dossier.standings]
    ids = {event.id: event for event in dossier.timeline}
    assert "permit_granted" == ids[dossier.standings[0].event_id or 0].type
    assert [DAY, DAY, DAY - timedelta(days=200)] == [event.date for event in dossier.timeline]
    assert all(event.sources and event.evidence for event in dossier.timeline)
    (quarter,) = dossier.attitudes
    assert (date(2025, 10, 1), {}, {"community": 1}) == (quarter.start, quarter.support, quarter.oppose)
    assert [("residents", "oppose", 1)] == [(one.name, one.polarity, one.articles) for one in dossier.holders]
    assert [("farmers", ("protest",))] == [(one.name, one.types) for one in dossier.actors]


def test_a_dossier_travels_whole(told: Connection) -> None:
    """To JSON and back it is the same."""
    dossier = get_project(told, "Jadar", today=TODAY)
    assert dossier is not None
    assert dossier == from_json(Dossier, to_json(dossier))
    assert dossier.project == from_json(Project, to_json(dossier.project))


def test_the_number_of_a_second_name_leads_to_the_project(connection: Connection, tell: Tell) -> None:
    """A permanent address stays one."""
    tell(article("a"), mention(project="Mina do Barroso", countries=("PT",)))
    tell(article("b"), mention("protest", project="Barroso", countries=("PT",)))
    alias = find_project(connection, "Mina do Barroso")
    put_reference(connection, KNOWN, NOW)
    assert find_project(connection, str(alias)) == find_project(connection, "Barroso") != alias


def test_a_place_that_the_gazetteer_lacks_is_told_by_events(told: Connection, tell: Tell) -> None:
    """What a third of them say."""
    for number in range(4):
        tell(
            article(f"e{number}"),
            mention("strike", project="Bar", countries=(), minerals=("tin",), date=date(2025, 1 + 2 * number, 1)),
        )
    tell(article("f"), mention("accident", project="Bar", countries=(), minerals=("zinc",), date=date(2024, 1, 1)))
    (project,) = find_projects(told, ProjectFilters(name=("bar",), mineral=("tin",)), today=TODAY, limit=1)
    assert (("tin",), ()) == (project.minerals, project.countries)


def test_recalled_events_move_nothing_in_the_store_either(told: Connection, tell: Tell) -> None:
    """Nor do expected ones, however late."""
    before = get_project(told, "Jadar", today=TODAY)
    tell(article("x", day=DAY + timedelta(days=2)), mention("shutdown", salience="background", date=DAY))
    tell(article("y", day=DAY + timedelta(days=3)), mention("production", status="prospective"))
    after = get_project(told, "Jadar", today=TODAY)
    assert before is not None
    assert after is not None
    assert before.standings == after.standings
    assert before.project.events + 2 == after.project.events


@settings(deadline=None, max_examples=8)
@given(order=st.permutations(range(4)))
def test_standings_do_not_depend_on_the_order_of_articles(order: list[int]) -> None:
    """In a real store: four articles in any order."""
    from store.connection import open_database
    from tests.store.conftest import teller

    connection = open_database(None)
    tell = teller(connection)
    articles = [
        (
            article("a", day=date(2025, 1, 10)),
            mention("permit_granted", stage="granted", evidence=_says("They granted it.")),
        ),
        (article("b", day=date(2025, 5, 10)), mention("lawsuit", evidence=_says("Residents sued."))),
        (
            article("c", day=date(2025, 7, 10)),
            mention("permit_denied", stage="suspended", evidence=_says("It was suspended.")),
        ),
        (article("d", day=date(2025, 9, 10)), mention("court_ruling", evidence=_says("The court decided."))),
    ]
    for number in order:
        tell(*articles[number])
    dossier = get_project(connection, "Jadar", today=TODAY)
    connection.close()
    assert dossier is not None
    assert [
        ("permitted", date(2025, 1, 10), date(2025, 7, 10)), ("in_court", date(2025, 5, 10), date(2025, 9, 10)),
        ("suspended", date(2025, 7, 10), None),
    ] == [(one.word, one.since, one.until) for one in dossier.standings]  # fmt: skip


def _says(text: str) -> Evidence:
    return Evidence(text=text, start=0, end=len(text))


def attitude(holder: str, polarity: str = "oppose", day: datetime = NOW, **changes: object) -> Attitude:
    values: dict[str, object] = {"holder_class": "ngo", "evidence": "No.", "text": 1}
    return Attitude(holder=holder, polarity=polarity, seen=day, **{**values, **changes})  # type: ignore[arg-type]


def test_each_holder_counts_once_a_quarter_and_side() -> None:
    """However often it is told, and a quarter of silence is one of zeros."""
    spring = datetime(2025, 2, 1, tzinfo=UTC)
    found = by_quarter([attitude("A"), attitude("a", text=2), attitude("B", "support"), attitude("A", day=spring)])
    assert [(1, {}, {"ngo": 1}), (4, {}, {}), (7, {}, {}), (10, {"ngo": 1}, {"ngo": 1})] == [
        (one.start.month, one.support, one.oppose) for one in found
    ]
    assert [("A", 2), ("B", 1)] == [
        (one.name, one.articles) for one in holders_of([attitude("A"), attitude("A", text=2), attitude("B", "support")])
    ]


@given(st.dates())
def test_a_day_lies_in_its_quarter(day: date) -> None:
    """Which begins on the first of January, April, July or October."""
    start = quarter_of(day)
    assert (start.day, start.month % 3) == (1, 1)
    assert start <= day and (day.year, (day.month - 1) // 3) == (start.year, (start.month - 1) // 3)


def test_a_stance_on_something_else_is_not_counted(told: Connection, tell: Tell) -> None:
    """An attitude to another project in the same article is not one to this."""
    other = Stance(
        holder="miners", holder_class="union", target="Barroso", polarity="support", basis="statement",
        evidence=Evidence(text="Yes.", start=0, end=4), confidence=0.9,
    )  # fmt: skip
    tell(article("z", day=DAY), mention("opposition"), stances=(other,))
    dossier = get_project(told, "Jadar", today=TODAY)
    assert dossier is not None
    assert ["residents"] == [one.name for one in dossier.holders]


def test_actors_are_a_table_to_ask(told: Connection) -> None:
    """Who acted or took a stance: the class where a stance tells it, events, when first and last seen."""
    found = told.execute(
        "SELECT name, holder_class, events, first_seen = last_seen FROM actors ORDER BY name"
    ).fetchall()
    assert [("farmers", None, 1, True), ("residents", "community", 0, True)] == found
