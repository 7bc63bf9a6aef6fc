"""Write the list of tables in docs/sql.md anew: `python -m tests.store.write_sql_page`."""

from __future__ import annotations

from pathlib import Path

from store.connection import open_database
from store.schema import describe_tables

PAGE = Path(__file__).parents[2] / "docs" / "sql.md"
_MARK = "\n### "


def page_with_tables(page: str) -> str:
    """The page, with the tables of the schema after what people wrote."""
    with open_database(None) as connection:
        return page.split(_MARK, 1)[0].rstrip("\n") + "\n\n" + describe_tables(connection)


if __name__ == "__main__":
    PAGE.write_text(page_with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
