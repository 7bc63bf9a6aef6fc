"""What is derived made anew from articles and mentions. The articles themselves are never touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from orewire.model.keep import Told
from store.articles import get_articles
from store.check import comparable_events, differing_events, misplaced_mentions, repeating_counters
from store.connection import Connection, in_list, transaction
from store.corrections import REJECTED
from store.fingerprints import Fingerprint, article_terms, copy_bands, names_told
from store.invariants import INVARIANTS, WEEKS
from store.mentions import put_fingerprints
from store.reading import damaged_indexes
from store.refresh import refresh_events

_BATCH = 5000
_QUERIES = {invariant.kind: invariant.query for invariant in INVARIANTS}
_OF_EVENTS = (
    "event_rejected", "event_without_mention", "event_article_count", "event_without_set", "event_without_project",
)  # fmt: skip
_RELEVANT = "(SELECT number AS article FROM articles WHERE relevant)"


def repair_store(connection: Connection, told: Told) -> list[str]:
    """Make all that is derived and wrong anew: indexes first, the rest in one transaction; what was done, in words."""
    done = [*_indexes(connection)]
    with transaction(connection):
        for step in (_doubled, _strays, _moved, _fingerprints, _events, _weeks, _stories, _counters):
            done += step(connection, told)
    return done


def _indexes(connection: Connection) -> Iterator[str]:
    found = damaged_indexes(connection)
    for name, sql in found.items():
        connection.execute(f"DROP INDEX {name}")
        connection.execute(sql)
    yield from _said(len(found), "made {} indexes anew")


def _doubled(connection: Connection, _: Told) -> Iterator[str]:
    """Of rows of one key the first stays."""
    for table, key in (("mentions", "article, number"), ("fingerprints", "article")):
        number = _changed(
            connection,
            f"""
            DELETE FROM {table} WHERE rowid IN (
                SELECT rowid FROM {table} QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY rowid) > 1
            )
            """,  # noqa: S608 - our own names
        )
        yield from _said(number, f"removed {{}} doubled {table}")


def _strays(connection: Connection, _: Told) -> Iterator[str]:
    """What belongs to no relevant article."""
    for table in ("mentions", "stances", "fingerprints"):
        number = _changed(
            connection,
            f"DELETE FROM {table} WHERE article NOT IN (SELECT article FROM {_RELEVANT} WHERE article IS NOT NULL)",  # noqa: S608
        )
        yield from _said(number, f"removed {{}} {table} without a relevant article")


def _moved(connection: Connection, _: Told) -> Iterator[str]:
    misplaced = misplaced_mentions(connection)
    for (article, number), event in misplaced.items():
        connection.execute(
            "UPDATE mentions SET event = $event WHERE article = $article AND number = $number",
            {"event": event, "article": article, "number": number},
        )
    yield from _said(len(misplaced), "gave {} mentions back to their events")


def _fingerprints(connection: Connection, told: Told) -> Iterator[str]:
    missing = _numbers(connection, "article_without_fingerprint")
    for batch in _batches(missing, told, "fingerprints"):
        names = _names(connection, batch)
        articles = get_articles(connection, batch)
        put_fingerprints(
            connection,
            [
                (number, one, Fingerprint(copy_bands(one.title, one.text), article_terms(one), names[number]))
                for number, one in articles.items()
            ],
        )
    yield from _said(len(missing), "made {} fingerprints")


def _names(connection: Connection, articles: Sequence[int]) -> defaultdict[int, list[list[int]]]:
    """The names of the mentions of each article, in their order."""
    found = connection.execute(
        f"""
        SELECT article, project, actor, target, evidence FROM mentions WHERE article IN {in_list(articles)}
        ORDER BY article, number
        """  # noqa: S608 - numbers only
    ).fetchall()
    names: defaultdict[int, list[list[int]]] = defaultdict(list)
    for article, *named, evidence in found:
        names[article].append(names_told(named, evidence))
    return names


def _events(connection: Connection, told: Told) -> Iterator[str]:
    found = {number for kind in _OF_EVENTS for number in _numbers(connection, kind)}
    found |= {number for (number,) in connection.execute(_WITHOUT_ROW).fetchall()}
    found |= differing_events(connection, comparable_events(connection), told).keys()
    for batch in _batches(sorted(found), told, "events"):
        refresh_events(connection, batch)
    yield from _said(len(found), "derived {} events anew")


_WITHOUT_ROW = f"""
SELECT DISTINCT event FROM mentions ANTI JOIN events ON events.id = event WHERE event NOT IN {REJECTED}
"""  # noqa: S608 - our own


def _weeks(connection: Connection, _: Told) -> Iterator[str]:
    kinds = ("weekly_count_differs", "weekly_counts_doubled_week_country_mineral")
    differing = sum(len(connection.execute(_QUERIES[kind]).fetchall()) for kind in kinds)
    if differing:
        connection.execute("DELETE FROM weekly_counts")
        connection.execute(f"INSERT INTO weekly_counts {WEEKS}")
    yield from _said(differing, "counted the weeks anew: {} differed")


def _stories(connection: Connection, _: Told) -> Iterator[str]:
    missing = _numbers(connection, "story_missing")
    if missing:
        connection.execute(f"INSERT INTO stories {_STORY} WHERE story IN {in_list(missing)} GROUP BY story")
    yield from _said(len(missing), "made {} stories of their articles")
    counted = _numbers(connection, "story_article_count")
    if counted:
        connection.execute(
            f"UPDATE stories SET article_count = told FROM {_COUNTED} AS counted WHERE stories.id = story"  # noqa: S608
        )
        connection.execute(f"DELETE FROM stories WHERE id NOT IN (SELECT story FROM {_COUNTED})")  # noqa: S608
    yield from _said(len(counted), "counted the articles of {} stories anew")


_STORY = """
SELECT story, min(coalesce(published, fetched)), max(coalesce(published, fetched)), count(*)
FROM articles
"""
_COUNTED = "(SELECT story, count(*)::INTEGER AS told FROM articles WHERE story IS NOT NULL GROUP BY story)"


def _counters(connection: Connection, _: Told) -> Iterator[str]:
    for name, (fresh, taken) in repeating_counters(connection).items():
        connection.execute(f"SELECT max(nextval('{name}')) FROM range({int(taken - fresh)})")  # noqa: S608
        yield f"set the counter {name} behind {taken}"


def _numbers(connection: Connection, kind: str) -> list[int]:
    return sorted(int(example) for (example,) in connection.execute(_QUERIES[kind]).fetchall())


def _batches(numbers: Sequence[int], told: Told, what: str) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _BATCH):
        told(what, start, len(numbers))
        yield numbers[start : start + _BATCH]


def _changed(connection: Connection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])


def _said(number: int, words: str) -> Iterator[str]:
    if number:
        yield words.format(number)
