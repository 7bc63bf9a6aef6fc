"""Forms of answers: chosen by `Accept` or the end of the address, the same rows in each, harmless wherever opened."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import duckdb
import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.answers import EXPORT_COLUMNS, Page
from orewire.model.event import Filters
from orewire.web.formats import EVENT_FORMS, MEDIA_TYPES, TABLE_FORMS, choose_form
from orewire.web.problems import NotAcceptable
from tests.web.conftest import EVENTS, Service

TABLES = ("facets", "trends", "movers", "balance", "projects", "search?text=words")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ([], "json"),
        (["*/*"], "json"),
        (["text/csv"], "csv"),
        (["text/*"], "csv"),
        (["TEXT/CSV"], "csv"),
        (["text/html, application/xhtml+xml, */*;q=0.8"], "json"),
        (["application/json;q=0.5, text/csv;q=0.9"], "csv"),
        (["application/json;q=0", "*/*"], "csv"),
        (["text/csv;q=0.5;x=1, application/vnd.apache.parquet;q=0.50"], "csv"),
        (["nonsense"], "json"),
        (["nonsense, text/csv"], "csv"),
    ],
)
def test_accept(accept: list[str], form: str) -> None:
    """The best liked form is chosen, the first of equals; a range says less than a type."""
    assert form == choose_form(accept, TABLE_FORMS)


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "*/*;q=0"])
def test_what_is_not_to_be_had(accept: str) -> None:
    """Is refused, with what is."""
    with pytest.raises(NotAcceptable, match="text/csv"):
        choose_form([accept], TABLE_FORMS)


@given(st.lists(st.text(max_size=40), max_size=3))
def test_any_accept(accept: list[str]) -> None:
    """Whatever is sent, a form is chosen or the rest is told."""
    try:
        assert choose_form(accept, EVENT_FORMS) in EVENT_FORMS
    except NotAcceptable as error:
        assert "application/json" in error.allowed


@pytest.mark.e2e
@pytest.mark.parametrize("form", EVENT_FORMS)
def test_accept_and_suffix_give_the_same(service: Service, form: str) -> None:
    """Both name the form; a page of events has it."""
    by_accept = service.ask("/api/v1/events?limit=3", Accept=MEDIA_TYPES[form])
    by_suffix = service.ask(f"/api/v1/events.{form}?limit=3", Accept="image/png")
    for answer in (by_accept, by_suffix):
        assert (200, MEDIA_TYPES[form]) == (answer.status, answer.headers.get_content_type())
        assert "cursor=" in str(answer.headers["Link"])
    assert "Accept" in by_accept.headers["Vary"].split(", ")


@pytest.mark.e2e
def test_forms_that_nobody_makes(service: Service) -> None:
    """406, with the list of forms."""
    answer = service.ask("/api/v1/events", Accept="image/png")
    assert (406, list(MEDIA_TYPES.values())) == (answer.status, answer.json["expected"])
    answer = service.ask("/api/v1/facets.xlsx")
    assert (406, ["json", "csv", "parquet"]) == (answer.status, answer.json["expected"])


@pytest.mark.e2e
def test_events_as_csv(service: Service) -> None:
    """The columns of the export, the events of the list in its order, and nothing that a spreadsheet would run."""
    rows = list(csv.DictReader(io.StringIO(service.ask("/api/v1/events.csv?limit=1000").body.decode(), newline="")))
    listed = service.ask("/api/v1/events?limit=1000").json["events"]
    assert list(EXPORT_COLUMNS) == list(rows[0])
    assert [str(event["id"]) for event in listed] == [row["id"] for row in rows]
    assert ("'@somebody", "'=Herald <b>&") == (rows[0]["actor"], rows[0]["source"])


@pytest.mark.e2e
def test_events_as_parquet_and_workbook(service: Service, tmp_path: Path) -> None:
    """Other people's programs open them."""
    (tmp_path / "e.parquet").write_bytes(service.ask("/api/v1/events.parquet?limit=7").body)
    assert [(7,)] == duckdb.sql(f"SELECT count(*) FROM '{tmp_path / 'e.parquet'}'").fetchall()
    book = zipfile.ZipFile(io.BytesIO(service.ask("/api/v1/events.xlsx?limit=7").body))
    assert "xl/worksheets/sheet1.xml" in book.namelist()


@pytest.mark.e2e
def test_the_client_takes_pages_out(service: Service) -> None:
    """With where each ended, until nothing comes behind it."""
    client, told, end = service.client(), 0, None
    while True:
        export = client.open_export(Filters(), "jsonl", Page(limit=25, after=end))
        with export.body:
            told += len(export.body.read().splitlines())
        if (end := export.end) is None:
            break
    assert EVENTS == told


@pytest.mark.e2e
@pytest.mark.parametrize("name", TABLES)
def test_tables(service: Service, name: str, tmp_path: Path) -> None:
    """CSV and Parquet have the same columns and as many rows."""
    path, _, query = name.partition("?")
    text = service.ask(f"/api/v1/{path}.csv?{query}").body.decode()
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    (tmp_path / "t.parquet").write_bytes(service.ask(f"/api/v1/{path}.parquet?{query}").body)
    table = duckdb.sql(f"FROM '{tmp_path / 't.parquet'}'")
    assert (head, len(rows)) == (table.columns, len(table.fetchall()))


@pytest.mark.e2e
def test_atom_of_any_question(service: Service) -> None:
    """A feed reader takes it: ids that stay, a link to the event, the evidence, and no markup from outside."""
    answer = service.ask("/search.atom?type=permit_denied")
    feed = feedparser.parse(answer.body, sanitize_html=False, resolve_relative_uris=False)
    assert (False, "atom10") == (feed.bozo, feed.version)
    (entry,) = feed.entries
    assert ("tag:orewire.invalid,2026:event/1", f"{service.url}/events/1") == (entry.id, entry.link)
    assert ("The ministry revoked it.", "2025-11-13T12:00:00Z") == (entry.summary, entry.updated)
    assert "<script" not in entry.content[0].value
    assert "=Herald &lt;b&gt;&amp;" in entry.content[0].value
    assert f"{service.url}/search.atom?type=permit_denied" in [link.href for link in feed.feed.links]


@pytest.mark.e2e
def test_atom_has_the_newest_fifty(service: Service) -> None:
    """The newest first, and no more than a reader keeps; the feed of nothing never changes."""
    assert 50 == len(feedparser.parse(service.ask("/search.atom").body).entries)
    assert EVENTS > 50
    empty = service.ask("/search.atom?until=1950-01-01")
    assert empty.headers["ETag"] == service.ask("/search.atom?until=1950-01-01").headers["ETag"]
