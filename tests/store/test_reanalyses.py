"""Understanding all again changes nothing until all of it counts."""

from __future__ import annotations

import dataclasses

from orewire.model.analysis import Analysis
from orewire.model.article import Article
from orewire.model.event import Event, Filters
from store.articles import add_article
from store.connection import Connection
from store.events import find_events
from store.reanalyses import count_reanalyses, keep_reanalyses, next_reanalyses, queue_stale, swap_reanalyses
from tests.store.conftest import NOW, Tell, article, mention, opposing


def events(connection: Connection) -> list[Event]:
    return find_events(connection, Filters())


def understand(connection: Connection, **changes: object) -> list[tuple[Article, Analysis]]:
    """All that is queued, understood anew as a permit that was denied."""
    told = [
        (
            one,
            Analysis(
                id=one.id,
                lang="en",
                relevant=True,
                events=(mention("permit_denied", **changes),),
                stances=(opposing(),),
                version="2+2+m+h",
            ),
        )
        for one in next_reanalyses(connection, 10)
    ]
    keep_reanalyses(connection, told)
    return told


def test_nothing_changes_before_the_swap(connection: Connection, tell: Tell) -> None:
    """Questions are answered as before until all is understood again; then all at once."""
    for name in ("a", "b"):
        tell(article(name), mention("protest"))
    before = events(connection)
    assert 2 == queue_stale(connection, "2+2", "h")
    understand(connection)
    assert (2, 2) == count_reanalyses(connection)
    assert before == events(connection)
    swap_reanalyses(connection)
    assert [("permit_denied", 2)] == [(event.type, event.article_count) for event in events(connection)]
    assert (0, 0) == count_reanalyses(connection)


def test_an_event_that_is_still_told_keeps_its_number(connection: Connection, tell: Tell) -> None:
    """Addresses of events outlive a new version."""
    tell(article("a"), mention(), mention("protest"))
    kept = {event.type: event.id for event in events(connection)}
    queue_stale(connection, "2+2", "h")
    understand(connection, confidence=0.6)
    recorded = swap_reanalyses(connection)
    assert (kept["permit_denied"],) == tuple(event.id for event in events(connection))
    assert () == recorded.new_events


def test_only_other_versions_are_queued(connection: Connection, tell: Tell) -> None:
    """What this version understood is left alone; asked for, every article is queued."""
    tell(article("a"), mention())
    assert 0 == queue_stale(connection, "1", "1")
    assert 1 == queue_stale(connection, "1", "other")
    assert 1 == queue_stale(connection, "1", "1", every=True)


def test_a_text_that_changed_meanwhile_is_not_swapped(connection: Connection, tell: Tell) -> None:
    """Its revision waits for its own analysis."""
    tell(article("a"), mention("protest"))
    queue_stale(connection, "2+2", "h")
    understand(connection)
    add_article(connection, dataclasses.replace(article("a"), text="Something else happened."), NOW)
    swap_reanalyses(connection)
    assert ["protest"] == [event.type for event in events(connection)]
