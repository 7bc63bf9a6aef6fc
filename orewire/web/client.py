"""The service asked over HTTP: the same questions, the same answers, as from a store opened directly."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.client import HTTPException
from typing import Any, BinaryIO, cast

from orewire.model.answers import Export, Page, SqlAnswer
from orewire.model.errors import StoreError, UsageError
from orewire.model.event import Cursor, Event, Filters, Review, RoundReport
from orewire.model.facet import FACETS, Facet
from orewire.model.history import History
from orewire.model.hit import HitPage, hits_from_json
from orewire.model.keep import Backup, CheckReport, Told, backup_from_json, check_from_json
from orewire.model.place import Place
from orewire.model.ports import PAIRS
from orewire.model.project import Dossier, Project, ProjectFilters
from orewire.model.queries import SavedQuery
from orewire.model.records import Record, from_json
from orewire.model.story import Passage, Story
from orewire.model.trend import Balance, Movers, Trend
from orewire.web.cursors import read_cursor, write_cursor
from orewire.web.download import Download, authorised, open_download
from orewire.web.trend_wire import balance_from_json, movers_from_json, trend_from_json
from orewire.web.wire import (
    answer_from_json,
    event_from_json,
    filters_to_query,
    projects_to_query,
    read_answer,
    report_from_json,
    review_from_json,
    review_to_json,
)

_LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Without proxies: the service is on this machine, and an environment's proxy is not."""


