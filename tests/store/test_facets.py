"""Facets count what each further filter would leave."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.facet import FACETS, FacetValue
from store.connection import Connection
from store.events import count_events
from store.facets import count_facets
from tests.store.conftest import Tell, article, mention, opposing


@pytest.fixture
def told(tell: Tell, connection: Connection) -> Connection:
    """Three events: Serbian lithium with opponents, Congolese cobalt and copper, and one of two countries."""
    tell(article("a"), mention(), stances=(opposing(),))
    tell(
        article("b", day=date(2025, 9, 22)),
        mention("trade_restriction", countries=("CD",), minerals=("cobalt", "copper"), project=None),
    )
    tell(
        article("c", day=date(2025, 6, 2)),
        mention("trade_deal", countries=("CD", "US"), minerals=("copper",), project=None, status="prospective"),
    )
    return connection


def counts(connection: Connection, filters: Filters, name: str) -> dict[str, int]:
    (facet,) = count_facets(connection, filters, by=(name,))
    return {one.value: one.events for one in facet.values}


def test_an_event_counts_in_each_of_its_values(told: Connection) -> None:
    """The most frequent first, then by name."""
    assert [("CD", 2), ("RS", 1), ("US", 1)] == list(counts(told, Filters(), "country").items())
    assert [("copper", 2), ("cobalt", 1), ("lithium", 1)] == list(counts(told, Filters(), "mineral").items())
    assert {"-": 2, "oppose": 1} == counts(told, Filters(), "stance")
    assert {"-": 2, "Jadar": 1} == counts(told, Filters(), "project")
    assert {"trade": 2, "permitting": 1} == counts(told, Filters(), "family")


def test_only_what_matches_counts(told: Connection) -> None:
    """Under all filters, and only the dimensions asked for, in that order."""
    filters = Filters(country=("CD",), mineral=("copper", "cobalt"))
    assert {"actual": 1, "prospective": 1} == counts(told, filters, "status")
    assert ["type", "country"] == [facet.name for facet in count_facets(told, filters, by=("type", "country"))]
    assert list(FACETS) == [facet.name for facet in count_facets(told, filters)]
    assert all(facet.values == () for facet in count_facets(told, Filters(country=("CL",))))


def test_what_is_left_out_is_counted(told: Connection) -> None:
    """So a short list does not pass for a whole one."""
    (facet,) = count_facets(told, Filters(), by=("country",), limit=1)
    assert ((FacetValue(value="CD", events=2),), 2) == (facet.values, facet.more)
    with pytest.raises(UsageError, match="by: found 'colour', expected one of country, mineral"):
        count_facets(told, Filters(), by=("colour",))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    country=st.lists(st.sampled_from(["CD", "US", "RS", "CL"]), max_size=2),
    mineral=st.lists(st.sampled_from(["copper", "cobalt", "lithium"]), max_size=2),
    name=st.sampled_from(["country", "mineral", "type", "family", "status"]),
)
def test_each_count_is_what_the_filter_would_leave(
    told: Connection, country: list[str], mineral: list[str], name: str
) -> None:
    """For a filter that is not set yet: adding the value to it finds as many events as the facet says."""
    filters = {"country": tuple(country), "mineral": tuple(mineral), name: ()}
    for value, events in counts(told, Filters(**filters), name).items():  # type: ignore[arg-type]
        assert events == count_events(told, Filters(**{**filters, name: (value,)}))  # type: ignore[arg-type]
