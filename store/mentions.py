"""What articles say, written in one transaction: mentions, stances, stories, and the events they belong to."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from orewire.model.analysis import Analysis
from orewire.model.article import Article
from store.articles import mark_changed
from store.candidates import FAR_DAYS
from store.connection import Connection, in_list, insert_rows, pack_rows, rows, table_of, text_list, transaction
from store.corrections import held_mentions
from store.fingerprints import MOST_MENTIONS, Fingerprint, make_fingerprint
from store.pairs import find_pairs
from store.refresh import refresh_events
from store.resolve import Decision, Key, resolve
from store.reviews import Decided, standing_decisions
from store.stories import find_copies, record_stories

_MENTION = {
    "article": "BIGINT", "number": "UTINYINT", "type": "VARCHAR", "status": "VARCHAR", "salience": "VARCHAR",
    "minerals": "VARCHAR[]", "countries": "VARCHAR[]", "project": "VARCHAR", "actor": "VARCHAR", "target": "VARCHAR",
    "date": "DATE", "stage": "VARCHAR", "amount": "DOUBLE", "currency": "VARCHAR", "evidence": "VARCHAR",
    "evidence_start": "INTEGER", "evidence_end": "INTEGER", "confidence": "FLOAT", "day": "DATE",
    "seen": "TIMESTAMPTZ", "source": "VARCHAR", "voice": "VARCHAR", "lang": "VARCHAR",
    "copy_group": "BIGINT", "version": "VARCHAR",
}  # fmt: skip
_STANCE = {
    "article": "BIGINT", "holder": "VARCHAR", "holder_class": "VARCHAR", "target": "VARCHAR", "polarity": "VARCHAR",
    "basis": "VARCHAR", "evidence": "VARCHAR", "evidence_start": "INTEGER", "evidence_end": "INTEGER",
    "confidence": "FLOAT", "version": "VARCHAR",
}  # fmt: skip
REMEMBERED = timedelta(days=FAR_DAYS + 35)
"""Nothing looks farther back for likeness: what is older is let go, so that the store stays small."""
Told = tuple[Article, Analysis]


@dataclass(frozen=True, slots=True)
class Recorded:
    """Ids of the events that articles made, and of those that they added to or took from."""

    new_events: tuple[int, ...] = ()
    updated_events: tuple[int, ...] = ()


def record_analyses(
    connection: Connection, told: Sequence[Told], fingerprints: Mapping[str, Fingerprint] | None = None
) -> Recorded:
    """Replace what was understood of these articles, all or none of it. Doing it again changes nothing.

    Articles are resolved in the order given. One whose text has changed meanwhile waits for its own analysis.
    `fingerprints` are those that were made already, by ids of articles, of the same text and analysis.
    """
    with transaction(connection):
        return put_analyses(connection, told, fingerprints)


def put_analyses(
    connection: Connection, told: Sequence[Told], fingerprints: Mapping[str, Fingerprint] | None = None
) -> Recorded:
    """The same, inside a transaction that the caller has begun."""
    stored = _current(connection, told)
    current = {stored[article.id]["number"]: (article, analysis) for article, analysis in told if article.id in stored}
    if not current:
        return Recorded()
    former = _forget(connection, list(current))
    relevant = {number: one for number, one in current.items() if one[1].relevant}
    copies = fingerprint(connection, relevant, fingerprints or {})
    voices = {row["number"]: row["voice"] for row in stored.values()}
    linked = _link(connection, arrive(connection, relevant, copies, voices), former)
    _write_stances(connection, relevant)
    _mark_analysed(connection, current, copies)
    mark_changed(connection, list(current))  # the analysis tells the language
    touched = list(dict.fromkeys([*(decided.event for decided in linked.values()), *(one.event for one in former)]))
    new = refresh_events(connection, touched)
    articles = {number: article for number, (article, _) in relevant.items()}
    stories = {row["number"]: row["story"] for row in stored.values()}
    record_stories(connection, articles, _main_events(relevant, linked), copies, stories)
    return Recorded(
        tuple(event for event in touched if event in new), tuple(event for event in touched if event not in new)
    )


def _current(connection: Connection, told: Sequence[Told]) -> dict[str, dict[str, Any]]:
    """The stored articles by id whose text is still the one that was understood: a revision may have come meanwhile."""
    ids = [article.id for article, _ in told]
    found = {
        row["id"]: row
        for row in rows(
            connection,
            f"SELECT id, number, content_hash, story, voice FROM articles WHERE id IN {text_list(ids)}",  # noqa: S608
        )
    }
    return {
        article.id: found[article.id]
        for article, _ in told
        if article.id in found and found[article.id]["content_hash"] == article.content_hash
    }


@dataclass(frozen=True, slots=True)
class Former:
    """A mention of a former analysis, and the events that it counted for and was resolved to."""

    article: int
    type: str
    evidence: str
    event: int
    own_event: int


def _forget(connection: Connection, numbers: Sequence[int]) -> list[Former]:
    """Take what was understood of these articles away."""
    of_these = f"WHERE article IN {in_list(numbers)}"
    found = connection.execute(
        f"SELECT article, type, evidence, event, own_event FROM mentions {of_these} ORDER BY article, number"  # noqa: S608
    ).fetchall()
    for table in ("mentions", "stances", "fingerprints"):
        connection.execute(f"DELETE FROM {table} {of_these}")  # noqa: S608 - numbers only
    return [Former(*row) for row in found]


def fingerprint(
    connection: Connection, relevant: Mapping[int, Told], made: Mapping[str, Fingerprint] | None = None
) -> dict[int, int]:
    """Store the fingerprints of the articles, of which some are `made` already; the copy group of each."""
    if not relevant:
        return {}
    articles = {number: article for number, (article, _) in relevant.items()}
    days = {number: _seen(article).date() for number, article in articles.items()}
    known = made or {}
    put_fingerprints(
        connection,
        [
            (number, article, known.get(article.id) or make_fingerprint(article, analysis))
            for number, (article, analysis) in relevant.items()
        ],
    )
    first = min(days.values())
    if first > date.min + REMEMBERED:
        connection.execute("DELETE FROM fingerprints WHERE day < $day", {"day": first - REMEMBERED})
    return find_copies(connection, articles, first, max(days.values()))


def put_fingerprints(connection: Connection, told: Iterable[tuple[int, Article, Fingerprint]]) -> None:
    """Store what tells each article apart or together, by its number."""
    columns = {
        "article": "BIGINT", "day": "DATE", "bands": "UINTEGER[]", "terms": "UINTEGER[]", "names": "UINTEGER[][]",
        "mark": "UBIGINT",
    }  # fmt: skip
    values = [
        (number, _seen(article).date(), one.bands, one.terms, one.names, secrets.randbits(64))
        for number, article, one in told
    ]
    insert_rows(connection, "fingerprints", columns, values)


def _seen(article: Article) -> datetime:
    return article.published or article.fetched


def arrive(
    connection: Connection, relevant: Mapping[int, Told], copies: Mapping[int, int], voices: Mapping[int, str]
) -> list[tuple[Any, ...]]:
    """Put the mentions into the table `arriving`, where resolution finds them."""
    values = [
        _mention_row((number, place), told, copy_group=copies[number], voice=voices[number])
        for number, told in relevant.items()
        for place in range(len(told[1].events[:MOST_MENTIONS]))
    ]
    connection.execute(
        """
        CREATE TEMP TABLE IF NOT EXISTS arriving AS
        SELECT * EXCLUDE (event, own_event, score, reason) FROM mentions LIMIT 0
        """
    )
    connection.execute("DELETE FROM arriving")
    insert_rows(connection, "arriving", _MENTION, values)
    return values


def _link(connection: Connection, values: Sequence[tuple[Any, ...]], former: Sequence[Former]) -> dict[Key, Decided]:
    """Resolve and write each of the arriving mentions."""
    if not values:
        return {}
    place = list(_MENTION).index("evidence")
    told = {_key(row): (row[0], row[2], row[place]) for row in values}
    held = _held(connection, told)
    decisions = _resolve(connection, values, _Numbers(connection, told, former, held.values()), held)
    decided = standing_decisions(connection).apply(decisions, told)
    _write_links(connection, decided)
    return decided


def _held(connection: Connection, told: Mapping[Key, tuple[int, str, str]]) -> dict[Key, int]:
    """The events of those that a person has looked at; of two in one article that are one, the first."""
    looked_at = held_mentions(connection, {article for article, _, _ in told.values()})
    held: dict[tuple[int, int], Key] = {}
    for key, one in told.items():
        if one in looked_at:
            held.setdefault((key[0], looked_at[one]), key)
    return {key: event for (_, event), key in held.items()}


def _mention_row(key: Key, told: Told, *, copy_group: int, voice: str) -> tuple[Any, ...]:
    article, analysis = told
    mention = analysis.events[key[1]]
    values = {
        "article": key[0], "number": key[1], "minerals": list(mention.minerals), "countries": list(mention.countries),
        "amount": mention.value.amount if mention.value else None,
        "currency": mention.value.currency if mention.value else None,
        "evidence": mention.evidence.text, "evidence_start": mention.evidence.start,
        "evidence_end": mention.evidence.end, "day": mention.date or _seen(article).date(), "seen": _seen(article),
        "source": article.source, "voice": voice, "copy_group": copy_group,
        "lang": analysis.lang or article.lang, "version": analysis.version,
    }  # fmt: skip
    return tuple(values[name] if name in values else getattr(mention, name) for name in _MENTION)


def _key(row: Sequence[Any]) -> Key:
    return row[0], row[1]


def _resolve(
    connection: Connection, values: Sequence[Sequence[Any]], numbers: _Numbers, held: Mapping[Key, int]
) -> dict[Key, Decision]:
    place = list(_MENTION).index("seen")
    days: list[date] = [row[place].date() for row in values]
    pairs = find_pairs(connection, min(days), max(days), likely=True)
    stored = sorted({pair.other[0] for pair in pairs})
    events = {
        (article, number): event
        for article, number, event in connection.execute(
            f"SELECT article, number, own_event FROM mentions WHERE article IN {in_list(stored)}"  # noqa: S608
        ).fetchall()
    }
    return resolve([_key(row) for row in values], pairs, events, numbers.take, held)


class _Numbers:
    """Numbers for first reports: that of the same report of a former analysis where nobody else tells of its event."""

    def __init__(
        self,
        connection: Connection,
        told: Mapping[Key, tuple[int, str, str]],
        former: Sequence[Former],
        held: Collection[int],
    ) -> None:
        self._told, self._said = told, set(told.values())
        self._fresh = iter(_new_ids(connection, len(told)))
        own = {one.own_event for one in former} - set(held)
        free = own - _still_told(connection, sorted(own)) if own else own
        self._free = [one for one in former if one.own_event in free]

    def take(self, key: Key) -> int:
        """The number of the event that a mention is the first to tell."""
        article, type_, evidence = self._told[key]
        same = [one for one in self._free if (one.article, one.type) == (article, type_)]
        changed = [one for one in same if (one.article, one.type, one.evidence) not in self._said]
        best = next((one for one in same if one.evidence == evidence), changed[0] if changed else None)
        if best is None:
            return next(self._fresh)
        self._free = [one for one in self._free if one.own_event != best.own_event]
        return best.own_event


def _still_told(connection: Connection, events: Sequence[int]) -> set[int]:
    kept = connection.execute(f"SELECT DISTINCT own_event FROM mentions WHERE event IN {in_list(events)}")  # noqa: S608
    return {event for (event,) in kept.fetchall()}


def _new_ids(connection: Connection, count: int) -> list[int]:
    found = connection.execute("SELECT nextval('event_ids') FROM range($count)", {"count": count}).fetchall()
    return [number for (number,) in found]


_LINK = {
    "article": "BIGINT", "number": "UTINYINT", "event": "BIGINT", "own_event": "BIGINT", "score": "FLOAT",
    "reason": "VARCHAR",
}  # fmt: skip


def _write_links(connection: Connection, decided: Mapping[Key, Decided]) -> None:
    """The arriving mentions with their events."""
    names = ", ".join(_MENTION)
    connection.execute(
        f"""
        INSERT INTO mentions ({names}, event, own_event, score, reason)
        SELECT {names}, event, own_event, score, reason
        FROM arriving JOIN {table_of(_LINK)} AS decided USING (article, number)
        ORDER BY article, number
        """,  # noqa: S608 - our own names
        pack_rows(_LINK, [(*key, one.event, one.own_event, one.score, one.reason) for key, one in decided.items()]),
    )


def _main_events(relevant: Mapping[int, Told], linked: Mapping[Key, Decided]) -> dict[int, list[int]]:
    """The events that each article reports as news, for its story."""
    return {
        number: [
            linked[number, place].event
            for place, mention in enumerate(analysis.events[:MOST_MENTIONS])
            if mention.salience == "main"
        ]
        for number, (_, analysis) in relevant.items()
    }


def _write_stances(connection: Connection, relevant: Mapping[int, Told]) -> None:
    insert_rows(connection, "stances", _STANCE, list(_stance_rows(relevant)))


def _stance_rows(relevant: Mapping[int, Told]) -> Iterable[tuple[Any, ...]]:
    for number, (_, analysis) in relevant.items():
        for stance in analysis.stances:
            evidence = stance.evidence
            values = {
                "article": number, "evidence": evidence.text, "evidence_start": evidence.start,
                "evidence_end": evidence.end, "version": analysis.version,
            }  # fmt: skip
            yield tuple(values[name] if name in values else getattr(stance, name) for name in _STANCE)


_OUTCOME = {
    "number": "BIGINT", "version": "VARCHAR", "relevant": "BOOLEAN", "note": "VARCHAR", "copy_group": "BIGINT",
    "lang": "VARCHAR",
}  # fmt: skip


def _mark_analysed(connection: Connection, current: Mapping[int, Told], copies: Mapping[int, int]) -> None:
    connection.execute(
        f"""
        UPDATE articles SET analysed_version = told.version, relevant = told.relevant, note = told.note,
            copy_group = told.copy_group, lang = coalesce(told.lang, articles.lang), story = NULL
        FROM {table_of(_OUTCOME)} AS told
        WHERE articles.number = told.number
        """,  # noqa: S608 - our own names
        pack_rows(
            _OUTCOME,
            [
                (number, one.version, one.relevant, one.note, copies.get(number, number), one.lang)
                for number, (_, one) in current.items()
            ],
        ),
    )
