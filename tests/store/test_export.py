"""Exports: all events that match and nothing else, the same columns in every form, harmless wherever opened."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from orewire.model.analysis import Value
from orewire.model.answers import EXPORT_COLUMNS, EXPORT_FORMATS, Export, is_formula
from orewire.model.errors import UsageError
from orewire.model.event import Filters, best_source
from store import export as export_module
from store.connection import Connection
from store.events import find_events
from store.export import export_events
from store.geojson import write_geojson
from store.parquet import write_parquet
from store.spreadsheet import CELL_LENGTH, SHEET_ROWS, write_xlsx
from store.textforms import write_csv, write_jsonl
from tests.store.conftest import Tell, article, mention, opposing

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PLACES = "CREATE TABLE IF NOT EXISTS places (code VARCHAR PRIMARY KEY, name VARCHAR, latitude DOUBLE, longitude DOUBLE)"


@pytest.fixture
def three_events(connection: Connection, tell: Tell) -> None:
    """One at a project with a place, one in two countries, one of which nothing is known but that it happened."""
    tell(
        article("a", source="=Herald"),
        mention(actor="=HYPERLINK(1)", value=Value(amount=2.5e6, currency="USD"), stage="revoked"),
        stances=(opposing(),),
    )
    tell(
        article("b", day=date(2025, 9, 22)),
        mention("trade_deal", countries=("CD", "ZM"), minerals=("cobalt", "copper"), project=None),
    )
    tell(article("c", day=date(2025, 9, 1)), mention("strike", countries=(), minerals=(), project=None))
    connection.execute("UPDATE projects SET latitude = 44.5, longitude = 19.3 WHERE name = 'Jadar'")
    connection.execute(PLACES)
    connection.execute(
        "INSERT OR REPLACE INTO places (code, name, latitude, longitude) "
        "VALUES ('CD', 'Congo', -2.9, 23.7), ('ZM', 'Zambia', -13.5, 27.8), ('RS', 'Serbia', 44.0, 20.9)"
    )


def taken(connection: Connection, form: str, filters: Filters | None = None) -> bytes:
    with export_events(connection, filters or Filters(), form).body as body:
        return body.read()


def records_of(connection: Connection, form: str, tmp_path: Path) -> list[dict[str, Any]]:
    """The rows of an export, read by somebody else's program."""
    content = taken(connection, form)
    if form == "csv":
        return list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    if form == "jsonl":
        return [json.loads(line) for line in content.decode().splitlines()]
    if form == "geojson":
        return [feature["properties"] for feature in json.loads(content)["features"]]
    if form == "xlsx":
        head, *rows = sheet_rows(content)
        return [dict(zip(map(str, head), row, strict=True)) for row in rows]
    (tmp_path / "e.parquet").write_bytes(content)
    result = duckdb.sql(f"FROM '{tmp_path / 'e.parquet'}'")
    return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]


