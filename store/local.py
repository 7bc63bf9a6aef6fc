"""A store opened by this process, asked as `orewire.model.ports.Questions`."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from orewire.model.answers import Export, Page, SqlAnswer
from orewire.model.event import Cursor, Event, Filters, Review
from orewire.model.facet import FACETS, Facet
from orewire.model.history import History
from orewire.model.hit import HitPage
from orewire.model.keep import CheckReport, Told
from orewire.model.place import Place
from orewire.model.ports import PAIRS
from orewire.model.project import Dossier, Project, ProjectFilters
from orewire.model.queries import SavedQuery
from orewire.model.story import Passage, Story
from orewire.model.trend import Balance, Movers, Trend
from store import (
    check,
    events,
    facets,
    feeds,
    files,
    history,
    outbox,
    pages,
    places,
    projects,
    queries,
    reanalyses,
    reviews,
    telling,
    unreviewed,
)
from store.connection import Connection, rows, schema_version
from store.cursors import Cursors
from store.filters import check_filters
from store.fulltext.index import FullText
from store.fulltext.search import find_articles, search
from store.local_access import LocalAccess
from store.local_ledger import LocalLedger
from store.roster import Roster
from store.takeout import Takeout
from store.vocabulary import Vocabulary

if TYPE_CHECKING:
    from store.coverage import ReadDays


class LocalStore:
    """Answers from any thread: each question has a cursor of its own."""

    def __init__(self, connection: Connection, fulltext: FullText | None = None) -> None:
        self._connection, self._fulltext = Cursors(connection), fulltext or FullText(connection)
        self._takeout, self._roster, self._vocabulary = Takeout(connection), Roster(), Vocabulary()
        self.troubles: Mapping[str, str] = {}
        """What cannot be done at present, and why, as whoever works on the store tells."""

    def find_events(
        self, filters: Filters, *, limit: int = 50, offset: int = 0, after: Cursor | None = None
    ) -> Sequence[Event]:
        """See Questions."""
        with self._connection.cursor() as cursor:
            asked = self._looked_up(cursor, filters)
            return events.find_events(cursor, asked, limit=limit, offset=offset, after=after)

    def count_events(self, filters: Filters) -> int:
        """See Questions."""
        with self._connection.cursor() as cursor:
            return events.count_events(cursor, self._looked_up(cursor, filters))

    def count_facets(self, filters: Filters, *, by: Sequence[str] = FACETS, limit: int = 20) -> Sequence[Facet]:
        """See Questions."""
        with self._connection.cursor() as cursor:
            return facets.count_facets(cursor, self._looked_up(cursor, filters), by=by, limit=limit)

    def find_places(self, filters: Filters, *, limit: int = 5000) -> Sequence[Place]:
        """See Questions."""
        with self._connection.cursor() as cursor:
            return places.find_places(cursor, self._looked_up(cursor, filters), limit=limit)

    def get_event(self, event_id: int) -> Event | None:
        """See Questions."""
        with self._connection.cursor() as cursor:
            number = reviews.standing_decisions(cursor).follow(event_id)
            return events.get_event(cursor, number) or unreviewed.get_rejected(cursor, number)

    def get_trend(
        self, filters: Filters, *, period: str = "week", by: str | Sequence[str] = "all", panel: bool = False
    ) -> Trend:
        """See Questions."""
        from store.trends import get_trend

        with self._connection.cursor() as cursor:
            told = self._looked_up(cursor, filters)
            return get_trend(cursor, told, period=period, by=by, panel=panel, read_days=self._read_days)

    def get_reviews(self, event: int | None = None) -> Sequence[Review]:
        """See Questions."""
        with self._connection.cursor() as cursor:
            return reviews.get_reviews(cursor, event)

    def find_unreviewed(self, filters: Filters, *, limit: int = 50) -> Sequence[Event]:
        """See Questions."""
        with self._connection.cursor() as cursor:
            return unreviewed.find_unreviewed(cursor, self._looked_up(cursor, filters), limit=limit)

    def get_choices(self) -> Mapping[str, Sequence[str]]:
        """See Questions."""
        from store.choices import get_choices

        with self._connection.cursor() as cursor:
            return get_choices(cursor).allowed

    def find_labels(self) -> Sequence[Mapping[str, Any]]:
        """See Questions."""
        from store.labels import find_labels

        with self._connection.cursor() as cursor:
            return find_labels(cursor)

    def get_queries(self) -> Sequence[SavedQuery]:
        """See Questions."""
        with self._connection.cursor() as cursor:
            return queries.get_queries(cursor)

    def put_query(self, query: SavedQuery) -> None:
        """See Questions."""
        with self._connection.cursor() as cursor:
            queries.put_query(cursor, query)

    def remove_query(self, name: str) -> bool:
        """See Questions."""
        with self._connection.cursor() as cursor:
            return queries.remove_query(cursor, name)

    def get_health(self) -> Mapping[str, Any]:
        """See Questions."""
        with self._connection.cursor() as cursor:
            found = feeds.get_feed_rows(cursor, datetime.now(UTC))
            return {
                **_counts(cursor),
                "pages": pages.count_pages(cursor),
                "schema": schema_version(cursor),
                "feeds_ok": sum(1 for feed in found if not feed["failures"] and feed["last_success"]),
                "feeds_failing": sum(1 for feed in found if feed["failures"]),
                "feeds": found,
                "files": files.failed_files(cursor),
                "reprocessing": dict(zip(("queued", "done"), reanalyses.count_reanalyses(cursor), strict=True)),
                "deliveries": outbox.count_deliveries(cursor),
                "troubles": dict(self.troubles),
            }

    def get_history(self, event_id: int) -> History | None:
        """See Questions."""
        with self._connection.cursor() as cursor:
            return history.get_history(cursor, event_id)

    def get_passages(self, event_id: int, *, around: int = 400) -> Sequence[Passage]:
        """See Questions."""
        with self._connection.cursor() as cursor:
            return telling.get_passages(cursor, reviews.standing_decisions(cursor).follow(event_id), around=around)

    def get_story(self, story_id: int) -> Story | None:
        """See Questions."""
        with self._connection.cursor() as cursor:
            return telling.get_story(cursor, story_id)

    def find_projects(self, filters: ProjectFilters, *, limit: int = 50, offset: int = 0) -> Sequence[Project]:
        """See Questions."""
        with self._connection.cursor() as cursor:
            self._vocabulary.check(cursor, filters)
            return projects.find_projects(
                cursor, filters, today=_today(), limit=limit, offset=offset, roster=self._roster
            )

    def count_projects(self, filters: ProjectFilters) -> int:
        """See Questions."""
        with self._connection.cursor() as cursor:
            self._vocabulary.check(cursor, filters)
            return projects.count_projects(cursor, filters, today=_today(), roster=self._roster)

    def get_project(self, name: str, country: str | None = None, *, timeline: int = 1000) -> Dossier | None:
        """See Questions."""
        with self._connection.cursor() as cursor:
            return projects.get_project(
                cursor, name, today=_today(), country=country, timeline=timeline, roster=self._roster
            )

    def find_movers(
        self, filters: Filters, *, period: str = "week", by: str | Sequence[str] = PAIRS, limit: int = 50
    ) -> Movers:
        """See Questions."""
        from store.movers import find_movers

        with self._connection.cursor() as cursor:
            told = self._looked_up(cursor, filters)
            return find_movers(cursor, told, period=period, by=by, limit=limit, read_days=self._read_days)

    def get_balance(self, filters: Filters, *, period: str = "week", by: str = "project") -> Balance:
        """See Questions."""
        from store.balance import get_balance

        with self._connection.cursor() as cursor:
            told = self._looked_up(cursor, filters)
            return get_balance(cursor, told, period=period, by=by, read_days=self._read_days)

    @functools.cached_property
    def _read_days(self) -> ReadDays:
        from store.coverage import ReadDays

        return ReadDays()

    def check(self, told: Told, *, sample: int | None = None, repair: bool = False) -> CheckReport:
        """What is wrong with the store; with `repair` what is derived is made anew before."""
        with self._connection.cursor() as cursor:
            return check.check_store(cursor, told, sample=sample, repair=repair)

    def ledger(self) -> LocalLedger:
        """Watches, and what was told."""
        return LocalLedger(self._connection)

    def access(self) -> LocalAccess:
        """Users, tokens, sessions, and what was done."""
        return LocalAccess(self._connection)

    def is_sound(self) -> bool:
        """Whether it answers at all."""
        return self._connection.is_sound()

    def reopen(self, path: Path) -> Connection:
        """Open the file again, with whatever else works on it by the connection that this returns."""
        connection = self._connection.reopen(path)
        self._takeout, self._roster, self._vocabulary = Takeout(connection), Roster(), Vocabulary()
        return connection

    def close(self) -> None:
        """Write everything out and let go of the file."""
        self._fulltext.close()
        self._takeout.close()
        self._connection.close()

    def search(self, filters: Filters, *, sort: str = "relevance", limit: int = 20, offset: int = 0) -> HitPage:
        """See Questions."""
        with self._connection.cursor() as cursor:
            self._vocabulary.check(cursor, filters)
            return search(cursor, self._fulltext, filters, sort=sort, limit=limit, offset=offset)

    def rebuild_index(self) -> int:
        """See Questions."""
        with self._connection.cursor() as cursor:
            return self._fulltext.rebuild(cursor)

    def _looked_up(self, cursor: Connection, filters: Filters) -> Filters:
        """The question with the numbers of the articles that match its words; UnknownValue where it names nothing."""
        self._vocabulary.check(cursor, filters)
        check_filters(filters)
        return replace(filters, articles=find_articles(cursor, self._fulltext, filters))

    def open_export(self, filters: Filters, form: str, page: Page | None = None) -> Export:
        """See Questions."""
        with self._connection.cursor() as cursor:
            told = self._looked_up(cursor, filters)
        return self._takeout.open_export(told, form, page)

    def open_snapshot(self) -> BinaryIO:
        """See Questions."""
        return self._takeout.open_snapshot()

    def run_sql(self, sql: str, *, limit: int = 1000) -> SqlAnswer:
        """See Questions."""
        return self._takeout.run_sql(sql, limit)


def _today() -> date:
    return datetime.now(UTC).date()


def _counts(connection: Connection) -> dict[str, Any]:
    (row,) = rows(
        connection,
        """
        SELECT count(*) AS articles, count(*) FILTER (WHERE relevant) AS relevant_articles,
            count(*) FILTER (WHERE analysed_version IS NULL) AS waiting_for_analysis,
            count(DISTINCT story) FILTER (WHERE relevant) AS stories, max(published) AS newest_article,
            (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM mentions) AS mentions
        FROM articles
        """,
    )
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}
