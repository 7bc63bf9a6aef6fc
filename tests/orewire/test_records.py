"""Records that were written by another version."""

from __future__ import annotations

import pytest

from orewire.model.errors import StoreError
from orewire.model.event import Event, EventStance, Filters, event_to_json
from orewire.model.records import from_json
from store.connection import open_database
from store.events import find_events
from tests.store.conftest import article, mention, teller


def test_a_field_that_is_new_has_its_default() -> None:
    """An alert that was kept before events had `review` can still be read."""
    connection = open_database(None)
    teller(connection)(article("a"), mention())
    (event,) = find_events(connection, Filters())
    connection.close()
    written = event_to_json(event)
    del written["review"]
    assert event == from_json(Event, written)


def test_a_field_that_is_needed_is_missed() -> None:
    """With its name."""
    with pytest.raises(StoreError, match="holder"):
        from_json(EventStance, {})
