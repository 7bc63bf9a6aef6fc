"""Articles by their words together with every filter of events: an event of the article must match them all at once.

The words are ranked by the index, the filters checked by the database. Where the filters leave few events, the index
ranks only their articles; otherwise its best are checked until the page is full.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orewire.model.errors import UnknownValue
from orewire.model.event import Filters
from orewire.model.hit import SORTS, Hit, HitPage
from store.connection import Connection, among, in_list, rows
from store.filters import where_clause
from store.fulltext.excerpts import Marker, make_marker, mark_text, mark_title
from store.fulltext.index import Asked, FullText, Ranked
from store.fulltext.query import Words
from store.fulltext.spelling import group_of

_FEW_EVENTS = 2000
"""Left by the filters: so many articles are named to the index in some milliseconds."""
_FIRST, _SECOND = 1000, 10_000
"""Candidates that are compared with the filters; after these come all that have the words."""
_FOR_EACH = 10
"""At least so many for each hit that is wanted."""


@dataclass(frozen=True, slots=True)
class _Others:
    """The filters besides the words, as SQL."""

    condition: str
    values: Mapping[str, object]

    def events_of_many(self, connection: Connection, numbers: Sequence[int]) -> dict[int, list[int]]:
        """The ids of the events that match, by article: for hundreds of articles a join is quicker than indexes."""
        is_one, parameters = among("article", numbers)
        found = connection.execute(
            f"""
            SELECT DISTINCT article, event FROM mentions JOIN events ON events.id = mentions.event
            WHERE {is_one} AND {self.condition} ORDER BY ALL
            """,  # noqa: S608 - values are parameters
            {**self.values, **parameters},
        )
        events: defaultdict[int, list[int]] = defaultdict(list)
        for article, event in found.fetchall():
            events[article].append(event)
        return events

    def events(self, connection: Connection, numbers: Sequence[int]) -> dict[int, list[int]]:
        """The same for few. Two queries, each by an index: a join would read all events."""
        told = connection.execute(
            f"SELECT DISTINCT article, event FROM mentions WHERE article IN {in_list(numbers)} ORDER BY ALL"  # noqa: S608
        ).fetchall()
        ids = in_list(sorted({event for _, event in told}))
        matching = connection.execute(
            f"SELECT id FROM events WHERE id IN {ids} AND {self.condition}",  # noqa: S608 - values are parameters
            dict(self.values),
        )
        known = {event for (event,) in matching.fetchall()}
        events: defaultdict[int, list[int]] = defaultdict(list)
        for article, event in told:
            if event in known:
                events[article].append(event)
        return events

    def few_articles(self, connection: Connection) -> list[int] | None:
        """The articles of all events that match; None where those are many."""
        found = connection.execute(
            f"SELECT 1 FROM events WHERE {self.condition} LIMIT {_FEW_EVENTS + 1}",  # noqa: S608 - values are parameters
            dict(self.values),
        )
        if len(found.fetchall()) > _FEW_EVENTS:
            return None
        articles = connection.execute(
            f"""
            SELECT DISTINCT article FROM mentions
            WHERE event IN (SELECT id FROM events WHERE {self.condition})
            """,  # noqa: S608 - values are parameters
            dict(self.values),
        )
        return [article for (article,) in articles.fetchall()]


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
        raise UnknownValue("sort", sort, SORTS)
    return fulltext.retry(connection, lambda: _search(connection, fulltext, filters, (sort == "date", limit, offset)))


def _search(connection: Connection, fulltext: FullText, filters: Filters, page: tuple[bool, int, int]) -> HitPage:
    by_date, limit, offset = page
    asked = fulltext.ask(connection, filters.text or "")
    others = _Others(*where_clause(replace(filters, text=None)))
    if others.condition == "TRUE":
        ranked, total = asked.best(limit, offset=offset, by_date=by_date)
        return HitPage(hits=_hits(connection, asked, others, ranked, {}), total=total)
    ranked, matched, count = _narrowed(connection, asked, others, by_date=by_date, wanted=offset + limit)
    return HitPage(hits=_hits(connection, asked, others, ranked[offset : offset + limit], matched), total=count)


def _narrowed(
    connection: Connection, asked: Asked, others: _Others, *, by_date: bool, wanted: int
) -> tuple[Ranked, Mapping[int, list[int]], int | None]:
    """The best that match the filters, too, with what is known of their events; and how many if all were compared."""
    ranked: Ranked = []
    matched: dict[int, list[int]] = {}
    for most in (max(_FIRST, _FOR_EACH * wanted), max(_SECOND, _FOR_EACH * wanted), None):
        checked = {number for number, _ in ranked}
        ranked, count = asked.best(most, by_date=by_date)
        if not checked and count > len(ranked) and (few := others.few_articles(connection)) is not None:
            found, total = asked.among(few).best(wanted, by_date=by_date)
            return found, {}, total
        matched |= others.events_of_many(connection, [number for number, _ in ranked if number not in checked])
        if len(matched) >= wanted or count <= len(ranked):
            break
    return [one for one in ranked if one[0] in matched], matched, len(matched) if count <= len(ranked) else None


def _hits(
    connection: Connection, asked: Asked, others: _Others, ranked: Ranked, known: Mapping[int, list[int]]
) -> tuple[Hit, ...]:
    """The articles as they are shown; one that the database does not have is left out. `known` are their events."""
    numbers = [number for number, _ in ranked]
    found = rows(
        connection,
        f"""
        SELECT number, id, url, title, text, source, lang, published FROM articles WHERE number IN {in_list(numbers)}
        """,  # noqa: S608 - numbers only
    )
    by_number = {row["number"]: row for row in found}
    events = known or others.events(connection, numbers)
    markers = _Markers(asked.words)
    return tuple(
        _hit(by_number[number], score, markers, events.get(number, ()))
        for number, score in ranked
        if number in by_number
    )


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
