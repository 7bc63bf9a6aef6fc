"""What becomes of a change: news, an update, a correction, or nothing, once for each watch."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from orewire.model.analysis import Analysis
from orewire.model.article import Article
from orewire.telling.judging import judge_changes
from store.articles import add_article
from store.ledger import next_changes
from store.mentions import record_analyses
from store.watches import put_watch, remove_watch
from tests.orewire.telling.conftest import NOW, Desk
from tests.store.conftest import article, mention

TODAY = date(2025, 11, 13)


def undated(name: str) -> Article:
    """An article that does not say when it was published."""
    return replace(article(name), published=None)


def test_news_is_told_once_to_each_watch(desk: Desk) -> None:
    """An event that two watches ask for is one alert for each of them, and none for a third."""
    desk.watch("a")
    desk.watch("b", country=["RS"])
    desk.watch("c", country=["CL"])
    desk.tell(article("a"), mention())
    assert [("a", "event", 1), ("b", "event", 1)] == desk.judge()


def test_twenty_outlets_tell_one_thing(desk: Desk) -> None:
    """One alert, whether it was told already or still waits."""
    desk.watch()
    desk.tell(article("first"), mention())
    assert ["event"] == desk.kinds()
    for number in range(19):
        desk.tell(article(f"outlet {number}"), mention())
    assert ([], 20) == (desk.kinds(), desk.event(1).article_count)


def test_many_changes_of_one_event_are_judged_together(desk: Desk) -> None:
    """Twenty outlets in one batch are one alert as well."""
    desk.watch()
    for number in range(20):
        desk.tell(article(f"outlet {number}"), mention())
    assert [("all", "event", 1)] == desk.judge()


def test_what_came_true_is_an_update(desk: Desk) -> None:
    """Once, threaded to the first message, however many tell of it."""
    desk.watch()
    desk.tell(article("a"), mention("permit_granted", status="prospective"))
    ((_, first),) = desk.round()
    for name in "bcd":
        desk.tell(article(name), mention("permit_granted"))
    ((kind, update),) = desk.round()
    assert ("became_actual", first.key) == (kind, update.thread)
    desk.tell(article("e"), mention("permit_granted"))
    assert [] == desk.kinds()


def test_a_stage_that_turned_is_an_update(desk: Desk) -> None:
    """Granted, then suspended: one update; another paper that still says granted is none."""
    desk.watch()
    desk.tell(article("a"), mention("permit_granted", stage="granted"))
    ((_, first),) = desk.round()
    desk.tell(article("b", day=date(2025, 11, 14)), mention("permit_granted", stage="suspended"))
    ((kind, update),) = desk.round()
    assert ("stage_changed", first.key) == (kind, update.thread)
    desk.tell(article("c", day=date(2025, 11, 15)), mention("permit_granted", stage="granted"))
    assert [] == desk.kinds()


def test_a_stage_where_none_was_known(desk: Desk) -> None:
    """Is no update, unless it turns things."""
    desk.watch()
    desk.tell(article("a"), mention("permit_granted"))
    desk.round()
    desk.tell(article("b", day=date(2025, 11, 14)), mention("permit_granted", stage="granted"))
    assert [] == desk.kinds()
    desk.tell(article("c", day=date(2025, 11, 15)), mention("permit_granted", stage="revoked"))
    assert ["stage_changed"] == desk.kinds()


def test_a_date_that_cannot_be_read(desk: Desk) -> None:
    """What no article dates may be as old as can be: it is not told."""
    desk.watch()
    desk.tell(undated("a"), mention())
    assert [] == desk.judge()


@pytest.mark.parametrize(("day", "told"), [(date(2025, 11, 8), 1), (date(2025, 11, 6), 0)])
def test_old_publication(desk: Desk, day: date, told: int) -> None:
    """What was published more than a week ago is history, even if it is read now."""
    desk.watch()
    desk.tell(article("a", day=day), mention())
    assert told == len(desk.judge())


@pytest.mark.parametrize(("day", "told"), [(date(2025, 10, 16), 1), (date(2025, 10, 15), 0)])
def test_old_event(desk: Desk, day: date, told: int) -> None:
    """What happened thirty days ago or earlier is recalled, not reported."""
    desk.watch()
    desk.tell(article("a"), mention(date=day))
    assert told == len(desk.judge())


def test_background(desk: Desk) -> None:
    """What an article only recalls is not told."""
    desk.watch()
    desk.tell(article("a"), mention(salience="background", date=TODAY))
    assert [] == desk.judge()


def test_a_watch_made_later(desk: Desk) -> None:
    """Is not told of what was known before, even if it is told of again, but of what comes then."""
    desk.tell(article("a"), mention())
    desk.judge()
    desk.watch()
    desk.tell(article("b"), mention())
    desk.tell(article("c"), mention("protest"))
    assert [("all", "event", desk.events("protest")[0])] == desk.judge()


def test_known_before_the_watch_and_come_true(desk: Desk) -> None:
    """Is news to it: the change is what it asks for."""
    desk.tell(article("a"), mention("permit_granted", status="prospective"))
    desk.judge()
    desk.watch()
    desk.tell(article("b"), mention("permit_granted"))
    assert [("all", "event", 1)] == desk.judge()


def test_the_threshold_is_passed(desk: Desk) -> None:
    """A second source makes sure what was too unsure to be told."""
    desk.tell(article("a"), mention(confidence=0.6))
    desk.judge()
    desk.watch(min_confidence=0.8)
    desk.tell(article("b"), mention(confidence=0.7))
    assert [("all", "event", 1)] == desk.judge()


def test_a_confidence_that_is_the_threshold(desk: Desk) -> None:
    """Is enough, however floats are kept."""
    desk.watch(min_confidence=0.8)
    desk.tell(article("a"), mention(confidence=0.8))
    assert [("all", "event", 1)] == desk.judge()


def test_what_no_longer_answers_is_followed(desk: Desk) -> None:
    """Who waits for what is expected hears that it has happened, and nothing of what has happened otherwise."""
    desk.watch(status=["prospective"])
    desk.tell(article("a"), mention(status="prospective"))
    desk.tell(article("x"), mention("protest", project="Bor"))
    assert ["event"] == desk.kinds()
    desk.tell(article("b"), mention(status="actual"))
    assert ["became_actual"] == desk.kinds()


@pytest.mark.parametrize(
    ("type_", "kinds", "told"),
    [
        ("protest", ["new_opposition"], ["new_opposition"]),
        ("permit_granted", ["new_opposition"], []),
        ("permit_granted", ["new_approval", "event"], ["new_approval"]),
        ("permit_denied", ["new_approval"], []),
        ("permit_granted", ["first_of_kind"], ["first_of_kind"]),
    ],
)
def test_kinds(desk: Desk, type_: str, kinds: list[str], told: list[str]) -> None:
    """An alert needs one of the kinds that the watch waits for; the weightiest names it."""
    desk.watch(kinds=kinds)
    desk.tell(article("a"), mention(type_))
    assert told == [kind for _, kind, _ in desk.judge()]


def test_an_expected_approval(desk: Desk) -> None:
    """Is none yet; when it is there, it is one."""
    desk.watch(kinds=["new_approval"])
    desk.tell(article("a"), mention("permit_granted", status="prospective"))
    assert [] == desk.judge()
    desk.tell(article("b"), mention("permit_granted"))
    assert [("all", "new_approval", 1)] == desk.judge()


def test_the_second_of_a_kind(desk: Desk) -> None:
    """Only the first event of a type for a project is the first of its kind."""
    desk.watch(kinds=["first_of_kind"])
    desk.tell(article("a"), mention("protest", actor="Residents of Loznica", date=date(2025, 11, 1)))
    desk.judge()
    desk.tell(article("b", day=date(2025, 11, 14)), mention("strike"))
    assert [("all", "first_of_kind", 2)] == desk.judge()


def test_standing_changed(desk: Desk) -> None:
    """An event by which its project stands elsewhere now is told with both."""
    desk.watch(kinds=["standing_changed"])
    desk.tell(article("a"), mention("permit_granted", stage="granted", confidence=0.95))
    assert [("all", "standing_changed", 1)] == desk.judge()
    assert [("permitted", None)] == [(one.standing, one.stood) for one in desk.alerts()]


def test_text(desk: Desk) -> None:
    """Words are looked up in the articles of the event."""
    desk.watch("a", text="copper")
    desk.watch("b", text="zinc")
    desk.tell(article("a", text="They mine copper there."), mention())
    assert [("a", "event", 1)] == desk.judge()


def test_a_query_that_is_none(desk: Desk) -> None:
    """A watch whose words can no longer be understood is noted, and stops no other."""
    desk.watch("a", text="copper OR")
    desk.watch("b")
    desk.tell(article("a"), mention())
    assert [("b", "event", 1)] == desk.judge()
    assert ["query_not_understood"] == [name for name, _ in desk.notes.noted]


def test_a_watch_that_is_none(desk: Desk) -> None:
    """One whose settings mean nothing to this version is noted, and stops no other."""
    put_watch(desk.connection, "a", {"zone": "Mars/Olympus"}, is_own=True, now=NOW)
    desk.watch("b")
    desk.tell(article("a"), mention())
    assert [("b", "event", 1)] == desk.judge()
    assert [("watch_not_understood", "a")] == [(name, fields["watch"]) for name, fields in desk.notes.noted]


def test_a_removed_watch(desk: Desk) -> None:
    """Is told nothing more, not even what was decided, or that it was wrong."""
    desk.watch()
    desk.tell(article("a"), mention())
    desk.round()
    desk.tell(article("b"), mention("protest"))
    desk.judge()
    remove_watch(desk.connection, "all")
    desk.tell(article("a"))
    assert ([], ["told", "dropped"]) == (desk.kinds(), desk.states())


def test_judging_is_one_transaction(desk: Desk) -> None:
    """Where it breaks off, no alert is there and every change still waits."""
    desk.watch()
    desk.tell(article("a"), mention())
    desk.connection.execute("ALTER TABLE changed_events RENAME TO hidden")
    desk.connection.execute("CREATE VIEW changed_events AS FROM hidden")  # can be read, but not emptied
    with pytest.raises(Exception, match="base table"):
        judge_changes(desk.rooms, desk.book)
    desk.connection.execute("DROP VIEW changed_events")
    desk.connection.execute("ALTER TABLE hidden RENAME TO changed_events")
    assert ([], [1]) == (desk.alerts(), [change.event for change in next_changes(desk.connection, 10)])
    assert [("all", "event", 1)] == desk.judge()


def test_without_watches_the_queue_is_emptied(desk: Desk) -> None:
    """Nobody waits: nothing is kept for those who come later."""
    desk.tell(article("a"), mention())
    assert ([], []) == (desk.judge(), next_changes(desk.connection, 10))


def test_one_event_that_cannot_be_judged(desk: Desk) -> None:
    """Is noted; the others are judged as if it were not there, each once."""
    desk.watch()
    desk.tell(article("bad"), mention())
    desk.tell(article("a"), mention("protest"))
    desk.tell(article("b"), mention("protest"))
    desk.connection.execute("UPDATE events SET type = 'unheard-of' WHERE id = 1")
    assert [("all", "event", 2)] == desk.judge()
    assert {"bug"} == {name for name, _ in desk.notes.noted}


def test_a_correction_beside_an_event_that_cannot_be_judged(desk: Desk) -> None:
    """The successor of what was told is not told as news, even where each event is judged for itself."""
    desk.watch()
    desk.tell(article("a"), mention())
    desk.round()
    desk.tell(article("a"), mention("permit_granted"))
    desk.tell(article("bad"), mention("strike"))
    desk.connection.execute("UPDATE events SET type = 'unheard-of' WHERE type = 'strike'")
    assert [("all", "coded_anew", 2)] == desk.judge()


def test_a_long_stream_of_old_news(desk: Desk) -> None:
    """An archive that is read now tells nobody anything."""
    desk.watch()
    first = date(2015, 1, 1)
    told = [article(f"old {number}", day=first + timedelta(days=97 * number)) for number in range(30)]
    for one in told:
        add_article(desk.connection, one, datetime(2025, 11, 14, tzinfo=UTC))
    record_analyses(
        desk.connection,
        [(one, Analysis(id=one.id, lang="en", relevant=True, events=(mention(),), version="1")) for one in told],
    )
    assert [] == desk.judge()