def sheet_rows(content: bytes, sheet: int = 1) -> list[list[str | None]]:
    """The cells of a sheet as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        tree = etree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    rows = []
    for row in tree.iter(f"{SHEET}row"):
        cells: dict[str, str] = {}
        for cell in row:
            letters = cell.get("r", "").rstrip("0123456789")
            cells[letters] = "".join(part.text or "" for part in cell.iter(f"{SHEET}v", f"{SHEET}t"))
        rows.append([cells.get(name) for name in columns_of_a_sheet(len(EXPORT_COLUMNS))])
    return rows


def columns_of_a_sheet(count: int) -> list[str]:
    names = [chr(65 + number) for number in range(26)]
    return [*names, *(f"A{name}" for name in names)][:count]


@pytest.mark.usefixtures("three_events")
@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_all_forms_hold_the_same(connection: Connection, form: str, tmp_path: Path) -> None:
    """The same events, last found first, under the same columns."""
    found = records_of(connection, form, tmp_path)
    assert ["strike", "trade_deal", "permit_denied"] == [record["type"] for record in found]
    extra = ["place"] if form == "geojson" else []
    assert [*EXPORT_COLUMNS, *extra] == list(found[0])
    assert ["labour", "trade", "permitting"] == [record["family"] for record in found]


@pytest.mark.usefixtures("three_events")
def test_the_rows_are_those_of_the_question(connection: Connection) -> None:
    """Each value is what the list of events tells."""
    records = [json.loads(line) for line in taken(connection, "jsonl").decode().splitlines()]
    by_id = {event.id: event for event in find_events(connection, Filters())}
    for record in records:
        event = by_id[record["id"]]
        assert list(event.countries) == record["countries"]
        assert list(event.minerals) == record["minerals"]
        assert (event.confidence, event.voice, event.stage) == (record["confidence"], record["voice"], record["stage"])
        assert event.date and event.date.isoformat() == record["date"]
        assert event.first_seen == datetime.fromisoformat(record["first_seen"])
        assert (event.value.amount if event.value else None) == record["amount"]
        best = best_source(event.sources)
        assert best and (best.url, best.title, best.source) == (record["url"], record["title"], record["source"])
    assert [0, 0, 1] == [record["opponents"] for record in records]


@pytest.mark.usefixtures("three_events")
def test_filters_narrow_an_export(connection: Connection) -> None:
    """As they do everywhere; how many there are is told."""
    export = export_events(connection, Filters(country=("ZM",)), "jsonl")
    with export.body as body:
        assert (1, "trade_deal") == (export.events, json.loads(body.read())["type"])
    with export_events(connection, Filters(mineral=("gold",)), "csv").body as body:
        assert [",".join(EXPORT_COLUMNS)] == body.read().decode().splitlines()


def test_an_unknown_form_is_refused(connection: Connection) -> None:
    """With those there are."""
    with pytest.raises(UsageError, match="found 'pdf', expected one of csv"):
        export_events(connection, Filters(), "pdf")


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_nothing_found_is_a_file_too(connection: Connection, form: str, tmp_path: Path) -> None:
    """With its head, and no rows."""
    assert [] == records_of(connection, form, tmp_path)


@pytest.mark.usefixtures("three_events")
@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_the_same_events_give_the_same_bytes(connection: Connection, form: str) -> None:
    """However often they are taken."""
    assert taken(connection, form) == taken(connection, form)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_batches_leave_nothing_out(
    connection: Connection, tell: Tell, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever their size, and where ids are missing."""
    monkeypatch.setattr(export_module, "_BATCH", size)
    for number in range(8):
        tell(article(f"n{number}", day=date(2025, 1, 1 + number)), mention(project=f"P{number}"))
    connection.execute("DELETE FROM events WHERE id IN (3, 4, 5)")
    found = [json.loads(line)["project"] for line in taken(connection, "jsonl").decode().splitlines()]
    assert ["P7", "P6", "P5", "P1", "P0"] == found
    few = [
        json.loads(line)["project"]
        for line in taken(connection, "jsonl", Filters(project=("P0", "P7"))).decode().splitlines()
    ]
    assert ["P7", "P0"] == few


