"""Checking: every invariant is broken once and told; what is derived is made anew as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orewire.model.analysis import Analysis, Mention
from orewire.model.keep import CheckReport, check_from_json, check_to_json
from store.articles import add_article
from store.check import check_store
from store.connection import Connection, open_database
from store.invariants import INVARIANTS
from store.mentions import record_analyses
from tests.store.conftest import NOW, article, mention, opposing, teller
from tests.store.filled import DAY, content, fill_file, silent


@pytest.fixture(scope="session")
def sound_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, and copied."""
    path = tmp_path_factory.mktemp("sound") / "s.duckdb"
    fill_file(path)
    return path


@pytest.fixture
def filled(sound_file: Path, tmp_path: Path) -> Iterator[Connection]:
    connection = open_database(Path(shutil.copy(sound_file, tmp_path)))
    yield connection
    connection.close()


def kinds(report: CheckReport) -> dict[str, int]:
    return {fault.kind: fault.count for fault in report.faults}


def without_key(table: str) -> str:
    """A table whose key nobody guards any more, with all its rows twice."""
    return (
        f"CREATE TABLE kept AS FROM {table}; DROP TABLE {table}; ALTER TABLE kept RENAME TO {table}; "
        f"INSERT INTO {table} FROM {table}"
    )


DOUBLED = {
    invariant.kind: without_key(invariant.kind.split("_doubled_")[0])
    for invariant in INVARIANTS
    if "_doubled_" in invariant.kind and not invariant.is_derived
}
BROKEN = DOUBLED | {
    "schema": "DROP VIEW event_list",
    "article_without_number": "UPDATE articles SET number = NULL WHERE id = (SELECT min(id) FROM articles)",
    "article_undecided": "UPDATE articles SET relevant = NULL WHERE analysed_version IS NOT NULL AND NOT relevant",
    "article_text_changed": "UPDATE articles SET text = 'other' WHERE number = 1",
    "article_story": "UPDATE articles SET story = 1 WHERE analysed_version IS NOT NULL AND NOT relevant",
    "article_copy_group": "UPDATE articles SET copy_group = 999 WHERE number = 1",
    "revision_without_article": "UPDATE revisions SET article = 'nobody'",
    "mention_differs": "UPDATE articles SET source = 'another' WHERE number = 1",
    "event_of_two_types": "UPDATE mentions SET type = 'strike' WHERE article = 1",
    "page_state": "UPDATE pages SET attempts = -1",
    "page_waits": "UPDATE pages SET next_try = '2999-01-01'",
    "feed_waits": "UPDATE feeds SET next_poll = '2999-01-01'",
    "file_without_article": "UPDATE files SET article = 'nobody'",
    "alert_state": "DELETE FROM messages",
    "alert_waits": "UPDATE deliveries SET due = '2999-01-01'",
    "delivery_state": "UPDATE deliveries SET state = 'lost'",
    "review_of_nothing": "UPDATE reviews SET mentions = '[[999, \"x\", \"y\"]]' WHERE action = 'split'",
}
DERIVED_BROKEN = {
    "mentions_doubled_article_number": "INSERT INTO mentions FROM mentions WHERE article = 1",
    "fingerprints_doubled_article": "INSERT INTO fingerprints FROM fingerprints WHERE article = 1",
    "weekly_counts_doubled_week_country_mineral": "INSERT INTO weekly_counts FROM weekly_counts LIMIT 1",
    "mention_without_article": "INSERT INTO mentions SELECT * REPLACE (999 AS article) FROM mentions WHERE article = 1",
    "mention_without_event": "DELETE FROM events",
    "mention_misplaced": "UPDATE mentions SET event = 7 WHERE article = 1",
    "event_rejected": """
        INSERT INTO events SELECT * REPLACE ((SELECT event FROM reviews WHERE action = 'reject') AS id)
        FROM events LIMIT 1
    """,
    "event_without_mention": "INSERT INTO events SELECT * REPLACE (999 AS id) FROM events LIMIT 1",
    "event_article_count": "UPDATE events SET article_count = 99",
    "event_without_set": "UPDATE events SET country_set = 77",
    "event_without_project": "UPDATE events SET project = 77",
    "event_differs": "UPDATE events SET evidence_number = 7, confidence = 0.1, first_seen = '1999-01-01'",
    "stance_without_article": "INSERT INTO stances SELECT * REPLACE (999 AS article) FROM stances LIMIT 1",
    "fingerprint_without_article": "INSERT INTO fingerprints SELECT * REPLACE (999 AS article) FROM fingerprints",
    "article_without_fingerprint": "DELETE FROM fingerprints WHERE article = 1",
    "weekly_count_differs": "UPDATE weekly_counts SET events = 99",
    "story_missing": "DELETE FROM stories",
    "story_article_count": "UPDATE stories SET article_count = 99",
    "numbers_again": "CREATE OR REPLACE SEQUENCE event_ids; CREATE OR REPLACE SEQUENCE article_numbers",
}


