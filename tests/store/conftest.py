"""A real database in memory, and articles with what was understood of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orewire.model.analysis import Analysis, Evidence, Mention, Stance
from orewire.model.article import Article, article_id
from store.articles import add_article
from store.connection import Connection, open_database
from store.mentions import Recorded, record_analyses

NOW = datetime(2025, 11, 14, 8, tzinfo=UTC)


@pytest.fixture
def connection() -> Iterator[Connection]:
    opened = open_database(None)
    yield opened
    opened.close()


def article(
    name: str, *, day: date = date(2025, 11, 13), text: str | None = None, source: str | None = None
) -> Article:
    """An article of its own words, published at noon."""
    return Article(
        id=article_id(f"https://example.org/{name}"),
        url=f"https://example.org/{name}",
        title=f"Title of {name}",
        text=text or f"Text of {name}, in words that nobody else has: {name * 7} {name[::-1] * 5}.",
        lang="en",
        published=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        fetched=NOW,
        source=source or f"Outlet of {name}",
        feed=None,
        author=None,
    )


def mention(type_: str = "permit_denied", **changes: object) -> Mention:
    """A mention that differs from a plain one as told."""
    values: dict[str, object] = {
        "type": type_, "status": "actual", "salience": "main", "minerals": ("lithium",), "countries": ("RS",),
        "project": "Jadar", "actor": None, "target": None, "date": None, "stage": None, "value": None,
        "evidence": Evidence(text="The ministry revoked it.", start=0, end=24), "confidence": 0.8,
    }  # fmt: skip
    return Mention(**{**values, **changes})  # type: ignore[arg-type]


def opposing(holder: str = "residents") -> Stance:
    """Somebody opposes Jadar."""
    return Stance(
        holder=holder, holder_class="community", target="Jadar", polarity="oppose", basis="action",
        evidence=Evidence(text="The ministry revoked it.", start=0, end=24), confidence=0.7,
    )  # fmt: skip


Tell = Callable[..., Recorded]


@pytest.fixture
def tell(connection: Connection) -> Tell:
    """Store an article and what it says."""
    return teller(connection)


def teller(connection: Connection) -> Tell:
    """A function that stores an article and what it says."""

    def record(told: Article, *mentions: Mention, stances: tuple[Stance, ...] = ()) -> Recorded:
        add_article(connection, told, NOW)
        analysis = Analysis(
            id=told.id, lang="en", relevant=bool(mentions), events=mentions, stances=stances, version="1"
        )
        return record_analyses(connection, [(told, analysis)])

    return record


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with something in every table, closed."""
    from tests.store.filled import fill_file  # which needs this file

    path = tmp_path_factory.mktemp("filled") / "s.duckdb"
    fill_file(path)
    return path


@pytest.fixture
def store(filled_file: Path, tmp_path: Path) -> Path:
    """A store of our own, closed."""
    return Path(shutil.copy(filled_file, tmp_path))


@pytest.fixture
def opened(store: Path) -> Iterator[Connection]:
    connection = open_database(store)
    yield connection
    connection.close()
