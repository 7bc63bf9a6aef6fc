"""Who is for and who against a project, as the articles of its events report it, and how that changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orewire.model.project import Attitudes, Holder
from store.connection import Connection, in_list, rows
from store.corrections import Correction, stance_key, standing_corrections
from store.events import stance_belongs
from store.identity import name_key

_MOST_QUARTERS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Attitude:
    """One stance as one text reports it; `text` is the same for copies of it."""

    holder: str
    holder_class: str
    polarity: str
    evidence: str
    text: int
    seen: datetime


def find_attitudes(connection: Connection, events: Sequence[int], names: Collection[str]) -> list[Attitude]:
    """Stances in the articles of these events that are about the project of these names, oldest first."""
    if not events:
        return []
    keys = {name_key(name) for name in names}
    told = _told(connection, events)
    articles = in_list(sorted({row["article"] for row in told}))
    texts = {
        number: {"text": group, "seen": seen}
        for number, group, seen in connection.execute(
            f"SELECT number, copy_group, coalesce(published, fetched) FROM articles WHERE number IN {articles}"  # noqa: S608
        ).fetchall()
    }
    stances = rows(
        connection,
        f"""
        SELECT DISTINCT article, holder, holder_class, target, polarity, evidence
        FROM stances WHERE article IN {articles}
        """,  # noqa: S608 - numbers only
    )
    mentions = [{**row, **texts[row["article"]]} for row in told]
    own = [row for row in _paired(stances, mentions) if _is_about(row, keys)]
    corrected = _corrected(own, mentions, standing_corrections(connection, events))
    return list(dict.fromkeys(Attitude(**_values(row)) for row in corrected))


def _told(connection: Connection, events: Sequence[int]) -> list[dict[str, Any]]:
    """What each mention is of. Joined in one go, all stances and articles would be read."""
    return rows(
        connection,
        f"""
        SELECT DISTINCT event, article, type, project, evidence AS told
        FROM mentions WHERE event IN {in_list(events)} ORDER BY ALL
        """,  # noqa: S608 - numbers only
    )


def _paired(stances: Iterable[dict[str, Any]], mentions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each stance with each mention of its article, oldest first."""
    by_article: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for mention in mentions:
        by_article[mention["article"]].append(mention)
    found = [{**stance, **mention} for stance in stances for mention in by_article[stance["article"]]]
    return sorted(found, key=lambda row: (row["seen"], row["holder"], row["polarity"], row["evidence"], row["text"]))


def _corrected(
    own: list[dict[str, Any]], mentions: Sequence[dict[str, Any]], corrections: Mapping[int, Correction]
) -> list[dict[str, Any]]:
    """Without what a person took away from an event, with what they added, said by its first article."""
    gone = {event: one.decided_keys for event, one in corrections.items()}
    first = {row["event"]: row for row in sorted(mentions, key=lambda row: row["seen"], reverse=True)}
    added = [
        {**first[event], **stance} for event, one in corrections.items() if event in first for stance in one.own_stances
    ]
    kept = (row for row in own if stance_key(row) not in gone.get(row["event"], ()))
    return sorted([*kept, *added], key=lambda row: row["seen"])


def _values(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("holder", "holder_class", "polarity", "evidence", "text", "seen")}


def _is_about(row: dict[str, Any], keys: Collection[str]) -> bool:
    """Its target is the project, or mining in an article of a conflict over it."""
    if name_key(row["target"]) in keys:
        return True
    return stance_belongs(row, type_=row["type"], projects={row["project"]}, evidence=row["told"])


def holders_of(attitudes: Sequence[Attitude]) -> tuple[Holder, ...]:
    """Everybody with a stance once a side, those of the most texts first; the name and class they mostly have."""
    grouped: defaultdict[tuple[str, str], list[Attitude]] = defaultdict(list)
    for one in attitudes:
        grouped[name_key(one.holder), one.polarity].append(one)
    holders = [_holder(found) for found in grouped.values()]
    return tuple(sorted(holders, key=lambda one: (-one.articles, one.polarity, one.name)))


def _holder(found: Sequence[Attitude]) -> Holder:
    return Holder(
        name=_most(one.holder for one in found),
        holder_class=_most(one.holder_class for one in found),
        polarity=found[0].polarity,
        articles=len({one.text for one in found}),
        first=min(one.seen for one in found),
        last=max(one.seen for one in found),
        evidence=max(found, key=lambda one: (one.seen, one.evidence)).evidence,
    )


def _most(values: Iterable[str]) -> str:
    return min(Counter(values).items(), key=lambda item: (-item[1], item[0]))[0]


def by_quarter(attitudes: Sequence[Attitude]) -> tuple[Attitudes, ...]:
    """Holders by class in each quarter from the first to the last, also in those in which nobody spoke."""
    if not attitudes:
        return ()
    told: defaultdict[tuple[date, str], dict[str, str]] = defaultdict(dict)
    for one in attitudes:
        told[quarter_of(one.seen.date()), one.polarity].setdefault(name_key(one.holder), one.holder_class)
    starts = [start for start, _ in told]
    return tuple(
        Attitudes(
            start=start, support=_classes(told.get((start, "support"))), oppose=_classes(told.get((start, "oppose")))
        )
        for start in _quarters(min(starts), max(starts))
    )


def _classes(holders: dict[str, str] | None) -> dict[str, int]:
    return dict(sorted(Counter((holders or {}).values()).items()))


def quarter_of(day: date) -> date:
    """The first day of the quarter that a day falls in."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _quarters(first: date, last: date) -> list[date]:
    """The latest of a span that is absurdly long."""
    quarters = [last]
    while quarters[-1] > first and len(quarters) < _MOST_QUARTERS:
        before = quarters[-1]
        quarters.append(date(before.year, before.month - 3, 1) if before.month > 3 else date(before.year - 1, 10, 1))
    return quarters[::-1]