def test_a_sound_store(filled: Connection) -> None:
    """All kinds of rows that orewire writes are as they should be."""
    report = check_store(filled, silent)
    assert () == report.faults
    assert {} == {name: count for name, count in report.rows.items() if not count}
    assert report.events_derived == report.rows["events"]


def test_every_invariant_is_broken_by_a_test() -> None:
    """None is only believed."""
    assert {invariant.kind for invariant in INVARIANTS} <= BROKEN.keys() | DERIVED_BROKEN.keys()


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_not_derived_is_told_and_left(filled: Connection, kind: str) -> None:
    """With its kind, how often, and where; a repair does not touch it."""
    filled.execute(BROKEN[kind])
    before = content(filled)["articles"]
    for repair in (False, True):
        (fault,) = (fault for fault in check_store(filled, silent, repair=repair).faults if fault.kind == kind)
        assert (True, False) == (fault.count > 0 and len(fault.examples) > 0, fault.is_derived)
    assert before == content(filled)["articles"]


@pytest.mark.parametrize("kind", DERIVED_BROKEN)
def test_what_is_derived_is_made_anew(filled: Connection, kind: str) -> None:
    """As it was, row by row; and it is said what was done. What changed waits for alerts and projects, as ever."""
    before = content(filled)
    filled.execute(DERIVED_BROKEN[kind])
    assert kind in kinds(check_store(filled, silent))
    report = check_store(filled, silent, repair=True)
    assert () == report.faults
    assert report.repaired
    noted = {name: before[name] for name in ("changed_events", "project_changes")}
    assert before == content(filled) | noted


def test_a_fault_tells_where(filled: Connection) -> None:
    """Numbers to look for, at most five of them, and how many there are in all."""
    filled.execute("INSERT INTO stances SELECT * REPLACE (900 + article AS article) FROM stances")
    (fault,) = check_store(filled, silent).faults
    assert ("stance_without_article", 6, ("901", "902", "903", "904", "905")) == (
        fault.kind, fault.count, fault.examples,
    )  # fmt: skip


def test_what_waits_for_a_new_analysis_is_no_fault() -> None:
    """A revised article keeps what its former text said until the new one is understood."""
    connection = open_database(None)
    teller(connection)(article("a"), mention(), stances=(opposing(),))
    add_article(connection, article("a", text="Another text altogether."), NOW + timedelta(days=1))
    assert () == check_store(connection, silent).faults
    assert 0 == check_store(connection, silent).events_derived


def test_a_sample(filled: Connection) -> None:
    """Only so many events are derived again."""
    assert 1 == check_store(filled, silent, sample=1).events_derived


def test_a_missing_column_ends_the_check(filled: Connection) -> None:
    """It is told, and nothing else is asked of it."""
    filled.execute("ALTER TABLE fingerprints DROP COLUMN bands")
    (fault,) = check_store(filled, silent).faults
    assert ("schema", ("column fingerprints.bands UINTEGER[]",)) == (fault.kind, fault.examples)


def test_counters_go_on_behind_what_is_taken(filled: Connection) -> None:
    """After a repair the next article is stored."""
    filled.execute(DERIVED_BROKEN["numbers_again"])
    check_store(filled, silent, repair=True)
    assert "new" == add_article(filled, article("z"), NOW)


def test_a_report_travels(filled: Connection) -> None:
    """To the client and back, losing nothing."""
    filled.execute("UPDATE weekly_counts SET events = 99")
    report = check_store(filled, silent)
    assert report == check_from_json(check_to_json(report))


TYPES = ("protest", "permit_denied", "lawsuit")
MENTIONS = st.builds(
    mention,
    st.sampled_from(TYPES),
    project=st.sampled_from([None, "Jadar", "Piskanja"]),
    minerals=st.sampled_from([(), ("lithium",), ("copper", "gold")]),
    countries=st.sampled_from([(), ("RS",), ("CL", "RS")]),
    date=st.sampled_from([None, DAY, DAY + timedelta(days=30)]),
    salience=st.sampled_from(["main", "background"]),
    confidence=st.floats(0.1, 0.99),
)
STEPS = st.lists(st.tuples(st.sampled_from("abcd"), st.booleans(), st.lists(MENTIONS, max_size=3)), max_size=8)


@settings(max_examples=8, deadline=None)
@given(STEPS)
def test_whatever_is_written_is_sound(steps: list[tuple[str, bool, list[Mention]]]) -> None:
    """Articles told, revised, and understood again, relevant or not, in any order."""
    connection = open_database(None)
    try:
        for name, is_revised, mentions in steps:
            told = article(name, text="Another text of the same article." if is_revised else None)
            add_article(connection, told, NOW)
            analysis = Analysis(
                id=told.id, lang="en", relevant=bool(mentions), events=tuple(mentions), stances=(), version="1"
            )
            record_analyses(connection, [(told, analysis)])
        assert () == check_store(connection, silent).faults
    finally:
        connection.close()
