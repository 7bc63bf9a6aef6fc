"""The main job over the sample newsroom, with real processes: once, twice, and beside the service."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Cli, environment, wait_for_service

pytestmark = pytest.mark.e2e
MakeCli = Callable[..., Cli]


def feeds_of(base_url: str) -> dict[str, str]:
    from orewire.newsroom.server import feed_list

    return {feed.name: feed.url for feed in feed_list(base_url)}


def stored_articles(cli: Cli) -> dict[str, str]:
    """Address and title of every article, read from the file itself."""
    from store.connection import open_database

    connection = open_database(cli.folder / "data" / "orewire.duckdb")
    try:
        rows = connection.execute("SELECT url, title FROM articles").fetchall()
    finally:
        connection.close()
    assert len(rows) == len({url for url, _ in rows})
    return dict(rows)


def events_json(cli: Cli, *filters: str) -> list[dict[str, object]]:
    answer: list[dict[str, object]] = json.loads(cli.run("events", "--format", "json", "--limit", "1000", *filters))
    return answer


def test_one_round_and_a_second(newsroom: str, cli_for: MakeCli) -> None:
    """Sixty articles become events; a second round right after fetches and stores nothing."""
    cli = cli_for(feeds_of(newsroom))
    first = cli.run("run", ok=(1,))  # the newsroom has a broken feed and a dead page
    assert "failed: " in first
    articles, events = stored_articles(cli), events_json(cli)
    assert len(articles) >= 60
    assert len(events) >= 30
    second = cli.run("run", ok=(0, 1))
    assert "0 announced, 0 fetched" in second
    assert "0 new, 0 analysed" in second
    assert articles == stored_articles(cli)
    assert events == events_json(cli)


def test_filters_and_formats(newsroom: str, cli_for: MakeCli) -> None:
    """Each filter narrows; table, JSON and CSV tell the same events."""
    cli = cli_for(feeds_of(newsroom))
    cli.run("run", ok=(1,))
    congo = events_json(cli, "--country", "CD", "--mineral", "cobalt")
    assert congo
    assert all("CD" in event["countries"] and "cobalt" in event["minerals"] for event in congo)  # type: ignore[operator]
    lines = cli.run("events", "--country", "CD", "--mineral", "cobalt", "--format", "csv").splitlines()
    assert [str(event["id"]) for event in congo] == [row["id"] for row in csv.DictReader(lines)]
    assert events_json(cli, "--stance", "oppose")
    trend = json.loads(cli.run("trends", "--format", "json", "--period", "month"))
    counted = sum(row["count"] or 0 for row in trend["trend"])  # null where nothing was read
    assert counted == len([event for event in events_json(cli) if event["date"]])


def test_commands_beside_the_service(newsroom: str, cli_for: MakeCli, tmp_path: Path) -> None:
    """With the service running, every command gives the answer that it gives without."""
    cli = cli_for(feeds_of(newsroom))
    cli.run("run", ok=(1,))
    questions = (
        ("events", "--format", "json", "--limit", "1000"),
        ("events", "--country", "ID", "--format", "csv"),
        ("events", "--text", "Grasberg"),
        ("trends", "--by", "family", "--format", "csv"),
        ("facets", "--country", "CL", "--limit", "3"),
        ("facets", "--by", "mineral", "--by", "stance", "--format", "json"),
        ("trends", "--by", "country", "--by", "mineral", "--since", "2025-10-01"),
        ("trends", "--by", "type", "--period", "month", "--panel", "--since", "2025-08-01", "--format", "json"),
        ("trends", "--movers", "--until", "2025-11-17", "--format", "json"),
        ("trends", "--movers", "--by", "type"),
        ("trends", "--balance"),
        ("trends", "--balance", "--by", "mineral", "--period", "month", "--format", "csv"),
        ("digest", "--date", "2025-11-13"),
    )
    alone = [cli.run(*question) for question in questions]
    process = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=subprocess.DEVNULL)
    try:
        wait_for_service(cli, process)
        assert alone == [cli.run(*question) for question in questions]
        document = tmp_path / "note.txt"
        document.write_text(
            "Court halts copper mine\n\nA court in Peru halted the copper mine on Monday.", encoding="utf-8"
        )
        assert "1 new articles of 1" in cli.run("add", str(document))
        assert "0 new, 0 analysed" in cli.run("run", ok=(0, 1))
    finally:
        process.send_signal(signal.SIGINT)
        assert 0 == process.wait(30)
    assert events_json(cli, "--text", "halted copper Peru")


def test_service_killed_and_started_again(newsroom: str, cli_for: MakeCli) -> None:
    """What a killed service leaves behind stops nobody."""
    cli = cli_for(feeds_of(newsroom))
    process = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=subprocess.DEVNULL)
    wait_for_service(cli, process)
    process.kill()
    process.wait()
    cli.run("run", ok=(0, 1))
    assert len(stored_articles(cli)) >= 60
