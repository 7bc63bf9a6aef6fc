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


ORDINARY = {
    "count": ("SELECT count(*) FROM events", [[3]]),
    "from first": ("FROM event_list SELECT type ORDER BY type", [["permit_denied"], ["protest"], ["strike"]]),
    "group by all": ("SELECT status, count(*) FROM event_list GROUP BY ALL", [["actual", 3]]),
    "join": ("SELECT count(*) FROM events e JOIN mentions m ON m.event = e.id JOIN articles a ON a.number = article",
             [[3]]),
    "join using": ("SELECT e.type FROM events e JOIN event_list l USING (id) WHERE l.project = 'Jadar'", None),
    "cte": ("WITH x AS (SELECT * FROM events), y AS (FROM x) SELECT count(*) FROM x, y", [[9]]),
    "cte over a table's name": ("WITH events AS (SELECT 7 AS n) SELECT n FROM events", [[7]]),
    "recursive cte": (
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT sum(n) FROM t",
        [[15]],
    ),
    "window": ("SELECT row_number() OVER (ORDER BY id), lag(type) OVER (ORDER BY id) FROM events LIMIT 1", [[1, None]]),
    "named window": ("SELECT sum(1) OVER w FROM events WINDOW w AS (ORDER BY id) ORDER BY 1", [[1], [2], [3]]),
    "qualify": ("SELECT type FROM events QUALIFY row_number() OVER (ORDER BY id DESC) = 1", [["strike"]]),
    "unnest": ("SELECT c, count(*) FROM event_list, unnest(countries) AS u(c) GROUP BY c ORDER BY c",
               [["CL", 2], ["PE", 1], ["RS", 1]]),
    "unnest in select": ("SELECT unnest(minerals) AS m FROM event_list ORDER BY m DESC LIMIT 1", [["lithium"]]),
    "list functions": ("SELECT list_sort(minerals)[1], len(minerals) FROM event_list WHERE 'gold' IN minerals",
                       [["copper", 2]]),
    "lambda": ("SELECT list_transform([1, 2], lambda x: x * 2), [x + 1 for x in [1]]", [[[2, 4], [2]]]),
    "dates": ("SELECT date_trunc('month', date) AS m, count(*) FROM event_list GROUP BY m ORDER BY m LIMIT 1", None),
    "time bucket": ("SELECT time_bucket(INTERVAL 7 DAY, date) FROM event_list", None),
    "date parts": ("SELECT year(d), strftime(d, '%d.%m.'), extract(dow FROM d) = 1 FROM (SELECT '2025-02-03'::DATE d)",
                   [[2025, "03.02.", True]]),
    "timezones": ("SELECT (TIMESTAMPTZ '2025-01-01 00:00:00+00' AT TIME ZONE 'Asia/Tokyo')::VARCHAR",
                  [["2025-01-01 09:00:00"]]),
    "regexp": ("SELECT regexp_extract('Jadar mine', '(\\w+) mine', 1), 'abc' ~ 'b', 'Abc' ILIKE 'a%'", None),
    "quantiles": ("SELECT median(x), quantile_cont(x, 0.25), mode(x) FROM (VALUES (1), (2), (2)) AS v(x)", None),
    "grouping sets": ("SELECT type, status, count(*), grouping(type) FROM events GROUP BY CUBE (type, status)", None),
    "filter": ("SELECT count(*) FILTER (WHERE type = 'strike') FROM events", [[1]]),
    "pivot": ("PIVOT event_list ON type IN ('strike', 'protest') USING count(*) GROUP BY status", [["actual", 1, 1]]),
    "pivot in from": ("FROM (PIVOT events ON type IN ('strike') USING count(*) GROUP BY status)", [["actual", 1]]),
    "unpivot": ("UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b INTO NAME n VALUE v", [["a", 1], ["b", 2]]),
    "case": ("SELECT CASE WHEN opponents > 0 THEN 'contested' ELSE 'quiet' END FROM events ORDER BY id LIMIT 1",
             [["contested"]]),
    "subqueries": ("SELECT (SELECT max(id) FROM events) = max(id) FROM events WHERE id IN (SELECT id FROM events)",
                   [[True]]),
    "exists": ("SELECT count(*) FROM events e WHERE EXISTS (FROM mentions m WHERE m.event = e.id)", [[3]]),
    "union": ("SELECT 1 UNION ALL BY NAME SELECT 1", None),
    "asof": ("SELECT count(*) FROM events a ASOF JOIN events b ON a.date >= b.date", [[3]]),
    "lateral": ("SELECT count(*) FROM events, LATERAL (SELECT events.id + 1)", [[3]]),
    "columns": ("SELECT COLUMNS('^(type|status)$') FROM events LIMIT 1", [["permit_denied", "actual"]]),
    "exclude": ("SELECT * EXCLUDE (evidence) REPLACE (upper(type) AS type) FROM event_list LIMIT 1", None),
    "series": ("SELECT count(*) FROM generate_series(DATE '2025-01-01', DATE '2025-01-31', INTERVAL 1 DAY)", [[31]]),
    "range": ("SELECT sum(i) FROM range(10) AS r(i)", [[45]]),
    "json": ("SELECT json_extract_string('{\"a\": [1]}', '$.a[0]'), '{\"a\": 1}'::JSON -> 'a'", [["1", "1"]]),
    "json each": ("SELECT key FROM json_each('{\"a\": 1}')", [["a"]]),
    "structs": ("SELECT {'a': 1, 'b': [2]}, MAP {'k': 1}", [[{"a": 1, "b": [2]}, {"k": 1}]]),
    "describe": ("DESCRIBE events", None),
    "summarize": ("SUMMARIZE SELECT type FROM events", None),
    "now": ("SELECT now() > TIMESTAMPTZ '2020-01-01', current_date > DATE '2020-01-01', today() = current_date",
            [[True, True, True]]),
    "arg_max": ("SELECT arg_max(type, date) FROM events", [["permit_denied"]]),
    "string_agg": ("SELECT string_agg(type, ', ' ORDER BY type) FROM events", [["permit_denied, protest, strike"]]),
    "sample": ("SELECT count(*) FROM events TABLESAMPLE 100%", [[3]]),
    "random": ("SELECT random() < 2, length(uuid()::VARCHAR)", [[True, 36]]),
    "try": ("SELECT TRY(1 / 0), try_cast('x' AS INTEGER)", None),
    "distinct on": ("SELECT DISTINCT ON (status) type FROM events ORDER BY id", [["permit_denied"]]),
    "limit": ("SELECT id FROM events ORDER BY id LIMIT 1 OFFSET 1", None),
    "comment and semicolon": ("/* one */ SELECT 1; -- two", [[1]]),
    "quoted": ('SELECT "type" FROM main."events" LIMIT 1', [["permit_denied"]]),
    "collate": ("SELECT 'É' COLLATE noaccent = 'E'", [[True]]),
    "rowid": ("SELECT count(DISTINCT rowid) FROM events", [[3]]),
    "values": ("VALUES (1, 'a'), (2, 'b')", [[1, "a"], [2, "b"]]),
    "table": ("TABLE stories", None),
    "positional": ("SELECT type AS t FROM events ORDER BY #1 LIMIT 1", [["permit_denied"]]),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDINARY)
