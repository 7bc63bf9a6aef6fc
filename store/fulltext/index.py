"""The door to tantivy: the full-text index beside the database. It is derived, can be lost at any time, and is never
the truth: what is found in it is looked up in the database.

Each change to an article leaves a mark in the table `unindexed`, in the transaction of the change. Taking in means:
read marks, index their articles, commit the index, take those marks away. Killed in between, the articles are indexed
again in place of themselves. A token in the database and beside the index tells whether the two belong together.
"""

from __future__ import annotations

import json
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import tantivy
from tantivy.tantivy import __version__ as tantivy_version

from orewire.model.errors import StoreError
from store.connection import Connection, in_list, transaction
from store.filters import clean
from store.fulltext.compile import compile_query, positive_words
from store.fulltext.query import Words, parse_query
from store.fulltext.spelling import OTHER, SERBIAN, UNSPACED, group_of, respell
from store.fulltext.words import analyzer, make_schema, stems

T = TypeVar("T")
Ranked = list[tuple[int, float | None]]
"""Numbers of articles with their scores."""

SCHEMA = 1
"""To be counted up with every change to what is indexed or how: indexes of another number are built anew."""

_ABOUT = "orewire.json"
_COMMIT = 20_000
"""Articles between two commits: half a minute's work at most is done again after a crash."""
_BATCH = 500
"""Articles whose texts are held in memory together."""
_HEAP = 64_000_000


class IndexBroken(StoreError):
    """The index is damaged: `FullText.retry` builds it anew."""


