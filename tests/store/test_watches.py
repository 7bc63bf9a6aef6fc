"""Watches as they were asked, and from which event on an answer is news to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orewire.model.ledger import Alert, StoredWatch
from store.connection import Connection
from store.ledger import add_alerts, find_alerts
from store.watches import get_watches, put_watch, remove_watch, sync_watches, watches_version
from tests.store.conftest import NOW, Tell, article, mention

LATER = NOW + timedelta(hours=1)
JADAR: dict[str, Any] = {"project": ["Jadar"], "min_confidence": 0.8}
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def stored(name: str, settings: dict[str, Any], **changes: Any) -> StoredWatch:
    plain: dict[str, Any] = {"is_own": False, "made_at": NOW, "after_event": 0}
    return StoredWatch(name=name, settings=settings, **{**plain, **changes})


def test_what_is_known_is_no_news(connection: Connection, tell: Tell) -> None:
    """A watch remembers the last event of its time."""
    tell(article("a"), mention(), mention("protest"))
    put_watch(connection, "w", JADAR, is_own=True, now=NOW)
    assert [stored("w", JADAR, is_own=True, after_event=2)] == get_watches(connection)


def test_in_place_of_a_former_one(connection: Connection, tell: Tell) -> None:
    """There is one watch of a name; what is new to it begins anew."""
    put_watch(connection, "w", JADAR, is_own=True, now=NOW)
    tell(article("a"), mention())
    put_watch(connection, "w", {}, is_own=True, now=LATER)
    assert [stored("w", {}, is_own=True, made_at=LATER, after_event=1)] == get_watches(connection)


def test_unchanged_watches_stay_as_they_are(connection: Connection, tell: Tell) -> None:
    """Starting again with the same configuration loses no news."""
    sync_watches(connection, {"w": JADAR}, NOW)
    version = watches_version(connection)
    tell(article("a"), mention())
    sync_watches(connection, {"w": JADAR}, LATER)
    assert ([stored("w", JADAR)], version) == (get_watches(connection), watches_version(connection))


def test_a_question_that_changed(connection: Connection, tell: Tell) -> None:
    """Is another question: what was known by then is no news to it."""
    sync_watches(connection, {"w": JADAR}, NOW)
    tell(article("a"), mention())
    sync_watches(connection, {"w": {"country": ["RS"]}}, LATER)
    assert [stored("w", {"country": ["RS"]}, made_at=LATER, after_event=1)] == get_watches(connection)


def test_a_way_that_changed(connection: Connection, tell: Tell) -> None:
    """The same question told by other channels, or at other times, is the same: nothing that waits is missed."""
    sync_watches(connection, {"w": {**JADAR, "channels": ["desk"]}}, NOW)
    tell(article("a"), mention())
    sync_watches(connection, {"w": {**JADAR, "channels": ["log"], "quiet": "22:00-07:00"}}, LATER)
    changed = {**JADAR, "channels": ["log"], "quiet": "22:00-07:00"}
    assert [stored("w", changed, made_at=LATER, after_event=0)] == get_watches(connection)


def test_the_configuration_goes_first(connection: Connection) -> None:
    """It replaces a watch that a command made under the same name, and leaves the others."""
    put_watch(connection, "w", {"country": ["CL"]}, is_own=True, now=NOW)
    put_watch(connection, "mine", {}, is_own=True, now=NOW)
    sync_watches(connection, {"w": JADAR}, LATER)
    assert [("mine", True), ("w", False)] == [(one.name, one.is_own) for one in get_watches(connection)]


def test_gone_from_the_configuration(connection: Connection) -> None:
    """A watch is gone with its lines; its alerts that wait are dropped, those that were told stay."""
    sync_watches(connection, {"w": JADAR, "x": {}}, NOW)
    alert = Alert(watch="w", kind="event", event=1, decided_at=NOW, due=NOW)
    states = ["waiting", "held", "told"]
    add_alerts(connection, [Alert(**{**_fields(alert), "state": state}) for state in states])
    sync_watches(connection, {"x": {}}, LATER)
    found = find_alerts(connection, watch="w", limit=9, offset=0)
    assert (["x"], ["told", "dropped", "dropped"]) == (
        [one.name for one in get_watches(connection)],
        [one.state for one in found],
    )


def _fields(alert: Alert) -> dict[str, Any]:
    return {name: getattr(alert, name) for name in Alert.__dataclass_fields__}


def test_removed(connection: Connection) -> None:
    """It says whether there was one."""
    put_watch(connection, "w", JADAR, is_own=True, now=NOW)
    assert (True, False, []) == (remove_watch(connection, "w"), remove_watch(connection, "w"), get_watches(connection))


def test_a_version_for_each_state(connection: Connection) -> None:
    """Whatever is done to the watches, the version tells."""
    versions = [watches_version(connection)]
    put_watch(connection, "w", JADAR, is_own=True, now=NOW)
    versions.append(watches_version(connection))
    put_watch(connection, "w", {}, is_own=True, now=NOW)
    versions.append(watches_version(connection))
    put_watch(connection, "x", {}, is_own=True, now=NOW)
    versions.append(watches_version(connection))
    remove_watch(connection, "w")
    versions.append(watches_version(connection))
    assert len(versions) == len(set(versions))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(NAMES, st.dictionaries(st.sampled_from(["text", "lang"]), NAMES), max_size=5))
def test_any_configuration_comes_back(connection: Connection, configured: dict[str, dict[str, str]]) -> None:
    """Names and settings as they were; doing it again changes nothing."""
    sync_watches(connection, configured, NOW)
    found = {one.name: one for one in get_watches(connection)}
    sync_watches(connection, configured, LATER)
    assert configured == {name: one.settings for name, one in found.items()}
    assert found == {one.name: one for one in get_watches(connection)}
