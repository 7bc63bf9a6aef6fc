"""What people decide stands beside what was resolved, outlives a new analysis, and can be undone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orewire.model.analysis import Evidence
from orewire.model.errors import UsageError
from orewire.model.event import Event, Filters, Review
from store.check import check_store
from store.connection import Connection, open_database
from store.events import find_events
from store.reviews import carry_out, get_reviews
from store.telling import get_passages
from tests.store.conftest import NOW, Tell, article, mention, teller
from tests.store.filled import silent


def events(connection: Connection) -> list[Event]:
    return find_events(connection, Filters())


def sources(connection: Connection) -> list[list[str]]:
    return sorted(sorted(source.article_id for source in event.sources) for event in events(connection))


def decide(connection: Connection, action: str, **values: object) -> Review:
    return carry_out(connection, Review(action=action, who="ana", **values), NOW)  # type: ignore[arg-type]


@pytest.fixture
def two(connection: Connection, tell: Tell) -> tuple[int, int]:
    """Two refusals of different projects; their events."""
    (one,) = tell(article("a"), mention()).new_events
    (other,) = tell(article("b"), mention(project="Piskanja")).new_events
    return one, other


def test_merged_and_undone(connection: Connection, two: tuple[int, int]) -> None:
    """One event with both sources; undone, two events with their numbers."""
    review = decide(connection, "merge", event=two[0], into_event=two[1], reason="one decree")
    assert [(two[1], 2)] == [(event.id, event.article_count) for event in events(connection)]
    decide(connection, "undo", id=review.id)
    assert sorted(two) == sorted(event.id for event in events(connection))
    assert [("merge", "ana", "one decree", NOW)] == [
        (one.action, one.who, one.reason, one.undone_at) for one in get_reviews(connection, two[0])
    ]


def test_a_merge_outlives_a_new_analysis(connection: Connection, tell: Tell, two: tuple[int, int]) -> None:
    """Understood again, the mentions count for where they were put; so does the next report of the event that went."""
    decide(connection, "merge", event=two[0], into_event=two[1])
    tell(article("a"), mention(confidence=0.9))
    tell(article("c"), mention())
    assert [(two[1], 3)] == [(event.id, event.article_count) for event in events(connection)]


def test_split_and_undone(connection: Connection, tell: Tell) -> None:
    """What one article says becomes an event of its own, also after a new analysis; undone, it is one again."""
    tell(article("a"), mention())
    (event,) = tell(article("b"), mention()).updated_events
    review = decide(connection, "split", event=event, articles=(article("b").id,))
    apart = sources(connection)
    assert sorted([[article("a").id], [article("b").id]]) == apart
    tell(article("b"), mention(confidence=0.9))
    assert apart == sources(connection)
    decide(connection, "undo", id=review.id)
    assert 1 == len(events(connection))


def test_a_merge_is_undone_in_the_midst_of_a_chain(connection: Connection, tell: Tell, two: tuple[int, int]) -> None:
    """1 went into 2 and 2 into 3: without the first, 1 is there again, and 2 still in 3."""
    (third,) = tell(article("c"), mention(project="Rekovac")).new_events
    first = decide(connection, "merge", event=two[0], into_event=two[1])
    decide(connection, "merge", event=two[1], into_event=third)
    decide(connection, "undo", id=first.id)
    assert {two[0]: 1, third: 2} == {event.id: event.article_count for event in events(connection)}
    assert () == check_store(connection, silent).faults


def test_a_split_is_undone_whose_event_went_on(connection: Connection, tell: Tell) -> None:
    """What was split off and then merged comes back to the event that it was taken from."""
    tell(article("a"), mention())
    (event,) = tell(article("b"), mention()).updated_events
    (other,) = tell(article("c"), mention(project="Piskanja")).new_events
    split = decide(connection, "split", event=event, articles=(article("b").id,))
    decide(connection, "merge", event=split.into_event, into_event=other)
    decide(connection, "undo", id=split.id)
    assert {event: 2, other: 1} == {one.id: one.article_count for one in events(connection)}
    assert () == check_store(connection, silent).faults


def test_two_events_of_one_article_that_are_one_have_two_passages(connection: Connection, tell: Tell) -> None:
    """Each says where its evidence begins, as the sources do."""
    text = "They marched at Jadar. They blocked the road at Piskanja."
    first, second = (
        Evidence(text=part, start=at, end=at + len(part)) for part, at in ((text[:22], 0), (text[23:], 23))
    )
    told = tell(article("a", text=text), mention(evidence=first), mention(project="Piskanja", evidence=second))
    one, other = told.new_events
    decide(connection, "merge", event=one, into_event=other)
    (event,) = events(connection)
    assert {0, 23} == {passage.start for passage in get_passages(connection, other, around=9)}
    assert {0, 23} == {source.start for source in event.sources}


@pytest.mark.parametrize(
    "decision",
    [
        {"action": "merge", "event": 1, "into_event": 1},
        {"action": "merge", "event": 1, "into_event": 99},
        {"action": "merge", "event": 1},
        {"action": "split", "event": 1, "articles": ()},
        {"action": "split", "event": 1, "articles": ("nobody",)},
        {"action": "undo", "id": 7},
        {"action": "burn", "event": 1},
    ],
)
def test_what_cannot_be_is_refused(connection: Connection, tell: Tell, decision: dict[str, object]) -> None:
    """With what was found and expected, and nothing changed."""
    tell(article("a"), mention())
    before = events(connection)
    with pytest.raises(UsageError, match="expected"):
        carry_out(connection, Review(who="ana", **decision), NOW)  # type: ignore[arg-type]
    assert (before, []) == (events(connection), get_reviews(connection))


def test_only_events_of_one_type_merge(connection: Connection, tell: Tell) -> None:
    """A protest is no refusal."""
    one, other = tell(article("a"), mention(), mention("protest")).new_events
    with pytest.raises(UsageError, match="type"):
        decide(connection, "merge", event=one, into_event=other)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=6), st.randoms(use_true_random=False))
def test_undoing_all_restores_what_was_resolved(merges: list[tuple[int, int]], random: object) -> None:
    """Whatever was merged, in whatever order it is undone."""
    connection = open_database(None)
    tell = teller(connection)
    ids = [
        tell(article(name), mention(project=project)).new_events[0]
        for name, project in zip("abcd", ("Jadar", "Piskanja", "Rekovac", "Valjevo"), strict=True)
    ]
    before = events(connection)
    made = []
    for one, other in merges:
        try:
            made.append(decide(connection, "merge", event=ids[one], into_event=ids[other]).id)
        except UsageError:  # it went into another before
            continue
    random.shuffle(made)  # type: ignore[attr-defined]
    for review in made:
        decide(connection, "undo", id=review)
    assert before == events(connection)
    connection.close()
