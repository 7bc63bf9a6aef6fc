"""What people corrected, as labelled articles: the corrected state of each article that they looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from orewire.model.review import STANCE_FIELDS
from store.connection import Connection, in_list, rows
from store.corrections import UNTOUCHED, Correction, stance_key, standing_corrections

_EVENT = (
    "type", "status", "salience", "minerals", "countries", "project", "actor", "target", "date", "stage",
)  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Told:
    """An article, and what was understood of it."""

    article: Row
    mentions: Sequence[Row]
    stances: Sequence[Row]


def find_labels(connection: Connection) -> list[dict[str, Any]]:
    """An entry for each article that tells of an event which somebody accepted, rejected or edited; as labelled data.

    `partial` where some of the article's news was not looked at. Each event tells whether it was (`reviewed`);
    `rejected` are type and evidence of what there is not.
    """
    corrections = standing_corrections(connection)
    numbers = connection.execute(
        f"SELECT DISTINCT article FROM mentions WHERE event IN {in_list(sorted(corrections))} ORDER BY article"  # noqa: S608
    ).fetchall()
    return [_label(told, corrections) for told in _read(connection, [number for (number,) in numbers])]


def _read(connection: Connection, numbers: Sequence[int]) -> list[_Told]:
    of_these = in_list(numbers)
    articles = rows(
        connection,
        f"""
        SELECT number, id, title, text, coalesce(published, fetched)::DATE AS date, url, lang, source, relevant
        FROM articles WHERE number IN {of_these} ORDER BY number
        """,  # noqa: S608 - numbers only
    )
    mentions, stances = (
        rows(connection, f"SELECT * FROM {table} WHERE article IN {of_these} ORDER BY article, {order}")  # noqa: S608
        for table, order in (("mentions", "number"), ("stances", "evidence_start NULLS FIRST, holder, polarity"))
    )
    told, said = _by_article(mentions), _by_article(stances)
    return [_Told(one, told[one["number"]], said[one["number"]]) for one in articles]


def _by_article(found: Sequence[Row]) -> defaultdict[int, list[Row]]:
    grouped: defaultdict[int, list[Row]] = defaultdict(list)
    for row in found:
        grouped[row["article"]].append(row)
    return grouped


def _label(told: _Told, corrections: Mapping[int, Correction]) -> dict[str, Any]:
    article, judged = told.article, [(one, corrections.get(one["event"], UNTOUCHED)) for one in told.mentions]
    events = [_event(one, correction) for one, correction in judged if not correction.is_rejected]
    partial = any(correction.state is None and one["salience"] == "main" for one, correction in judged)
    return {
        **{name: article[name] for name in ("id", "title", "text")},
        "date": article["date"].isoformat(),
        **{name: article[name] for name in ("url", "lang")},
        "relevant": bool(events),
        **{name: _all(event[name] for event in events) for name in ("minerals", "countries")},
        "events": events,
        "stances": _stances(told, judged),
        "note": None,
        "source": article["source"],
        "licence": None,
        "partial": partial,
        "rejected": [
            {"type": one["type"], "evidence": one["evidence"]}
            for one, correction in judged
            if correction.is_rejected or correction.fields.get("type", one["type"]) != one["type"]
        ],
    }


def _all(values: Any) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(values)))


def _event(mention: Row, correction: Correction) -> dict[str, Any]:
    values = {name: correction.fields.get(name, mention[name]) for name in _EVENT}
    return {
        **values,
        **{name: list(values[name]) for name in ("minerals", "countries")},
        "date": values["date"].isoformat() if values["date"] else None,
        **_evidence(mention),
        "reviewed": correction.state is not None,
    }


def _evidence(row: Row) -> dict[str, Any]:
    return {"evidence": row["evidence"], "start": row["evidence_start"], "end": row["evidence_end"]}


def _stances(told: _Told, judged: Sequence[tuple[Row, Correction]]) -> list[dict[str, Any]]:
    """Those of the article, without what was taken from its events, with what was added and stands in its text."""
    removed = {key for _, one in judged for key in one.decided_keys}
    rejected = [mention for mention, one in judged if one.is_rejected]
    kept = [
        {**{name: stance[name] for name in STANCE_FIELDS}, **_evidence(stance)}
        for stance in told.stances
        if stance_key(stance) not in removed and not any(stance["evidence"] == one["evidence"] for one in rejected)
    ]
    added = {key: said for _, one in judged if not one.is_rejected for key, said in one.added.items()}
    return kept + [found for said in added.values() for stance in said if (found := _placed(stance, told.article))]


def _placed(stance: Mapping[str, Any], article: Row) -> dict[str, Any] | None:
    """Where the evidence stands in the article; None where it does not."""
    start = article["text"].find(stance["evidence"])
    if start < 0 and stance["evidence"] not in article["title"]:
        return None
    place = (start, start + len(stance["evidence"])) if start >= 0 else (None, None)
    return {**stance, **dict(zip(("start", "end"), place, strict=True))}
