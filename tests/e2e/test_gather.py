"""Gathering with real processes: watched folders, the archive replayed, lists of feeds, and fifty kills."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from orewire.newsroom.server import serve_newsroom
from tests.e2e.conftest import Cli, environment, make_cli
from tests.e2e.test_run import feeds_of, stored_articles

pytestmark = pytest.mark.e2e
MakeCli = Callable[..., Cli]
Outcome = tuple[dict[str, str], list[tuple[object, ...]]]
Undisturbed = tuple[dict[str, str], tuple[dict[str, str], list[tuple[object, ...]], set[str]]]
MENTIONS = """
SELECT articles.id, mentions.* EXCLUDE (article, copy_group, event, own_event, seen, score, reason)
FROM mentions JOIN articles ON articles.number = mentions.article ORDER BY articles.id, mentions.number
"""
STORY = "Court halts lithium mine\n\nA court in Chile halted the Rio Seco lithium mine on Monday after a lawsuit."


def watching(cli: Cli, folder: Path) -> Cli:
    config = yaml.safe_load(cli.config.read_text(encoding="utf-8"))
    cli.config.write_text(yaml.safe_dump({**config, "folders": [str(folder)]}), encoding="utf-8")
    return cli


def all_rows(cli: Cli, query: str, name: str = "data/orewire.duckdb") -> list[tuple[object, ...]]:
    from store.connection import open_database

    connection = open_database(cli.folder / name)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_watched_folder(cli_for: MakeCli, tmp_path: Path) -> None:
    """A file is read once; changed it is a revision; what cannot be read is told once, and spoils nothing."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "story.txt").write_text(STORY, encoding="utf-8")
    (folder / "picture.pdf").write_bytes(b"\x89PNG\r\n\x1a\n")
    cli = watching(cli_for({}), folder)
    assert "picture.pdf" in cli.run("run", ok=(1,))
    assert "0 new, 0 analysed" in cli.run("run")
    (folder / "story.txt").write_text(STORY + " The company appealed.", encoding="utf-8")
    assert "1 analysed" in cli.run("run")
    assert [(1, 1)] == all_rows(cli, "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM revisions)")


def test_replay(newsroom: str, cli_for: MakeCli) -> None:
    """The archive alone gives the articles and mentions again, into a new database or into the same, twice alike."""
    cli = cli_for(feeds_of(newsroom))
    cli.run("run", ok=(1,))
    articles = "SELECT id, url, title, text, lang, published, source FROM articles ORDER BY id"
    events = "SELECT type, status, countries, minerals, date, evidence FROM event_list ORDER BY ALL"
    for name in ("one.duckdb", "two.duckdb"):
        cli.run("replay", "--into", str(cli.folder / name))
    assert [all_rows(cli, query, "one.duckdb") for query in (articles, MENTIONS, events)] == [
        all_rows(cli, query, "two.duckdb") for query in (articles, MENTIONS, events)
    ]
    assert all_rows(cli, articles) == all_rows(cli, articles, "one.duckdb")
    assert all_rows(cli, MENTIONS) == all_rows(cli, MENTIONS, "one.duckdb")
    before = all_rows(cli, articles), all_rows(cli, MENTIONS)
    cli.run("replay")
    assert before == (all_rows(cli, articles), all_rows(cli, MENTIONS))
    assert "0 articles" in cli.run("replay", "--until", "2000-01-01")


def test_feeds_in_and_out(newsroom: str, cli_for: MakeCli, tmp_path: Path) -> None:
    """The feeds of a site are found, lists go out as OPML and come in again, the state of each is had as JSON."""
    feeds = feeds_of(newsroom)
    cli = cli_for(feeds)
    exported = tmp_path / "feeds.opml"
    command = cli.arguments("feeds")
    for arguments in (["export", str(exported)], ["import", str(exported)]):
        subprocess.run([*command, *arguments], check=True, env=environment(), capture_output=True)
    other = cli_for({"one": newsroom + "/x"}, "other")
    subprocess.run([*other.arguments("feeds"), "import", str(exported)], check=True, env=environment())
    assert {*feeds.values(), newsroom + "/x"} == {
        feed["url"] for feed in yaml.safe_load(other.config.read_text(encoding="utf-8"))["feeds"]
    }
    address = next(iter(feeds.values()))
    done = subprocess.run([*command, "check", address], env=environment(), capture_output=True, text=True)
    assert (0, True) == (done.returncode, address in done.stdout)
    cli.run("run", ok=(1,))
    states = json.loads(cli.run("feeds", "--format", "json"))
    assert len(feeds) == len(states)
    assert any(state["last_error"] for state in states)
    assert all(state["next_poll"] for state in states)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    """The feeds of one newsroom, and what a quiet round makes of them."""
    with serve_newsroom(0) as base_url:
        feeds = feeds_of(base_url)
        quiet = make_cli(tmp_path_factory.mktemp("quiet"), feeds)
        quiet.run("run", ok=(1,))
        yield feeds, (*outcome_of(quiet), pages_of(quiet))


def outcome_of(cli: Cli) -> Outcome:
    """Articles by address, and mentions; the events that these form may differ by the order of arrival."""
    return stored_articles(cli), all_rows(cli, MENTIONS)


@pytest.mark.parametrize("seed", range(5))
def test_killed_fifty_times(undisturbed: Undisturbed, tmp_path: Path, seed: int) -> None:
    """kill -9 at ten random moments of each of five rounds: what is stored is what a quiet round stores.

    The archive is whole, and holds every page that the quiet round has fetched.
    """
    feeds, (articles, mentions, pages) = undisturbed
    killed = make_cli(tmp_path, feeds)
    generator = random.Random(seed)
    for _ in range(10):
        process = subprocess.Popen(
            killed.arguments("run"), env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(generator.uniform(0.3, 4))
        process.send_signal(signal.SIGKILL)
        process.wait()
    killed.run("run", ok=(0, 1))
    assert (articles, mentions) == outcome_of(killed)
    assert pages <= pages_of(killed)


def pages_of(cli: Cli) -> set[str]:
    """Addresses of the pages in the archive, whose checksums must hold."""
    from warcio.archiveiterator import ArchiveIterator

    found = set()
    for path in (cli.folder / "data" / "archive").glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                if page := record.rec_headers.get_header("WARC-Orewire-Page"):
                    found.add(page)
    return found
