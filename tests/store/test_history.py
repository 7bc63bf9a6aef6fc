"""How an event came to be what it is, and what came before and after it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.codes import EVENT_TYPES, STAGES, VOICES
from orewire.model.event import Review, to_json
from orewire.model.history import STEPS, SURE, History
from orewire.model.records import from_json
from store.connection import Connection
from store.derive import Report, derive_event
from store.history import Telling, get_history, steps_of_reports
from store.reviews import carry_out
from store.sequels import Dated, link, load_rules
from tests.store.conftest import NOW, Tell, article, mention

DAY = date(2025, 11, 1)


def events(connection: Connection) -> list[int]:
    return [number for (number,) in connection.execute("SELECT id FROM events ORDER BY id").fetchall()]


def kinds(connection: Connection, event: int) -> list[str]:
    history = get_history(connection, event)
    return [step.kind for step in history.steps] if history else []


def test_each_change_is_a_step(connection: Connection, tell: Tell) -> None:
    """With the article that brought it; a report that changes nothing is none."""
    tell(article("a", day=DAY), mention(status="prospective", minerals=(), confidence=0.4))
    tell(article("b", day=DAY + timedelta(days=5)), mention(stage="suspended", confidence=0.6))
    tell(article("c", day=DAY + timedelta(days=6)), mention(stage="suspended"))
    (event,) = events(connection)
    history = get_history(connection, event)
    assert history is not None
    assert [
        ("first_report", "Outlet of a"), ("place_known", "Outlet of a"), ("project_known", "Outlet of a"),
        ("became_actual", "Outlet of b"), ("stage", "Outlet of b"), ("minerals_known", "Outlet of b"),
        ("became_sure", "Outlet of b"), ("second_source", "Outlet of b"),
    ] == [(step.kind, step.source) for step in history.steps]  # fmt: skip
    assert "no stage -> suspended" == history.steps[4].change
    assert all(step.evidence == "The ministry revoked it." for step in history.steps)


def test_it_tells_why_each_report_belongs(connection: Connection, tell: Tell) -> None:
    """The first is a first report, the others say whom they are like and how sure that is."""
    tell(article("a", day=DAY), mention())
    tell(article("b", day=DAY), mention())
    (event,) = events(connection)
    history = get_history(connection, event)
    assert history is not None
    first, second = history.belongings
    assert ("first report", None) == (first.reason, first.score)
    assert "same project" in second.reason
    assert second.score is not None and second.score > 0.5


def test_decisions_of_people_are_told(connection: Connection, tell: Tell) -> None:
    """A merge, a split, and what was taken back; the number of a merged event leads to the other."""
    tell(article("a", day=DAY), mention())
    tell(article("b", day=DAY), mention(project="Barroso", countries=("PT",)))
    one, other = events(connection)
    merged = Review(action="merge", event=other, into_event=one, who="Ana", reason="the same act")
    review = carry_out(connection, merged, NOW)
    assert "merged" == kinds(connection, one)[-1]
    history = get_history(connection, other)
    assert history is not None
    assert (one, "Ana", "the same act") == (history.event_id, history.steps[-1].who, history.steps[-1].reason)
    assert {one, other} == {belonging.resolved_to for belonging in history.belongings}
    carry_out(connection, Review(action="undo", id=review.id, who="Ana"), NOW + timedelta(hours=1))
    assert ["merged", "undone"] == kinds(connection, one)[-2:]
    tell(article("c", day=DAY), mention())
    carry_out(connection, Review(action="split", event=one, articles=(article("c").id,), who="Ana"), NOW)
    assert "split" in kinds(connection, one)


def test_an_official_document_is_a_step(connection: Connection, tell: Tell) -> None:
    """When it comes, not before."""
    from dataclasses import replace

    tell(article("a", day=DAY), mention())
    tell(replace(article("b", day=DAY + timedelta(days=1)), voice="official"), mention())
    (event,) = events(connection)
    assert "official" == kinds(connection, event)[-1]


def test_there_is_no_history_of_nothing(connection: Connection) -> None:
    """Of a number that no event has."""
    assert get_history(connection, 7) is None


def test_a_permit_sought_granted_suspended_and_given_back(connection: Connection, tell: Tell) -> None:
    """Four events of one project; each knows its neighbours, and other projects are none of its business."""
    acts = [
        ("permit_sought", None, 0),
        ("permit_granted", "granted", 100),
        ("permit_denied", "suspended", 200),
        ("permit_granted", "reinstated", 330),
    ]
    for number, (type_, stage, days) in enumerate(acts):
        tell(article(f"a{number}", day=DAY + timedelta(days=days)), mention(type_, stage=stage))
    tell(article("x", day=DAY + timedelta(days=150)), mention("permit_denied", project="Barroso", countries=("PT",)))
    sought, granted, suspended, back, _ = events(connection)
    history = get_history(connection, suspended)
    assert history is not None
    assert [
        (sought, "before", "what was sought was refused"),
        (granted, "before", "what was granted was suspended or taken away"),
        (back, "after", "what was refused or suspended was granted again"),
    ] == [(one.event_id, one.relation, one.rule) for one in history.sequels]
    assert history == from_json(History, to_json(history))


def test_a_proposal_is_adopted_in_the_same_place(connection: Connection, tell: Tell) -> None:
    """Policies have no project: country and mineral tie them."""
    tell(article("a", day=DAY), mention("policy", project=None, stage="proposed", countries=("CL",)))
    tell(
        article("b", day=DAY + timedelta(days=200)), mention("policy", project=None, stage="adopted", countries=("CL",))
    )
    tell(
        article("c", day=DAY + timedelta(days=200)), mention("policy", project=None, stage="adopted", countries=("PE",))
    )
    proposed, adopted, _ = events(connection)
    history = get_history(connection, proposed)
    assert history is not None
    assert [(adopted, "after")] == [(one.event_id, one.relation) for one in history.sequels]


def test_talks_lead_to_a_deal_of_the_same_parties(connection: Connection, tell: Tell) -> None:
    """Without a project, too."""
    plain = {"project": None, "countries": (), "minerals": ()}
    tell(article("a", day=DAY), mention("acquisition", stage="talks", actor="Acme", target="Bolt", **plain))
    tell(
        article("b", day=DAY + timedelta(days=300)),
        mention("acquisition", stage="closed", actor="Acme", target="Bolt", **plain),
    )
    talks, closed = events(connection)
    history = get_history(connection, closed)
    assert history is not None
    assert [(talks, "before")] == [(one.event_id, one.relation) for one in history.sequels]


_TELLINGS = st.lists(
    st.builds(
        Telling,
        seen=st.integers(0, 60).map(lambda day: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=day)),
        article=st.integers(1, 9),
        number=st.integers(0, 3),
        status=st.sampled_from(["actual", "prospective"]),
        stage=st.one_of(st.none(), st.sampled_from(STAGES)),
        countries=st.sampled_from([(), ("RS",)]),
        minerals=st.sampled_from([(), ("lithium",)]),
        project=st.sampled_from([None, "Jadar"]),
        confidence=st.floats(0, 1),
        voice=st.sampled_from(VOICES),
        copy_group=st.integers(1, 4),
        article_id=st.just("a"),
        title=st.just("T"),
        url=st.none(),
        source=st.sampled_from(["A", "B", "C"]),
        evidence=st.just("E"),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@given(_TELLINGS, st.randoms(use_true_random=False))
def test_steps_do_not_depend_on_the_order_of_arrival(tellings: list[Telling], random: object) -> None:
    """Only on the times of the reports; each thing becomes known once."""
    unlike = {(one.seen, one.article, one.number): one for one in tellings}
    found = list(unlike.values())
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    steps = steps_of_reports(found)
    assert steps == steps_of_reports(shuffled)
    told = [step.kind for step in steps if step.kind != "stage"]
    assert len(told) == len(set(told)) and set(told) <= set(STEPS)


@given(_TELLINGS)
def test_the_last_step_is_the_event_as_it_is(tellings: list[Telling]) -> None:
    """What the steps lead to is what is derived from all reports at once."""
    unlike = {(one.seen, one.article, one.number): one for one in tellings}
    derived = derive_event([_report(one) for one in unlike.values()])
    steps = steps_of_reports(unlike.values())
    kinds = {step.kind for step in steps}
    assert ("official" == derived["voice"]) == ("official" in kinds)
    assert (derived["independent_sources"] > 1) == ("second_source" in kinds)
    if abs(derived["confidence"] - SURE) > 0.002:
        assert (derived["confidence"] > SURE) == ("became_sure" in kinds)
    starts = [step.change for step in steps if step.kind == "first_report"]
    is_actual = "became_actual" in kinds or starts == ["first told of, as actual"]
    assert ("actual" == derived["status"]) == is_actual


def _report(one: Telling) -> Report:
    names = (
        "status",
        "stage",
        "countries",
        "minerals",
        "project",
        "confidence",
        "voice",
        "copy_group",
        "source",
        "article",
        "number",
        "evidence",
        "seen",
    )
    return Report(
        **{name: getattr(one, name) for name in names}, salience="main", actor=None, target=None, date=None,
        amount=None, currency=None, evidence_start=0, version="1", published=one.seen,
    )  # fmt: skip


_DATED = st.builds(
    Dated, id=st.integers(1, 999), type=st.sampled_from(EVENT_TYPES), status=st.just("actual"),
    stage=st.one_of(st.none(), st.sampled_from(STAGES)), date=st.dates(date(2020, 1, 1), date(2026, 1, 1)),
)  # fmt: skip


@given(_DATED, st.lists(_DATED, max_size=10, unique_by=lambda one: one.id))
def test_what_came_after_one_came_before_the_other(one: Dated, others: list[Dated]) -> None:
    """Before is never later and after never earlier; the nearest of each rule, once."""
    found = list(link(one, others, load_rules()))
    by_id = {other.id: other for other in others}
    for sequel in found:
        assert sequel.date <= one.date if sequel.relation == "before" else sequel.date >= one.date
        back = link(by_id[sequel.event_id], [one], load_rules())
        assert (sequel.rule, one.id) in {(other.rule, other.event_id) for other in back}
    assert len(found) == len({(sequel.relation, sequel.rule) for sequel in found})


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: f"{rule.first} {rule.then} {rule.says}")
def test_the_rules_are_sound(rule: object) -> None:
    """Types and stages of the codebook."""
    from store.sequels import Rule

    assert isinstance(rule, Rule)
    assert {rule.first, rule.then} <= set(EVENT_TYPES)
    assert {*(rule.first_stage or ()), *(rule.then_stage or ())} <= {None, *STAGES}
    assert rule.within > timedelta(0) and rule.says
