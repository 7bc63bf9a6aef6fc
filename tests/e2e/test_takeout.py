"""export and sql as a user meets them: with the service running and without, the same bytes and answers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orewire.model.answers import EXPORT_FORMATS
from orewire.rooms import sync_reference
from store.connection import open_database
from tests.e2e.conftest import Cli, environment, wait_for_service
from tests.e2e.test_service import ask
from tests.store.conftest import NOW, article, mention, opposing, teller

pytestmark = pytest.mark.e2e

QUERIES = (
    ("SELECT type, count(*) AS n FROM event_list GROUP BY ALL ORDER BY ALL",),
    ("SELECT id, countries, first_seen, confidence FROM event_list ORDER BY id", "--format", "json"),
    ("SELECT id, minerals, '=1+1' AS formula FROM event_list ORDER BY id", "--format", "csv"),
    ("SELECT 1 AS a, 2 AS a", "--format", "json"),
    ("FROM event_list ORDER BY id", "--limit", "2", "--format", "json"),
)
REFUSED = ("SELECT * FROM read_text('/etc/passwd')", "DROP TABLE events", "SELECT nothing FROM events", "SELEC 1")


def fill(store: Path) -> None:
    connection = open_database(store)
    sync_reference(connection, NOW)  # as the service does when it starts
    tell = teller(connection)
    tell(article("a", source="=Herald"), mention(actor="@somebody"), stances=(opposing(),))
    for number in range(30):
        day = date(2025, 9, 1 + number % 28)
        tell(article(f"n{number}", day=day), mention("protest", project=f"P{number}", countries=("CL", "PE")))
    connection.close()


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    folder = tmp_path_factory.mktemp("takeout")
    (folder / "config.yaml").write_text("service: {port: 0}\n", encoding="utf-8")
    fill(folder / "data" / "orewire.duckdb")
    return Cli(folder, folder / "config.yaml")


@pytest.fixture(scope="module")
def alone(cli: Cli) -> dict[str, str]:
    """What the commands say and write with no service."""
    for form in EXPORT_FORMATS:
        cli.run("export", "--out", str(cli.folder / f"alone.{form}"))
    cli.run("export", "--snapshot", str(cli.folder / "alone.duckdb"))
    return {query[0]: cli.run("sql", *query) for query in QUERIES} | {query: failing(cli, query) for query in REFUSED}


def failing(cli: Cli, query: str) -> str:
    done = subprocess.run(cli.arguments("sql", query), capture_output=True, text=True, env=environment(), timeout=120)
    assert (2, "") == (done.returncode, done.stdout)
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def service(cli: Cli, alone: dict[str, str]) -> Iterator[dict[str, str]]:
    """A service over the same store, and what the commands said before it ran."""
    process = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=subprocess.DEVNULL)
    try:
        wait_for_service(cli, process)
        yield alone
    finally:
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(30)
        assert {"orewire.duckdb"} == {path.name for path in (cli.folder / "data").glob("*.duckdb*")}


def announced(cli: Cli) -> dict[str, str]:
    found: dict[str, str] = json.loads((cli.folder / "data" / "orewire.duckdb.service").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("form", EXPORT_FORMATS)
@pytest.mark.usefixtures("service")
def test_exports_are_the_same_both_ways(cli: Cli, form: str) -> None:
    """Byte for byte; in Parquet the same rows and types."""
    cli.run("export", "--out", str(cli.folder / f"asked.{form}"))
    expected, found = (cli.folder / f"{name}.{form}" for name in ("alone", "asked"))
    if form == "parquet":
        assert duckdb.sql(f"DESCRIBE FROM '{expected}'").fetchall() == duckdb.sql(f"DESCRIBE FROM '{found}'").fetchall()
        assert duckdb.sql(f"FROM '{expected}'").fetchall() == duckdb.sql(f"FROM '{found}'").fetchall()
    else:
        assert expected.read_bytes() == found.read_bytes()


@pytest.mark.parametrize("form", EXPORT_FORMATS)
@pytest.mark.usefixtures("service")
def test_the_api_sends_what_the_command_writes(cli: Cli, form: str) -> None:
    """Openly, on this machine."""
    cli.run("export", "--out", str(cli.folder / f"peru.{form}"), "--country", "PE", "--since", "2025-09-20", "--force")
    url = f"{announced(cli)['url']}/api/v1/export?format={form}&country=PE&since=2025-09-20"
    with urllib.request.urlopen(url, timeout=60) as response:
        sent = response.read()
        assert "9" == response.headers["Orewire-Events"]
        assert f'filename="events.{form}"' in response.headers["Content-Disposition"]
    if form != "parquet":
        assert (cli.folder / f"peru.{form}").read_bytes() == sent
    assert len(sent) > 100


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_answers_are_the_same_both_ways(cli: Cli, service: dict[str, str], query: tuple[str, ...]) -> None:
    """In every form."""
    assert service[query[0]] == cli.run("sql", *query)


@pytest.mark.parametrize("query", REFUSED)
def test_refusals_are_the_same_both_ways(cli: Cli, service: dict[str, str], query: str) -> None:
    """Exit status 2, and why."""
    assert service[query] == failing(cli, query)


@pytest.mark.usefixtures("service")
def test_snapshots_are_the_same_both_ways(cli: Cli) -> None:
    """Plain DuckDB reads from both the same rows of all tables; what waited for the alerts the service has judged."""
    cli.run("export", "--snapshot", str(cli.folder / "asked.duckdb"))
    assert tables_of(cli.folder / "alone.duckdb") == tables_of(cli.folder / "asked.duckdb")


def tables_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables and views."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute("SELECT table_name FROM information_schema.tables ORDER BY ALL").fetchall()
        kept = sorted({name for (name,) in names} - {"changed_events"})
        return {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in kept}


def test_sql_sees_what_the_service_has_just_stored(cli_for: Callable[..., Cli]) -> None:
    """The answer is of now, while the service holds the file and writes."""
    cli = cli_for({})
    (cli.folder / "new.txt").write_text(
        "Strike at nickel mine\n\nWorkers began a strike at the nickel mine in Canada over pay.", encoding="utf-8"
    )
    counted = ("sql", "SELECT count(*) AS n FROM articles", "--format", "json")
    process = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=subprocess.DEVNULL)
    try:
        wait_for_service(cli, process)
        assert [{"n": 0}] == json.loads(cli.run(*counted))
        cli.run("add", str(cli.folder / "new.txt"))
        assert [{"n": 1}] == json.loads(cli.run(*counted))
    finally:
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(30)


@pytest.mark.usefixtures("service")
def test_the_store_needs_the_token(cli: Cli) -> None:
    """A stranger's page gets neither a query answered nor the whole store."""
    url = f"{announced(cli)['url']}/api/v1"
    assert [401, 401] == [ask(f"{url}/sql", method="POST").status, ask(f"{url}/snapshot").status]


