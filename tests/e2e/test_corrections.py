"""Corrections and a new analysis by command, without the service and with it: the same answers."""

from __future__ import annotations

import json
import subprocess
import time
from typing import Any

import pytest

from tests.e2e.conftest import Cli, environment, make_cli, service_of

pytestmark = pytest.mark.e2e
REPORTS = {
    "one": "Serbia's government revoked the licence of the Jadar lithium project on Thursday after protests.",
    "two": "Hundreds of residents marched in Loznica against the Jadar lithium mine on Saturday.",
    "three": "Thousands of people marched in Lima against the Tia Maria copper mine on Sunday.",
}


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """A store with three articles, and the two protests told in them."""
    folder = tmp_path_factory.mktemp("corrections")
    cli = make_cli(folder, {})
    for name, text in REPORTS.items():
        (folder / f"{name}.txt").write_text(f"{text}\n\n{text}\n", encoding="utf-8")
    cli.run("add", *(str(folder / f"{name}.txt") for name in REPORTS))
    return cli


def events(cli: Cli, *args: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(cli.run("events", "--format", "json", *args))
    return found


@pytest.mark.parametrize("served", [False, True])
def test_merged_by_hand_and_undone(cli: Cli, served: bool) -> None:
    """One event less, and as before once it is taken back."""
    before = events(cli, "--type", "protest")
    assert 2 == len(before)
    if not served:
        merge_and_undo(cli, before)
        return
    with service_of(cli):
        merge_and_undo(cli, before)


def merge_and_undo(cli: Cli, before: list[dict[str, Any]]) -> None:
    told = cli.run("review", "merge", str(before[0]["id"]), str(before[1]["id"]), "--reason", "one march")
    assert "one march" in told
    assert [before[1]["id"]] == [event["id"] for event in events(cli, "--type", "protest")]
    (review, *_) = json.loads(cli.run("review", "list", "--format", "json"))
    cli.run("review", "undo", str(review["id"]))
    assert before == events(cli, "--type", "protest")
    assert "expected" in failed(cli, "review", "merge", "1", "99999")


def failed(cli: Cli, *args: str) -> str:
    done = subprocess.run(cli.arguments(*args), capture_output=True, text=True, timeout=60, env=environment())
    assert 2 == done.returncode
    return done.stderr


def test_reprocessed_without_the_service(cli: Cli) -> None:
    """The same version says the same, under the same numbers; nothing is queued where nothing is old."""
    before = events(cli)
    assert "0 articles understood again" in cli.run("reprocess")
    assert "3 articles understood again: 0 new events" in cli.run("reprocess", "--all")
    assert before == events(cli)


def test_reprocessed_by_the_service(cli: Cli) -> None:
    """It goes on by itself, tells how far it is, and the events stay."""
    before = events(cli)
    with service_of(cli):
        assert "3 articles are queued" in cli.run("reprocess", "--all")
        for _ in range(600):
            if "0 articles are queued" in cli.run("reprocess"):
                break
            time.sleep(0.2)
        assert before == events(cli)
