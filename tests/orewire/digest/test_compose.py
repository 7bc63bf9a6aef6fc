"""What goes into a digest, asked of a real store in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from orewire.digest.compose import MOST, Digest, compose_digest, day_bounds, newest_day, shorten
from orewire.digest.moves import Move
from orewire.model.errors import UsageError
from orewire.model.event import Filters
from store.local import LocalStore
from tests.orewire.digest.conftest import DAY, digest_of, event
from tests.store.conftest import Tell, article, mention, opposing


def told(digest: Digest) -> dict[str, list[str]]:
    """Types of the events of each section, which is named by its kind or its mineral or country."""
    return {one.name or one.kind: [item.event.type for item in one.items] for one in digest.sections}


def ids(digest: Digest) -> list[int]:
    ongoing = digest.ongoing.items if digest.ongoing else ()
    return [item.event.id for section in digest.sections for item in section.items] + [one.event.id for one in ongoing]


def test_a_day_with_nothing_is_empty(store: LocalStore) -> None:
    """Nothing at all, and no error."""
    digest = compose_digest(store, DAY)
    assert (0, 0, ()) == (digest.new_count, digest.ongoing_count, digest.event_ids)
    assert newest_day(store) is None


def test_new_and_ongoing_events(store: LocalStore, tell: Tell) -> None:
    """What was first reported on the day is new; what was known and is told again goes on."""
    tell(article("old", day=date(2025, 11, 11)), mention())
    tell(article("again", day=DAY), mention())
    tell(article("fresh", day=DAY), mention("strike", project=None, minerals=("copper",), actor="the union"))
    digest = compose_digest(store, DAY)
    assert {"copper": ["strike"]} == told(digest)
    assert digest.ongoing is not None
    assert ["permit_denied"] == [item.event.type for item in digest.ongoing.items]
    assert ["second_source"] == [step.kind for item in digest.ongoing.items for step in item.steps]
    assert DAY == newest_day(store)


def test_what_matters_comes_first(store: LocalStore, tell: Tell) -> None:
    """Changes of standing, opposition, approvals, deals, then the rest by mineral, each event once."""
    tell(article("a", day=DAY), mention("discovery", project=None, minerals=("tin",)))
    tell(article("b", day=DAY), mention("trade_deal", project=None))
    tell(article("c", day=DAY), mention("permit_granted", project=None))
    tell(article("d", day=DAY), mention("protest", project=None))
    tell(article("e", day=DAY), mention("permit_denied", stage="revoked"))
    tell(article("f", day=DAY), mention("accident", project=None, minerals=(), countries=("PE",)))
    digest = compose_digest(store, DAY)
    assert {
        "standing": ["permit_denied"], "against": ["protest"], "approvals": ["permit_granted"], "deals": ["trade_deal"],
        "tin": ["discovery"], "elsewhere": ["accident"],
    } == told(digest)  # fmt: skip
    assert list(told(digest)) == ["standing", "against", "approvals", "deals", "tin", "elsewhere"]
    assert len(ids(digest)) == len(set(ids(digest)))
    assert sorted(ids(digest)) == sorted(digest.event_ids)


def test_the_rest_by_country(store: LocalStore, tell: Tell) -> None:
    """Where the reader prefers it; what has no country stands behind."""
    tell(article("a", day=DAY), mention("discovery", project=None, countries=("CL",)))
    tell(article("b", day=DAY), mention("accident", project=None, countries=()))
    assert {"CL": ["discovery"], "elsewhere": ["accident"]} == told(compose_digest(store, DAY, by="country"))
    with pytest.raises(UsageError, match="by: found 'type'"):
        compose_digest(store, DAY, by="type")


def test_a_change_of_standing_tells_the_former_one(store: LocalStore, tell: Tell) -> None:
    """By the event that made it; a digest of a day in the past is the same when more has happened since."""
    tell(article("sought", day=date(2025, 10, 1)), mention("permit_sought"))
    tell(article("granted", day=date(2025, 11, 1)), mention("permit_granted", stage="granted"))
    tell(article("revoked", day=DAY), mention("permit_denied", stage="revoked"))
    plain = {"project": "Jadar", "minerals": ("lithium",)}
    expected = {
        date(2025, 11, 1): [Move(after="permitted", before="sought", **plain)],  # type: ignore[arg-type]
        DAY: [Move(after="refused", before="permitted", **plain)],  # type: ignore[arg-type]
    }
    for day, moves in expected.items():
        (section,) = compose_digest(store, day).sections
        assert ("standing", moves) == (section.kind, [item.move for item in section.items])


def test_what_confirms_a_standing_is_no_change(store: LocalStore, tell: Tell) -> None:
    """Whoever speaks against it after a protest finds the project contested already."""
    tell(article("one", day=date(2025, 10, 1)), mention("protest", actor="farmers", minerals=("boron",)))
    tell(article("two", day=DAY), mention("opposition", actor="the academy"))
    assert {"against": ["opposition"]} == told(compose_digest(store, DAY))


def test_filters_are_the_readers(store: LocalStore, tell: Tell) -> None:
    """Any filter of every question; the span of days is narrowed by the reader's own."""
    tell(article("a", day=DAY), mention("strike", minerals=("copper",), project=None))
    tell(article("b", day=DAY), mention("protest", project=None), stances=(opposing(),))
    assert ["copper"] == list(told(compose_digest(store, DAY, filters=Filters(mineral=("copper",)))))
    assert ["against"] == list(told(compose_digest(store, DAY, filters=Filters(stance=("oppose",)))))
    assert [] == list(told(compose_digest(store, DAY, filters=Filters(until=DAY))))
    assert [] == list(told(compose_digest(store, DAY, filters=Filters(until=date(2020, 1, 1)))))


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("UTC", date(2025, 11, 13), "2025-11-13T00:00", 24),
        ("Asia/Tokyo", date(2025, 11, 13), "2025-11-12T15:00", 24),
        ("Europe/Belgrade", date(2025, 3, 30), "2025-03-29T23:00", 23),
        ("Europe/Belgrade", date(2025, 10, 26), "2025-10-25T22:00", 25),
        ("America/Santiago", date(2025, 9, 7), "2025-09-07T04:00", 23),  # clocks go forward at midnight
        ("Asia/Kathmandu", date(2025, 11, 13), "2025-11-12T18:15", 24),
    ],
)
def test_a_day_is_the_readers(zone: str, day: date, start: str, hours: int) -> None:
    """From midnight to midnight there, also where clocks change."""
    bounds = day_bounds(day, zone)
    assert datetime.fromisoformat(f"{start}+00:00") == bounds.start
    assert hours == (bounds.end - bounds.start).total_seconds() / 3600


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "a\x00b"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    """Nor is it a path."""
    with pytest.raises(UsageError, match="zone: found"):
        day_bounds(DAY, zone)


