"""How long a digest over 1,000 events of one day takes, and how large it is: `python -m bench.digest [EVENTS]`.

The targets: under 3 s from the question to the message, under 150 KB of HTML, under 1 MB with pictures.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

from orewire.digest.compose import compose_digest
from orewire.digest.render import render_letter
from orewire.model.analysis import Analysis, Evidence, Mention
from orewire.model.article import Article, article_id
from orewire.model.codes import EVENT_TYPES
from store.articles import add_article
from store.connection import Connection, open_database
from store.local import LocalStore
from store.mentions import record_analyses

DAY = date(2025, 11, 13)
NOW = datetime(2025, 11, 14, 8, tzinfo=UTC)
MINERALS = ("lithium", "nickel", "cobalt", "copper", "graphite", "gold", "uranium", "rare earths", "tin", "zinc")
COUNTRIES = ("RS", "CL", "CN", "US", "CD", "ID", "AU", "CA", "PE", "AR", "BO", "ZM", "BR", "FR", "DE")


def main() -> None:
    """Fill a store in memory, compose, render, and print."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    connection = open_database(None)
    fill(connection, number)
    started = time.perf_counter()
    digest = compose_digest(LocalStore(connection), DAY)
    composed = time.perf_counter()
    letter = render_letter(digest)
    rendered = time.perf_counter()
    print(f"{digest.new_count} events: composed in {composed - started:.2f} s, rendered in {rendered - composed:.2f} s")
    pictures = sum(len(one.png) for one in letter.pictures)
    print(f"HTML {len(letter.html.encode()):,} bytes, page {len(letter.page.encode()):,}, pictures {pictures:,}")


def fill(connection: Connection, number: int) -> None:
    """As many articles, each of an event of its own."""
    told = [(article, analysis) for article, analysis in map(_told, range(number))]
    for article, _ in told:
        add_article(connection, article, NOW)
    record_analyses(connection, told)


def _told(number: int) -> tuple[Article, Analysis]:
    url = f"https://example.org/{number}"
    sentence = " ".join(_sentence(number))
    article = Article(
        id=article_id(url), url=url, title=f"Title {number}", text=sentence, lang="en", source=f"Outlet {number % 90}",
        published=datetime(2025, 11, 13, number % 24, tzinfo=UTC), fetched=NOW, feed=None, author=None,
    )  # fmt: skip
    mention = Mention(
        type=EVENT_TYPES[number % len(EVENT_TYPES)], status="actual", salience="main",
        minerals=(MINERALS[number % len(MINERALS)],), countries=(COUNTRIES[number % len(COUNTRIES)],),
        project=f"Project {number} Hill" if number % 3 else None, actor=f"Ministry {number}", target=None, date=None,
        stage=None, value=None, evidence=Evidence(text=sentence, start=0, end=len(sentence)), confidence=0.8,
    )  # fmt: skip
    return article, Analysis(id=article.id, lang="en", relevant=True, events=(mention,), version="1")


def _sentence(number: int) -> Iterator[str]:
    yield f"On Thursday the authorities told of case {number} in"
    for place in range(30):
        yield f"word{(number * 31 + place * 17) % 997}"


if __name__ == "__main__":
    main()
