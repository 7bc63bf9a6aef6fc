"""Filters narrow as they say, refuse what means nothing, and are never part of the query's text."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orewire.model.errors import StoreError, UsageError
from orewire.model.event import Filters
from orewire.rooms import sync_reference
from store.connection import Connection
from store.events import count_events, find_events
from tests.store.conftest import NOW, Tell, article, mention, opposing


@pytest.fixture
def two_events(tell: Tell) -> None:
    tell(article("a"), mention(actor="Ministarstvo rudarstva"), stances=(opposing(),))
    tell(
        article("b", day=date(2025, 9, 22)),
        mention(
            "trade_restriction", countries=("CD",), minerals=("cobalt",), project="Cobre Panamá", status="prospective"
        ),
    )


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(country=("cd",)), "trade_restriction"),
        (Filters(mineral=("cobalt", "nickel")), "trade_restriction"),
        (Filters(type=("permit_denied",)), "permit_denied"),
        (Filters(family=("trade",)), "trade_restriction"),
        (Filters(stance=("oppose",)), "permit_denied"),
        (Filters(project=("panama",)), "trade_restriction"),
        (Filters(actor=("MINISTARSTVO",)), "permit_denied"),
        (Filters(status=("prospective",)), "trade_restriction"),
        (Filters(since=date(2025, 10, 1)), "permit_denied"),
        (Filters(until=date(2025, 11, 13)), "trade_restriction"),
        (Filters(min_confidence=0.5, country=("RS",)), "permit_denied"),
        (Filters(seen_since=datetime(2025, 11, 13, 12, tzinfo=UTC)), "permit_denied"),
        (Filters(seen_until=datetime(2025, 11, 13, 12, tzinfo=UTC)), "trade_restriction"),
    ],
)
@pytest.mark.usefixtures("two_events")
def test_each_filter_narrows(connection: Connection, filters: Filters, found: str) -> None:
    """And only it: the other event is left out, in the list and in the count."""
    assert [found] == [event.type for event in find_events(connection, filters)]
    assert 1 == count_events(connection, filters)


@pytest.fixture
def namesakes(connection: Connection, tell: Tell) -> dict[str, int]:
    """Two projects, the name of one in that of the other; their numbers."""
    tell(article("a"), mention())
    tell(article("b"), mention("protest", project="Jadar North"))
    return dict(connection.execute("SELECT name, id FROM projects").fetchall())


def test_a_project_by_its_number(connection: Connection, namesakes: dict[str, int]) -> None:
    """No other whose name it shares or is a part of; also beside a part of a name."""
    assert 2 == count_events(connection, Filters(project=("Jadar",)))
    for name, number in namesakes.items():
        assert [name] == [event.project for event in find_events(connection, Filters(project=(f"#{number}",)))]
    assert 2 == count_events(connection, Filters(project=(f"#{namesakes['Jadar']}", "north")))
    assert 0 == count_events(connection, Filters(project=("#99",)))


def test_the_number_of_a_second_name_is_the_same_project(connection: Connection, namesakes: dict[str, int]) -> None:
    """Whichever of its numbers is asked for, all of its events are found."""
    connection.execute("UPDATE projects SET same_as = $Jadar WHERE name = 'Jadar North'", {"Jadar": namesakes["Jadar"]})
    assert [2, 2] == [count_events(connection, Filters(project=(f"#{number}",))) for number in namesakes.values()]


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (Filters(type=("protests",)), "protest"),
        (Filters(stance=("against",)), "oppose"),
        (Filters(country=("Chile",)), "two-letter"),
        (Filters(since=date(2025, 1, 2), until=date(2025, 1, 1)), "after"),
        (Filters(min_confidence=7), "0 to 1"),
    ],
)
def test_what_means_nothing_is_refused(connection: Connection, filters: Filters, told: str) -> None:
    """With what was expected."""
    with pytest.raises(UsageError, match=told):
        find_events(connection, filters)


def test_many_names_cost_little_more_than_one(connection: Connection, tell: Tell) -> None:
    """Each name that there is is made plain once: five hundred parts took seconds over a few thousand projects."""
    sync_reference(connection, NOW)
    tell(article("a"), mention(project="Jadar", actor="Rio Tinto"))
    names = ("jadar", "rio", *(f"nobody {number}" for number in range(498)))
    started = time.perf_counter()
    assert 1 == count_events(connection, Filters(project=names, actor=names))
    assert 1.5 > time.perf_counter() - started


def test_too_many_values_are_refused(connection: Connection) -> None:
    """Nobody means them; the store would be busy for a minute."""
    with pytest.raises(UsageError, match="actor: found 501 values, expected 500 at most"):
        count_events(connection, Filters(actor=("a",) * 501))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
@pytest.mark.usefixtures("two_events")
def test_any_words_are_only_words(connection: Connection, name: str) -> None:
    """Quotes, semicolons, NUL and surrogates ask for nothing but themselves."""
    count_events(connection, Filters(project=(name,), actor=(name,), mineral=(name,)))
    assert 2 == count_events(connection, Filters())


@pytest.mark.usefixtures("two_events")
def test_words_need_the_index(connection: Connection) -> None:
    """Who forgets to ask it is told, and gets no wrong answer."""
    with pytest.raises(StoreError, match="full-text index"):
        find_events(connection, Filters(text="lithium"))
    told = find_events(connection, Filters(text="lithium", articles=[1]))
    assert ["permit_denied"] == [event.type for event in told]
