"""Projects held in memory are those of the store, whatever happened since they were read."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from orewire.model.event import Review
from store.connection import Connection, open_database, rows
from store.facts import get_standings
from store.reference import put_reference
from store.reviews import carry_out
from store.roster import Roster, note_projects
from tests.store.conftest import NOW, article, mention, teller
from tests.store.test_reference import KNOWN

DAY = date(2025, 11, 13)
TODAY = date(2025, 11, 20)


def listed(connection: Connection) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in rows(connection, "SELECT * FROM project_list")}


def held(roster: Roster, connection: Connection) -> dict[int, dict[str, Any]]:
    return {row["id"]: dict(row) for row in roster.projects(connection)}


tellings = st.tuples(
    st.sampled_from(["permit_granted", "permit_denied", "protest", "shutdown", "production"]),
    st.sampled_from(["Jadar", "Barroso", "Foo", "Bar", None]),
    st.sampled_from([("RS",), ("PT", "ZW"), ("ZW",), ()]),
    st.sampled_from([("lithium",), ("gold", "tin"), ()]),
    st.integers(0, 90),
)


@settings(max_examples=8, deadline=None)
@given(st.lists(tellings, min_size=1, max_size=5))
def test_the_roster_is_the_list(told: list[tuple[Any, ...]]) -> None:
    """After each report it has the same projects as the view, and they stand where all their events say."""
    connection, roster = open_database(None), Roster()
    put_reference(connection, KNOWN, NOW)
    tell = teller(connection)
    for number, (type_, project, countries, minerals, age) in enumerate(told):
        one = mention(type_, project=project, countries=countries, minerals=minerals)
        tell(article(str(number), day=DAY - timedelta(days=age)), one)
        assert listed(connection) == held(roster, connection)
        ids = sorted(listed(connection))
        expected = get_standings(connection, TODAY, ids)
        assert {one: expected[one] for one in ids} == roster.standings(connection, TODAY, ids)
    connection.close()


def test_a_decision_is_heeded() -> None:
    """A merge by hand takes an event from a project, and the roster knows."""
    connection, roster = open_database(None), Roster()
    tell = teller(connection)
    for name in ("Foo", "Bar"):
        tell(article(name, day=DAY), mention("protest", project=name))
    assert [1, 1] == [row["events"] for row in roster.projects(connection)]
    first, second = [number for (number,) in connection.execute("SELECT id FROM events ORDER BY id").fetchall()]
    carry_out(connection, Review(action="merge", who="me", event=second, into_event=first), NOW)
    assert [1, 0] == [row["events"] for row in roster.projects(connection)]
    connection.close()


def test_writers_that_overlap_are_both_heeded(tmp_path: Path) -> None:
    """The later of two that began at once is read, too: also behind a third one's higher version."""
    connection, roster = open_database(tmp_path / "store.duckdb"), Roster()
    tell = teller(connection)
    for name in ("Foo", "Bar"):
        tell(article(name, day=DAY), mention("protest", project=name))
    ids = {row["name"]: row["id"] for row in roster.projects(connection)}
    for others in (1, 2):
        with connection.cursor() as late, connection.cursor() as early:
            late.begin()
            _add_event(late, ids["Bar"])
            for _ in range(others):
                _add_event(early, ids["Foo"])
            assert listed(connection) == held(roster, connection)
            late.commit()
        assert listed(connection) == held(roster, connection)
    connection.close()


def _add_event(connection: Connection, project: int) -> None:
    """One more event of a project, as its last one."""
    connection.execute(
        """
        INSERT INTO events SELECT * REPLACE (nextval('event_ids') AS id) FROM events WHERE project = $project LIMIT 1
        """,
        {"project": project},
    )
    note_projects(connection, [project])


def test_another_day_is_another_standing() -> None:
    """What lapses with time is not kept beyond its day."""
    connection, roster = open_database(None), Roster()
    teller(connection)(article("a", day=DAY), mention("protest", project="Foo"))
    (row,) = roster.projects(connection)
    later = TODAY + timedelta(days=4000)
    for day in (TODAY, later):
        assert (
            get_standings(connection, day, [row["id"]])[row["id"]]
            == roster.standings(connection, day, [row["id"]])[row["id"]]
        )
    connection.close()
