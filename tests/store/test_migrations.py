"""Older stores brought up to date: what was gathered stays, and a migration that fails or is killed changes nothing."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from orewire.model.errors import StoreError
from store.access import SECRET_TABLES
from store.articles import add_article, unanalysed_articles
from store.check import check_store
from store.connection import Connection, known_schema, open_database, schema_version
from tests.e2e.conftest import ROOT, environment
from tests.store.conftest import NOW, article, mention, teller
from tests.store.filled import silent

ROWS = """
INSERT INTO feeds (url, name, configured, etag) VALUES ('https://example.org/feed', 'Example', TRUE, 'abc');
INSERT INTO pages (url, feed, title, state, next_try, queued_at)
VALUES ('https://example.org/q', 'https://example.org/feed', 'Waits', 'queued', now(), now());
INSERT INTO articles
    (id, url, title, text, fetched, source, content_hash, analysed_version, relevant, story, copy_group)
SELECT format('{:016x}', i * 7919 % 1000003), 'https://example.org/' || i, 'Title ' || i, 'Text ' || i,
    TIMESTAMPTZ '2025-11-14 08:00:00Z', 'Outlet', sha256(concat('Title ', i, chr(10), 'Text ', i)), '1', TRUE, 'x', 'x'
FROM range($articles) AS each(i);
INSERT INTO revisions VALUES (format('{:016x}', 0), 'Former', 'Former text', 'h', now());
INSERT INTO story_bands VALUES (1, 'h', 'x');
INSERT INTO mentions
    (id, article, event, type, status, salience, minerals, countries, evidence, confidence, version, reason)
VALUES ('m', 'x', 'e', 'protest', 'actual', 'main', [], [], 'e', 0.5, '1', 'first');
INSERT INTO stances VALUES ('x', 'h', 'community', 'mining', 'oppose', 'action', 'e', 0, 1, 0.5, '1');
INSERT INTO events (id, type, family, status, salience, minerals, countries, confidence, evidence, article_count,
    independent_sources, version)
