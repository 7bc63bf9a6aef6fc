"""A question is an address and an address a question, whatever is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.errors import UsageError
from orewire.model.event import Cursor, Filters
from orewire.web.pages.names import country_code, country_names
from orewire.web.pages.question import (
    address,
    canonical,
    cursor_words,
    read_cursor,
    read_page,
    read_question,
    toggled,
    without,
)

words = st.text(min_size=1, max_size=20).map(str.strip).filter(bool).filter(lambda text: "\ud800" > max(text))
lists = st.lists(words, max_size=3, unique=True).map(tuple)
days = st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))
times = st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
questions = st.builds(
    Filters, country=lists, mineral=lists, type=lists, family=lists, stance=lists, project=lists, actor=lists,
    status=lists, since=days, until=days, text=st.none() | words, min_confidence=st.none() | st.floats(0, 1),
    seen_since=times, seen_until=times,
)  # fmt: skip


def request(target: str) -> Request:
    parts = urlsplit(target)
    scope = {"type": "http", "method": "GET", "path": parts.path, "query_string": parts.query.encode(), "headers": []}
    return Request({**scope, "server": ("localhost", 80), "scheme": "http"})


@given(questions)
def test_there_and_back(filters: Filters) -> None:
    """The address of a question asks it, and there is no shorter one."""
    asked = request(address("/search", filters))
    assert filters == read_question(asked)
    assert canonical(asked, filters) is None


@given(questions, st.sampled_from(["country", "mineral", "project"]), words)
def test_what_is_chosen_twice_is_not_chosen(filters: Filters, name: str, value: str) -> None:
    """A second click takes a value back; others stay, in their order."""
    chosen = toggled(filters, name, value)
    again = toggled(chosen, name, value)
    others = tuple(one for one in getattr(filters, name) if one.lower() != value.lower())
    assert others == tuple(one for one in getattr(again, name) if one.lower() != value.lower())
    assert (value in getattr(chosen, name)) or (value.lower() in {one.lower() for one in getattr(filters, name)})


@given(st.none() | st.text(st.sampled_from("0123456789²x- ")) | st.integers().map(str))
def test_a_page_is_one_of_those_there_are(value: str | None) -> None:
    """Whatever is written, from 1 to the last, or refused."""
    try:
        assert 1 <= read_page(value, 400) <= 400
    except UsageError:
        assert value and not (value.isascii() and value.isdigit() and value[0] != "0" and int(value) <= 400)


def test_without_a_filter() -> None:
    """Only that one is taken away."""
    filters = Filters(country=("RS",), text="court", since=date(2025, 1, 1))
    assert Filters(country=("RS",), since=date(2025, 1, 1)) == without(filters, "text")
    assert Filters(text="court", since=date(2025, 1, 1)) == without(filters, "country")


@given(st.none() | st.dates(), st.integers(0, 10**18 - 1))
def test_a_cursor_there_and_back(day: date | None, number: int) -> None:
    """Where a page ended is where the next one begins."""
    assert Cursor(date=day, id=number) == read_cursor(cursor_words(day, number))


@given(st.text(max_size=30))
def test_any_cursor_is_read_or_refused(text: str) -> None:
    """Nothing else happens, whatever stands there."""
    try:
        read_cursor(text)
    except UsageError:
        return


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("/search?kountry=RS", "expected one of actor"),
        ("/search?since=yesterday", "such as 2025-11-13"),
        ("/search?min_confidence=much", "from 0 to 1"),
        ("/search?seen_since=2025-11-13T12:00:00", "with its zone"),
        ("/search?" + "&".join(f"actor={n}" for n in range(300)), "200 at most"),
    ],
)
def test_what_means_nothing_is_told(target: str, told: str) -> None:
    """With what was expected."""
    with pytest.raises(UsageError, match=told):
        read_question(request(target))


def test_empty_fields_are_left_out() -> None:
    """A form that was half filled in leads to the short address."""
    asked = request("/search?country=&mineral=lithium&since=&text=+")
    filters = read_question(asked)
    assert Filters(mineral=("lithium",)) == filters
    assert "/search?mineral=lithium" == canonical(asked, filters)


def test_countries_by_name() -> None:
    """By English name or code, whatever the case; what is neither is refused."""
    assert ["RS", "RS", "CD", "EU"] == [country_code(one) for one in ("serbia", "rs", country_names()["CD"], "EU")]
    with pytest.raises(UsageError, match="Atlantis"):
        country_code("Atlantis")