def test_an_event_belongs_to_one_day_of_the_reader(store: LocalStore, tell: Tell) -> None:
    """What is published in the evening in Serbia is of the next day in Japan."""
    evening = replace(article("late", day=DAY), published=datetime(2025, 11, 13, 20, tzinfo=UTC))
    tell(evening, mention("protest", project=None))
    counts = {
        zone: [compose_digest(store, date(2025, 11, day), zone=zone).new_count for day in (12, 13, 14)]
        for zone in ("Europe/Belgrade", "Asia/Tokyo", "America/Lima")
    }
    assert {"Europe/Belgrade": [0, 1, 0], "Asia/Tokyo": [0, 0, 1], "America/Lima": [0, 1, 0]} == counts


def test_what_came_late_is_told_once(store: LocalStore, tell: Tell) -> None:
    """To a reader whose former digests are known: after their day, and never twice."""
    tell(article("late", day=date(2025, 11, 12)), mention("protest", project=None))
    assert 0 == compose_digest(store, DAY).new_count
    first = compose_digest(store, DAY, told=())
    assert 1 == first.new_count
    assert 0 == compose_digest(store, DAY, told=first.event_ids).new_count
    assert 0 == compose_digest(store, date(2025, 11, 20), told=()).new_count


def test_background_is_no_news(store: LocalStore, tell: Tell) -> None:
    """What is recalled as history is not told."""
    tell(article("a", day=DAY), mention("protest", salience="background"))
    assert 0 == compose_digest(store, DAY).new_count


def test_shortening_counts_what_it_leaves_out() -> None:
    """As often as it is done."""
    digest = digest_of(*(event(id=number) for number in range(40)))
    (section,) = shorten(shorten(digest, MOST), 5).sections
    assert (5, 35) == (len(section.items), section.left_out)
    assert 40 == shorten(digest, 5).new_count
