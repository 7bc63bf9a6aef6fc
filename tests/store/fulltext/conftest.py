"""A store in memory with articles of many languages, and the same on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from orewire.model.article import Article
from orewire.model.event import Filters
from orewire.model.hit import Excerpt, Hit
from store.articles import add_article
from store.connection import Connection, open_database
from store.fulltext.index import FullText
from store.local import LocalStore
from tests.store.conftest import NOW, article


def written(name: str, title: str, text: str, lang: str | None = "en", day: date = date(2025, 11, 13)) -> Article:
    """An article of these words."""
    return replace(article(name, day=day, text=text), title=title, lang=lang)


Write = Callable[..., Article]


@pytest.fixture
def write(connection: Connection) -> Write:
    """Store an article of these words."""

    def store(*args: object, **options: object) -> Article:
        told = written(*args, **options)  # type: ignore[arg-type]
        add_article(connection, told, NOW)
        return told

    return store


@pytest.fixture
def store(connection: Connection) -> LocalStore:
    return LocalStore(connection)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.duckdb"


@pytest.fixture
def opened(path: Path) -> Iterator[Connection]:
    """A database on the disk."""
    connection = open_database(path)
    yield connection
    connection.close()


def found(store: LocalStore, text: str, **filters: object) -> list[str]:
    """Titles of the articles that are found, the likest first."""
    return [hit.title.text for hit in hits(store, text, **filters)]


def hits(store: LocalStore, text: str, **filters: object) -> tuple[Hit, ...]:
    return store.search(Filters(text=text, **filters)).hits  # type: ignore[arg-type]


def marked(excerpt: Excerpt) -> list[str]:
    """The highlighted words."""
    return [excerpt.text[start:end] for start, end in excerpt.highlights]


def numbers(fulltext: FullText, connection: Connection, text: str) -> list[int]:
    """Numbers of the articles that are found."""
    return sorted(fulltext.ask(connection, text).numbers())
