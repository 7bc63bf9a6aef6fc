"""The sentence that shows an event best: it is stored with the mention, and found by the event's number."""

from __future__ import annotations

from collections.abc import Iterable

from store.connection import Connection, in_list


def find_evidence(connection: Connection, events: Iterable[int]) -> dict[int, str]:
    """The evidence of each of these events, by two indexes; those that are not there are left out."""
    wanted = sorted(set(events))
    if not wanted:
        return {}
    ids = in_list(wanted)
    best = connection.execute(
        f"SELECT id, evidence_article, evidence_number FROM events WHERE id IN {ids}"  # noqa: S608 - numbers only
    ).fetchall()
    told = connection.execute(
        f"SELECT event, article, number, evidence FROM mentions WHERE event IN {ids}"  # noqa: S608 - numbers only
    ).fetchall()
    evidence = {(event, article, number): said for event, article, number, said in told}
    return {row[0]: evidence[row] for row in best if row in evidence}


def reports_of(connection: Connection, event: int, *, mentions: str, articles: str) -> str:
    """These columns of an event's mentions, joined with these of their articles, as a table of a query.

    Both are found by their indexes first: joined in one go, DuckDB would look through all of one or the other.
    """
    is_told = f"event = {int(event)}"
    found = connection.execute(f"SELECT DISTINCT article FROM mentions WHERE {is_told}").fetchall()  # noqa: S608
    numbers = in_list([article for (article,) in found])
    return f"""
        (
            WITH told AS MATERIALIZED (SELECT article, {mentions} FROM mentions WHERE {is_told}),
                sources AS MATERIALIZED (SELECT number AS article, {articles} FROM articles WHERE number IN {numbers})
            SELECT * FROM told JOIN sources USING (article)
        )
    """  # noqa: S608 - our own words and numbers
