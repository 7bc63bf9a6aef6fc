"""Files of the watched folders: which were read, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orewire.model.article import Article
from store.articles import put_article
from store.connection import Connection, rows, transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A file as it was when it was read, and the id of its article, if it had one."""

    path: str
    size: int
    modified: datetime
    article: str | None

    def is_same(self, size: int, modified: datetime) -> bool:
        """Whether a file of that size and time is this one, unchanged."""
        return (self.size, self.modified) == (size, modified)


def known_files(connection: Connection) -> dict[str, KnownFile]:
    """Every file that was ever read, by its path."""
    found = rows(connection, "SELECT path, size, modified, article FROM files")
    return {row["path"]: KnownFile(**row) for row in found}


def record_file(
    connection: Connection, file: KnownFile, now: datetime, *, article: Article | None = None, reason: str | None = None
) -> str:
    """Remember the file, and store its article in the same transaction: `new`, `same`, `revised`, or `failed`."""
    with transaction(connection):
        outcome = put_article(connection, article, now) if article else "failed"
        connection.execute(
            """
            INSERT OR REPLACE INTO files (path, size, modified, article, reason, seen_at)
            VALUES ($path, $size, $modified, $article, $reason, $now)
            """,
            {
                "path": file.path, "size": file.size, "modified": file.modified, "reason": reason, "now": now,
                "article": article.id if article else file.article,
            },
        )  # fmt: skip
    return outcome


def failed_files(connection: Connection, limit: int = 200) -> list[dict[str, str]]:
    """Paths of files of which no article could be had, and why, the latest first."""
    return rows(
        connection,
        "SELECT path, reason FROM files WHERE reason IS NOT NULL ORDER BY seen_at DESC, path LIMIT $limit",
        {"limit": limit},
    )