class FullText:
    """The index of one database: in a folder beside its file, or in memory with it.

    One process writes it, the one that has the database open; any of its threads may ask. `note` is told why the index
    is built anew.
    """

    def __init__(self, connection: Connection, *, note: Callable[[str], None] | None = None) -> None:
        found = connection.execute(
            "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
        ).fetchone()
        self._folder = Path(f"{found[0]}.index") if found and found[0] else None
        self._note = note or (lambda _: None)
        self._lock = threading.RLock()
        self._index: tantivy.Index | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._is_closing = False

    def catch_up(self, connection: Connection) -> int:
        """Take in what changed since the last time; how many articles. Costs half a millisecond where nothing did.

        `connection` is the asker's own, outside a transaction. Raises StoreError where the index cannot be written.
        """
        return self.retry(connection, lambda: self._catch_up(connection))

    def ask(self, connection: Connection, text: str, *, is_current: bool = False) -> Asked:
        """A query over the index as it is now, all changes taken in; UsageError where it cannot be understood.

        `is_current`: who asks a hundred times in a row knows that nothing has changed since the first.
        """
        node = parse_query(clean(text))
        with self._lock:
            if not is_current:
                self._catch_up(connection)
            index = self._open(connection)
        with _door():
            query = compile_query(node, index.schema, text)
            return Asked(index.searcher(), index.schema, query, positive_words(node))

    def retry(self, connection: Connection, work: Callable[[], T]) -> T:
        """Do the work; once more, with an index that was built anew, where it proves damaged."""
        with self._lock:
            before = self._open(connection)
        try:
            return work()
        except IndexBroken as error:
            with self._lock:
                if self._index is before:  # else another thread has done it
                    self._build(connection, str(error))
            return work()

    def rebuild(self, connection: Connection) -> int:
        """Build the index anew from the database; how many articles it holds."""
        with self._lock:
            self._build(connection, "asked for")
            return self._catch_up(connection)

    def close(self) -> None:
        """Let merges end and go of the files; a thread that is taking in stops after its batch."""
        self._is_closing = True
        with self._lock:
            self._drop()

    def _catch_up(self, connection: Connection) -> int:
        count = 0
        with self._lock:
            index = self._open(connection)
            while marks := connection.execute(
                "SELECT mark, article FROM unindexed ORDER BY mark LIMIT $most", {"most": _COMMIT}
            ).fetchall():
                count += self._take_in(connection, index, list(dict.fromkeys(article for _, article in marks)))
                self._take_away(connection, [mark for mark, _ in marks])
        return count

    def _take_in(self, connection: Connection, index: tantivy.Index, numbers: Sequence[int]) -> int:
        """Index these articles in place of what the index has of them; those that are gone are gone here, too."""
        token = uuid.uuid4().hex
        connection.execute("UPDATE fulltext_state SET next_token = $token", {"token": token})
        with _door():
            self._write_about(token)
            self._writer = self._writer or index.writer(_HEAP, 1)
            try:
                self._write(connection, index, self._writer, numbers)
            except BaseException:
                self._writer = None  # with all that was not committed
                raise
            index.reload()
        return len(numbers)

    def _write(
        self, connection: Connection, index: tantivy.Index, writer: tantivy.IndexWriter, numbers: Sequence[int]
    ) -> None:
        is_empty = index.searcher().num_docs == 0
        for start in range(0, len(numbers), _BATCH):
            if self._is_closing:
                raise StoreError("full text: the store is being closed")
            batch = numbers[start : start + _BATCH]
            if not is_empty:
                writer.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, "number", list(batch)))
            for document in _documents(connection, batch):
                writer.add_document(document)
        writer.commit()

    def _take_away(self, connection: Connection, marks: Sequence[int]) -> None:
        with transaction(connection):
            connection.execute(f"DELETE FROM unindexed WHERE mark IN {in_list(marks)}")  # noqa: S608 - numbers only
            connection.execute("UPDATE fulltext_state SET token = next_token, next_token = NULL")

    def _open(self, connection: Connection) -> tantivy.Index:
        if self._index is None:
            tokens = connection.execute("SELECT token, next_token FROM fulltext_state").fetchone() or ()
            try:
                self._index = _open_index(self._folder, tokens)
                _check_whole(connection, self._index)
            except IndexBroken as error:
                self._build(connection, str(error))
        assert self._index is not None
        return self._index

    def _build(self, connection: Connection, why: str) -> None:
        """Begin an empty index, and mark every article: catching up does the rest, however often it is killed."""
        self._drop()
        (former, count) = connection.execute(
            "SELECT token, (SELECT count(*) FROM articles) FROM fulltext_state"
        ).fetchone() or (None, 0)
        if self._folder and (former or count > _COMMIT):
            self._note(f"building the full-text index of {count} articles: {why}")
        token = uuid.uuid4().hex
        with _door():
            index = _new_index(self._folder)
        with transaction(connection):
            connection.execute("DELETE FROM unindexed")
            connection.execute(
                "INSERT INTO unindexed SELECT nextval('unindexed_marks'), number FROM articles ORDER BY number"
            )
            connection.execute("UPDATE fulltext_state SET token = $token, next_token = NULL", {"token": token})
        with _door():
            self._write_about(token)
        self._index = index

    def _drop(self) -> None:
        writer, self._writer, self._index = self._writer, None, None
        if writer is not None:
            try:
                with _door():
                    writer.wait_merging_threads()
            except IndexBroken:
                return  # what was committed is on the disk; what was not is marked

    def _write_about(self, token: str) -> None:
        if self._folder is None:
            return
        temporary = self._folder / f"{_ABOUT}.new"
        about = {"schema": SCHEMA, "tantivy": tantivy_version, "token": token}
        temporary.write_text(json.dumps(about), encoding="utf-8")
        temporary.replace(self._folder / _ABOUT)


class Asked:
    """A query over one state of the index, whatever is written meanwhile. `words` are those it looks for."""

    def __init__(
        self, searcher: tantivy.Searcher, schema: tantivy.Schema, query: tantivy.Query, words: Sequence[Words]
    ) -> None:
        self._searcher, self._schema, self._query, self.words = searcher, schema, query, words

    def among(self, numbers: Sequence[int]) -> Asked:
        """The same of these articles only."""
        with _door():
            these = tantivy.Query.term_set_query(self._schema, "number", list(numbers))
            these = tantivy.Query.const_score_query(these, 0)
            must = tantivy.Occur.Must
            query = tantivy.Query.boolean_query([(must, self._query), (must, these)])
        return Asked(self._searcher, self._schema, query, self.words)

    def numbers(self) -> list[int]:
        """The numbers of all articles that match, in no order."""
        found, _ = self._search(None, order_by="number")
        return [number for number, _ in found]

    def best(self, most: int | None, *, offset: int = 0, by_date: bool = False) -> tuple[Ranked, int]:
        """Numbers and scores of the likest, or the newest (None: of all), and how many match."""
        hits, count = self._search(most, offset=offset, order_by="seen" if by_date else None)
        with _door():
            numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        scores = [None if by_date else round(score, 3) for score, _ in hits]
        return [(int(number or 0), score) for number, score in zip(numbers, scores, strict=True)], count

    def _search(
        self, most: int | None, *, offset: int = 0, order_by: str | None = None
    ) -> tuple[list[tuple[Any, tantivy.DocAddress]], int]:
        """Hits with what they are ordered by, and how many match."""
        room = max(0, self._searcher.num_docs - offset)
        limit = room if most is None else min(most, room)
        # Tantivy sets memory aside for all that is left out: of more than there is, it ends the process.
        skipped = offset if limit else 0
        with _door():
            found = self._searcher.search(self._query, max(limit, 1), offset=skipped, order_by_field=order_by)
            return found.hits[:limit], found.count  # type: ignore[attr-defined]  # its stub forgets it


