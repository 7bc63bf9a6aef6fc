"""Labelled groups, reports of which it is known which tell of the same event, and how well they are found again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from orewire.model.analysis import Analysis, Evidence, Mention
from orewire.model.article import Article, article_id
from orewire.model.errors import UsageError
from store.articles import put_article
from store.connection import Connection, open_database, transaction
from store.mentions import record_analyses

_PLAIN = ("type", "status", "salience", "project", "actor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A report with the events that it tells of; `groups` names the real event of each of its mentions."""

    article: Article
    analysis: Analysis
    groups: tuple[str, ...]
    cluster: str

    @property
    def held_out(self) -> bool:
        """Whether its cluster is never learned from, but only measured with: every third, chosen by its name."""
        return hashlib.sha256(self.cluster.encode()).digest()[0] % 3 == 0


def read_groups(paths: Iterable[Path]) -> list[Labelled]:
    """All reports of these files of JSON Lines, in the order of the news.

    Each line has `id`, `title`, `text`, `date`, `lang`, `source`, and `events`: entries as in labelled articles, with
    `group`, a name for the real event; one without is told nowhere else. UsageError names a line that is wrong.
    """
    found = [one for path in paths for one in _read(path)]
    return sorted(found, key=lambda one: (one.article.fetched, one.article.id))


def in_one_season(reports: Sequence[Labelled]) -> list[Labelled]:
    """The same reports, each cluster moved in time so that all begin in one month, as dense as the news of a season."""
    first: dict[str, datetime] = {}
    for one in reports:
        first[one.cluster] = min(first.get(one.cluster, one.article.fetched), one.article.fetched)
    start = min(first.values())
    moved = [_moved(one, start - first[one.cluster] + _within_a_month(one.cluster)) for one in reports]
    return sorted(moved, key=lambda one: (one.article.fetched, one.article.id))


def _within_a_month(cluster: str) -> timedelta:
    return timedelta(days=hashlib.sha256(cluster.encode()).digest()[1] % 30)


def _moved(report: Labelled, by: timedelta) -> Labelled:
    when = report.article.fetched + by
    events = tuple(
        replace(mention, date=mention.date + by if mention.date else None) for mention in report.analysis.events
    )
    return replace(
        report,
        article=replace(report.article, published=when, fetched=when),
        analysis=replace(report.analysis, events=events),
    )


def _read(path: Path) -> Iterator[Labelled]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                if line.strip():
                    yield _labelled(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise UsageError(f"{path}:{number}: found {error!r}, expected a labelled report") from error


def _labelled(record: Mapping[str, Any]) -> Labelled:
    day = date.fromisoformat(record["date"])
    published = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    article = Article(
        id=article_id(record["id"]),
        url=None,
        title=record["title"],
        text=record["text"],
        lang=record["lang"],
        published=published,
        fetched=published,
        source=record.get("source", record["id"]),
    )
    events = tuple(_mention(event, record["text"]) for event in record["events"])
    analysis = Analysis(id=article.id, lang=record["lang"], relevant=True, events=events, version="labelled")
    groups = tuple(event.get("group", f"{record['id']} {place}") for place, event in enumerate(record["events"]))
    return Labelled(article=article, analysis=analysis, groups=groups, cluster=record.get("cluster", record["id"]))


def _mention(event: Mapping[str, Any], text: str) -> Mention:
    at = text.find(event["evidence"])
    start, end = (at, at + len(event["evidence"])) if at >= 0 else (None, None)
    return Mention(
        **{name: event[name] for name in _PLAIN},
        minerals=tuple(event["minerals"]),
        countries=tuple(event["countries"]),
        target=None,
        date=date.fromisoformat(event["date"]) if event.get("date") else None,
        stage=None,
        value=None,
        evidence=Evidence(text=event["evidence"], start=start, end=end),
        confidence=0.9,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """B-cubed precision and recall: of what is found together with an item, how much belongs together; and the reverse.

    Bagga and Baldwin, 1998. `items` counts what was compared.
    """

    precision: float
    recall: float
    items: int

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def b_cubed(gold: Mapping[Hashable, Hashable], found: Mapping[Hashable, Hashable]) -> Agreement:
    """How two groupings of the same items agree; each maps an item to the name of its group."""
    by_gold, by_found = _members(gold), _members(found)
    precision = recall = 0.0
    for item, group in gold.items():
        together, belong = by_found[found[item]], by_gold[group]
        shared = len(together & belong)
        precision += shared / len(together)
        recall += shared / len(belong)
    items = len(gold)
    return Agreement(
        precision=precision / items if items else 0.0, recall=recall / items if items else 0.0, items=items
    )


def _members(groups: Mapping[Hashable, Hashable]) -> dict[Hashable, set[Hashable]]:
    members: dict[Hashable, set[Hashable]] = {}
    for item, group in groups.items():
        members.setdefault(group, set()).add(item)
    return members


def score_groups(
    reports: Sequence[Labelled], analyses: Mapping[str, Analysis], *, batch: int = 16
) -> dict[str, Agreement]:
    """Resolve what the analyses say, by ids of articles, in an empty store, and compare with the labels.

    `events`: of the labelled mentions that the analysis found, those of one event; `stories`: of the articles, those
    that report a common event as news.
    """
    connection = open_database(None)
    told = [(one.article, analyses[one.article.id]) for one in reports]
    with transaction(connection):
        for article, _ in told:
            put_article(connection, article, article.fetched)
    for start in range(0, len(told), batch):
        record_analyses(connection, told[start : start + batch])
    events, stories = _found(connection)
    connection.close()
    gold, found = _compared(reports, events)
    return {"events": b_cubed(gold, found), "stories": b_cubed(_gold_stories(reports), stories)}


def _found(connection: Connection) -> tuple[dict[str, dict[str, list[int]]], dict[Hashable, Hashable]]:
    """Events of each article by type, in the order of the text; and the story of each article."""
    events: dict[str, dict[str, list[int]]] = {}
    found = connection.execute(
        """
        SELECT articles.id, type, event FROM mentions JOIN articles ON articles.number = article
        ORDER BY article, mentions.number
        """
    )
    for article, type_, event in found.fetchall():
        events.setdefault(article, {}).setdefault(type_, []).append(event)
    stories = connection.execute("SELECT id, coalesce(story, -number) FROM articles").fetchall()
    return events, dict(stories)


def _compared(
    reports: Sequence[Labelled], events: Mapping[str, Mapping[str, list[int]]]
) -> tuple[dict[Hashable, Hashable], dict[Hashable, Hashable]]:
    """The labelled mentions of which the analysis has one of the type, each with its group and its event."""
    gold: dict[Hashable, Hashable] = {}
    found: dict[Hashable, Hashable] = {}
    for one in reports:
        left = {type_: list(told) for type_, told in events.get(one.article.id, {}).items()}
        for place, (mention, group) in enumerate(zip(one.analysis.events, one.groups, strict=True)):
            if left.get(mention.type):
                gold[one.article.id, place] = group
                found[one.article.id, place] = left[mention.type].pop(0)
    return gold, found


def _gold_stories(reports: Sequence[Labelled]) -> dict[Hashable, Hashable]:
    """Articles that report a common event as news are one story; so are those that are linked by others."""
    story: dict[Hashable, Hashable] = {one.article.id: one.article.id for one in reports}
    first: dict[str, str] = {}
    for one in reports:
        for mention, group in zip(one.analysis.events, one.groups, strict=True):
            if mention.salience == "main":
                other = first.setdefault(group, one.article.id)
                kept, gone = story[other], story[one.article.id]
                story = {article: kept if of == gone else of for article, of in story.items()}
    return story
