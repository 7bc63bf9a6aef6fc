"""Where a project stands: rules over its events, whatever the order in which they came."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.standing_table import PAGE, with_tables
from orewire.model.codes import EVENT_TYPES, SALIENCES, STAGES, STATUSES, VOICES
from orewire.model.project import BASES, FIGHTS, STANDINGS, Standing
from store.connection import Connection
from store.facts import _any_of
from store.standing import Fact, load_rules, present, standings

DAY = date(2025, 1, 1)
TODAY = date(2026, 1, 1)


def fact(type_: str, day: int = 0, **changes: object) -> Fact:
    """An event, so many days after DAY."""
    values: dict[str, object] = {
        "id": day + 1, "type": type_, "status": "actual", "salience": "main", "date": DAY + timedelta(days=day),
        "stage": None, "confidence": 0.9, "sources": 1, "voice": "news",
    }  # fmt: skip
    return Fact(**{**values, **changes})  # type: ignore[arg-type]


def said(type_: str, *words: str) -> int:
    """The bits of the rules of a type whose words a report has; plain speech has those that only forbid words."""
    rules = load_rules().rules[type_]
    return sum(rule.bit for rule in rules if rule.bit and (set(rule.told) & set(words) if rule.told else not words))


def words(*facts: Fact, today: date = TODAY) -> list[str]:
    return [one.word for one in present(standings(facts, today))]


@pytest.mark.parametrize(
    ("expected", "facts"),
    [
        ("unknown", []),
        ("explored", [fact("discovery")]),
        ("sought", [fact("permit_sought")]),
        ("sought", [fact("permit_granted", stage="draft")]),
        ("permitted", [fact("permit_sought"), fact("permit_granted", 9)]),
        ("refused", [fact("permit_sought"), fact("permit_denied", 9)]),
        ("refused", [fact("permit_granted"), fact("permit_denied", 9, stage="revoked")]),
        ("suspended", [fact("permit_granted"), fact("permit_denied", 9, stage="suspended")]),
        ("suspended", [fact("permit_granted"), fact("permit_denied", 9)]),
        ("suspended", [fact("permit_denied", told=said("permit_denied", "stop*"))]),
        ("permitted", [fact("permit_denied", stage="suspended"), fact("permit_granted", 9, stage="reinstated")]),
        ("sought", [fact("permit_denied", stage="denied"), fact("permit_sought", 9)]),
        ("building", [fact("permit_granted"), fact("production", 9, told=said("production", "construction"))]),
        ("building", [fact("permit_granted"), fact("investment", 9, told=said("investment", "FID"))]),
        ("operating", [fact("permit_granted"), fact("production", 9, told=said("production"))]),
        ("permitted", [fact("permit_granted"), fact("production", 9)]),
        ("halted", [fact("production", told=said("production")), fact("shutdown", 9)]),
        ("closed", [fact("shutdown", told=said("shutdown", "permanent*"))]),
        ("operating", [fact("shutdown"), fact("production", 9, told=said("production", "restart*"))]),
        ("halted", [fact("shutdown"), fact("production", 9, told=said("production"))]),
        ("operating", [fact("shutdown"), fact("production", 61, told=said("production"))]),
        ("operating", [fact("production", told=said("production")), fact("discovery", 9), fact("permit_sought", 10)]),
        ("operating", [fact("production", told=said("production")), fact("permit_granted", 9)]),
        ("halted", [fact("shutdown"), fact("permit_granted", 9)]),
        ("suspended", [fact("permit_denied", stage="suspended"), fact("shutdown", 1)]),
    ],
)
def test_a_project_stands_where_its_events_led(expected: str, facts: list[Fact]) -> None:
    """The rules in their own words; what is not on the way moves nothing."""
    assert expected == words(*facts)[0]


def test_a_licence_comes_goes_and_comes_back() -> None:
    """Each standing knows when it began, which event began and which ended it, and why."""
    facts = [
        fact("permit_granted"),
        fact("permit_denied", 10, stage="revoked"),
        fact("permit_granted", 20, stage="reinstated"),
    ]
    first, second = DAY + timedelta(days=10), DAY + timedelta(days=20)
    granted, revoked, back = standings(facts, TODAY)
    rules = (
        "an authority granted a permit",
        "an authority refused the permit, or took it away",
        "a permit was given back",
    )
    expected = Standing(word="permitted", since=DAY, until=first, event_id=1, ended_by=11, rule=rules[0])
    assert expected == granted
    assert Standing(word="refused", since=first, until=second, event_id=11, ended_by=21, rule=rules[1]) == revoked
    assert Standing(word="permitted", since=second, event_id=21, rule=rules[2]) == back


def test_a_suit_holds_besides_until_the_ruling() -> None:
    """What is weightier is the standing; the other is told beside it."""
    suit = [fact("permit_granted"), fact("lawsuit", 5)]
    assert ["in_court", "permitted"] == words(*suit)
    assert ["permitted"] == words(*suit, fact("court_ruling", 50))
    assert ["in_court", "permitted"] == words(*suit, fact("court_ruling", 50, stage="appealed"))
    assert ["permitted"] == words(*suit, fact("permit_granted", 50, stage="reinstated"))
    assert ["operating", "in_court"] == words(*suit, fact("production", 9, told=said("production")))


def test_silence_ends_a_fight() -> None:
    """And each new report lets it last as long again."""
    lasts = load_rules().lasts["contested"]
    first, second = fact("protest"), fact("opposition", 100)
    assert ["contested"] == words(first, today=DAY + lasts - timedelta(days=1))
    assert ["unknown"] == words(first, today=DAY + lasts)
    assert ["contested"] == words(first, second, today=DAY + lasts)
    (told,) = standings([first, second], DAY + lasts + timedelta(days=100))
    assert (DAY, DAY + lasts + timedelta(days=100), None) == (told.since, told.until, told.ended_by)


def test_on_one_day_the_weightier_has_the_last_word() -> None:
    """An authority's document before the press, then more sources, then more confidence."""
    granted, denied = fact("permit_granted"), fact("permit_denied", stage="denied")
    official = fact("permit_granted", voice="official", confidence=0.6)
    assert "permitted" == words(denied, official)[0]
    assert "refused" == words(granted, fact("permit_denied", stage="denied", sources=3))[0]
    assert "refused" == words(granted, fact("permit_denied", stage="denied", confidence=0.95))[0]


