"""What people decide that events are wins over what is derived, outlives a new analysis, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orewire.model.errors import UsageError
from orewire.model.event import Event, Filters, Review
from orewire.model.review import STANCE_FIELDS
from store.check import check_store
from store.choices import get_choices
from store.connection import Connection, open_database
from store.corrections import fold
from store.events import find_events
from store.facets import count_facets
from store.history import get_history
from store.ledger import next_changes
from store.local import LocalStore
from store.reading import table_names
from store.reference import put_reference
from store.reviews import carry_out, get_reviews
from store.turns import find_successor
from store.unreviewed import find_unreviewed, get_rejected
from tests.store.conftest import NOW, Tell, article, mention, opposing, teller
from tests.store.filled import REFERENCE, content, silent

STANCE = {
    "holder": "the mayor", "holder_class": "government", "target": "Jadar", "polarity": "support",
    "basis": "statement", "evidence": "I am for it, said the mayor.",
}  # fmt: skip


def decide(connection: Connection, action: str, **values: Any) -> Review:
    return carry_out(connection, Review(action=action, who="ana", **values), NOW)


def only(connection: Connection) -> Event:
    (event,) = find_events(connection, Filters())
    return event


@pytest.fixture
def event(connection: Connection, tell: Tell) -> int:
    """A refusal at Jadar that residents oppose."""
    return tell(article("a"), mention(), stances=(opposing(),)).new_events[0]


@pytest.mark.parametrize(("name", "longest"), [("who", 200), ("reason", 2_000)])
def test_a_decision_is_no_book(connection: Connection, event: int, name: str, longest: int) -> None:
    """A reason of two million characters made the page of its event as long."""
    told: dict[str, Any] = {"who": "ana", name: "a" * longest}
    assert "accept" == carry_out(connection, Review(action="accept", event=event, **told), NOW).action
    with pytest.raises(UsageError, match=f"{name}: found {longest + 1} characters, expected {longest} at most"):
        carry_out(connection, Review(action="accept", event=event, **{**told, name: "a" * (longest + 1)}), NOW)


def test_accepted(connection: Connection, event: int) -> None:
    """Nothing changes but that somebody has looked at it."""
    before = only(connection)
    decide(connection, "accept", event=event, reason="read it")
    assert {**asdict(before), "review": "accepted"} == asdict(only(connection))


def test_rejected_and_restored(connection: Connection, event: int) -> None:
    """It is in no answer and no count, but found by its number; undone, it is as it was."""
    before, rows = only(connection), content(connection)["events"]
    review = decide(connection, "reject", event=event)
    assert ([], []) == (find_events(connection, Filters()), content(connection)["weekly_counts"])
    rejected = LocalStore(connection).get_event(event)
    assert rejected is not None
    assert {**asdict(before), "review": "rejected"} == asdict(rejected)
    decide(connection, "undo", id=review.id)
    assert (before, rows) == (only(connection), content(connection)["events"])


def test_new_reports_of_what_was_rejected_stay_out(connection: Connection, tell: Tell, event: int) -> None:
    """Another paper on the same refusal adds nothing; the refusal of another mine does."""
    decide(connection, "reject", event=event)
    assert () == tell(article("b"), mention()).new_events
    tell(article("c"), mention(project="Piskanja"))
    assert ["Piskanja"] == [one.project for one in find_events(connection, Filters())]
    rejected = get_rejected(connection, event)
    assert rejected is not None
    assert 2 == rejected.article_count


def test_an_edited_type_moves_the_event_in_all_counts(connection: Connection, event: int) -> None:
    """It is found, counted and told of as what it is now."""
    decide(connection, "edit", event=event, edits={"type": "protest", "countries": ["CL"], "minerals": ["copper"]})
    assert [] == find_events(connection, Filters(type=("permit_denied",)))
    found = only(connection)
    assert ("protest", "opposition", "edited") == (found.type, found.family, found.review)
    facets = {one.name: [value.value for value in one.values] for one in count_facets(connection, Filters())}
    assert (["protest"], ["CL"], ["copper"]) == (facets["type"], facets["country"], facets["mineral"])
    counted = connection.execute("SELECT country, mineral, events FROM weekly_counts").fetchall()
    assert [("CL", "copper", 1)] == counted


@pytest.mark.parametrize(
    ("name", "value", "holds"),
    [
        ("status", "prospective", "prospective"),
        ("salience", "background", "background"),
        ("date", "2024-07-16", date(2024, 7, 16)),
        ("date", None, None),
        ("minerals", [], ()),
        ("project", "Rekovac", "Rekovac"),
        ("project", "", None),
        ("actor", "the court", "the court"),
        ("target", "Rio Sava", "Rio Sava"),
        ("stage", "revoked", "revoked"),
    ],
)
def test_a_corrected_field_holds_whatever_is_reported(
    connection: Connection, tell: Tell, event: int, name: str, value: object, holds: object
) -> None:
    """Also after a new analysis and further reports; other fields go on being derived."""
    decide(connection, "edit", event=event, edits={name: value})
    tell(article("a"), mention(stage="suspended", confidence=0.9, actor="a ministry", target="Rio"))
    tell(article("b"), mention(stage="suspended", confidence=0.85))
    found = only(connection)
    assert (holds, 2) == (getattr(found, name), found.article_count)
    assert () == check_store(connection, silent).faults


def test_stances_are_added_replaced_and_removed(connection: Connection, tell: Tell, event: int) -> None:
    """What was taken away stays away whoever reports it again; what others report is still added."""
    decide(connection, "edit", event=event, edits={"stances": [STANCE]})
    tell(article("b"), mention(), stances=(opposing(), opposing("farmers")))
    assert ["farmers", "the mayor"] == sorted(one.holder for one in only(connection).stances)
    assert [(1, 1)] == connection.execute("SELECT supporters, opponents FROM events").fetchall()
    turned = [{**STANCE, "polarity": "oppose"}]
    decide(connection, "edit", event=event, edits={"stances": turned})
    assert [("the mayor", "oppose")] == [(one.holder, one.polarity) for one in only(connection).stances]


@pytest.mark.parametrize("kept", [["I am for it."], ["So be it."], ["I am for it.", "So be it."]])
def test_of_one_stance_in_several_sentences_those_stay_that_are_kept(
    connection: Connection, event: int, kept: list[str]
) -> None:
    """They are one stance to the counts; taking one sentence away leaves the others."""
    sentences = ("I am for it.", "So be it.", "Build it.")
    told = {sentence: {**STANCE, "evidence": sentence} for sentence in sentences}
    decide(connection, "edit", event=event, edits={"stances": list(told.values())})
    assert {*sentences} == {one.evidence for one in only(connection).stances}
    decide(connection, "edit", event=event, edits={"stances": [told[sentence] for sentence in kept]})
    assert kept == [one.evidence for one in only(connection).stances]
    assert [(1, 0)] == connection.execute("SELECT supporters, opponents FROM events").fetchall()


def test_the_sentence_of_one_of_two_reports_is_taken_away(connection: Connection, tell: Tell, event: int) -> None:
    """Two papers report one stance in different sentences; one of them is kept."""
    other = replace(opposing(), evidence=replace(opposing().evidence, text="It was revoked."))
    tell(article("b"), replace(mention(), evidence=other.evidence), stances=(other,))
    before = [{name: asdict(one)[name] for name in STANCE_FIELDS} for one in only(connection).stances]
    assert 2 == len(before)
    decide(connection, "edit", event=event, edits={"stances": before[:1]})
    assert [before[0]["evidence"]] == [one.evidence for one in only(connection).stances]


def test_the_later_of_two_edits_holds_until_it_is_undone(connection: Connection, event: int) -> None:
    """Then the former does again."""
    decide(connection, "edit", event=event, edits={"type": "protest"})
    later = decide(connection, "edit", event=event, edits={"type": "lawsuit"})
    assert ("lawsuit", {"type": ["protest", "lawsuit"]}) == (only(connection).type, later.changes)
    decide(connection, "undo", id=later.id)
    assert "protest" == only(connection).type


def test_a_type_that_is_found_by_itself_later_is_the_same_event(connection: Connection, tell: Tell, event: int) -> None:
    """A better version that tells from the same sentence what a person said finds its event again."""
    decide(connection, "edit", event=event, edits={"type": "protest", "actor": "residents"})
    tell(article("a"), mention("protest"))
    found = only(connection)
    assert (event, "residents", "edited") == (found.id, found.actor, found.review)


def test_reports_of_the_type_that_was_corrected_still_join(connection: Connection, tell: Tell, event: int) -> None:
    """What the same version says of the same act in another paper belongs to the edited event."""
    decide(connection, "edit", event=event, edits={"type": "protest"})
    tell(article("b"), mention())
    assert ("protest", 2) == (only(connection).type, only(connection).article_count)


def test_events_of_one_corrected_type_merge(connection: Connection, tell: Tell, event: int) -> None:
    """What counts is what they are, not how they were read; the store stays sound, also when the edit is undone."""
    (other,) = tell(article("b"), mention("protest", project="Piskanja")).new_events
    review = decide(connection, "edit", event=event, edits={"type": "protest"})
    decide(connection, "merge", event=other, into_event=event)
    assert 2 == only(connection).article_count
    decide(connection, "undo", id=review.id)
    assert ("permit_denied", ()) == (only(connection).type, check_store(connection, silent).faults)


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({}, "expected new values"),
        ({"colour": "red"}, "field: found 'colour'"),
        ({"type": "protests"}, "nearest: protest"),
        ({"status": "maybe"}, "expected one of actual, prospective"),
        ({"minerals": ["litium"]}, "nearest: lithium"),
        ({"minerals": "lithium"}, "expected a list"),
        ({"countries": ["Serbia"]}, r"nearest: RS \(Serbia\)"),
        ({"date": "yesterday"}, "expected a day"),
        ({"type": None}, "expected text"),
        ({"type": "permit_denied"}, "nothing that differs"),
        ({"actor": "x" * 201}, "actor: found 201 characters, expected 200 at most"),
        ({"project": "x" * 201}, "200 at most"),
        ({"target": "x" * 201}, "200 at most"),
        ({"stances": [{**STANCE, "holder": "x" * 201}]}, "stances.holder: found 201"),
        ({"stances": [{**STANCE, "target": "x" * 201}]}, "stances.target: found 201"),
        ({"stances": [{**STANCE, "evidence": "x" * 2001}]}, "stances.evidence: found 2001 characters, expected 2000"),
        ({"stances": [{"holder": "x"}]}, "expected each with holder"),
        ({"stances": [{**STANCE, "holder_class": "mayors"}]}, "stances.holder_class: found 'mayors'"),
    ],
)
def test_what_means_nothing_is_refused(connection: Connection, event: int, edits: dict[str, Any], told: str) -> None:
    """With what is allowed and what is nearest; nothing is kept."""
    put_reference(connection, REFERENCE, NOW)
    with pytest.raises(UsageError, match=told):
        decide(connection, "edit", event=event, edits=edits)
    assert [] == get_reviews(connection)


def test_what_was_rejected_or_merged_is_decided_on_no_more(connection: Connection, tell: Tell, event: int) -> None:
    """Until that is undone."""
    (other,) = tell(article("b"), mention(project="Piskanja")).new_events
    decide(connection, "merge", event=other, into_event=event)
    with pytest.raises(UsageError, match="went into"):
        decide(connection, "accept", event=other)
    decide(connection, "reject", event=event)
    with pytest.raises(UsageError, match="was rejected"):
        decide(connection, "accept", event=event)


def test_the_history_tells_who_decided_what(connection: Connection, event: int) -> None:
    """With before and after."""
    decide(connection, "edit", event=event, edits={"type": "protest"})
    decide(connection, "accept", event=event)
    decide(connection, "reject", event=event)
    history = get_history(connection, event)
    assert history is not None
    assert [
        ("edited", "type: permit_denied -> protest"),
        ("accepted", "right as it is"),
        ("rejected", "there is no such event"),
    ] == [(one.kind, one.change) for one in history.steps if one.who]


def test_the_alerts_learn_of_it(connection: Connection, event: int) -> None:
    """An edit and a rejection wait to be judged like any change; what was rejected has become nothing else."""
    before = only(connection)
    last = next_changes(connection, 99)[-1].number
    decide(connection, "edit", event=event, edits={"type": "protest"})
    decide(connection, "reject", event=event)
    assert [event, event] == [one.event for one in next_changes(connection, 99) if one.number > last]
    assert find_successor(connection, before) is None


def test_the_queue_has_the_least_sure_first(connection: Connection, tell: Tell) -> None:
    """What nobody has looked at; of the equally sure what more papers tell, then the newest; no history."""
    made = [
        tell(article(name), mention(project=project, confidence=sure, salience=salience)).new_events[0]
        for name, project, sure, salience in (
            ("a", "Jadar", 0.9, "main"),
            ("b", "Piskanja", 0.4, "main"),
            ("c", "Rekovac", 0.41, "main"),
            ("d", "Valjevo", 0.3, "background"),
            ("e", "Bor", 0.35, "main"),
        )
    ]
    decide(connection, "accept", event=made[4])
    assert [made[2], made[1], made[0]] == [one.id for one in find_unreviewed(connection, Filters())]
    assert [made[2]] == [one.id for one in find_unreviewed(connection, Filters(project=("Rekovac",)))]


def test_choices(connection: Connection) -> None:
    """Vocabularies of the codebook, minerals and countries of the gazetteer."""
    put_reference(connection, REFERENCE, NOW)
    allowed = get_choices(connection).allowed
    assert (("lithium",), ("RS",)) == (allowed["minerals"], allowed["countries"])
    assert "permit_granted" in allowed["type"]


_CHANGES = st.sampled_from(("type", "status", "actor")).flatmap(
    lambda name: st.lists(st.sampled_from("abc"), min_size=2, max_size=2).map(lambda values: {name: values})
)


@given(st.lists(st.tuples(st.sampled_from(("accept", "reject", "edit")), st.integers(1, 3), _CHANGES)))
def test_folding_concerns_each_event_alone(decisions: list[tuple[str, int, dict[str, Sequence[str]]]]) -> None:
    """Decisions on one event come to the same whatever is decided on others."""
    whole = fold(decisions)
    assert whole == {event: fold(one for one in decisions if one[1] == event)[event] for event in whole}


REPORTS = (("a", "Jadar"), ("b", "Jadar"), ("c", "Piskanja"), ("d", "Rekovac"))
EDITS: tuple[dict[str, Any], ...] = (
    {"type": "protest"}, {"type": "lawsuit", "countries": ["CL"]}, {"project": "Valjevo"}, {"date": "2020-01-01"},
    {"stances": [STANCE]}, {"stances": []},
)  # fmt: skip
ACTS = st.one_of(
    st.tuples(st.sampled_from(("accept", "reject")), st.integers(0, 5)),
    st.tuples(st.just("edit"), st.integers(0, 5), st.sampled_from(EDITS)),
    st.tuples(st.just("merge"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("split"), st.integers(0, 5), st.sampled_from("abcd")),
    st.tuples(st.just("undo"), st.integers(1, 6)),
    st.tuples(st.just("again"), st.sampled_from(REPORTS), st.sampled_from((0.6, 0.9))),
)
EVENTS = st.sampled_from((1, 3, 4, 5, 6))
"""Those of REPORTS, the first of two of them, and two that may be split off."""
MOVES = st.one_of(
    st.tuples(st.just("merge"), EVENTS, EVENTS),
    st.tuples(st.just("split"), st.sampled_from((1, 3, 4)), st.sampled_from("abcd")),
)
UNDOS = st.tuples(st.just("undo"), st.integers(1, 4))


@pytest.fixture(scope="module")
def stores() -> Iterator[tuple[Connection, ...]]:
    """Opened once: every migration takes its time."""
    opened = tuple(open_database(None) for _ in range(3))
    yield opened
    for one in opened:
        one.close()


def emptied(connection: Connection) -> Tell:
    """As it was when it was opened."""
    for name in table_names(connection):
        if name != "schema_version":
            connection.execute(f'DELETE FROM "{name}"')
    for name in ("article_numbers", "event_ids", "change_numbers"):
        connection.execute(f"CREATE OR REPLACE SEQUENCE {name}")
    return teller(connection)


def report(tell: Tell, told: tuple[str, str], sure: float) -> None:
    name, project = told
    tell(article(name), mention(project=project, confidence=sure), stances=(opposing(),))


def act(connection: Connection, tell: Tell, one: tuple[Any, ...]) -> None:
    """Do it, where it can be done."""
    kind, first, *rest = one
    if kind == "again":
        report(tell, first, rest[0])
        return
    values: dict[str, Any] = {"id": first} if kind == "undo" else {"event": first}
    name = {"merge": "into_event", "edit": "edits", "split": "articles"}.get(kind)
    if name:
        values[name] = (article(rest[0]).id,) if kind == "split" else rest[0]
    with suppress(UsageError):
        decide(connection, kind, **values)


def shown(connection: Connection) -> dict[int, Event]:
    return {event.id: event for event in find_events(connection, Filters(), limit=99)}


@settings(max_examples=10, deadline=None)
@given(st.lists(ACTS, max_size=7))
def test_decisions_and_analyses_in_any_order(stores: tuple[Connection, ...], acts: list[tuple[Any, ...]]) -> None:
    """The same as the decisions that stand, on a fresh analysis; sound throughout; all undone, nothing is left."""
    check_order(stores, acts)


@settings(max_examples=15, deadline=None)
@given(st.lists(MOVES, min_size=2, max_size=4), st.lists(UNDOS, min_size=1, max_size=3))
@example([("merge", 1, 3), ("merge", 3, 4)], [("undo", 1)])
@example([("split", 1, "b"), ("merge", 5, 3)], [("undo", 1)])
def test_chains_of_merges_and_splits_are_undone_in_any_order(
    stores: tuple[Connection, ...], moves: list[tuple[Any, ...]], undos: list[tuple[Any, ...]]
) -> None:
    """A decision taken back in the midst of others leaves what these come to on a fresh analysis."""
    check_order(stores, [*moves, *undos])


def check_order(stores: tuple[Connection, ...], acts: list[tuple[Any, ...]]) -> None:
    connection, anew, untouched = stores
    tell, tell_anew, tell_untouched = map(emptied, stores)
    for told in REPORTS:
        report(tell, told, 0.8)
    sure = dict.fromkeys(REPORTS, 0.8)
    for one in acts:
        act(connection, tell, one)
        if one[0] == "again":
            sure[one[1]] = one[2]
    assert () == check_store(connection, silent).faults
    reviews = connection.execute("SELECT * FROM reviews WHERE undone_at IS NULL").fetchall()
    for row in reviews:
        anew.execute(f"INSERT INTO reviews VALUES ({', '.join('?' * len(row))})", row)
    for told in REPORTS:
        report(tell_anew, told, sure[told])
    assert shown(anew) == shown(connection)
    for review in get_reviews(connection):
        if review.undone_at is None:
            decide(connection, "undo", id=review.id)
    for told in REPORTS:
        report(tell_untouched, told, sure[told])
    assert shown(untouched) == shown(connection)
    assert content(untouched)["weekly_counts"] == content(connection)["weekly_counts"]
