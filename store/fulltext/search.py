"""Articles by their words together with every filter of events: an event of the article must match them all at once.

The words are ranked by the index, the filters checked by the database, whichever leaves fewer goes first: where the
filters leave few events, the index ranks only their articles; otherwise its best are checked until the page is full.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.hit import SORTS, Hit, HitPage
from store.connection import Connection, in_list, rows
from store.filters import among, where_clause
from store.fulltext.excerpts import Marker, make_marker, mark_text, mark_title
from store.fulltext.index import Asked, FullText
from store.fulltext.query import Words
from store.fulltext.spelling import group_of

_FEW_EVENTS = 2000
"""So many are looked up by the index on mentions: some milliseconds of ten million."""
_CANDIDATES = (10, 200)
"""For each hit that is wanted, at first, and then; after that come all."""

Ranked = list[tuple[int, float | None]]


@dataclass(frozen=True, slots=True)
class _Others:
    """The filters besides the words, as SQL."""

    condition: str
    values: Mapping[str, object]

    def articles(self, connection: Connection, numbers: Sequence[int]) -> set[int]:
        """Those of these articles that have an event which matches."""
        is_one, parameters = among("article", numbers)
        found = connection.execute(
            f"""
            SELECT DISTINCT article FROM mentions JOIN events ON events.id = mentions.event
            WHERE {is_one} AND {self.condition}
            """,  # noqa: S608 - values are parameters
            {**self.values, **parameters},
        )
        return {article for (article,) in found.fetchall()}

    def events(self, connection: Connection, numbers: Sequence[int]) -> dict[int, list[int]]:
        """The ids of the events that match, by article."""
        found = connection.execute(
            f"""
            SELECT DISTINCT article, event FROM mentions JOIN events ON events.id = mentions.event
            WHERE article IN {in_list(numbers)} AND {self.condition} ORDER BY ALL
            """,  # noqa: S608 - values are parameters
            dict(self.values),
        )
        events: defaultdict[int, list[int]] = defaultdict(list)
        for article, event in found.fetchall():
            events[article].append(event)
        return events


def find_articles(connection: Connection, fulltext: FullText, filters: Filters) -> list[int] | None:
    """The numbers of all articles that match `filters.text`, for `where_clause`; None where it asks for no words."""
    text = filters.text or ""
    if not text.strip():
        return None
    return fulltext.retry(connection, lambda: fulltext.ask(connection, text).numbers())


def search(
    connection: Connection,
    fulltext: FullText,
    filters: Filters,
    *,
    sort: str = "relevance",
    limit: int = 20,
    offset: int = 0,
) -> HitPage:
    """Articles that match `filters.text` and have an event that matches the other filters, the likest or newest first.

    The newest are by time of publication, of fetching where unknown. UsageError for a query that cannot be understood.
    """
    if sort not in SORTS:
        raise UsageError(f"sort: found {sort!r}, expected one of {', '.join(SORTS)}")
    return fulltext.retry(connection, lambda: _search(connection, fulltext, filters, (sort == "date", limit, offset)))


def _search(connection: Connection, fulltext: FullText, filters: Filters, page: tuple[bool, int, int]) -> HitPage:
    by_date, limit, offset = page
    asked = fulltext.ask(connection, filters.text or "")
    others = _Others(*where_clause(replace(filters, text=None)))
    ranked: Ranked
    total: int | None
    if others.condition == "TRUE":
        ranked, total = asked.best(limit, offset=offset, by_date=by_date), asked.count()
    else:
        ranked, total = _narrowed(connection, asked, others, by_date=by_date, wanted=offset + limit)
        ranked = ranked[offset : offset + limit]
    return HitPage(hits=tuple(_hits(connection, asked, others, ranked)), total=total)


def _narrowed(
    connection: Connection, asked: Asked, others: _Others, *, by_date: bool, wanted: int
) -> tuple[Ranked, int | None]:
    """The best that match the filters, too, and how many there are if all were compared."""
    if (few := _few_articles(connection, others)) is not None:
        ranked = asked.best(len(few), by_date=by_date, among=few) if few else []
        return ranked, len(ranked)
    count = asked.count()
    matched, checked = set[int](), set[int]()
    for most in (*(wanted * times for times in _CANDIDATES), count):
        ranked = asked.best(min(most, count), by_date=by_date)
        matched |= others.articles(connection, [number for number, _ in ranked if number not in checked])
        if len(matched) >= wanted or most >= count:
            break
        checked.update(number for number, _ in ranked)
    return [one for one in ranked if one[0] in matched], len(matched) if most >= count else None


def _few_articles(connection: Connection, others: _Others) -> list[int] | None:
    """The articles of all events that match the filters; None where those are many."""
    found = connection.execute(
        f"SELECT id FROM events WHERE {others.condition} LIMIT {_FEW_EVENTS + 1}",  # noqa: S608 - values are parameters
        dict(others.values),
    ).fetchall()
    if len(found) > _FEW_EVENTS:
        return None
    articles = connection.execute(
        f"SELECT DISTINCT article FROM mentions WHERE event IN {in_list([event for (event,) in found])}"  # noqa: S608
    )
    return [article for (article,) in articles.fetchall()]


def _hits(connection: Connection, asked: Asked, others: _Others, ranked: Ranked) -> list[Hit]:
    """The articles as they are shown; one that the database does not have is left out."""
    numbers = [number for number, _ in ranked]
    found = rows(
        connection,
        f"""
        SELECT number, id, url, title, text, source, lang, published FROM articles WHERE number IN {in_list(numbers)}
        """,  # noqa: S608 - numbers only
    )
    by_number = {row["number"]: row for row in found}
    events = others.events(connection, numbers)
    markers = _Markers(asked.words)
    return [
        _hit(by_number[number], score, markers, events.get(number, ()))
        for number, score in ranked
        if number in by_number
    ]


class _Markers:
    """Markers of titles and texts, made once for each group of languages."""

    def __init__(self, words: Sequence[Words]) -> None:
        self._words = words
        self._made: dict[tuple[str, bool], Marker] = {}

    def get(self, group: str, *, of_title: bool) -> Marker:
        """The marker for texts of a group."""
        key = (group, of_title)
        if key not in self._made:
            self._made[key] = make_marker(self._words, group, of_title=of_title)
        return self._made[key]


def _hit(row: dict[str, Any], score: float | None, markers: _Markers, events: Sequence[int]) -> Hit:
    group = group_of(row["lang"], row["text"] or row["title"])
    return Hit(
        article_id=row["id"],
        **{name: row[name] for name in ("url", "source", "lang", "published")},
        title=mark_title(row["title"], markers.get(group, of_title=True)),
        score=score,
        snippet=mark_text(row["text"], markers.get(group, of_title=False)),
        events=tuple(events),
    )