@contextmanager
def _door() -> Iterator[None]:
    """Errors of tantivy as ours; a panic of it is no Exception, and must not end the process."""
    try:
        yield
    except (ValueError, OSError, RuntimeError) as error:
        told = f"full text: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
        if any(word in told for word in ("LockBusy", "No space left", "ermission denied")):
            raise StoreError(told) from error
        raise IndexBroken(told) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise IndexBroken("full text: tantivy gave up") from error


def _new_index(folder: Path | None) -> tantivy.Index:
    if folder is None:
        return _prepared(tantivy.Index(make_schema()))
    if not folder.is_dir():
        folder.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _ABOUT).unlink(missing_ok=True)  # first: half of an index must not pass for one
    for child in folder.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()
    return _prepared(tantivy.Index(make_schema(), str(folder)))


def _open_index(folder: Path | None, tokens: Sequence[str | None]) -> tantivy.Index:
    """The index as it is; IndexBroken where it is none, of another schema, or of another state of the database."""
    if folder is None:
        raise IndexBroken("in memory")
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        token = about["token"]
        is_ours = (about["schema"], about["tantivy"]) == (SCHEMA, tantivy_version)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexBroken("there is none yet, or it was lost") from error
    if not is_ours:
        raise IndexBroken("it was made by another version")
    if token is None or token not in tokens:
        raise IndexBroken("it belongs to another state of the database")
    with _door():
        if not tantivy.Index.exists(str(folder)):
            raise IndexBroken("its files were lost")
        return _prepared(tantivy.Index(make_schema(), str(folder)))


def _check_whole(connection: Connection, index: tantivy.Index) -> None:
    (waiting, stored) = connection.execute(
        "SELECT (SELECT count(*) FROM unindexed), (SELECT count(*) FROM articles)"
    ).fetchone() or (0, 0)
    with _door():
        if not waiting and index.searcher().num_docs != stored:
            raise IndexBroken(f"it holds {index.searcher().num_docs} of {stored} articles")


def _prepared(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer(OTHER, analyzer(OTHER))
    index.config_reader("manual")
    return index


def _documents(connection: Connection, numbers: Sequence[int]) -> Iterator[tantivy.Document]:
    found = connection.execute(
        f"""
        SELECT number, lang, title, text, source, epoch(coalesce(published, fetched))::BIGINT
        FROM articles WHERE number BETWEEN {min(numbers)} AND {max(numbers)} AND number IN {in_list(numbers)}
        """  # noqa: S608 - numbers only
    )
    for number, lang, title, text, source, seen in found.fetchall():
        document = tantivy.Document()
        document.add_unsigned("number", number)
        document.add_integer("seen", seen)
        document.add_text("lang", (lang or "").lower())
        document.add_text("source", stems(respell(source, SERBIAN), OTHER))
        _add_texts(document, group_of(lang, text or title), title, text)
        yield document


def _add_texts(document: tantivy.Document, group: str, title: str, text: str) -> None:
    document.add_text("group", group)
    for field, written in (("title", title), ("text", text)):
        spelled = respell(written, group)
        document.add_text(field, stems(spelled, group))
        plain = stems(spelled, group) if group == UNSPACED else spelled
        document.add_text("words", plain)
        if field == "title":
            document.add_text("title_words", plain)
