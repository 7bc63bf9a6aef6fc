"""Decisions that were made before events could be edited still hold."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orewire.model.event import Filters
from store.connection import open_database
from store.events import find_events
from store.reviews import get_reviews
from tests.store.conftest import article, mention, teller

FORMER = """
CREATE OR REPLACE TABLE reviews (
    id BIGINT PRIMARY KEY, action VARCHAR NOT NULL CHECK (action IN ('merge', 'split')), event BIGINT NOT NULL,
    into_event BIGINT NOT NULL, mentions JSON, who VARCHAR NOT NULL, reason VARCHAR, made_at TIMESTAMPTZ NOT NULL,
    undone_at TIMESTAMPTZ
);
INSERT INTO reviews VALUES (1, 'merge', 1, 2, '[]', 'ana', NULL, '2025-11-14 08:00:00Z', NULL);
UPDATE mentions SET event = 2;
DELETE FROM events WHERE id = 1;
DELETE FROM migrations WHERE number > 8;
DROP TABLE project_changes; DROP TABLE queries;
DROP TABLE users; DROP TABLE tokens; DROP TABLE sessions; DROP TABLE audit; DROP SEQUENCE token_numbers;
"""


def test_a_merge_is_kept(tmp_path: Path) -> None:
    """By a store of the schema before, with the event that went."""
    path = tmp_path / "s.duckdb"
    connection = open_database(path)
    tell = teller(connection)
    tell(article("a"), mention())
    tell(article("b"), mention(project="Piskanja"))
    connection.close()
    with duckdb.connect(str(path)) as former:
        former.execute(FORMER)
    connection = open_database(path)
    assert [("merge", 1, 2, {})] == [
        (one.action, one.event, one.into_event, one.changes) for one in get_reviews(connection)
    ]
    tell = teller(connection)
    tell(article("c"), mention())
    assert [2] == [event.id for event in find_events(connection, Filters())]
    connection.close()
