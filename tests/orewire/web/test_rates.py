"""How often somebody may ask."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.web.rates import Rates, place_of


def test_so_many_and_no_more() -> None:
    """Then it is said for how long to wait; others go on."""
    rates = Rates()
    assert [None] * 3 == [rates.seconds_to_wait("3/minute", "login", "a") for _ in range(3)]
    wait = rates.seconds_to_wait("3/minute", "login", "a")
    assert wait is not None
    assert 1 <= wait <= 60
    assert (None, None) == (
        rates.seconds_to_wait("3/minute", "login", "b"),
        rates.seconds_to_wait("3/minute", "all", "a"),
    )


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("a:b", "a:b"),
    ],
)
def test_whom_an_address_counts_for(address: str, place: str) -> None:
    """Of IPv6 for its network."""
    assert place == place_of(address)


@given(st.integers(2**32, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_neighbours_count_as_one(network: int, one: int, other: int) -> None:
    """Whichever of their 2^64 addresses they take."""
    found = {place_of(str(IPv6Address((network << 64) + host))) for host in (one, other)}
    assert 1 == len(found)
