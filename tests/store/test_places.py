"""Events lie at their projects where these have coordinates, else in their countries."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.place import Place
from orewire.model.reference import KnownPlace, KnownProject, Reference
from store.connection import Connection
from store.events import count_events
from store.places import find_places
from store.reference import put_reference
from tests.store.conftest import NOW, Tell, article, mention, opposing


@pytest.fixture
def told(connection: Connection, tell: Tell) -> Connection:
    """Jadar has coordinates, Barroso has none; a deal concerns two countries, of which one has a point."""
    jadar = KnownProject(
        name="Jadar", aliases=(), countries=("RS",), minerals=("lithium",), operator=None, at=(44.5, 19.3),
        is_certain=True,
    )  # fmt: skip
    places = (
        KnownPlace(code="CD", name="Congo - Kinshasa", at=(-4.3, 15.3)),
        KnownPlace(code="US", name="US", at=None),
    )
    put_reference(connection, Reference(version="1", minerals=(), places=places, projects=(jadar,)), NOW)
    tell(article("a"), mention(), stances=(opposing(),))
    tell(article("b", day=date(2025, 9, 22)), mention("protest"))
    tell(article("c", day=date(2025, 6, 2)), mention("trade_deal", countries=("CD", "US"), project=None))
    tell(article("d", day=date(2025, 5, 2)), mention(project="Barroso", countries=("PT",)))
    return connection


def test_a_project_with_coordinates(told: Connection) -> None:
    """Has all its events, who is for and against them, and the day of the newest."""
    first, *_ = find_places(told, Filters())
    assert Place(
        name="Jadar", country="RS", latitude=44.5, longitude=19.3, project=first.project, events=2, supporters=0,
        opponents=1, newest=date(2025, 11, 13),
    ) == first  # fmt: skip
    assert first.project is not None
    assert -1.0 == first.balance


def test_the_rest_lies_in_countries(told: Connection) -> None:
    """An event of two countries in both; a country that has no point is told all the same."""
    rest = {place.name: place for place in find_places(told, Filters())[1:]}
    assert {"Congo - Kinshasa", "PT", "US"} == set(rest)
    assert (-4.3, 15.3, None, 1) == _told(rest["Congo - Kinshasa"])
    assert (None, None, None, 1) == _told(rest["PT"])
    assert rest["US"].balance is None


def _told(place: Place) -> tuple[float | None, float | None, int | None, int]:
    return place.latitude, place.longitude, place.project, place.events


def test_filters(told: Connection) -> None:
    """Only what matches is placed, and so much of it as is asked for."""
    assert ["PT"] == [place.name for place in find_places(told, Filters(country=("pt",)))]
    assert ["Jadar"] == [place.name for place in find_places(told, Filters(), limit=1)]
    assert [] == find_places(told, Filters(mineral=("gold",)))
    with pytest.raises(UsageError, match="type: found 'riot'"):
        find_places(told, Filters(type=("riot",)))


def test_coordinates_that_are_none(told: Connection) -> None:
    """A project that lies nowhere on earth lies in its country."""
    told.execute("UPDATE projects SET latitude = 'NaN' WHERE name = 'Jadar'")
    assert ["RS"] == [place.name for place in find_places(told, Filters(project=("Jadar",)))]


@given(
    countries=st.sets(st.sampled_from(("RS", "CD", "US", "PT")), max_size=2),
    kinds=st.sets(st.sampled_from(("protest", "trade_deal", "permit_denied")), max_size=2),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_event_is_lost(told: Connection, countries: set[str], kinds: set[str]) -> None:
    """Each event that matches lies in one place, or in each of its countries."""
    filters = Filters(country=tuple(countries), type=tuple(kinds))
    deals = count_events(told, Filters(country=filters.country, type=("trade_deal",)))
    deals = deals if not kinds or "trade_deal" in kinds else 0
    assert count_events(told, filters) + deals == sum(place.events for place in find_places(told, filters))
