"""A process that writes to a store until it is killed: `python -m tests.e2e.writing STORE SEED`.

Each batch is told on standard output once it is stored: what was told must be there, whatever happens then.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from orewire.model.analysis import Analysis, Evidence, Mention, Stance
from orewire.model.article import Article, article_id
from store.articles import add_article
from store.connection import Connection, open_database
from store.mentions import record_analyses

NOW = datetime(2025, 11, 14, 8, tzinfo=UTC)
_DAY = date(2025, 6, 1)
_PROJECTS = [f"Project {number}" for number in range(40)]
_TYPES = ("protest", "permit_granted", "lawsuit", "acquisition")


def main() -> None:
    """Store batches of articles and what they say, for ever."""
    path, seed = Path(sys.argv[1]), int(sys.argv[2])
    connection = open_database(path)
    connection.execute("SET wal_autocheckpoint = '300KB'")  # so that many kills meet a checkpoint
    print("open", flush=True)
    number = 0
    while True:
        names = [f"{seed}-{number + place}" for place in range(random.Random(number).randint(1, 6))]
        number += len(names)
        store_batch(connection, names)
        print(*names, flush=True)


def store_batch(connection: Connection, names: list[str]) -> None:
    """Articles with one or two mentions and a stance each."""
    told = [tell(name) for name in names]
    for article, _ in told:
        add_article(connection, article, NOW)
    record_analyses(connection, told)


def tell(name: str) -> tuple[Article, Analysis]:
    """An article, the same for each name, and what is understood of it."""
    chosen = random.Random(name)
    day = _DAY + timedelta(days=chosen.randrange(60))
    text = " ".join(f"word{chosen.randrange(5000)}" for _ in range(150))
    article = Article(
        id=article_id(name), url=f"https://example.org/{name}", title=f"Title {name}", text=text, lang="en",
        published=datetime(day.year, day.month, day.day, tzinfo=UTC), fetched=NOW,
        source=f"Outlet {chosen.randrange(30)}",
    )  # fmt: skip
    mentions = tuple(_mention(chosen, text) for _ in range(chosen.randint(1, 2)))
    stance = Stance(
        holder="residents", holder_class="community", target="mining", polarity="oppose", basis="action",
        evidence=mentions[0].evidence, confidence=0.7,
    )  # fmt: skip
    analysis = Analysis(id=article.id, lang="en", relevant=True, events=mentions, stances=(stance,), version="1")
    return article, analysis


def _mention(chosen: random.Random, text: str) -> Mention:
    return Mention(
        type=chosen.choice(_TYPES), status="actual", salience="main", minerals=("lithium",), countries=("CL",),
        project=chosen.choice(_PROJECTS), actor=None, target=None, date=None, stage=None, value=None,
        evidence=Evidence(text=text[:80], start=0, end=80), confidence=0.8,
    )  # fmt: skip


if __name__ == "__main__":
    main()
