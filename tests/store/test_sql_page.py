"""docs/sql.md: its tables are those of the schema, its examples are answered, and all that can be read is explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from store.connection import Connection, open_database
from store.sandboxed import answer_query, find_allowed
from tests.store.conftest import article, mention, opposing, teller
from tests.store.write_sql_page import PAGE, page_with_tables

INNER = {"migrations", "users", "tokens", "sessions", "audit"}
"""Tables that are nobody's business: they have no comment, and cannot be read."""
EXAMPLES = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def store() -> Iterator[Connection]:
    with open_database(None) as connection:
        tell = teller(connection)
        tell(article("a"), mention(actor="The ministry"), stances=(opposing(),))
        tell(article("b"), mention(actor="The ministry"))
        tell(article("c", day=date(2025, 9, 22)), mention("permit_granted", project="Jadar", actor="Ministry of Mines"))
        yield connection


def test_the_page_lists_the_tables_that_there_are() -> None:
    """Made anew by `python -m tests.store.write_sql_page`."""
    page = PAGE.read_text(encoding="utf-8")
    assert page_with_tables(page) == page


def test_there_are_five_examples() -> None:
    """As promised."""
    assert 5 == len(EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_each_example_is_answered(store: Connection, example: str) -> None:
    """With rows, over a store with a few events."""
    assert answer_query(store, find_allowed(store), example, 10)["rows"]


def test_every_table_is_explained_or_closed(store: Connection) -> None:
    """A new table gets a comment, and can then be read, or is listed here as an inner one."""
    found = store.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND NOT internal").fetchall()
    assert INNER == {name for (name,) in found} - find_allowed(store).tables
