"""What a form of an event's page decides: only what was changed, and nothing that is no decision."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orewire.model.errors import UsageError
from orewire.model.event import Event, EventStance, Review
from orewire.model.review import STANCE_FIELDS
from orewire.web.forms import Form
from orewire.web.pages.review import read_decision
from tests.orewire.test_pages import event

EVENT: Event = replace(event("Jadar", "https://example.org/a"), stage="suspended")
STANCE = {name: getattr(EVENT.stances[0], name) for name in STANCE_FIELDS}


def form_of(told: Event, **changes: list[str]) -> Form:
    """As the page shows it, with some fields changed."""
    filled = {
        "do": ["edit"], "type": [told.type], "status": [told.status], "salience": [told.salience],
        "stage": [told.stage or ""], "date": [str(told.date)], "countries": [", ".join(told.countries)],
        "minerals": [", ".join(told.minerals)], "project": [told.project or ""], "actor": [told.actor or ""],
        "target": [told.target or ""],
    }  # fmt: skip
    stances = [*told.stances, EventStance(**{**STANCE, "holder": ""})]
    filled |= {f"stance_{name}": [getattr(one, name) for one in stances] for name in STANCE_FIELDS}
    return {**filled, **changes}


def test_only_what_was_changed_is_edited() -> None:
    """The other fields go on being derived."""
    form = form_of(EVENT, type=["strike"], countries=["Serbia, cl"], stage=[""], reason=["as the union says"])
    expected = Review(
        action="edit", who="ana", event=7, reason="as the union says",
        edits={"type": "strike", "countries": ["RS", "CL"], "stage": None},
    )  # fmt: skip
    assert expected == read_decision(form, EVENT, "ana")


def test_stances_are_added_and_taken_away() -> None:
    """A row that is filled in is one more; one without a name is one less."""
    more = form_of(EVENT, stance_holder=["Jadar", "Residents"])
    assert [STANCE, {**STANCE, "holder": "Residents"}] == read_decision(more, EVENT, "ana").edits["stances"]
    assert [] == read_decision(form_of(EVENT, stance_holder=["", ""]), EVENT, "ana").edits["stances"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (form_of(EVENT), "nothing changed"),
        (form_of(EVENT, countries=["Atlantis"]), "Atlantis"),
        (form_of(EVENT, date=["soon"]), "2025-11-13"),
        ({"do": ["delete"]}, "expected one of accept"),
        ({"do": ["merge"], "into_event": ["the other"]}, "expected a number"),
        ({"do": ["undo"]}, "expected a number"),
    ],
)
def test_what_is_no_decision_is_refused(form: Form, told: str) -> None:
    """With what was expected."""
    with pytest.raises(UsageError, match=told):
        read_decision(form, EVENT, "ana")


def test_other_decisions() -> None:
    """Each with what it needs."""
    read = {
        "accept": {"do": ["accept"], "reason": [" "]},
        "split": {"do": ["split"], "article": ["a", "b"]},
        "merge": {"do": ["merge"], "into_event": ["12"]},
        "undo": {"do": ["undo"], "id": ["3"]},
    }
    made = {name: read_decision(form, EVENT, "ana") for name, form in read.items()}
    assert Review(action="accept", who="ana", event=7) == made["accept"]
    assert ("a", "b") == made["split"].articles
    assert 12 == made["merge"].into_event
    assert (3, None) == (made["undo"].id, made["undo"].event)
