"""Articles that arrive at the end of a synthetic store: half of what they say was told before, in other words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from bench.store_data import VERSION
from orewire.model.analysis import Analysis, Evidence, Mention, Stance
from orewire.model.article import Article, article_id
from store.connection import Connection, rows

ARTICLES, MENTIONS = 600, 1_000
_COPIES, _TOLD_BEFORE, _STANCES = 0.1, 0.5, 0.15
_TEXT_WORDS = 200
Told = tuple[Article, Analysis]


def make_arrivals(connection: Connection, day: date, *, batch: int, articles: int = ARTICLES) -> list[Told]:
    """Articles of that day with what was understood of them; every batch is another."""
    random = Random(batch)
    mentions = list(_mentions(connection, day, articles * MENTIONS // ARTICLES, random))
    words = _words(connection, day)
    told: list[Told] = []
    for number in range(articles):
        own = mentions[number * len(mentions) // articles : (number + 1) * len(mentions) // articles]
        copied = random.choice(told)[0].text if told and random.random() < _COPIES else None
        text = copied or " ".join(random.choices(words, k=_TEXT_WORDS))
        told.append(_tell(f"{batch}/{number}", day, own, text, random))
    return told


def _mentions(connection: Connection, day: date, count: int, random: Random) -> Iterator[Mention]:
    """What was said in the last days, in another order of words; or with the names of something else."""
    recent = rows(
        connection,
        """
        SELECT type, status, salience, minerals, countries, project, actor, target, date, evidence, confidence
        FROM mentions WHERE day BETWEEN $first AND $last ORDER BY hash(article, number, $seed) LIMIT $count
        """,
        {"first": day - timedelta(days=6), "last": day, "seed": random.random(), "count": count * 2},
    )
    for row, other in zip(recent[:count], recent[count:], strict=False):
        if random.random() < _TOLD_BEFORE:
            yield _mention(row, row, random)
        else:
            yield _mention({**row, "project": None, "actor": other["actor"], "date": None}, other, random)


def _mention(row: dict[str, Any], said: dict[str, Any], random: Random) -> Mention:
    words = said["evidence"].rstrip(".").split()
    random.shuffle(words)
    evidence = Evidence(text=f"Then {' '.join(words)}.", start=0, end=len(said["evidence"]) + 5)
    return Mention(
        **{**row, "minerals": tuple(row["minerals"]), "countries": tuple(row["countries"]), "evidence": evidence},
        stage=None,
        value=None,
    )


def _words(connection: Connection, day: date) -> list[str]:
    found = connection.execute(
        "SELECT evidence FROM mentions WHERE day BETWEEN $first AND $last ORDER BY article, number LIMIT 2000",
        {"first": day - timedelta(days=90), "last": day},
    ).fetchall()
    return [word for (evidence,) in found for word in evidence.split()]


def _tell(name: str, day: date, mentions: list[Mention], text: str, random: Random) -> Told:
    said = " ".join(mention.evidence.text for mention in mentions)
    article = Article(
        id=article_id(name), url=f"https://example.org/{name}", title=said[:80], text=f"{said}\n\n{text}", lang="en",
        published=datetime.combine(day, time(12), UTC), fetched=datetime.combine(day, time(13), UTC),
        source=f"Outlet {random.randrange(300)}",
    )  # fmt: skip
    stances = tuple(_stance(mention) for mention in mentions if random.random() < _STANCES)
    analysis = Analysis(
        id=article.id, lang="en", relevant=True, events=tuple(mentions), stances=stances, version=VERSION
    )
    return article, analysis


def _stance(mention: Mention) -> Stance:
    return Stance(
        holder=mention.actor or "residents", holder_class="community", target=mention.project or "mining",
        polarity="oppose", basis="action", evidence=replace(mention.evidence), confidence=0.7,
    )  # fmt: skip
