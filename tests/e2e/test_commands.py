"""The commands as a user meets them: help, exit status, streams, bad input."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, environment

pytestmark = pytest.mark.e2e


def orewire(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "orewire.cli", *args]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=240, env=environment())


def test_help_loads_nothing_heavy() -> None:
    """`orewire --help` imports no model, no database, no web server."""
    code = (
        "import sys; from click.testing import CliRunner; from orewire.cli.main import cli;"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0;"
        "heavy = {'spacy', 'duckdb', 'trafilatura', 'fastapi', 'aiohttp', 'rich', 'pydantic', 'numpy'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment())
    assert 0 == done.returncode, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "add",
        "feeds",
        "events",
        "facets",
        "trends",
        "search",
        "export",
        "sql",
        "digest",
        "brief",
        "watch",
        "alerts",
        "outbox",
        "serve",
        "user",
        "token",
        "audit",
        "analyze",
        "evaluate",
        "demo",
    ],
)
def test_each_command_has_help(command: str) -> None:
    """And each says what it does."""
    done = orewire(command, "--help")
    assert 0 == done.returncode
    assert len(done.stdout.splitlines()) > 5


def test_analyze_answers_line_by_line() -> None:
    """In order, an error in its place, exit status 1 when one failed."""
    lines = [
        json.dumps(
            {"id": "a1", "title": "Court halts lithium mine", "text": "A court in Chile halted the lithium mine."}
        ),
        "{broken",
        json.dumps({"id": 7, "title": ["no"], "text": "x"}),
        json.dumps({"id": "a2", "title": "", "text": ""}),
    ]
    done = orewire("analyze", stdin="\n".join(lines))
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert 1 == done.returncode
    assert ["a1", None, 7, "a2"] == [record["id"] for record in records]
    assert [False, True, True, False] == ["error" in record for record in records]
    assert "court_ruling" in {event["type"] for event in records[0]["events"]}


def test_analyze_is_the_same_in_parallel(tmp_path: Path) -> None:
    """More processes, same answers, same order."""
    articles = tmp_path / "a.jsonl"
    lines = [{"id": str(n), "title": "Strike at copper mine", "text": f"Workers began strike {n}."} for n in range(80)]
    articles.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert orewire("analyze", str(articles)).stdout == orewire("analyze", str(articles), "-j", "2").stdout


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("events", "--config", "nowhere.yaml"), "nowhere.yaml"),
        (("events", "--since", "yesterday"), "yesterday"),
        (("evaluate", "nowhere.jsonl"), "nowhere.jsonl"),
        (("codebook", "protests"), "protests"),
        (("fly",), "fly"),
        (("trends", "--movers", "--panel"), "--panel"),
        (("trends", "--balance", "--by", "type", "--by", "country"), "one dimension"),
    ],
)
def test_wrong_usage_exits_2(args: tuple[str, ...], told: str) -> None:
    """And says what was wrong, without a traceback."""
    done = orewire(*args)
    assert 2 == done.returncode
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_unknown_filter_value_exits_2(tmp_path: Path) -> None:
    """An unknown type is refused and the known ones are told."""
    config = tmp_path / "config.yaml"
    config.write_text("store: s.duckdb\n", encoding="utf-8")
    done = orewire("events", "--type", "protests", "--config", str(config))
    assert (2, True) == (done.returncode, "permit_granted" in done.stderr)


def test_broken_configuration_exits_2(tmp_path: Path) -> None:
    """File, line, key, found, expected."""
    config = tmp_path / "config.yaml"
    config.write_text("store: a\nworkers: many\n", encoding="utf-8")
    done = orewire("run", "--config", str(config))
    assert 2 == done.returncode
    assert f"{config}:2: workers: found 'many', expected" in done.stderr


def test_documents_of_three_kinds(tmp_path: Path) -> None:
    """HTML, text and rubbish: two are added, one is told, the exit status says so."""
    config = tmp_path / "config.yaml"
    config.write_text("store: s.duckdb\n", encoding="utf-8")
    body = "<p>" + "The government of Zambia suspended the licence of the copper mine on Friday. " * 4 + "</p>"
    (tmp_path / "a.html").write_text(
        "<html><head><title>Zambia suspends mine</title></head><body><article><h1>Zambia suspends mine</h1>"
        f"{body}</article></body></html>",
        encoding="utf-8",
    )
    (tmp_path / "b.txt").write_text(
        "Strike at nickel mine\n\nWorkers began a strike at the nickel mine in Canada over pay.", encoding="utf-8"
    )
    (tmp_path / "c.bin").write_bytes(bytes(range(256)) * 40)
    files = [str(tmp_path / name) for name in ("a.html", "b.txt", "c.bin")]
    done = orewire("add", *files, "--config", str(config))
    assert 1 == done.returncode
    assert "2 new articles of 3 documents" in done.stdout
    assert "c.bin" in done.stderr
    again = orewire("add", *files[:2], "--config", str(config))
    assert "0 new articles of 2 documents" in again.stdout


def test_help_is_quick() -> None:
    """Printed, not asserted: the machine is shared. The limit that is asserted is far above any noise."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        orewire("--help")
        times.append(time.perf_counter() - started)
    print(f"orewire --help: median {statistics.median(times):.2f} s")
    assert min(times) < 5


def test_documented_commands_exist() -> None:
    """Every `orewire ...` in the README is a command that exists."""
    from orewire.cli.main import cli

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^    (?:.*\.venv/bin/)?orewire (\w+)", text, re.MULTILINE))
    assert named
    assert named <= set(cli.commands) | set(cli.list_commands(None))  # type: ignore[arg-type]
