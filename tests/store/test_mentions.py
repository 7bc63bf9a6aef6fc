"""One event however often it is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orewire.model.event import Event, Filters
from store.connection import Connection
from store.events import find_events
from tests.store.conftest import Tell, article, mention, opposing

EVERYTHING = Filters()
DAY = date(2025, 11, 13)


def events(connection: Connection) -> list[Event]:
    return find_events(connection, EVERYTHING)


def test_two_outlets_one_event(connection: Connection, tell: Tell) -> None:
    """The second report adds a source and confidence, no event."""
    first = tell(article("a"), mention())
    second = tell(article("b"), mention(confidence=0.7))
    (event,) = events(connection)
    assert ((event.id,), (), (event.id,)) == (first.new_events, second.new_events, second.updated_events)
    assert (2, 2) == (event.article_count, event.independent_sources)
    assert 0.94 == pytest.approx(event.confidence)


def test_recording_again_changes_nothing(connection: Connection, tell: Tell) -> None:
    """Doing it again after a crash is harmless."""
    tell(article("a"), mention(), mention("protest"), stances=(opposing(),))
    before = events(connection)
    again = tell(article("a"), mention(), mention("protest"), stances=(opposing(),))
    assert () == again.new_events
    assert before == events(connection)


def test_a_reanalysis_takes_back_what_it_no_longer_says(connection: Connection, tell: Tell) -> None:
    """An event that nobody tells any more is gone."""
    tell(article("a"), mention(), mention("protest"))
    tell(article("a"), mention("protest"))
    assert ["protest"] == [event.type for event in events(connection)]


@pytest.mark.parametrize(
    "other",
    [
        mention(project="Thacker Pass", countries=("US",)),
        mention(project="Piskanja"),
        mention("permit_granted"),
        mention(project=None, countries=("CL",)),
        mention(project=None, minerals=("copper",)),
        mention(date=DAY - timedelta(days=90)),
    ],
    ids=["other project", "same country, other project", "other type", "other country", "other mineral", "long ago"],
)
def test_what_stays_apart(connection: Connection, tell: Tell, other: object) -> None:
    """Different projects, types, places, minerals or times are different events."""
    tell(article("a"), mention())
    tell(article("b"), other)
    assert 2 == len(events(connection))


def test_copies_count_once(connection: Connection, tell: Tell) -> None:
    """A wire story printed by three papers is one independent source."""
    text = "The ministry revoked it. " + " ".join(f"word{number}" for number in range(150))
    for name in ("a", "b", "c"):
        tell(article(name, text=f"{name.upper()} DESK. {text}"), mention())
    (event,) = events(connection)
    assert (3, 1, 0.8) == (event.article_count, event.independent_sources, event.confidence)


def test_expected_becomes_actual(connection: Connection, tell: Tell) -> None:
    """The same act, first announced, then done, is one event with a new status."""
    tell(article("a", day=DAY), mention(status="prospective"))
    tell(article("b", day=DAY + timedelta(days=9)), mention())
    (event,) = events(connection)
    assert "actual" == event.status


def test_history_joins_the_earlier_act(connection: Connection, tell: Tell) -> None:
    """'The licence was revoked' in a later story is that act, not a new one."""
    tell(article("a", day=DAY), mention())
    tell(article("b", day=DAY + timedelta(days=30)), mention(salience="background"), mention("protest"))
    assert ["permit_denied", "protest"] == sorted(event.type for event in events(connection))


def test_history_without_a_date_has_none(connection: Connection, tell: Tell) -> None:
    """What is only recalled is no news of its day, and no later news joins it."""
    tell(article("a"), mention(salience="background"))
    tell(article("b"), mention())
    assert [DAY, None] == [event.date for event in events(connection)]


def test_an_event_knows_its_sources_and_stances(connection: Connection, tell: Tell) -> None:
    """Each with the sentence that shows it."""
    tell(article("a", source="The Herald"), mention(), stances=(opposing(),))
    (event,) = events(connection)
    assert ["The Herald"] == [source.source for source in event.sources]
    assert "The ministry revoked it." == event.sources[0].evidence
    assert ["residents"] == [stance.holder for stance in event.stances]


def test_order_of_arrival_does_not_matter_for_twins(connection: Connection, tell: Tell) -> None:
    """Two acts of one type in one article stay two events, whatever is stored."""
    tell(article("a"), mention(), mention(project="Thacker Pass", countries=("US",)))
    tell(article("b"), mention(project="Thacker Pass", countries=("US",)), mention())
    assert [2, 2] == [event.article_count for event in events(connection)]
