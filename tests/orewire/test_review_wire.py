"""Decisions as they travel: nothing is lost, and what is none is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.errors import UsageError
from orewire.model.event import Review
from orewire.web.wire import review_from_json, review_to_json

NUMBERS = st.none() | st.integers(0, 2**63 - 1)
VALUES = st.none() | st.text() | st.lists(st.text())
TIMES = st.none() | st.datetimes(timezones=st.just(UTC))
REVIEWS = st.builds(
    Review,
    action=st.sampled_from(("merge", "split", "accept", "reject", "edit", "undo")),
    who=st.text(),
    id=NUMBERS,
    event=NUMBERS,
    into_event=NUMBERS,
    articles=st.lists(st.text()).map(tuple),
    edits=st.dictionaries(st.text(), VALUES),
    changes=st.dictionaries(st.text(), st.lists(VALUES, min_size=2, max_size=2)),
    reason=st.none() | st.text(),
    made_at=TIMES,
    undone_at=TIMES,
)


@given(REVIEWS)
def test_there_and_back(review: Review) -> None:
    """Every field, whatever it holds."""
    assert review == review_from_json(json.loads(json.dumps(review_to_json(review))))


def test_what_was_said_before_is_still_understood() -> None:
    """A decision as it was sent before there were edits."""
    told = {"action": "merge", "who": "ana", "event": 1, "into_event": 2, "made_at": "2025-11-14T08:00:00+00:00"}
    expected = Review(action="merge", who="ana", event=1, into_event=2, made_at=datetime(2025, 11, 14, 8, tzinfo=UTC))
    assert expected == review_from_json(told)


def test_what_no_answer_can_tell_is_replaced() -> None:
    """A lone surrogate, wherever it stands."""
    told = {"action": "edit", "who": "a\ud800", "event": 1, "articles": ["\udfff"], "edits": {"actor": "\ud800"}}
    review = review_from_json(told)
    assert ("a?", ("?",), {"actor": "?"}) == (review.who, review.articles, review.edits)


@pytest.mark.parametrize(
    "change",
    [
        {"event": "1"},
        {"event": True},
        {"event": 2**63},
        {"id": -1},
        {"who": None},
        {"edits": ["type"]},
        {"articles": "a"},
        {"articles": [1]},
        {"reason": 7},
        {"made_at": "yesterday"},
        {"colour": "red"},
    ],
)
def test_what_is_no_decision_is_refused(change: dict[str, Any]) -> None:
    """With what was expected."""
    with pytest.raises(UsageError, match="expected"):
        review_from_json({"action": "accept", "who": "ana", "event": 1, **change})
