"""Spots that are near each other are shown as one, and none is lost."""

from __future__ import annotations

import math
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from orewire.web.charts.groups import Spot, group_spots
from tests.orewire.web.charts.answers import place

spots = st.lists(
    st.builds(
        lambda x, y, events, name: Spot(x=x, y=y, place=place(name, events=events, opponents=events // 2)),
        st.floats(0, 200),
        st.floats(0, 100),
        st.integers(1, 50),
        st.sampled_from("abcdef"),
    ),
    max_size=40,
)


@given(spots, st.floats(1, 60))
def test_sums_are_kept(found: list[Spot], apart: float) -> None:
    """Each spot is in one group: events and opponents of the groups are those of the spots."""
    groups = group_spots(found, apart)
    assert sorted(map(id, found)) == sorted(id(spot) for group in groups for spot in group.spots)
    assert sum(spot.place.events for spot in found) == sum(group.events for group in groups)
    assert sum(spot.place.opponents for spot in found) == sum(group.opponents for group in groups)


@given(spots, st.floats(1, 60))
def test_no_two_groups_are_near(found: list[Spot], apart: float) -> None:
    """A finger can tell them apart."""
    for one, other in combinations(group_spots(found, apart), 2):
        assert math.hypot(one.x - other.x, one.y - other.y) >= apart - 1e-9


@given(spots, st.floats(1, 60))
def test_a_group_holds_what_is_near_its_busiest(found: list[Spot], apart: float) -> None:
    """It lies where its busiest spot does."""
    for group in group_spots(found, apart):
        assert (group.x, group.y) == (group.spots[0].x, group.spots[0].y)
        assert group.spots[0].place.events == max(spot.place.events for spot in group.spots)
        assert all(math.hypot(spot.x - group.x, spot.y - group.y) < apart for spot in group.spots[1:])


@given(st.permutations([Spot(x=x, y=0, place=place(str(x), events=5)) for x in (0, 5, 9, 30, 33)]))
def test_the_order_does_not_matter(found: list[Spot]) -> None:
    """The same spots make the same groups, however the store gave them."""
    assert [(0, 3), (30, 2)] == [(group.x, len(group.spots)) for group in group_spots(found, 10)]
