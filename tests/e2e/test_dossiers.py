"""Projects, events and their history as a user asks for them: with and without the service, the same answers."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from nlp.reference import read_reference
from orewire.cli.session import find_client, read_config
from orewire.model.event import Review
from store.connection import open_database
from store.local import LocalStore
from store.reference import put_reference
from store.reviews import carry_out
from tests.e2e.conftest import Cli, environment, make_cli, wait_for_service
from tests.e2e.test_service import ask
from tests.store.conftest import article, mention, opposing, teller

pytestmark = pytest.mark.e2e
NOW = datetime.now(UTC)
DAY = NOW.date() - timedelta(days=20)
"""Near enough to today that what is contested still is."""
QUESTIONS = (
    ("project", "Jadar", "--format", "json"), ("project", "јадар"), ("project", "Mirador", "--country", "EC"),
    ("projects",), ("projects", "--format", "csv"), ("projects", "--standing", "contested", "--format", "json"),
    ("projects", "--country", "PT"), ("projects", "--untold", "--name", "mirador"), ("event", "1"),
    ("event", "2", "--format", "json"), ("events", "--format", "json"),
)  # fmt: skip


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """A store with the gazetteer, a project with a life, and a decision of a person."""
    cli = make_cli(tmp_path_factory.mktemp("dossiers"), {})
    connection = open_database(cli.folder / "data" / "orewire.duckdb")
    put_reference(connection, read_reference(), NOW)
    tell = teller(connection)
    tell(article("a", day=_before(300)), mention("permit_sought"))
    tell(article("b", day=_before(200)), mention("permit_granted", stage="granted"))
    tell(article("c", day=DAY), mention(stage="suspended"), mention("protest", actor="farmers"), stances=(opposing(),))
    tell(article("d", day=DAY), mention(project="Barroso", countries=("PT",)))
    carry_out(connection, Review(action="merge", event=5, into_event=3, who="Ana", reason="the same act"), NOW)
    connection.close()
    return cli


def _before(days: int) -> date:
    return DAY - timedelta(days=days)


@pytest.fixture(scope="module")
def alone(cli: Cli) -> dict[tuple[str, ...], str]:
    """The answers of commands that open the store themselves."""
    return {question: cli.run(*question) for question in QUESTIONS}


@pytest.fixture(scope="module")
def service(cli: Cli, alone: dict[tuple[str, ...], str]) -> Iterator[str]:
    """Then the service owns the store; yields the address of its API."""
    process = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=subprocess.DEVNULL)
    try:
        wait_for_service(cli, process)
        announced = json.loads((cli.folder / "data" / "orewire.duckdb.service").read_text(encoding="utf-8"))
        yield f"{announced['url']}/api/v1"
    finally:
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(30)


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_commands_answer_the_same_with_the_service(
    cli: Cli, alone: dict[tuple[str, ...], str], service: str, question: tuple[str, ...]
) -> None:
    """To the letter, whoever owns the store."""
    assert alone[question] == cli.run(*question)


def test_a_project_is_told_as_an_analyst_reads_it(alone: dict[tuple[str, ...], str]) -> None:
    """Where it stands first, then why, who is against it, and its events with what they moved."""
    text = alone["project", "јадар"]
    assert text.startswith("Jadar: suspended, contested\n")
    assert "an authority suspended the permit, or stopped the work (event 3)" in text
    assert "permitted: an authority granted a permit (event 2; until event 3)" in text
    assert "against 1 (1 community)" in text
    assert "permit_denied (suspended) → suspended" in text
    assert "The ministry revoked it." in text


def test_an_event_tells_its_history(alone: dict[tuple[str, ...], str]) -> None:
    """What came after it, and in JSON all of it beside the event."""
    assert "after  event 2, permit_granted (granted): what was sought was granted" in alone["event", "1"]
    record = json.loads(alone["event", "2", "--format", "json"])
    assert ["before", "after"] == [one["relation"] for one in record["history"]["sequels"]]
    assert "first_report" == record["history"]["steps"][0]["kind"]
    assert {"official", "statement", "news"} >= {
        event["voice"] for event in json.loads(alone["events", "--format", "json"])
    }


def test_a_merged_event_leads_to_the_other(service: str) -> None:
    """Its number answers, with who decided."""
    history = ask(f"{service}/events/5/history").body
    assert 3 == history["event_id"]
    assert ["Ana"] == [step["who"] for step in history["steps"] if step["kind"] == "merged"]  # type: ignore[attr-defined]


def test_the_api_answers_by_number_name_and_filter(service: str) -> None:
    """One address each."""
    listed = ask(f"{service}/projects?country=RS").body
    project = listed["projects"][0]  # type: ignore[index]
    assert (1, "Jadar", "suspended") == (listed["total"], project["name"], project["standing"]["word"])
    by_number = ask(f"{service}/projects/{project['id']}").body
    assert by_number == ask(f"{service}/project?name=jadar").body
    assert 0 == ask(f"{service}/projects?standing=halted").body["total"]


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("projects?standing=stopped", 400, "expected one of closed"),
        ("projects?country=Serbia", 400, "two-letter"),
        ("projects?colour=red", 400, "colour"),
        ("projects?limit=100000", 400, "limit"),
        ("project?name=mirador", 400, "which 2 are called"),
        ("project?name=nonsuch", 404, "nonsuch"),
        ("projects/99999999", 404, "no project"),
        ("projects/99999999999999999999999", 404, "no project"),
        ("projects/x", 400, "project_id"),
        ("events/99999/history", 404, "no event"),
    ],
)
def test_what_means_nothing_is_refused_in_words(service: str, query: str, status: int, told: str) -> None:
    """400 for what cannot be understood, 404 for what is not there."""
    answer = ask(f"{service}/{query}")
    assert (status, True) == (answer.status, told in str(answer.body["detail"]))


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("project", "mirador"), "expected a number, or the name with a country"),
        (("project", "nonsuch"), "found 'nonsuch'"),
        (("project", "Jadar", "--country", "CL"), "in CL"),
        (("event", "99999"), "found 99999"),
        (("projects", "--standing", "stopped"), "stopped"),
    ],
)
def test_wrong_questions_exit_2(cli: Cli, service: str, args: tuple[str, ...], told: str) -> None:
    """Also where the service is asked."""
    done = subprocess.run(cli.arguments(*args), capture_output=True, text=True, timeout=60, env=environment())
    assert (2, True) == (done.returncode, told in done.stderr)
    assert "Traceback" not in done.stderr


def test_records_are_the_same_both_ways(cli: Cli, service: str) -> None:
    """The dossier and the history that the service tells, against a store of the same articles in memory."""
    client = find_client(read_config(cli.config))
    assert client is not None
    connection = open_database(None)
    put_reference(connection, read_reference(), NOW)
    tell = teller(connection)
    tell(article("a", day=_before(300)), mention("permit_sought"))
    local = LocalStore(connection)
    one, other = local.get_project("Jadar"), client.get_project("Jadar")
    assert one is not None
    assert other is not None
    assert one.timeline[0] == other.timeline[-1]
    assert (one.aliases, one.project.operator) == (other.aliases, other.project.operator)
    local.close()


def test_the_gazetteer_is_handed_over_once(cli_for: Callable[..., Cli]) -> None:
    """A first round fills the tables; a second finds them as they are."""
    cli = cli_for({})
    cli.run("run")
    store = cli.folder / "data" / "orewire.duckdb"
    seen = []
    for _ in range(2):
        connection = open_database(store)
        seen.append(connection.execute("SELECT version, loaded_at FROM reference_data").fetchall())
        assert (True,) == connection.execute("SELECT count(*) > 10000 FROM projects").fetchone()
        connection.close()
        cli.run("run")
    assert seen[0] == seen[1] != []
