"""The open database behind a LocalStore: a cursor for each question, and another connection when this one is broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orewire.model.errors import StoreError
from store.connection import Connection, open_database, store_errors


class Cursors:
    """Hands out cursors, whose errors over disk, memory and file are StoreErrors."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def cursor(self) -> Iterator[Connection]:
        """For one question, from any thread."""
        with store_errors(), self._connection.cursor() as cursor:
            yield cursor

    def is_sound(self) -> bool:
        """Whether it still answers: after a failed checkpoint DuckDB does not, until the file is opened again."""
        try:
            with self.cursor() as cursor:
                cursor.execute("SELECT 1")
        except StoreError:
            return False
        return True

    def reopen(self, path: Path) -> Connection:
        """Let go of the file and open it again. StoreError as of `open_database`; then nothing is open."""
        self.close()
        self._connection = open_database(path)
        return self._connection

    def close(self) -> None:
        """Write everything out and let go of the file."""
        self._connection.close()