class ServiceClient:
    """Implements `orewire.model.ports.Questions` by asking the service at `base_url`; an empty token is none."""

    def __init__(self, base_url: str, token: str, *, timeout: float = 600.0) -> None:
        self.base_url, self._token, self._timeout = base_url.rstrip("/"), token, timeout

    def find_events(
        self, filters: Filters, *, limit: int = 50, offset: int = 0, after: Cursor | None = None
    ) -> Sequence[Event]:
        """See Questions."""
        answer = self.get("events", _page_query(filters, Page(limit=limit, offset=offset, after=after)))
        return [event_from_json(record) for record in answer["events"]]

    def iterate_events(self, filters: Filters, *, at_once: int = 500) -> Iterator[Event]:
        """All events that match, newest first, page by page: none is told twice, however many come in meanwhile."""
        after: Cursor | None = None
        while page := self.find_events(filters, limit=at_once, after=after):
            yield from page
            after = Cursor(date=page[-1].date, id=page[-1].id)

    def count_events(self, filters: Filters) -> int:
        """See Questions."""
        answer: int = self.get("events", [*filters_to_query(filters), ("limit", "0")])["total"]
        return answer

    def count_facets(self, filters: Filters, *, by: Sequence[str] = FACETS, limit: int = 20) -> Sequence[Facet]:
        """See Questions."""
        answer = self.get("facets", [*filters_to_query(filters), *_by(by), ("limit", str(limit))])
        return [from_json(Facet, record) for record in answer["facets"]]

    def find_places(self, filters: Filters, *, limit: int = 5000) -> Sequence[Place]:
        """See Questions."""
        answer = self.get("places", [*filters_to_query(filters), ("limit", str(limit))])
        return [from_json(Place, record) for record in answer["places"]]

    def get_event(self, event_id: int) -> Event | None:
        """See Questions."""
        try:
            return event_from_json(self.get(f"events/{event_id}", []))
        except LookupError:
            return None

    def get_trend(
        self, filters: Filters, *, period: str = "week", by: str | Sequence[str] = "all", panel: bool = False
    ) -> Trend:
        """See Questions."""
        asked = [("period", period), *_by(by), *([("panel", "true")] if panel else [])]
        return trend_from_json(self.get("trends", [*filters_to_query(filters), *asked]))

    def get_health(self) -> Mapping[str, Any]:
        """See Questions."""
        return self.get("health", [])

    def get_reviews(self, event: int | None = None) -> Sequence[Review]:
        """See Questions."""
        query = [("event", str(event))] if event is not None else []
        return [review_from_json(record) for record in self.get("reviews", query)["reviews"]]

    def find_unreviewed(self, filters: Filters, *, limit: int = 50) -> Sequence[Event]:
        """See Questions."""
        answer = self.get("queue", [*filters_to_query(filters), ("limit", str(limit))])
        return [event_from_json(record) for record in answer["events"]]

    def get_choices(self) -> Mapping[str, Sequence[str]]:
        """See Questions."""
        return self.get("choices", [])

    def find_labels(self) -> Sequence[Mapping[str, Any]]:
        """See Questions."""
        labels: dict[str, Any] = self._call(
            "GET", "labels.jsonl", None, read=lambda body: {"all": [*map(json.loads, body)]}
        )
        return cast(Sequence[Mapping[str, Any]], labels["all"])

    def get_queries(self) -> Sequence[SavedQuery]:
        """See Questions."""
        return [from_json(SavedQuery, record) for record in self.get("queries", [])["queries"]]

    def put_query(self, query: SavedQuery) -> None:
        """See Questions."""
        self._call("PUT", f"queries/{urllib.parse.quote(query.name, safe='')}", json.dumps({"sql": query.sql}).encode())

    def remove_query(self, name: str) -> bool:
        """See Questions."""
        removed: bool = self._call("DELETE", f"queries/{urllib.parse.quote(name, safe='')}", None)["removed"]
        return removed

    def reprocess(self, *, every: bool) -> int:
        """Have what another version understood, or all, understood again; how many articles wait."""
        queued: int = self._call("POST", f"reprocess?every={str(every).lower()}", b"")["queued"]
        return queued

    def review(self, decision: Review) -> Review:
        """Carry out what a person decided."""
        body = json.dumps(review_to_json(decision)).encode()
        return review_from_json(self._call("POST", "reviews", body, content_type="application/json"))

    def get_history(self, event_id: int) -> History | None:
        """See Questions."""
        return self._found(f"events/{event_id}/history", [], History)

    def get_passages(self, event_id: int, *, around: int = 400) -> Sequence[Passage]:
        """See Questions."""
        found = self.get(f"events/{event_id}/passages", [("around", str(around))])["passages"]
        return [from_json(Passage, record) for record in found]

    def get_story(self, story_id: int) -> Story | None:
        """See Questions."""
        try:
            return from_json(Story, self.get(f"stories/{story_id}", []))
        except LookupError:
            return None

    def find_projects(self, filters: ProjectFilters, *, limit: int = 50, offset: int = 0) -> Sequence[Project]:
        """See Questions."""
        query = [*projects_to_query(filters), ("limit", str(limit)), ("offset", str(offset))]
        return [from_json(Project, record) for record in self.get("projects", query)["projects"]]

    def count_projects(self, filters: ProjectFilters) -> int:
        """See Questions."""
        answer: int = self.get("projects", [*projects_to_query(filters), ("limit", "0")])["total"]
        return answer

    def get_project(self, name: str, country: str | None = None, *, timeline: int = 1000) -> Dossier | None:
        """See Questions."""
        asked = [("name", name), ("timeline", str(timeline)), *([("country", country)] if country else [])]
        return self._found("project", asked, Dossier)

    def _found(self, path: str, query: list[tuple[str, str]], kind: type[Record]) -> Record | None:
        try:
            return from_json(kind, self.get(path, query))
        except LookupError:
            return None

    def search(self, filters: Filters, *, sort: str = "relevance", limit: int = 20, offset: int = 0) -> HitPage:
        """See Questions."""
        page = [("sort", sort), ("limit", str(limit)), ("offset", str(offset))]
        return hits_from_json(self.get("search", [*filters_to_query(filters), *page]))

    def rebuild_index(self) -> int:
        """See Questions."""
        count: int = self._call("POST", "index", b"")["articles"]
        return count

    def run_round(self) -> RoundReport:
        """Let the service do one round now, and wait for its report."""
        return report_from_json(self._call("POST", "round", b""))

    def add_document(self, body: bytes, *, name: str, url: str | None = None) -> RoundReport:
        """Hand a document over; with `url` alone (an empty body) the service fetches it."""
        query = _encode({"name": name, **({"url": url} if url else {})})
        return report_from_json(self._call("POST", f"documents?{query}", body))

    def find_movers(
        self, filters: Filters, *, period: str = "week", by: str | Sequence[str] = PAIRS, limit: int = 50
    ) -> Movers:
        """See Questions."""
        asked = [("period", period), *_by(by), ("limit", str(limit))]
        return movers_from_json(self.get("movers", [*filters_to_query(filters), *asked]))

    def get_balance(self, filters: Filters, *, period: str = "week", by: str = "project") -> Balance:
        """See Questions."""
        return balance_from_json(self.get("balance", [*filters_to_query(filters), ("period", period), ("by", by)]))

    def back_up(self, told: Told) -> Backup:
        """Let the service copy its store."""
        return backup_from_json(self._call("POST", "backup", b"", read=lambda lines: read_answer(lines, told)))

    def check(self, told: Told, *, sample: int | None = None, repair: bool = False) -> CheckReport:
        """Let the service check its store."""
        query = urllib.parse.urlencode({"repair": repair, **({"sample": sample} if sample else {})})
        return check_from_json(self._call("POST", f"check?{query}", b"", read=lambda lines: read_answer(lines, told)))

    def open_export(self, filters: Filters, form: str, page: Page | None = None) -> Export:
        """See Questions."""
        asked = _page_query(filters, page) if page else [*filters_to_query(filters), ("format", form)]
        body = self._download(f"{f'events.{form}' if page else 'export'}?{_encode(asked)}")
        events, notes = body.header("Orewire-Events"), json.loads(body.header("Orewire-Notes"))
        end = read_cursor(word, filters) if page and (word := body.header("Orewire-End")) else None
        return Export(events=int(events), notes=tuple(notes), body=cast(BinaryIO, body), end=end)

    def open_snapshot(self) -> BinaryIO:
        """See Questions."""
        return cast(BinaryIO, self._download("snapshot"))

    def run_sql(self, sql: str, *, limit: int = 1000) -> SqlAnswer:
        """See Questions."""
        return answer_from_json(self._call("POST", f"sql?limit={limit}", sql.encode("utf-8", "replace")))

    def _download(self, path: str) -> Download:
        try:
            return open_download(f"{self.base_url}/api/v1/{path}", self._token, self._timeout)
        except urllib.error.HTTPError as error:
            raise _refusal(error) from error

    def get(self, path: str, query: list[tuple[str, str]]) -> dict[str, Any]:
        """What the API answers at a path; LookupError where there is nothing."""
        return self._call("GET", f"{path}?{_encode(query)}" if query else path, None)

    def send(self, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
        """The answer to a request that changes something; `body` is JSON."""
        return self._call(method, path, body, content_type="application/json")

    def _call(
        self,
        method: str,
        path: str,
        body: bytes | None,
        *,
        content_type: str = "application/octet-stream",
        read: Callable[[Any], dict[str, Any]] = json.load,
    ) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is our own service's
            f"{self.base_url}/api/v1/{path}",
            data=body,
            method=method,
            headers={**authorised(self._token), "Content-Type": content_type},
        )
        try:
            with _LOOPBACK.open(request, timeout=self._timeout) as response:
                return read(response)
        except urllib.error.HTTPError as error:
            raise _refusal(error) from error
        except (OSError, ValueError, HTTPException) as error:
            raise StoreError(f"the service at {self.base_url} did not answer: {error}") from error


def _encode(pairs: Mapping[str, Any] | Sequence[tuple[str, str]]) -> str:
    """The query of an address; what was typed at a terminal may be no text."""
    return urllib.parse.urlencode(pairs, errors="replace")


def _page_query(filters: Filters, page: Page) -> list[tuple[str, str]]:
    begin = ("cursor", write_cursor(page.after, filters)) if page.after else ("offset", str(page.offset))
    return [*filters_to_query(filters), ("limit", str(page.limit)), begin]


def _by(names: str | Sequence[str]) -> list[tuple[str, str]]:
    return [("by", name) for name in ((names,) if isinstance(names, str) else names)]


def _refusal(error: urllib.error.HTTPError) -> Exception:
    if error.code == 404:
        return LookupError(error.url)
    try:
        detail = str(json.load(error)["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"HTTP {error.code}"
    return UsageError(detail) if error.code == 400 else StoreError(detail)
