"""The token of our forms: made for one visitor, by one service."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orewire.web.seal import Seal

KEY = b"k" * 32
COOKIES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(COOKIES)
def test_a_token_fits_its_cookie(bound: str) -> None:
    """And is the same on every page, without another cookie."""
    seal = Seal(KEY, bound)
    token = seal.token()
    assert (True, token, False) == (Seal(KEY, bound).fits(token), seal.token(), seal.is_new)


@given(COOKIES, COOKIES)
def test_a_token_fits_no_other_cookie(one: str, other: str) -> None:
    """Who got one for themselves can send no form in the name of somebody else."""
    assert (one == other) == Seal(KEY, other).fits(Seal(KEY, one).token())


@given(COOKIES, st.text())
def test_what_is_no_token_does_not_fit(bound: str, token: str) -> None:
    """Whatever it is."""
    assert not Seal(KEY, bound).fits(token)


@given(COOKIES)
def test_a_token_fits_no_other_service(bound: str) -> None:
    """The key is part of it."""
    assert not Seal(b"x" * 32, bound).fits(Seal(KEY, bound).token())


def test_a_visitor_without_a_cookie_gets_one() -> None:
    """At the first form; until then nothing fits."""
    seal = Seal(KEY, None)
    assert not seal.fits("")
    token = seal.token()
    assert (True, True) == (seal.is_new, Seal(KEY, seal.bound).fits(token))
