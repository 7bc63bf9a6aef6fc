"""Near-copies, and stories of articles that tell the same happening: found as articles arrive, never clustered anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from orewire.model.article import Article
from store.connection import Connection, in_list, insert_rows, pack_rows, rows, table_of
from store.fingerprints import shingles

COPY = 0.6
"""Jaccard of shingles above which one text is a copy of the other: measured on wire stories cut by a third."""
_COPY_DAYS = timedelta(days=60)


def find_copies(connection: Connection, articles: Mapping[int, Article], first: date, last: date) -> dict[int, int]:
    """For each article, by number, the first of those whose near-copy it is, or itself.

    Their fingerprints are stored already; `first` and `last` are their days.
    """
    found = connection.execute(
        f"""
        WITH bands AS (
            SELECT article, unnest(bands) AS band FROM fingerprints WHERE day BETWEEN $first AND $last
        )
        SELECT DISTINCT one.article, other.article
        FROM bands AS one JOIN bands AS other ON one.band = other.band AND other.article <> one.article
        WHERE one.article IN {in_list(sorted(articles))}
        ORDER BY ALL
        """,  # noqa: S608 - numbers only
        {"first": first - _COPY_DAYS, "last": last + _COPY_DAYS},
    ).fetchall()
    near: defaultdict[int, list[int]] = defaultdict(list)
    for article, other in found:
        near[article].append(other)
    texts = {number: shingles(one.title, one.text) for number, one in articles.items() if number in near}
    groups = _stored(connection, {other for _, other in found} - articles.keys(), texts)
    for number in articles:
        groups[number] = _closest(number, near[number], texts, groups)
    return {number: groups[number] for number in articles}


def _stored(connection: Connection, numbers: set[int], texts: dict[int, frozenset[str]]) -> dict[int, int]:
    """The groups of stored articles; their shingles are added to `texts`."""
    found = rows(
        connection,
        f"SELECT number, title, text, copy_group FROM articles WHERE number IN {in_list(sorted(numbers))}",  # noqa: S608
    )
    texts.update({row["number"]: shingles(row["title"], row["text"]) for row in found})
    return {row["number"]: row["copy_group"] for row in found if row["copy_group"] is not None}


def _closest(number: int, others: Sequence[int], texts: Mapping[int, frozenset[str]], groups: Mapping[int, int]) -> int:
    best, group = COPY, number
    for other in others:
        if other in groups and other in texts:
            likeness = _jaccard(texts[number], texts[other])
            if likeness >= best:
                best, group = likeness, groups[other]
    return group


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0


def record_stories(
    connection: Connection,
    articles: Mapping[int, Article],
    events: Mapping[int, Sequence[int]],
    copies: Mapping[int, int],
    former: Mapping[int, int | None],
) -> None:
    """Give each article the story of the first event that it reports as news, or of the text it copies, else its own.

    `events` are those of each article's main mentions; `former` the stories of articles that were understood before.
    """
    of_event = _stories_of_events(connection, {event for found in events.values() for event in found}, articles)
    of_article = _stories_of_articles(connection, set(copies.values()) - articles.keys())
    chosen: dict[int, int] = {}
    for number in articles:
        known = [of_event[event] for event in events.get(number, ()) if event in of_event]
        copied = of_article.get(copies.get(number, number))
        story = min([*known, *([copied] if copied is not None else [])], default=number)
        chosen[number] = of_article[number] = story
        for event in events.get(number, ()):
            of_event.setdefault(event, story)
    insert_story_of(connection, chosen)
    _count(connection, articles, chosen, former)


def insert_story_of(connection: Connection, chosen: Mapping[int, int]) -> None:
    """Write the story of each article."""
    columns = {"number": "BIGINT", "story": "BIGINT"}
    if chosen:
        connection.execute(
            f"""
            UPDATE articles SET story = chosen.story FROM {table_of(columns)} AS chosen
            WHERE articles.number = chosen.number
            """,  # noqa: S608 - our own names
            pack_rows(columns, list(chosen.items())),
        )


def _stories_of_events(connection: Connection, events: set[int], articles: Mapping[int, Article]) -> dict[int, int]:
    found = connection.execute(
        f"SELECT event, article FROM mentions WHERE event IN {in_list(sorted(events))} AND salience = 'main'"  # noqa: S608
    ).fetchall()
    stories = _stories_of_articles(connection, {article for _, article in found} - articles.keys())
    of_event: dict[int, int] = {}
    for event, article in found:
        if article in stories:
            of_event[event] = min(stories[article], of_event.get(event, stories[article]))
    return of_event


def _stories_of_articles(connection: Connection, numbers: set[int]) -> dict[int, int]:
    if not numbers:
        return {}  # DuckDB would read all articles to find none
    return dict(
        connection.execute(
            f"SELECT number, story FROM articles WHERE number IN {in_list(sorted(numbers))} AND story IS NOT NULL"  # noqa: S608
        ).fetchall()
    )


def _count(
    connection: Connection,
    articles: Mapping[int, Article],
    chosen: Mapping[int, int],
    former: Mapping[int, int | None],
) -> None:
    """Keep the table of stories true: what each gained, and what it lost by a new analysis."""
    lost = [story for number, story in former.items() if story is not None and chosen.get(number) != story]
    gained = [(number, story) for number, story in chosen.items() if former.get(number) != story]
    known = dict.fromkeys(_known(connection, {story for _, story in gained}))
    new: dict[int, tuple[Any, ...]] = {}
    for number, story in gained:
        if story not in known and story not in new:
            seen = _seen(articles[number])
            new[story] = (story, seen, seen, 0)
    types = {
        "id": "BIGINT", "first_seen": "TIMESTAMPTZ", "last_seen": "TIMESTAMPTZ",
        "article_count": "INTEGER",
    }  # fmt: skip
    insert_rows(connection, "stories", types, list(new.values()))
    changes = [(story, 1, _seen(articles[number])) for number, story in gained] + [(story, -1, None) for story in lost]
    if changes:
        _add(connection, changes)


def _known(connection: Connection, stories: set[int]) -> list[int]:
    found = connection.execute(f"SELECT id FROM stories WHERE id IN {in_list(sorted(stories))}").fetchall()  # noqa: S608
    return [number for (number,) in found]


def _add(connection: Connection, changes: Sequence[tuple[int, int, datetime | None]]) -> None:
    columns = {"story": "BIGINT", "number": "INTEGER", "seen": "TIMESTAMPTZ"}
    connection.execute(
        f"""
        UPDATE stories SET article_count = article_count + changes.number,
            first_seen = least(first_seen, coalesce(changes.first, first_seen)),
            last_seen = greatest(last_seen, coalesce(changes.last, last_seen))
        FROM (
            SELECT story, sum(number)::INTEGER AS number, min(seen) AS first, max(seen) AS last
            FROM {table_of(columns)} GROUP BY story
        ) AS changes
        WHERE stories.id = changes.story
        """,  # noqa: S608 - our own names
        pack_rows(columns, changes),
    )
    changed = in_list(sorted({story for story, _, _ in changes}))
    connection.execute(f"DELETE FROM stories WHERE id IN {changed} AND article_count <= 0")  # noqa: S608 - numbers only


def _seen(article: Article) -> datetime:
    return article.published or article.fetched
