"""Articles and their former texts; those not yet analysed are the queue of the analysis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from orewire.model.article import Article
from store.connection import Connection, in_list, rows, transaction

_COLUMNS = tuple(field.name for field in fields(Article))
_MARK = "INSERT INTO unindexed SELECT nextval('unindexed_marks')"


def add_article(connection: Connection, article: Article, now: datetime) -> str:
    """Store an article: `new`, `same` as what is stored, or `revised` (the former text is kept)."""
    with transaction(connection):
        return put_article(connection, article, now)


def put_article(connection: Connection, article: Article, now: datetime) -> str:
    """The same, inside a transaction that the caller has begun."""
    article = _storable(article)
    values = {name: getattr(article, name) for name in _COLUMNS} | {"hash": article.content_hash}
    found = connection.execute("SELECT content_hash, voice FROM articles WHERE id = $id", {"id": article.id}).fetchone()
    if found is None:
        names = ", ".join(_COLUMNS)
        marks = ", ".join(f"${name}" for name in _COLUMNS)
        connection.execute(
            f"INSERT INTO articles ({names}, content_hash, number) VALUES ({marks}, $hash, nextval('article_numbers'))",  # noqa: S608 - our own names
            values,
        )
    elif found[0] == article.content_hash:
        if found[1] != article.voice:
            _speak_as(connection, article)
        return "same"
    else:
        _revise(connection, values, now)
    connection.execute(f"{_MARK}, number FROM articles WHERE id = $id", {"id": article.id})
    return "new" if found is None else "revised"


def mark_changed(connection: Connection, numbers: Sequence[int]) -> None:
    """Have the full-text index take these articles in again, or forget them where they are gone."""
    connection.execute(f"{_MARK}, unnest($numbers::BIGINT[])", {"numbers": list(numbers)})


def _speak_as(connection: Connection, article: Article) -> None:
    """Another version or another configuration knows better who speaks: the article is understood anew."""
    connection.execute(
        "UPDATE articles SET voice = $voice, analysed_version = NULL WHERE id = $id",
        {"voice": article.voice, "id": article.id},
    )


def _revise(connection: Connection, values: dict[str, Any], now: datetime) -> None:
    connection.execute(
        """
        INSERT INTO revisions SELECT id, title, text, content_hash, $now FROM articles WHERE id = $id
        ON CONFLICT DO NOTHING
        """,
        {"id": values["id"], "now": now},
    )
    connection.execute(
        """
        UPDATE articles SET title = $title, text = $text, lang = $lang, published = coalesce($published, published),
            fetched = $fetched, author = $author, is_stub = $is_stub, voice = $voice, content_hash = $hash,
            analysed_version = NULL
        WHERE id = $id
        """,
        {
            name: values[name]
            for name in ("id", "title", "text", "lang", "published", "fetched", "author", "is_stub", "voice", "hash")
        },
    )


def has_article(connection: Connection, article_id: str) -> bool:
    """Whether there is an article of that id."""
    return connection.execute("SELECT 1 FROM articles WHERE id = $id", {"id": article_id}).fetchone() is not None


def queue_again(connection: Connection, ids: Iterable[str]) -> None:
    """Have articles understood again."""
    connection.execute(
        "UPDATE articles SET analysed_version = NULL WHERE id IN (SELECT unnest($ids))", {"ids": list(ids)}
    )


def unanalysed_articles(connection: Connection, limit: int) -> list[Article]:
    """Articles waiting for their analysis, oldest first, so that events form in the order of the news."""
    found = rows(
        connection,
        "SELECT * FROM articles WHERE analysed_version IS NULL ORDER BY published NULLS LAST, id LIMIT $limit",
        {"limit": limit},
    )
    return [_article(row) for row in found]


def get_article(connection: Connection, article_id: str) -> Article | None:
    """One article by its id."""
    found = rows(connection, "SELECT * FROM articles WHERE id = $id", {"id": article_id})
    return _article(found[0]) if found else None


def get_articles(connection: Connection, numbers: Sequence[int]) -> dict[int, Article]:
    """Articles by their numbers, in this order; those that are not there are left out."""
    found = rows(connection, f"SELECT * FROM articles WHERE number IN {in_list(numbers)}")  # noqa: S608 - numbers only
    by_number = {row["number"]: _article(row) for row in found}
    return {number: by_number[number] for number in numbers if number in by_number}


def _article(row: dict[str, Any]) -> Article:
    return Article(**{name: row[name] for name in _COLUMNS})


def _storable(article: Article) -> Article:
    """Without lone surrogates, which no UTF-8 column can hold; its hash is that of the text which will be read back."""
    changes: dict[str, Any] = {
        name: value.encode("utf-8", "replace").decode("utf-8")
        for name in _COLUMNS
        if isinstance(value := getattr(article, name), str)
    }
    return replace(article, **changes)
