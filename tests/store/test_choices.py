"""Whatever is sent as an edit is refused with a reason, or means the same when it is read again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orewire.model.errors import UsageError
from orewire.model.review import EDITABLE, STANCE_FIELDS
from store.choices import check_edits
from store.connection import Connection, open_database
from store.reference import put_reference
from tests.store.conftest import NOW
from tests.store.filled import REFERENCE


@pytest.fixture(scope="module")
def known() -> Iterator[Connection]:
    """A store that knows lithium and Serbia."""
    connection = open_database(None)
    put_reference(connection, REFERENCE, NOW)
    yield connection
    connection.close()


WORDS = (
    st.sampled_from(("protest", "actual", "main", "lithium", "Lithium", "rs", "RS", "Serbia", "2025-01-31", ""))
    | st.text()
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
STANCES = st.fixed_dictionaries(dict.fromkeys(STANCE_FIELDS, PLAIN))
VALUES = PLAIN | st.lists(PLAIN | STANCES) | STANCES
EDITS = st.dictionaries(st.sampled_from(EDITABLE) | st.text(), VALUES)


@settings(max_examples=300, deadline=None)
@given(EDITS | PLAIN | st.lists(PLAIN))
def test_refused_or_plain(known: Connection, edits: Any) -> None:
    """What is accepted is JSON, and accepted again as it is."""
    try:
        checked = check_edits(known, edits)
    except UsageError as error:
        assert "found" in str(error)
        return
    assert checked == check_edits(known, json.loads(json.dumps(checked)))


def test_what_is_written_otherwise_is_made_canonical(known: Connection) -> None:
    """Cases, blanks, what is said twice, and nothing."""
    edits = {"countries": ["rs", "RS"], "minerals": [" Lithium "], "actor": " the court ", "project": "", "date": None}
    expected = {"countries": ["RS"], "minerals": ["lithium"], "actor": "the court", "project": None, "date": None}
    assert expected == check_edits(known, edits)