@pytest.mark.usefixtures("service")
def test_sql_over_http(cli: Cli) -> None:
    """The query is the body; the answer has names and types."""
    service = announced(cli)
    request = urllib.request.Request(
        f"{service['url']}/api/v1/sql?limit=1",
        data=b"SELECT id, type FROM events ORDER BY id",
        headers={"Authorization": f"Bearer {service['token']}"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)
    assert [["id", "BIGINT"], ["type", "VARCHAR"]] == answer["columns"]
    assert ([[1, "permit_denied"]], True) == (answer["rows"], answer["more"])


def run(cli: Cli, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        cli.arguments(*args), capture_output=True, text=True, env=environment(), timeout=120, input=stdin
    )


def test_a_file_is_not_replaced_by_mistake(cli: Cli) -> None:
    """--force replaces it; a folder that is not there, a device, a terminal's worth of Parquet are refused."""
    out = cli.folder / "mine.csv"
    out.write_text("mine", encoding="utf-8")
    refused = run(cli, "export", "--out", str(out))
    assert (2, True, "mine") == (refused.returncode, "--force" in refused.stderr, out.read_text(encoding="utf-8"))
    cli.run("export", "--out", str(out), "--force")
    assert out.read_text(encoding="utf-8").startswith("id,date,type")
    assert 2 == run(cli, "export", "--out", str(cli.folder / "no" / "folder.csv")).returncode
    assert 2 == run(cli, "export", "--out", "/dev/null", "--format", "csv", "--force").returncode
    assert Path("/dev/null").is_char_device()


def test_no_file_stays_behind_a_refusal(cli: Cli) -> None:
    """Not even the beginning of one."""
    before = sorted(path.name for path in cli.folder.iterdir())
    for args in (
        ("--country", "Chile", "--out", "x.csv"),
        ("--out", "x.doc"),
        (),
        ("--snapshot", "s", "--out", "x.csv"),
    ):
        refused = run(cli, "export", *(str(cli.folder / one) if one.startswith("x.") else one for one in args))
        assert (2, True) == (refused.returncode, "found" in refused.stderr)
    assert before == sorted(path.name for path in cli.folder.iterdir())


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_standard_output_takes_any_form(cli: Cli, form: str) -> None:
    """Through a pipe, byte for byte; what is told besides goes to standard error."""
    cli.run("export", "--format", form, "--out", str(cli.folder / f"piped.{form}"), "--force")
    command = cli.arguments("export", "--format", form, "--out", "-")
    done = subprocess.run(command, capture_output=True, env=environment(), timeout=120, check=True)
    assert b"31 events to standard output" in done.stderr
    if form == "parquet":
        assert b"PAR1" == done.stdout[:4] == done.stdout[-4:]
    else:
        assert (cli.folder / f"piped.{form}").read_bytes() == done.stdout


def test_sql_from_standard_input_into_parquet(cli: Cli) -> None:
    """A longer query is kept in a file."""
    out = cli.folder / "answer.parquet"
    done = run(
        cli, "sql", "-", "--format", "parquet", "--out", str(out), "--force", stdin="SELECT 1 AS a, [2] AS b -- c"
    )
    assert 0 == done.returncode, done.stderr
    assert [("a", "INTEGER"), ("b", "INTEGER[]")] == [
        row[:2] for row in duckdb.sql(f"DESCRIBE FROM '{out}'").fetchall()
    ]


def test_events_and_trends_in_parquet(cli: Cli) -> None:
    """Every answer can be had as table, JSON, CSV and Parquet."""
    for command in ("events", "trends"):
        out = cli.folder / f"{command}.parquet"
        cli.run(command, "--format", "parquet", "--out", str(out))
        assert duckdb.sql(f"FROM '{out}'").fetchall()
        assert 2 == run(cli, command, "--format", "parquet").returncode
    kinds = dict(row[:2] for row in duckdb.sql(f"DESCRIBE FROM '{cli.folder / 'events.parquet'}'").fetchall())
    assert ("VARCHAR[]", "DATE") == (kinds["countries"], kinds["date"])


def test_a_killed_export_leaves_no_half_file(cli: Cli) -> None:
    """The name is given when all is written."""
    process = subprocess.Popen(cli.arguments("export", "--out", str(cli.folder / "killed.csv")), env=environment())
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (cli.folder / "killed.csv").exists()


def test_tables_are_shown(cli: Cli) -> None:
    """Without a store: the schema is known."""
    told = cli.run("sql", "--tables")
    assert "### event_list" in told
    assert "- `countries` VARCHAR[]: " in told