def test_an_export_is_of_one_moment(connection: Connection, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written while it goes on is not in it."""
    monkeypatch.setattr(export_module, "_BATCH", 1)
    tell(article("a"), mention())
    tell(article("b"), mention("strike", project=None))

    def interrupted(records: Iterator[Mapping[str, Any]], out: io.BytesIO) -> None:
        first = next(records)
        with connection.cursor() as other:
            other.execute("UPDATE events SET type = 'accident'")
        write_jsonl([first, *records], out)

    monkeypatch.setattr(export_module, "write_jsonl", interrupted)
    with connection.cursor() as cursor, export_events(cursor, Filters(), "jsonl").body as body:
        assert ["strike", "permit_denied"] == [json.loads(line)["type"] for line in body.read().decode().splitlines()]


@pytest.mark.usefixtures("three_events")
def test_places_of_events(connection: Connection) -> None:
    """At the project; in each country; nowhere: and a property says which."""
    features = json.loads(taken(connection, "geojson"))["features"]
    assert [
        (None, None),
        ("country", {"type": "MultiPoint", "coordinates": [[23.7, -2.9], [27.8, -13.5]]}),
        ("project", {"type": "Point", "coordinates": [19.3, 44.5]}),
    ] == [(feature["properties"]["place"], feature["geometry"]) for feature in features]


@given(st.floats() | st.none(), st.floats() | st.none())
def test_geometry_is_on_earth(latitude: float | None, longitude: float | None) -> None:
    """No point beyond the poles, none that is no number."""
    out = io.BytesIO()
    record = {"id": 1, "latitude": latitude, "longitude": longitude, "countries": ["RS"]}
    write_geojson([record | {"latitude": None, "longitude": None}], {"RS": (20.9, 44.0)}, out)
    write_geojson([], {}, out)
    from store.geojson import _geometry

    place, geometry = _geometry(record, {})
    if geometry is None:
        assert place is None
    else:
        (x, y) = geometry["coordinates"]
        assert abs(x) <= 180
        assert abs(y) <= 90


TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
ROWS = st.lists(st.fixed_dictionaries({"id": st.integers(0, 2**53), "text": TEXT | st.none(), "list": st.lists(TEXT)}))


@given(ROWS)
def test_csv_reads_back(rows: list[dict[str, Any]]) -> None:
    """Quotes, commas, line ends and any script; what would run as a formula has an apostrophe before it."""
    out = io.BytesIO()
    write_csv(rows, ("id", "text", "list"), out)
    read = list(csv.DictReader(io.StringIO(out.getvalue().decode(), newline=""), strict=True))
    assert len(rows) == len(read)
    for row, found in zip(rows, read, strict=True):
        assert not any(is_formula(cell) for cell in found.values())
        assert found["text"].removeprefix("'" if is_formula(row["text"] or "") else "") == (row["text"] or "")


@given(ROWS)
def test_json_lines_read_back(rows: list[dict[str, Any]]) -> None:
    """Exactly, one line each, whatever line ends a text has."""
    out = io.BytesIO()
    write_jsonl(rows, out)
    lines = out.getvalue().decode().split("\n")
    assert rows == [json.loads(line) for line in lines[:-1]]
    assert "" == lines[-1]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_parquet_reads_back(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    """Exactly, lists as lists."""
    out = io.BytesIO()
    write_parquet(rows, {"id": "BIGINT", "text": "VARCHAR", "list": "VARCHAR[]"}, out)
    (tmp_path / "x.parquet").write_bytes(out.getvalue())
    found = duckdb.connect().execute(f"FROM '{tmp_path / 'x.parquet'}'").fetchall()  # one connection caches files
    assert [(row["id"], row["text"], row["list"]) for row in rows] == found


def test_parquet_types(connection: Connection, tmp_path: Path) -> None:
    """As EXPORT_COLUMNS says; times are in UTC."""
    (tmp_path / "e.parquet").write_bytes(taken(connection, "parquet"))
    found = duckdb.sql(f"DESCRIBE FROM '{tmp_path / 'e.parquet'}'").fetchall()
    told = {name: kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ") for name, kind, *_ in found}
    assert EXPORT_COLUMNS == told


@pytest.mark.parametrize("name", ["it's", 'say "x"', "a: b", "; DROP", "ä 中"])
def test_any_name_of_a_column(name: str, tmp_path: Path) -> None:
    """Queries name their columns as they like."""
    out = io.BytesIO()
    write_parquet([{name: 1}], {name: "INTEGER"}, out)
    (tmp_path / "x.parquet").write_bytes(out.getvalue())
    assert [name] == duckdb.sql(f"FROM '{tmp_path / 'x.parquet'}'").columns


def book(rows: list[dict[str, Any]], sheet_rows: int = SHEET_ROWS) -> tuple[bytes, tuple[str, ...]]:
    out = io.BytesIO()
    notes = write_xlsx(rows, ("id", "text"), out, sheet_rows=sheet_rows)
    return out.getvalue(), notes


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=20)))
def test_a_workbook_holds_any_text(texts: list[str]) -> None:
    """As text, never as a formula or an address; without what XML cannot hold."""
    content, notes = book([{"id": number, "text": text} for number, text in enumerate(texts)])
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = etree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    assert [] == list(sheet.iter(f"{SHEET}f", f"{SHEET}hyperlink"))
    assert len(texts) + 1 == len(list(sheet.iter(f"{SHEET}row")))
    assert () == notes


@pytest.mark.usefixtures("three_events")
def test_a_workbook_has_dates_numbers_and_texts(connection: Connection) -> None:
    """A spreadsheet sorts and sums them."""
    content = taken(connection, "xlsx")
    (record,) = [row for row in sheet_rows(content) if row[2] == "permit_denied"]
    told = dict(zip(EXPORT_COLUMNS, record, strict=True))
    assert "=HYPERLINK(1)" == told["actor"]
    assert (date(2025, 11, 13) - date(1899, 12, 30)).days == int(told["date"] or 0)
    assert ("RS", "0.8", "2500000") == (told["countries"], told["confidence"], told["amount"])
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b'quotePrefix="1"' in parts.read("xl/styles.xml")


def test_a_long_text_is_shortened_and_told() -> None:
    """By what a spreadsheet counts: characters beyond the first plane are two."""
    content, notes = book([{"id": 7, "text": "x" * 32_767}, {"id": 8, "text": "😀" * 20_000}])
    whole, cut = (cells[1] for cells in read_two_columns(content)[1:])
    assert (32_767, "… [shortened]") == (len(whole), cut[-13:])
    assert len(cut.encode("utf-16-le")) // 2 <= CELL_LENGTH
    assert ("a cell holds 32,767 characters: 1 texts were shortened, of the events 8",) == notes


def test_more_rows_than_a_sheet_holds() -> None:
    """They go on in the next one, under the same head; that is told."""
    content, notes = book([{"id": number, "text": "t"} for number in range(7)], sheet_rows=4)
    assert [["0", "1", "2"], ["3", "4", "5"], ["6"]] == [
        [cells[0] for cells in read_two_columns(content, sheet)[1:]] for sheet in (1, 2, 3)
    ]
    assert ("a sheet holds 4 rows: the events are on 3 sheets",) == notes


def test_days_before_a_spreadsheet_knows_any() -> None:
    """Are text."""
    out = io.BytesIO()
    write_xlsx([{"day": date(1850, 1, 2), "time": datetime(2025, 1, 2, tzinfo=UTC)}], ("day", "time"), out)
    assert "1850-01-02" == read_two_columns(out.getvalue())[1][0]


def read_two_columns(content: bytes, sheet: int = 1) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        tree = etree.fromstring(parts.read(f"xl/worksheets/sheet{sheet}.xml"), etree.XMLParser(huge_tree=True))
    return [
        ["".join(part.text or "" for part in cell.iter(f"{SHEET}v", f"{SHEET}t")) for cell in row]
        for row in tree.iter(f"{SHEET}row")
    ]


def test_a_failed_export_leaves_no_file_open(connection: Connection) -> None:
    """The error is the filter's."""
    with pytest.raises(UsageError, match="country"):
        export_events(connection, Filters(country=("Chile",)), "csv")


def test_an_export_says_what_it_holds(connection: Connection, tell: Tell) -> None:
    """Before its body is read."""
    tell(article("a"), mention())
    export = export_events(connection, Filters(), "csv")
    assert Export(events=1, notes=(), body=export.body) == export
    export.body.close()
