"""Queries of the user's own: what they can do, and all the ways out that are closed.

Most of it is tried inside this process, with the check of names and the locked database alone; the process of its own,
which is the third wall, has its tests in tests/e2e/test_sandbox.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orewire.model.errors import UsageError
from store.connection import Connection, open_database, open_reader
from store.sandboxed import answer_query, find_allowed, plain
from store.sqlcheck import Allowed, check_query
from tests.store.conftest import article, mention, opposing, teller
from tests.store.queries import ATTEMPTS, ORDINARY

Ask = Callable[..., dict[str, Any]]
SECRET = "the-secret-that-nobody-reads"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with three events, and files beside it that are nobody's business."""
    path = tmp_path_factory.mktemp("sandbox")
    connection = open_database(path / "s.duckdb")
    tell = teller(connection)
    tell(article("a"), mention(), stances=(opposing(),))
    tell(article("b", day=date(2025, 9, 22)), mention("protest", countries=("CL",), minerals=("copper",), project=None))
    tell(article("c", day=date(2025, 9, 1)), mention("strike", countries=("CL", "PE"), minerals=("copper", "gold")))
    connection.close()
    for name in ("secret.csv", "secret.json", "secret.txt"):
        (path / name).write_text(json.dumps({"a": SECRET}), encoding="utf-8")
    duckdb.sql(f"COPY (SELECT '{SECRET}' AS a) TO '{path / 'secret.parquet'}'")
    return path


@pytest.fixture(scope="module")
def reader(folder: Path) -> Iterator[Connection]:
    with open_reader(folder / "s.duckdb", memory="256MB") as connection:
        yield connection


@pytest.fixture
def ask(reader: Connection, folder: Path) -> Ask:
    allowed = find_allowed(reader)

    def answer(sql: str, limit: int = 100) -> dict[str, Any]:
        return answer_query(reader, allowed, sql.replace("FOLDER", str(folder)), limit)

    return answer


@pytest.mark.parametrize("name", ORDINARY)
def test_what_analysts_ask_is_answered(ask: Ask, name: str) -> None:
    """All that is usual in DuckDB's SQL, over tables, views and values."""
    sql, expected = ORDINARY[name]
    found = ask(sql)
    assert found["columns"]
    assert expected is None or expected == found["rows"]


@pytest.mark.parametrize("name", ATTEMPTS)
def test_every_way_out_is_closed(ask: Ask, folder: Path, name: str) -> None:
    """A clear refusal, and nothing told, written or left behind."""
    before = sorted(folder.iterdir())
    with pytest.raises(UsageError, match="sql: ") as refused:
        ask(ATTEMPTS[name])
    assert SECRET not in str(refused.value)
    assert before == sorted(folder.iterdir())
    assert [[3]] == ask("SELECT count(*) FROM events")["rows"]


@pytest.mark.parametrize(
    "name", [name for name in ATTEMPTS if name not in ("NUL", "surrogate", "deep", "sleep", "pg_sleep")]
)
def test_the_second_wall_holds_alone(reader: Connection, folder: Path, name: str) -> None:
    """Were the check of names to miss it, the locked database still reads no file, writes none, and changes nothing."""
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.iterdir())
    told = ""
    with reader.cursor() as cursor:
        try:
            told = str(cursor.execute(f"{ATTEMPTS[name]}\n;SELECT 1".replace("FOLDER", str(folder))).fetchall())
        except (duckdb.Error, OverflowError) as error:
            told = str(error)
        for end in ("ROLLBACK", "USE s"):
            try:
                cursor.execute(end)
            except duckdb.Error:
                continue
    assert SECRET not in told
    assert before == sorted((path, path.stat().st_mtime_ns) for path in folder.iterdir())
    kept = "SELECT count(*), current_setting('memory_limit') FROM s.events"
    assert (3, "244.1 MiB") == reader.execute(kept).fetchone()


def test_a_refusal_names_what_was_found_and_what_is_expected(ask: Ask) -> None:
    """A misspelt table is answered with those there are."""
    with pytest.raises(UsageError, match=r"found table 'event', expected one of .*event_list.*events"):
        ask("SELECT * FROM event")
    with pytest.raises(UsageError, match="function 'getenv', which is not allowed"):
        ask("SELECT getenv('x')")


def test_rows_beyond_the_limit_are_told(ask: Ask) -> None:
    """And exactly as many as asked for are given."""
    assert (2, True) == (len(ask("FROM events", 2)["rows"]), ask("FROM events", 2)["more"])
    assert (3, False) == (len(ask("FROM events", 3)["rows"]), ask("FROM events", 3)["more"])


def test_an_endless_answer_is_cut_short(ask: Ask) -> None:
    """Rows are made only as they are fetched."""
    assert [[0], [1]] == ask("SELECT i FROM range(1000000000000) AS r(i)", 2)["rows"]


