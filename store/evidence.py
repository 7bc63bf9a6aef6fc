"""The sentence that shows an event best: it is stored with the mention, and found by the event's number."""

from __future__ import annotations

from collections.abc import Iterable

from store.connection import Connection, in_list


def find_evidence(connection: Connection, events: Iterable[int]) -> dict[int, str]:
    """The evidence of each of these events, by two indexes; those that are not there are left out."""
    ids = in_list(sorted(set(events)))
    best = connection.execute(
        f"SELECT id, evidence_article, evidence_number FROM events WHERE id IN {ids}"  # noqa: S608 - numbers only
    ).fetchall()
    told = connection.execute(
        f"SELECT event, article, number, evidence FROM mentions WHERE event IN {ids}"  # noqa: S608 - numbers only
    ).fetchall()
    evidence = {(event, article, number): said for event, article, number, said in told}
    return {row[0]: evidence[row] for row in best if row in evidence}
