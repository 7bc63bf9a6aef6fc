"""The digest and the brief as commands over a store of documents, by a real process."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from store.connection import open_database
from tests.e2e.conftest import Cli, make_cli
from tests.store.conftest import article, mention, opposing, teller

pytestmark = pytest.mark.e2e

DAY = date(2025, 11, 13)


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """A store with two events."""
    (tmp_path / "data").mkdir()
    connection = open_database(tmp_path / "data" / "orewire.duckdb")
    tell = teller(connection)
    tell(article("a", day=DAY), mention("permit_denied", stage="revoked"), stances=(opposing(),))
    tell(article("b", day=DAY), mention("strike", project=None, minerals=("copper",), countries=("CL",)))
    connection.close()
    return make_cli(tmp_path, {})


def test_digest_and_brief(cli: Cli) -> None:
    """Text to standard output, HTML and text to files, in the reader's language; a file is not overwritten."""
    folder = cli.folder
    day = ("digest", "--date", DAY.isoformat())
    assert "2 new events" in cli.run(*day, "--zone", "Europe/Belgrade")
    assert "1 new event\n" in cli.run(*day, "--country", "RS", "--by", "country")
    assert "d.txt" in cli.run(*day, "--lang", "es", "--out", str(folder / "d.html"))
    html = (folder / "d.html").read_text(encoding="utf-8")
    assert '<html lang="es"' in html
    assert "Jadar (litio)" in (folder / "d.txt").read_text(encoding="utf-8")
    assert "# Orewire brief: Jadar" in cli.run("brief", "jadar", "--since", "3y", "--format", "markdown")
    paper = folder / "rs.pdf"
    assert str(paper) in cli.run("brief", "RS", "--since", "2025-01-01", "--format", "pdf", "--out", str(paper))
    assert paper.read_bytes().startswith(b"%PDF")
    cli.run("brief", "RS", "--out", str(paper), ok=(2,))
    assert 2 == len(cli.run("digest", "--date", "2001-01-01").splitlines())


@pytest.mark.parametrize(
    "args",
    [("digest", "--zone", "Mars"), ("digest", "--lang", "xx"), ("brief", "nowhere"), ("brief", "RS", "--since", "x")],
)
def test_wrong_usage_exits_2(cli: Cli, args: tuple[str, ...]) -> None:
    """Zone, language, name, span."""
    cli.run(*args, ok=(2,))