def test_an_answer_too_large_is_refused(ask: Ask) -> None:
    """However few its rows are."""
    with pytest.raises(UsageError, match="longer than"):
        ask("SELECT repeat('x', 6000000) FROM range(2)")


VALUES = {
    "1::HUGEINT << 100": 1 << 100,
    "0.25::FLOAT": 0.25,
    "0.1::FLOAT": 0.1,
    "'nan'::DOUBLE": "nan",
    "1.50::DECIMAL(9, 2)": 1.5,
    "12345678901234567890.5::DECIMAL(38, 1)": "12345678901234567890.5",
    "DATE '2025-01-02'": "2025-01-02",
    "TIMESTAMPTZ '2025-01-02 03:04:05+00'": "2025-01-02T03:04:05+00:00",
    "TIMESTAMP '2025-01-02 03:04:05.000001'": "2025-01-02T03:04:05.000001",
    "TIME '03:04:05'": "03:04:05",
    "INTERVAL '1 day 2 hours'": "1 days 2:00:00",
    "'\\xAB\\x01'::BLOB": "\\xAB\\x01",
    "'6ccd780c-baba-1026-9564-5b8c656024db'::UUID": "6ccd780c-baba-1026-9564-5b8c656024db",
    "[NULL, 1]": [None, 1],
    "MAP {[1]: 2}": {"key": [[1]], "value": [2]},
    "'a'::ENUM('a', 'b')": "a",
    "'290000-01-01'::TIMESTAMP": "290000-01-01 00:00:00",
    "TRUE": True,
    "NULL": None,
}


@pytest.mark.parametrize("sql", VALUES)
def test_values_as_json_holds_them(ask: Ask, sql: str) -> None:
    """Exact where JSON can be, else as text; never what is no JSON."""
    found = ask(f"SELECT {sql}")["rows"][0][0]
    assert VALUES[sql] == found
    json.dumps(found, allow_nan=False)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals() | st.datetimes()
        | st.dates() | st.times() | st.timedeltas() | st.uuids() | st.binary(),
        lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.integers() | st.text(), inner),
        max_leaves=8,
    )
)  # fmt: skip
def test_any_value_becomes_json(value: object) -> None:
    """Whatever DuckDB hands to Python."""
    json.dumps(plain(value), allow_nan=False)


_WORDS = r"""
    SELECT FROM WHERE WITH AS ( ) , ; * . 'a' "b" events event_list x 1 0.5 -1 NULL = < + - || [ ] { } : :: -> ? $1
    JOIN USING ON GROUP BY ALL ORDER LIMIT OFFSET UNION EXCEPT PIVOT UNPIVOT VALUES TABLE DESCRIBE SUMMARIZE SHOW SET
    COPY ATTACH INSERT UPDATE DELETE CREATE DROP CALL PRAGMA EXPLAIN read_csv read_text('/etc/passwd') getenv query
    count(*) sum(id) now() unnest minerals list_transform lambda OVER WINDOW PARTITION RECURSIVE LATERAL CASE WHEN THEN
    END CAST INTEGER VARCHAR DATE INTERVAL EXISTS IN NOT AND OR LIKE ~ BETWEEN DISTINCT QUALIFY COLUMNS EXCLUDE REPLACE
    FILTER COLLATE AT TIME ZONE -- /* */ \\ main system temp . é 中 😀
"""
WORDS = st.sampled_from([*_WORDS.split(), "\n", " "])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.lists(WORDS, max_size=25).map(" ".join), st.text(max_size=60).map(lambda text: f"SELECT {text}")))
def test_any_text_is_answered_or_refused(ask: Ask, sql: str) -> None:
    """Words of SQL in any order, and any text at all: an answer, or a UsageError and nothing else."""
    try:
        found = ask(sql, 5)
    except UsageError:
        return
    assert {"columns", "rows", "more"} == set(found)


@pytest.mark.parametrize("node", [{"type": "NEW_NODE"}, {"class": "NEW_EXPRESSION"}, {"type": "SHOW_REF"}])
def test_what_is_new_is_refused(node: dict[str, Any]) -> None:
    """A later DuckDB's construct is not let through because nobody thought of it."""
    with pytest.raises(UsageError, match="not allowed"):
        check_query(
            {"node": [{"type": "SELECT_NODE", "child": node}]}, Allowed(tables=frozenset(), functions=frozenset())
        )


def test_the_list_of_functions_is_sound(reader: Connection) -> None:
    """What analysts need is on it; nothing is that has effects, or tells of the machine."""
    functions = find_allowed(reader).functions
    assert {
        "sum",
        "count_star",
        "lower",
        "date_trunc",
        "regexp_matches",
        "list_transform",
        "quantile_cont",
    } <= functions
    assert not {"getenv", "current_setting", "nextval", "write_log", "json_execute_serialized_sql"} & functions
    assert not {name for name in functions if name.startswith(("pg_", "duckdb_", "pragma_", "read_", "__"))}
