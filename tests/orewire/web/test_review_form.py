"""What a form of an event's page decides: only what was changed, and nothing that is no decision."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from orewire.model.errors import UsageError
from orewire.model.event import Event, EventStance, Review
from orewire.model.review import STANCE_FIELDS
from orewire.web.forms import Form
from orewire.web.pages.edits import read_decision, read_draft, values_shown
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
    return {**filled, "shown": [json.dumps(values_shown(told))], **changes}


def test_only_what_was_changed_is_edited() -> None:
    """The other fields go on being derived."""
    form = form_of(EVENT, type=["strike"], countries=["Serbia, cl"], stage=[""], reason=["as the union says"])
    expected = Review(
        action="edit", who="ana", event=7, reason="as the union says",
        edits={"type": "strike", "countries": ["RS", "CL"], "stage": None},
    )  # fmt: skip
    assert expected == read_decision(form, EVENT, "ana")


def test_what_was_wrong_can_be_mended() -> None:
    """The form says again what was filled in, and asks for the same once that is mended."""
    form = form_of(EVENT, type=["strike"], countries=["Atlantis, RS"], reason=["as the union says"])
    draft = read_draft(form)
    assert ("strike", ["Atlantis, RS"], "as the union says") == (draft["type"], draft["countries"], draft["reason"])
    mended = {**form, **{name: [draft[name]] for name in ("type", "date", "actor")}, "countries": ["RS"]}
    assert {"type": "strike"} == read_decision(mended, EVENT, "ana").edits


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
        (form_of(replace(EVENT, type="strike"), type=["lawsuit"]), "changed meanwhile"),
        ({**form_of(EVENT), "shown": ["nothing"]}, "without what it showed"),
        (form_of(EVENT, **{f"stance_{name}": ["x"] * 201 for name in STANCE_FIELDS}), "200 at most"),
        ({"do": ["delete"]}, "expected one of accept"),
        ({"do": ["merge"], "into_event": ["the other"]}, "expected a number"),
        ({"do": ["undo"]}, "expected a number"),
    ],
)
def test_what_is_no_decision_is_refused(form: Form, told: str) -> None:
    """With what was expected."""
    with pytest.raises(UsageError, match=told):
        read_decision(form, EVENT, "ana")


def test_what_others_changed_meanwhile_stays() -> None:
    """A field that the person did not touch is no edit, though the event has another value by now."""
    before = form_of(EVENT, actor=["somebody"])
    now = replace(EVENT, status="prospective")
    assert {"actor": "somebody"} == read_decision(before, now, "ann").edits


def test_evidence_over_several_lines() -> None:
    """A field has one line: that is no edit, and what was left alone stays letter by letter."""
    stance = EventStance(**{**STANCE, "evidence": "one\n two"})
    two = replace(EVENT, stances=(stance, EventStance(**STANCE)))
    form = form_of(two)
    with pytest.raises(UsageError, match="nothing changed"):
        read_decision(form, two, "ann")
    fewer = form_of(two, stance_holder=[stance.holder, "", ""])
    assert ["one\n two"] == [one["evidence"] for one in read_decision(fewer, two, "ann").edits["stances"]]


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
