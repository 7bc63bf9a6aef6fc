"""Events corrected while the service runs: counted as corrected, also once all is understood again; then undone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Cli, environment, make_cli, service_of
from tests.e2e.test_corrections import REPORTS, events, failed

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    """A store with three articles, whose service runs."""
    folder = tmp_path_factory.mktemp("verdicts")
    cli = make_cli(folder, {})
    for name, text in REPORTS.items():
        (folder / f"{name}.txt").write_text(f"{text}\n\n{text}\n", encoding="utf-8")
    cli.run("add", *(str(folder / f"{name}.txt") for name in REPORTS))
    with service_of(cli):
        yield cli


def facets(cli: Cli, name: str) -> dict[str, int]:
    found: list[dict[str, Any]] = json.loads(cli.run("facets", "--by", name, "--format", "json"))
    return {one["value"]: one["events"] for one in found}


def understand_again(cli: Cli) -> None:
    cli.run("reprocess", "--all")
    for _ in range(600):
        if "0 articles are queued" in cli.run("reprocess"):
            return
        time.sleep(0.2)
    raise AssertionError("the service did not understand all again")


def undo_all(cli: Cli) -> None:
    for review in json.loads(cli.run("review", "list", "--format", "json")):
        if not review["undone_at"]:
            cli.run("review", "undo", str(review["id"]))


def test_edited_and_understood_again(cli: Cli) -> None:
    """It moves in the facets at once and stays there; undone, all is as before."""
    before = events(cli)
    (march,) = (one for one in events(cli, "--type", "protest") if one["countries"] == ["PE"])
    edit = ("--type", "lawsuit", "--country", "CL", "--mineral", "lithium", "--reason", "they sued")
    assert "they sued" in cli.run("review", "edit", str(march["id"]), *edit)
    for _ in range(2):
        (edited,) = events(cli, "--type", "lawsuit")
        assert (march["id"], ["CL"], "edited") == (edited["id"], edited["countries"], edited["review"])
        assert {"CL", "RS"} == facets(cli, "country").keys()
        understand_again(cli)
    assert "edited by hand" in cli.run("event", str(march["id"]))
    undo_all(cli)
    assert before == events(cli)


def test_rejected_and_understood_again(cli: Cli) -> None:
    """It is in no answer, but found by its number; undone, all is as before."""
    before = events(cli)
    march = events(cli, "--type", "protest")[0]
    cli.run("review", "reject", str(march["id"]))
    understand_again(cli)
    assert march["id"] not in {one["id"] for one in events(cli)}
    assert "rejected" == json.loads(cli.run("event", str(march["id"]), "--format", "json"))["review"]
    assert "was rejected" in failed(cli, "review", "accept", str(march["id"]))
    undo_all(cli)
    assert before == events(cli)


def test_what_was_looked_at_leaves_the_queue_and_becomes_labelled(cli: Cli, tmp_path: Path) -> None:
    """Accepted, it is no more in the queue, and its article can be measured with."""
    queue = json.loads(cli.run("queue", "--format", "json"))
    assert {one["id"] for one in events(cli)} == {one["id"] for one in queue}
    for one in queue:
        cli.run("review", "accept", str(one["id"]))
    assert [] == json.loads(cli.run("queue", "--format", "json"))
    labels = tmp_path / "labels.jsonl"
    assert "3 articles written" in cli.run("labels", "export", str(labels))
    evaluate = [sys.executable, "-m", "orewire.cli", "evaluate", str(labels)]
    told = subprocess.run(evaluate, capture_output=True, text=True, timeout=240, env=environment(), check=True).stdout
    assert "3 articles" in told
    undo_all(cli)


def test_what_means_nothing_is_refused(cli: Cli) -> None:
    """With what is nearest, by the service as without it."""
    march = events(cli, "--type", "protest")[0]
    assert "nearest: lithium" in failed(cli, "review", "edit", str(march["id"]), "--mineral", "litium")
    assert "nearest: RS (Serbia)" in failed(cli, "review", "edit", str(march["id"]), "--country", "Serbia")