def test_what_analysts_ask_is_answered(ask: Ask, name: str) -> None:
    """All that is usual in DuckDB's SQL, over tables, views and values."""
    sql, expected = ORDINARY[name]
    found = ask(sql)
    assert found["columns"]
    assert expected is None or expected == found["rows"]


ATTEMPTS = {
    # files
    "read_csv": "SELECT * FROM read_csv('FOLDER/secret.csv')",
    "read_csv_auto": "SELECT * FROM read_csv_auto('FOLDER/secret.csv')",
    "read_json": "SELECT * FROM read_json('FOLDER/secret.json')",
    "read_parquet": "SELECT * FROM read_parquet('FOLDER/secret.parquet')",
    "parquet_scan": "SELECT * FROM parquet_scan('FOLDER/secret.parquet')",
    "parquet_metadata": "SELECT * FROM parquet_metadata('FOLDER/secret.parquet')",
    "read_text": "SELECT * FROM read_text('FOLDER/secret.txt')",
    "read_blob": "SELECT * FROM read_blob('FOLDER/secret.txt')",
    "read_duckdb": "SELECT * FROM read_duckdb('FOLDER/s.duckdb')",
    "glob": "SELECT * FROM glob('FOLDER/*')",
    "sniff_csv": "FROM sniff_csv('FOLDER/secret.csv')",
    "file as a table": "SELECT * FROM 'FOLDER/secret.csv'",
    "file as an identifier": 'SELECT * FROM "FOLDER/secret.parquet"',
    "file as a part": "WITH \"FOLDER/secret.csv\" AS (SELECT 1) SELECT (SELECT a FROM 'FOLDER/secret.csv')",
    "file in a scalar subquery": "SELECT (SELECT a FROM 'FOLDER/secret.csv')",
    "file in a filter": "SELECT 1 FROM events WHERE EXISTS (FROM 'FOLDER/secret.csv')",
    "file in order by": "SELECT 1 FROM events ORDER BY (SELECT a FROM read_text('FOLDER/secret.txt'))",
    "file in a lambda": "SELECT list_transform([1], lambda x: (SELECT content FROM read_text('FOLDER/secret.txt')))",
    "file in a limit": "SELECT 1 LIMIT (SELECT size FROM read_text('FOLDER/secret.txt'))",
    "file in a frame": "SELECT sum(1) OVER (ORDER BY id ROWS (SELECT size FROM read_text('/etc/passwd')) PRECEDING) "
                       "FROM events",
    "file in a pivot": "PIVOT 'FOLDER/secret.csv' ON a IN ('x') USING count(*)",
    "file described": "DESCRIBE 'FOLDER/secret.csv'",
    "file summarised": "SUMMARIZE 'FOLDER/secret.csv'",
    "file in a union": "SELECT '' UNION ALL SELECT content FROM read_text('FOLDER/secret.txt')",
    "file in values": "VALUES ((SELECT content FROM read_text('FOLDER/secret.txt')))",
    "file by name of a function": 'SELECT * FROM "read_text"(\'FOLDER/secret.txt\')',
    "file by schema": "SELECT * FROM main.read_text('FOLDER/secret.txt')",
    "file by catalog": "SELECT * FROM system.main.read_text('FOLDER/secret.txt')",
    "file by upper case": "SELECT * FROM READ_TEXT('FOLDER/secret.txt')",
    "file behind comments": "SELECT * FROM read_text/**/('FOLDER/secret.txt')",
    # network and extensions
    "http": "SELECT * FROM 'https://example.org/a.csv'",
    "s3": "SELECT * FROM read_parquet('s3://bucket/a.parquet')",
    "install": "INSTALL httpfs",
    "load": "LOAD httpfs",
    "force install": "FORCE INSTALL spatial FROM community",
    "update extensions": "UPDATE EXTENSIONS",
    # other catalogs
    "attach": "ATTACH 'FOLDER/other.duckdb' AS other",
    "attach memory": "ATTACH ':memory:' AS m",
    "detach": "DETACH s",
    "use": "USE temp",
    "other catalog": "SELECT * FROM temp.main.events",
    "system catalog": "SELECT * FROM system.main.duckdb_settings",
    "information_schema": "SELECT * FROM information_schema.tables",
    "sqlite_master": "SELECT * FROM sqlite_master",
    "pg_catalog": "SELECT * FROM pg_catalog.pg_class",
    "pg view": "SELECT * FROM pg_tables",
    "internal view as a part": "WITH a AS (WITH sqlite_master AS (SELECT 1) SELECT 1) SELECT * FROM sqlite_master",
    "internal view behind a part": "SELECT (WITH duckdb_tables AS (SELECT 1) SELECT 1), sql FROM duckdb_tables",
    "unexplained table": "SELECT * FROM migrations",
    # settings and insides
    "set": "SET memory_limit = '10GB'",
    "set global": "SET GLOBAL enable_external_access = TRUE",
    "reset": "RESET threads",
    "pragma": "PRAGMA database_list",
    "pragma with value": "PRAGMA enable_profiling",
    "call": "CALL pragma_version()",
    "current_setting": "SELECT current_setting('home_directory')",
    "getenv": "SELECT getenv('HOME')",
    "getvariable": "SELECT getvariable('x')",
    "set variable": "SET VARIABLE x = 1",
    "duckdb_settings": "SELECT * FROM duckdb_settings()",
    "duckdb_databases": "SELECT path FROM duckdb_databases()",
    "duckdb_memory": "SELECT * FROM duckdb_memory()",
    "duckdb_secrets": "SELECT * FROM duckdb_secrets()",
    "duckdb_logs": "SELECT * FROM duckdb_logs",
    "duckdb_functions": "SELECT * FROM duckdb_functions()",
    "pragma function": "SELECT * FROM pragma_database_size()",
    "storage info": "SELECT * FROM pragma_storage_info('events')",
    "show tables": "SHOW TABLES",
    "show all tables": "SHOW ALL TABLES",
    "show databases": "FROM (SHOW DATABASES)",
    "version": "SELECT version()",
    "current_database": "SELECT current_database()",
    "current_query": "SELECT current_query()",
    "view definition": "SELECT pg_get_viewdef(1)",
    # writes and side effects
    "insert": "INSERT INTO events SELECT * FROM events",
    "update": "UPDATE events SET type = 'x'",
    "delete": "DELETE FROM events",
    "delete returning": "DELETE FROM events RETURNING *",
    "truncate": "TRUNCATE events",
    "merge": "MERGE INTO events USING events AS e ON FALSE WHEN NOT MATCHED THEN INSERT",
    "create": "CREATE TABLE x (a INTEGER)",
    "create as": "CREATE TEMP TABLE x AS SELECT 1",
    "create view": "CREATE VIEW x AS SELECT 1",
    "create macro": "CREATE MACRO x() AS 1",
    "create type": "CREATE TYPE x AS ENUM ('a')",
    "create secret": "CREATE SECRET (TYPE http)",
    "create schema": "CREATE SCHEMA x",
    "drop": "DROP TABLE events",
    "alter": "ALTER TABLE events ADD COLUMN x INTEGER",
    "comment": "COMMENT ON TABLE migrations IS 'now it can be read'",
    "index": "CREATE INDEX x ON events (type)",
    "copy out": "COPY events TO 'FOLDER/out.csv'",
    "copy a query": "COPY (SELECT 1) TO 'FOLDER/out.parquet'",
    "copy in": "COPY events FROM 'FOLDER/secret.csv'",
    "copy database": "COPY FROM DATABASE s TO other",
    "export": "EXPORT DATABASE 'FOLDER/out'",
    "import": "IMPORT DATABASE 'FOLDER/out'",
    "checkpoint": "CHECKPOINT",
    "checkpoint function": "SELECT * FROM checkpoint()",
    "force checkpoint": "SELECT * FROM force_checkpoint()",
    "vacuum": "VACUUM",
    "analyze": "ANALYZE",
    "nextval": "SELECT nextval('event_ids')",
    "currval": "SELECT currval('event_ids')",
    "setseed": "SELECT setseed(0.5)",
    "write_log": "SELECT write_log('x')",
    "enable_logging": "SELECT * FROM enable_logging()",
    "sleep": "SELECT sleep_ms(100000)",
    "pg_sleep": "SELECT pg_sleep(100)",
    "select into": "SELECT 1 INTO x",
    "write in a part": "WITH x AS (INSERT INTO events SELECT * FROM events RETURNING *) SELECT * FROM x",
    # queries in queries
    "query": "SELECT * FROM query('SELECT 1')",
    "query_table": "SELECT * FROM query_table('migrations')",
    "query_table of a list": "SELECT * FROM query_table(['migrations'], FALSE)",
    "serialized": "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "serialize": "SELECT json_serialize_sql('SELECT 1')",
    "plan": "SELECT json_serialize_plan('SELECT 1')",
    "prepare": "PREPARE x AS SELECT 1",
    "execute": "EXECUTE x",
    "deallocate": "DEALLOCATE x",
    "parameter": "SELECT $1",
    "explain": "EXPLAIN SELECT 1",
    "explain analyze": "EXPLAIN ANALYZE SELECT * FROM read_text('FOLDER/secret.txt')",
    "pivot without values": "PIVOT events ON type USING count(*)",
    "two statements": "SELECT 1; SELECT 2",
    "second statement": "SELECT 1; DROP TABLE events",
    "nothing": "",
    "only a comment": "-- SELECT 1",
    "begin": "BEGIN; SELECT 1",
    "commit": "COMMIT",
    "rollback": "ROLLBACK",
    "python scan": "SELECT * FROM python_map_function()",
    "pandas scan": "SELECT * FROM pandas_scan(1)",
    "arrow scan": "SELECT * FROM arrow_scan(1, 2, 3)",
    "variable of python": "SELECT * FROM ATTEMPTS",
    "seq_scan": "SELECT * FROM seq_scan()",
    "repeat_row": "SELECT * FROM repeat_row(1, num_rows := 10)",
    "test types": "SELECT * FROM test_all_types()",
    "internal function": "SELECT __internal_decompress_string(1::UTINYINT)",
    "time travel": "SELECT * FROM events AT (VERSION => 1)",
    "NUL": "SELECT 1 \0; SELECT 2",
    "surrogate": "SELECT '\ud800'",
    "deep": "SELECT " + "[" * 900 + "1" + "]" * 900,
    "deeper": "SELECT " + "(" * 20_000 + "1" + ")" * 20_000,
    "long": "SELECT 1 -- " + "x" * 200_000,
    "unfinished": "SELECT 'a",
    "unknown column": "SELECT nothing FROM events",
    "wrong type": "SELECT 'a'::INTEGER",
    "error": "SELECT error('x')",
    "huge interval": "SELECT INTERVAL '100000000 years'",
}  # fmt: skip


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
