"""Understanding all again: analyses are gathered beside what counts, and take its place in one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence

from orewire.model.analysis import Analysis, analysis_from_json, analysis_to_json
from orewire.model.article import Article
from store.articles import get_articles
from store.connection import Connection, insert_rows, transaction
from store.mentions import Recorded, put_analyses

_SWAPPED = 500
"""Articles resolved together: more at a time are not quicker."""


def queue_stale(connection: Connection, current: str, heads: str, *, every: bool = False) -> int:
    """Queue what another version understood, or every article; how many are queued now.

    `current` begins the version of each analysis of today; `heads` ends it, or `none`, where no head was asked.
    """
    with transaction(connection):
        connection.execute(
            """
            INSERT INTO reanalyses (article, content_hash)
            SELECT number, content_hash FROM articles
            WHERE analysed_version IS NOT NULL AND ($every OR NOT starts_with(analysed_version, $current)
                OR string_split(analysed_version, '+')[-1] NOT IN ('none', $heads))
            ON CONFLICT DO NOTHING
            """,
            {"current": current, "heads": heads, "every": every},
        )
    queued, _ = count_reanalyses(connection)
    return queued


def count_reanalyses(connection: Connection) -> tuple[int, int]:
    """How many articles are in the queue, and how many of them are understood already."""
    found = connection.execute("SELECT count(*), count(analysis) FROM reanalyses").fetchone()
    return (int(found[0]), int(found[1])) if found else (0, 0)


def next_reanalyses(connection: Connection, limit: int) -> list[Article]:
    """Articles of the queue that are not yet understood again."""
    found = connection.execute(
        "SELECT article FROM reanalyses WHERE analysis IS NULL ORDER BY article LIMIT $limit", {"limit": limit}
    ).fetchall()
    return list(get_articles(connection, [number for (number,) in found]).values())


def keep_reanalyses(connection: Connection, told: Sequence[tuple[Article, Analysis]]) -> None:
    """Remember how these articles are understood now; it does not count yet."""
    with transaction(connection):
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS understood (id VARCHAR, hash VARCHAR, analysis JSON)")
        connection.execute("DELETE FROM understood")
        insert_rows(
            connection,
            "understood",
            {"id": "VARCHAR", "hash": "VARCHAR", "analysis": "JSON"},
            [(one.id, one.content_hash, json.dumps(analysis_to_json(analysis))) for one, analysis in told],
        )
        connection.execute(
            """
            UPDATE reanalyses SET analysis = understood.analysis, content_hash = understood.hash
            FROM understood JOIN articles ON articles.id = understood.id WHERE reanalyses.article = articles.number
            """
        )


def swap_reanalyses(connection: Connection) -> Recorded:
    """Let the new analyses count, all in one transaction, and empty the queue.

    An article whose text has changed meanwhile waits for its own analysis. Articles are resolved in the order of the
    news; events that are still told keep their numbers.
    """
    new: dict[int, None] = {}
    updated: dict[int, None] = {}
    with transaction(connection):
        order = connection.execute(
            """
            SELECT article FROM reanalyses JOIN articles ON articles.number = article
            WHERE analysis IS NOT NULL AND reanalyses.content_hash = articles.content_hash
            ORDER BY coalesce(published, fetched), id
            """
        ).fetchall()
        for start in range(0, len(order), _SWAPPED):
            numbers = [number for (number,) in order[start : start + _SWAPPED]]
            recorded = put_analyses(connection, _told(connection, numbers))
            new |= dict.fromkeys(recorded.new_events)
            updated |= dict.fromkeys(recorded.updated_events)
        connection.execute("DELETE FROM reanalyses")
    return Recorded(tuple(new), tuple(event for event in updated if event not in new))


def _told(connection: Connection, numbers: Sequence[int]) -> list[tuple[Article, Analysis]]:
    stored = dict(
        connection.execute(
            """
            SELECT articles.id, analysis FROM reanalyses JOIN articles ON articles.number = article
            WHERE article IN (SELECT unnest($numbers))
            """,
            {"numbers": list(numbers)},
        ).fetchall()
    )
    articles = get_articles(connection, numbers).values()
    return [(article, analysis_from_json(json.loads(stored[article.id]))) for article in articles]
