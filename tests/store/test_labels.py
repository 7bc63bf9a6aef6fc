"""What people looked at becomes labelled articles, in the format that is measured and trained with."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orewire.model.analysis import Evidence
from orewire.model.event import Review
from store.connection import Connection
from store.labels import find_labels
from store.reviews import carry_out
from tests.store.conftest import NOW, Tell, article, mention, opposing

TEXT = "The ministry revoked it. Residents marched on Monday. I am for it, said the mayor."
MARCH = Evidence(text="Residents marched on Monday.", start=25, end=53)
MAYOR = {
    "holder": "the mayor", "holder_class": "government", "target": "Jadar", "polarity": "support",
    "basis": "statement", "evidence": "I am for it, said the mayor.",
}  # fmt: skip


def decide(connection: Connection, action: str, event: int, **values: Any) -> int | None:
    return carry_out(connection, Review(action=action, who="ana", event=event, **values), NOW).id


def told(connection: Connection, tell: Tell) -> tuple[int, int]:
    """A refusal and a march in one article, which residents oppose."""
    tell(article("a", text=TEXT), mention(), mention("protest", evidence=MARCH), stances=(opposing(),))
    (one,), (other,) = connection.execute("SELECT event FROM mentions ORDER BY number").fetchall()
    return one, other


def test_nothing_was_looked_at(connection: Connection, tell: Tell) -> None:
    """Then there is nothing to learn."""
    told(connection, tell)
    assert [] == find_labels(connection)


def test_a_corrected_article_in_full(connection: Connection, tell: Tell) -> None:
    """What was accepted as it is, what was edited with the edits; every field of the labelled format."""
    refused, march = told(connection, tell)
    decide(connection, "accept", refused)
    decide(connection, "edit", march, edits={"type": "opposition", "countries": ["CL"], "stances": [MAYOR]})
    (label,) = find_labels(connection)
    events = [(one["type"], one["countries"], one["reviewed"]) for one in label["events"]]
    assert [("permit_denied", ["RS"], True), ("opposition", ["CL"], True)] == events
    assert (True, False, ["RS", "CL"]) == (label["relevant"], label["partial"], label["countries"])
    assert [{"type": "protest", "evidence": MARCH.text}] == label["rejected"]
    assert [(MAYOR["holder"], 54, 82)] == [(one["holder"], one["start"], one["end"]) for one in label["stances"]]
    assert label == json.loads(json.dumps(label))


def test_what_was_rejected_is_left_out(connection: Connection, tell: Tell) -> None:
    """An article of which nothing is left is not relevant."""
    refused, march = told(connection, tell)
    decide(connection, "reject", march)
    (label,) = find_labels(connection)
    assert (["permit_denied"], True) == ([one["type"] for one in label["events"]], label["partial"])
    decide(connection, "reject", refused)
    (label,) = find_labels(connection)
    assert ([], False, False, []) == (label["events"], label["relevant"], label["partial"], label["stances"])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(("accept", "reject")), min_size=2, max_size=2), st.integers(0, 2))
def test_labels_are_those_that_stand(connection: Connection, tell: Tell, actions: list[str], seen: int) -> None:
    """Partial while something was not looked at; undone, all is as it was."""
    events = told(connection, tell)
    made = [decide(connection, action, event) for action, event in list(zip(actions, events, strict=True))[:seen]]
    assert [seen == 1] * bool(seen) == [one["partial"] for one in find_labels(connection)]
    for number in made:
        carry_out(connection, Review(action="undo", who="ana", id=number), NOW)
    assert [] == find_labels(connection)
