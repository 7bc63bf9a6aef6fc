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


def test_the_window_moves() -> None:
    """Who has used up a minute may ask again when the oldest request is a minute old, and then once."""
    clock = iter((0.0, 30.0, 59.0, 60.0, 61.0, 90.0))
    rates = Rates(clock.__next__)
    asked = [rates.seconds_to_wait("2/minute", "a") for _ in range(6)]
    assert [None, None, 1, None, 29, None] == asked


def test_who_asks_no_more_is_forgotten() -> None:
    """Each address that had ever asked was kept for good, and looked at again with every request."""
    clock = iter((*range(50), 110.0))
    rates = Rates(clock.__next__)
    for number in range(50):
        rates.seconds_to_wait("2/minute", f"192.0.2.{number}")
    rates.seconds_to_wait("2/minute", "late")
    assert 1 == len(rates)


def test_so_many_are_remembered_and_no_more() -> None:
    """Whoever asks from a million addresses within a minute does not fill the memory."""
    rates = Rates(most=100)
    for number in range(1_000):
        rates.seconds_to_wait("2/minute", str(number))
    assert 101 == len(rates)
    assert [None, 60] == [rates.seconds_to_wait("2/minute", "999") for _ in range(2)]


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
