"""Walking pages by cursors gives what one big question gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orewire.model.answers import Page
from orewire.model.errors import UsageError
from orewire.model.event import Cursor, Filters
from orewire.web.cursors import read_cursor, write_cursor
from orewire.web.questions import find_page
from store.connection import open_database
from store.local import LocalStore
from tests.store.conftest import article, mention, teller
from tests.web.conftest import EVENTS, Service, fill

QUESTIONS = (
    Filters(), Filters(country=("CL",)), Filters(type=("protest", "policy")), Filters(since=date(2025, 9, 5)),
    Filters(type=("policy",)), Filters(min_confidence=0.99),
)  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Iterator[LocalStore]:
    connection = open_database(None)
    fill(connection)
    opened = LocalStore(connection)
    yield opened
    opened.close()


@given(limits=st.lists(st.integers(1, 40), min_size=1, max_size=9), filters=st.sampled_from(QUESTIONS))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_walk_is_the_whole(store: LocalStore, limits: list[int], filters: Filters) -> None:
    """Whatever the lengths of its pages, those without a date last, each once, null exactly at the end."""
    whole = [event.id for event in store.find_events(filters, limit=1000)]
    walked: list[int] = []
    word: str | None = None
    for turn in range(len(whole) + 1):
        after = read_cursor(word, filters) if word else None
        events, end = find_page(store, filters, Page(limit=limits[turn % len(limits)], after=after))
        walked += [event.id for event in events]
        if end is None:
            break
        word = write_cursor(end, filters)
    assert whole == walked


def test_events_that_come_in_meanwhile() -> None:
    """Neither double nor hide what a walk tells: an offset would tell one twice."""
    connection = open_database(None)
    fill(connection)
    store = LocalStore(connection)
    first, end = find_page(store, Filters(), Page(limit=30))
    teller(connection)(article("late", day=date(2025, 12, 1)), mention("strike", project="Late"))
    rest = store.find_events(Filters(), limit=1000, after=end)
    numbers = [event.id for event in (*first, *rest)]
    assert (EVENTS, EVENTS) == (len(numbers), len(set(numbers)))
    store.close()


@given(st.one_of(st.none(), st.dates()), st.integers(0, 10**17), st.sampled_from(QUESTIONS))
def test_round_trip(day: date | None, number: int, filters: Filters) -> None:
    """A cursor is read as it was written."""
    cursor = Cursor(date=day, id=number)
    assert cursor == read_cursor(write_cursor(cursor, filters), filters)


@given(st.text(max_size=60))
def test_any_other_word_is_refused(word: str) -> None:
    """Whatever stands there, it is no error of ours."""
    with pytest.raises(UsageError, match="cursor"):
        read_cursor(word, Filters())


def test_a_cursor_of_another_question_is_refused() -> None:
    """It would lead on in a list that nobody saw; the order of values makes no other question."""
    word = write_cursor(Cursor(date=None, id=7), Filters(country=("CL", "PE")))
    assert 7 == read_cursor(word, Filters(country=("PE", "CL"))).id
    with pytest.raises(UsageError):
        read_cursor(word, Filters(country=("CL",)))


@pytest.mark.e2e
def test_next_leads_through_all(service: Service) -> None:
    """In the answer and as a link, until there is no more; the same events as by the client and as CSV."""
    path: str | None = "/api/v1/events?limit=17"
    told: list[int] = []
    while path is not None:
        answer = service.ask(path)
        told += [event["id"] for event in answer.json["events"]]
        path = answer.json["next"]
        assert (f'<{path}>; rel="next"' if path else None) == answer.headers["Link"]
    assert [event.id for event in service.client().iterate_events(Filters(), at_once=13)] == told
    assert EVENTS == len(told)


@pytest.mark.e2e
@pytest.mark.parametrize(("path", "name", "count"), [("projects", "projects", 60), ("search", "articles", 59)])
def test_next_of_other_lists(service: Service, path: str, name: str, count: int) -> None:
    """They go on by offset, and end, too."""
    following: str | None = f"/api/v1/{path}?limit=25{'&text=words' if path == 'search' else ''}"
    found: list[object] = []
    while following is not None:
        answer = service.ask(following).json
        found += answer[name]
        following = answer["next"]
    assert count == len(found)


@pytest.mark.e2e
def test_a_cursor_goes_alone(service: Service) -> None:
    """Together with an offset it means nothing; one that is none is refused with what was expected."""
    word = write_cursor(Cursor(date=None, id=7), Filters())
    assert 400 == service.ask(f"/api/v1/events?cursor={word}&offset=5").status
    assert "cursor" == service.ask("/api/v1/events?cursor=x").json["parameter"]
