"""Search as a user meets it: the same answers with and without the service, and after the index was lost."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.conftest import Cli, environment, wait_for_service
from tests.e2e.test_service import ask

pytestmark = pytest.mark.e2e
Make = Callable[..., Cli]

ARTICLES = {
    "strike": "Strike at the Zambian copper mine\n\nWorkers began a strike at the copper mine in Zambia on Monday.",
    "permit": "Serbia revokes permit\n\nThe government of Serbia revoked the permit of the Jadar lithium mine "
    "on Friday after residents had protested for months.",
    "prices": "Copper prices\n\nThe price of copper moved little. A copper mine was not in the news.",
}


@pytest.fixture
def told(cli_for: Make) -> Cli:
    """A store with three documents that were added and understood."""
    cli = cli_for({})
    for name, text in ARTICLES.items():
        (cli.folder / f"{name}.txt").write_text(text, encoding="utf-8")
    cli.run("add", *(str(cli.folder / f"{name}.txt") for name in ARTICLES))
    return cli


@contextmanager
def service(cli: Cli) -> Iterator[str]:
    """A service over the store; the address of its API."""
    process = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=subprocess.DEVNULL)
    try:
        wait_for_service(cli, process)
        yield (
            json.loads((cli.folder / "data" / "orewire.duckdb.service").read_text(encoding="utf-8"))["url"] + "/api/v1"
        )
    finally:
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(30)


ASKED = (
    ("search", "copper mine", "--format", "json"),
    ("search", "copper NOT price*", "--country", "ZM", "--format", "csv"),
    ("search", "mines", "--sort", "date", "--limit", "2"),
    ("search", "jadra~ OR 锂"),
    ("events", "--text", '"copper mine" -price', "--format", "csv"),
    ("trends", "--text", "title:serbia", "--format", "json"),
)


def test_the_same_from_both(told: Cli) -> None:
    """Each question is answered alike by the store and by the service that owns it, and after the index was lost."""
    alone = [told.run(*asked) for asked in ASKED]
    with service(told):
        assert alone == [told.run(*asked) for asked in ASKED]
    shutil.rmtree(told.folder / "data" / "orewire.duckdb.index")
    with service(told):
        assert alone == [told.run(*asked) for asked in ASKED]
    found = json.loads(alone[0])
    assert 2 == found["total"]
    (strike,) = (one for one in found["articles"] if one["title"].startswith("Strike"))
    passage = strike["snippet"]
    assert {"copper mine", "copper", "mine"} & {
        passage["text"][one["start"] : one["end"]] for one in passage["highlights"]
    }
    assert strike["events"]
    assert "Strike" in alone[1]
    assert "prices" not in alone[1].lower().splitlines()[1]
    assert "Serbia revokes permit" in alone[3]


def test_rebuilding(told: Cli) -> None:
    """By hand, with and without the service; who has no token may not."""
    assert (
        "holds 3 articles"
        in subprocess.run(
            told.arguments("search", "--rebuild"), env=environment(), capture_output=True, text=True, check=True
        ).stderr
    )
    with service(told) as url:
        assert "Strike" in told.run("search", "strike", "--rebuild")
        assert 401 == ask(f"{url}/index", method="POST").status
        assert 400 == ask(f"{url}/search").status
        assert 400 == ask(f"{url}/search?text=a&sort=age").status
        refused = ask(f"{url}/search?text=%28copper")
        assert (400, True) == (refused.status, "without a ')'" in str(refused.body["detail"]))


def test_a_query_that_means_nothing_exits_2(told: Cli) -> None:
    """With what was wrong, for search and for every text filter."""
    for asked in (("search", "a OR"), ("search",), ("events", "--text", '"x')):
        done = subprocess.run(told.arguments(*asked), env=environment(), capture_output=True, text=True, check=False)
        assert 2 == done.returncode
        assert "expected" in done.stderr
        assert "Traceback" not in done.stderr