def test_doubt_and_future_move_nothing() -> None:
    """Not sure enough, not yet, or not dated; an official document is believed sooner."""
    assert ["unknown"] == words(fact("permit_granted", confidence=0.55))
    assert ["permitted"] == words(fact("permit_granted", confidence=0.55, voice="official"))
    assert ["unknown"] == words(fact("permit_granted", date=None))
    assert ["unknown"] == words(fact("permit_granted", 400))


def test_confidence_kept_as_32_bits_counts_as_it_is_shown() -> None:
    """0.6 is a little less than 0.6 in the database."""
    assert ["permitted"] == words(fact("permit_granted", confidence=0.5999999))


_FACTS = st.builds(
    Fact,
    id=st.integers(1, 10_000),
    type=st.sampled_from(EVENT_TYPES),
    status=st.sampled_from(STATUSES),
    salience=st.sampled_from(SALIENCES),
    date=st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2027, 1, 1))),
    stage=st.one_of(st.none(), st.sampled_from(STAGES)),
    confidence=st.floats(0, 1),
    sources=st.integers(1, 5),
    voice=st.sampled_from(VOICES),
    told=st.integers(0, 2**24),
)
_LIVES = st.lists(_FACTS, max_size=25, unique_by=lambda one: one.id)


@given(_LIVES, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(facts: list[Fact], random: object) -> None:
    """The same events give the same standings."""
    shuffled = list(facts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert standings(facts, TODAY) == standings(shuffled, TODAY)


@given(_LIVES, _LIVES)
def test_what_is_expected_or_recalled_changes_nothing(facts: list[Fact], others: list[Fact]) -> None:
    """However sure, official and many."""
    idle = [one for one in others if one.status == "prospective" or one.salience == "background"]
    assert standings(facts, TODAY) == standings([*facts, *idle], TODAY)


@given(_LIVES)
def test_standings_are_a_life_without_gaps(facts: list[Fact]) -> None:
    """One base follows the other; each has a cause among the events; a fight never runs twice at once."""
    found = standings(facts, TODAY)
    ids = {one.id for one in facts}
    assert all(one.event_id in ids and one.word in STANDINGS and one.rule for one in found)
    assert all(one.since and one.since < (one.until or date.max) and one.since <= TODAY for one in found)
    bases = [one for one in found if one.word in BASES]
    assert [one.until for one in bases[:-1]] == [one.since for one in bases[1:]]
    assert all(one.word != other.word for one, other in pairwise(bases))
    assert all(one.until is None for one in bases[-1:])
    for word in FIGHTS:
        spans = [one for one in found if one.word == word]
        assert all(one.until and other.since and one.until <= other.since for one, other in pairwise(spans))


@given(_LIVES, st.dates(date(2020, 1, 1), TODAY))
def test_the_past_is_not_rewritten(facts: list[Fact], day: date) -> None:
    """Asked on an earlier day, the same events begin the same standings, as far as they had begun."""
    then, now = standings(facts, day), standings(facts, TODAY)
    begun = {(one.word, one.since, one.event_id) for one in now if one.since and one.since <= day}
    assert begun == {(one.word, one.since, one.event_id) for one in then}


def test_the_file_is_sound() -> None:
    """Every word is a standing, every type and stage one of the codebook, every span positive."""
    rules = load_rules()
    assert list(STANDINGS) == list(rules.means)
    assert set(FIGHTS) == set(rules.lasts)
    assert set(VOICES) == set(rules.confidence)
    assert all(span > timedelta(0) for span in (*rules.firm.values(), *rules.lasts.values()))
    for event, found in rules.rules.items():
        assert event in EVENT_TYPES
        for rule in found:
            assert {*rule.from_, *rule.from_old, *rule.ends, *([rule.to] if rule.to else [])} <= set(STANDINGS)
            assert bool(rule.to in BASES) == bool(rule.from_)
            assert set(rule.from_old) <= set(rules.firm)
            assert rule.stage is None or set(rule.stage) <= {None, *STAGES}
            assert (rule.to or rule.ends) and rule.says


def test_every_word_of_the_file_is_found(connection: Connection) -> None:
    """In capitals, with its accents, within a sentence; and a longer word only where a star allows it."""
    for rule in (rule for found in load_rules().rules.values() for rule in found):
        for word in (*rule.told, *rule.not_told):
            plain, is_latin = word.rstrip("*"), word[0] < "\u0400"
            found = {
                f"So {plain.upper()}, they said.": True,
                f"{plain}en": not is_latin or word.endswith("*"),
                f"un{plain}": not is_latin,
            }
            query = f"SELECT regexp_matches(lower(strip_accents($sentence)), '{_any_of([word])}')"
            for sentence, expected in found.items():
                assert (expected,) == connection.execute(query, {"sentence": sentence}).fetchone(), (word, sentence)


def test_the_page_shows_the_rules() -> None:
    """docs/projects.md is made of the file: `make standings` writes it anew."""
    text = PAGE.read_text(encoding="utf-8")
    assert with_tables(text) == text
