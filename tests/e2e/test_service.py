"""The service's API over real HTTP: what it answers, and whom it refuses."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import Cli, environment, service_of, wait_for_service
from tests.e2e.test_run import feeds_of

pytestmark = pytest.mark.e2e
MAX_ANSWER = 10_000_000
Make = Callable[..., Cli]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: dict[str, object]


def ask(url: str, *, method: str = "GET", **headers: str) -> Answer:
    request = urllib.request.Request(url, method=method, headers=headers, data=b"" if method == "POST" else None)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return Answer(response.status, json.loads(response.read(MAX_ANSWER)))
    except urllib.error.HTTPError as error:
        text = error.read(MAX_ANSWER)
        return Answer(error.code, json.loads(text) if text.startswith(b"{") else {"detail": text.decode()})


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over an empty store on a free port; yields the address of its API."""
    folder = tmp_path_factory.mktemp("service")
    (folder / "config.yaml").write_text("service: {port: 0}\n", encoding="utf-8")
    cli = Cli(folder, folder / "config.yaml")
    process = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=subprocess.DEVNULL)
    try:
        wait_for_service(cli, process)
        announced = json.loads((folder / "data" / "orewire.duckdb.service").read_text(encoding="utf-8"))
        yield f"{announced['url']}/api/v1"
    finally:
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(30)


def test_an_empty_store_answers(service: str) -> None:
    """Nothing found is an answer."""
    assert {"events": [], "total": 0, "next": None} == ask(f"{service}/events?mineral=lithium&country=RS").body
    assert [] == ask(f"{service}/trends?period=month").body["trend"]
    assert ["nothing has been read yet"] == ask(f"{service}/movers").body["notes"]
    assert [] == ask(f"{service}/balance?by=country").body["totals"]
    assert 0 == ask(f"{service}/health").body["articles"]


def test_the_health_page(service: str) -> None:
    """A page for people, which loads nothing from elsewhere."""
    with urllib.request.urlopen(service.replace("/api/v1", "/health"), timeout=30) as response:
        assert response.headers["Content-Type"].startswith("text/html")
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert b"No feed was asked yet" in response.read(MAX_ANSWER)


def test_the_service_gathers_side_by_side(newsroom: str, cli_for: Make) -> None:
    """Polling, fetching and understanding go on by themselves until all that the newsroom has is understood."""
    cli = cli_for(feeds_of(newsroom))
    process = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=subprocess.DEVNULL)
    try:
        wait_for_service(cli, process)
        announced = json.loads((cli.folder / "data" / "orewire.duckdb.service").read_text(encoding="utf-8"))
        health: dict[str, object] = {}
        for _ in range(240):
            health = ask(f"{announced['url']}/api/v1/health").body
            if health["articles"] and not health["waiting_for_analysis"] and not health["pages"]["queued"]:  # type: ignore[index]
                break
            time.sleep(0.5)
        assert int(str(health["articles"])) >= 60
        assert int(str(health["events"])) >= 30
    finally:
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(30)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("events?colour=red", "colour"),
        ("events?type=protests", "permit_granted"),
        ("events?country=Chile", "two-letter"),
        ("events?since=yesterday", "since"),
        ("events?since=2025-02-01&until=2025-01-01", "until"),
        ("events?min_confidence=7", "min_confidence"),
        ("events?limit=100000000", "limit"),
        ("trends?by=colour", "mineral"),
        ("trends?period=hour", "week"),
        ("trends?by=type&by=country&by=mineral", "two different dimensions"),
        ("trends?panel=perhaps", "panel"),
        ("movers?since=2025-01-01", "only until"),
        ("movers?period=day", "month"),
        ("balance?by=colour", "mineral"),
    ],
)
def test_what_means_nothing_is_refused_in_words(service: str, query: str, told: str) -> None:
    """400, with what was wrong and what is allowed."""
    answer = ask(f"{service}/{query}")
    assert 400 == answer.status
    assert told in str(answer.body["detail"])


def test_unknown_event_is_not_found(service: str) -> None:
    """404, whatever the id looks like."""
    assert 404 == ask(f"{service}/events/..%2F..%2Fetc").status
    assert 404 == ask(f"{service}/events/999999").status


def test_work_needs_the_token(service: str) -> None:
    """Reading is open on this machine; making the service work is not."""
    assert 401 == ask(f"{service}/round", method="POST").status
    assert 401 == ask(f"{service}/documents?name=x", method="POST", Authorization="Bearer guess").status


def test_one_connection_is_as_quick_as_many(service: str) -> None:
    """The end of each answer but the first few waited 40 ms for its beginning to be acknowledged."""
    parts, took = urlsplit(service), []
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    for _ in range(30):
        started = time.perf_counter()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        took.append(time.perf_counter() - started)
    connection.close()
    assert 0.03 > sorted(took[10:])[10]


def test_another_host_name_is_refused(service: str) -> None:
    """A web page that points its own name here reads nothing."""
    assert 400 == ask(f"{service}/events", Host="evil.example").status


@pytest.mark.parametrize("is_served", [False, True])
def test_what_is_typed_may_be_no_text(cli_for: Make, is_served: bool) -> None:
    """A file with a name of Latin-1 is added, and a question in Latin-1 answered; both ended with a traceback."""
    cli = cli_for({})
    path = cli.folder / os.fsdecode(b"espa\xf1a.txt")
    path.write_text("Workers went on strike at the Escondida copper mine in Chile on Monday.", encoding="utf-8")
    with service_of(cli) if is_served else nullcontext():
        assert "1 new articles" in cli.run("add", str(path))
        found = json.loads(cli.run("search", "copper", "--format", "json"))
        assert r"espa\xf1a.txt" == found["articles"][0]["source"]
        assert "[]" == cli.run("events", "--project", os.fsdecode(b"espa\xf1a"), "--format", "json").strip()


def test_two_services_do_not_share_a_store(cli_for: Make) -> None:
    """The second says who owns it, and exits 2."""
    cli = cli_for({})
    first = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=subprocess.DEVNULL)
    try:
        wait_for_service(cli, first)
        second = subprocess.run(cli.arguments("serve"), env=environment(), capture_output=True, text=True, timeout=60)
        assert 2 == second.returncode
        assert "already answers" in second.stderr
    finally:
        first.send_signal(signal.SIGINT)
        assert 0 == first.wait(30)