VALUES ('e', 'protest', 'opposition', 'actual', 'main', [], [], 0.5, 'e', 1, 1, '1');
INSERT INTO files VALUES ('/f', 1, now(), format('{:016x}', 0), NULL, now());
"""


def old_store(path: Path, articles: int = 3) -> None:
    """A file as the first release left it: schema 2, with rows in every table."""
    folder = ROOT / "store" / "migrations"
    connection = duckdb.connect(str(path))
    connection.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, applied TIMESTAMPTZ DEFAULT now())")
    for number, name in enumerate(("0001_initial.sql", "0002_sources.sql"), 1):
        connection.execute((folder / name).read_text(encoding="utf-8"))
        connection.execute("INSERT INTO migrations (number) VALUES ($number)", {"number": number})
    for statement in filter(str.strip, ROWS.split(";\n")):
        connection.execute(statement, {"articles": articles} if "$articles" in statement else None)
    connection.close()


def gathered(connection: Connection) -> list[object]:
    """What no machine can make anew."""
    return [
        connection.execute(query).fetchall()
        for query in (
            "SELECT id, url, title, text, fetched, source, left(content_hash, 16) FROM articles ORDER BY id",
            "FROM revisions",
            "SELECT url, feed, title, state FROM pages",
            "SELECT url, name, etag FROM feeds",
            "SELECT path, size, article FROM files",
        )
    ]


def test_an_old_store_is_brought_up_to_date(tmp_path: Path) -> None:
    """Everything gathered is there, numbered in the order in which it was stored, and queued to be understood."""
    path = tmp_path / "s.duckdb"
    old_store(path)
    former = duckdb.connect(str(path))
    before = gathered(former)
    former.close()
    connection = open_database(path)
    assert before == gathered(connection)
    assert [(1, "Title 0"), (2, "Title 1"), (3, "Title 2")] == connection.execute(
        "SELECT number, title FROM articles ORDER BY number"
    ).fetchall()
    assert 3 == len(unanalysed_articles(connection, 10))
    assert () == check_store(connection, silent).faults
    teller(connection)(article("new"), mention())
    assert [(4,)] == connection.execute("SELECT count(DISTINCT number) FROM articles").fetchall()
    assert () == check_store(connection, silent).faults
    connection.close()


SINCE_SCHEMA_8 = ("project_changes", "queries")


def test_what_is_derived_is_there_at_once(tmp_path: Path) -> None:
    """A store of schema 6 with fingerprints keeps them, each with a mark of its own, and goes on resolving by them."""
    path = tmp_path / "s.duckdb"
    connection = open_database(path)
    for name in "abc":
        teller(connection)(article(name), mention())
    before = connection.execute("SELECT * EXCLUDE (mark) FROM fingerprints ORDER BY article").fetchall()
    connection.execute("ALTER TABLE fingerprints DROP COLUMN mark")  # as schema 6 had it
    for table in (*SINCE_SCHEMA_8, *SECRET_TABLES):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("DROP SEQUENCE token_numbers")
    connection.execute("DELETE FROM migrations WHERE number >= 8")
    connection.close()
    connection = open_database(path)
    assert before == connection.execute("SELECT * EXCLUDE (mark) FROM fingerprints ORDER BY article").fetchall()
    assert [(3,)] == connection.execute("SELECT count(DISTINCT mark) FROM fingerprints").fetchall()
    assert () == teller(connection)(article("d"), mention()).new_events
    assert () == check_store(connection, silent).faults
    connection.close()


def test_an_old_store_has_the_parts_of_a_new_one(tmp_path: Path) -> None:
    """Tables, columns in their order, keys, indexes, comments: whichever way it came."""
    old_store(tmp_path / "old.duckdb")
    shapes = []
    for name in ("old", "new"):
        connection = open_database(tmp_path / f"{name}.duckdb")
        shapes.append(
            [
                connection.execute(query).fetchall()
                for query in (
                    "SELECT table_name, column_name, column_index, data_type, column_default, is_nullable, comment"
                    " FROM duckdb_columns() WHERE NOT internal ORDER BY ALL",
                    "SELECT index_name, expressions, is_unique FROM duckdb_indexes() ORDER BY ALL",
                    "SELECT table_name, constraint_text FROM duckdb_constraints() ORDER BY ALL",
                )
            ]
        )
        connection.close()
    assert shapes[0] == shapes[1]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    """What is in its way is told; the old schema stays usable, and once it is out of the way all goes on."""
    path = tmp_path / "s.duckdb"
    old_store(path)
    former = duckdb.connect(str(path))
    former.execute("CREATE TABLE stories (mine VARCHAR)")
    before = gathered(former)
    former.close()
    with pytest.raises(StoreError, match=r"schema 2 stays as it was: it could not be brought to 3: .*stories"):
        open_database(path)
    former = duckdb.connect(str(path))
    assert (before, 2) == (gathered(former), schema_version(former))
    assert [("e", "m")] == former.execute("SELECT event, id FROM mentions").fetchall()
    former.execute("DROP TABLE stories")
    former.close()
    connection = open_database(path)
    assert before == gathered(connection)
    connection.close()


def test_a_migration_that_is_killed(tmp_path: Path) -> None:
    """kill -9 at random moments of bringing 30,000 articles up to date: an old or the new schema, with all of them."""
    path = tmp_path / "s.duckdb"
    old_store(path, 30_000)
    code = (
        "import sys; from pathlib import Path; from store.connection import open_database;"
        "print(1, flush=True); open_database(Path(sys.argv[1]))"
    )
    moments = random.Random(11)
    for _ in range(5):
        child = subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, env=environment())
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(moments.uniform(0, 0.4))
        child.kill()
        child.communicate()
        former = duckdb.connect(str(path))
        assert [(30_000,)] == former.execute("SELECT count(*) FROM articles").fetchall()
        assert schema_version(former) in range(2, known_schema() + 1)
        former.close()
    connection = open_database(path)
    assert () == check_store(connection, silent).faults
    assert "new" == add_article(connection, article("new"), NOW)
    connection.close()


def test_migrations_are_numbered_without_gaps() -> None:
    """0001, 0002 and so on, each number once."""
    names = sorted(file.name for file in (ROOT / "store" / "migrations").glob("*.sql"))
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.sql", name) for name in names)
    assert list(range(1, len(names) + 1)) == [int(name[:4]) for name in names]
