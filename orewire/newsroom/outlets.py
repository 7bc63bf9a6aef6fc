"""What the newsroom publishes: outlets and their articles, from YAML."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any

MISHAPS = ("dead", "private", "undated", "untitled", "twice")
"""dead: announced, and its page is gone. private: robots.txt forbids the page. undated, untitled: the feed lacks it.
twice: announced a second time with a tracking address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article as its outlet publishes it. `gold` is what a coder should find, `story` the story's name."""

    slug: str
    date: datetime
    story: str
    section: str
    author: str | None
    title: str
    body: str
    gold: dict[str, Any]
    mishap: str | None = None

    @property
    def paragraphs(self) -> list[str]:
        """The body's paragraphs."""
        return [paragraph.strip() for paragraph in self.body.split("\n\n") if paragraph.strip()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A site with one feed. `layout` names the page template, `feed` is rss or atom; `voice` as in config.yaml."""

    id: str
    name: str
    lang: str
    country: str
    feed: str
    layout: str
    articles: tuple[Item, ...]
    charset: str = "utf-8"
    voice: str | None = None


@functools.cache
def load_outlets() -> tuple[Outlet, ...]:
    """All outlets, by id."""
    folder = resources.files("orewire.newsroom") / "articles"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return tuple(_outlet(_read(file.read_text(encoding="utf-8"))) for file in files)


def read_labels() -> dict[str, dict[str, str]]:
    """The words around an article (cookies, related, subscribe ...) by language."""
    labels: dict[str, dict[str, str]] = _read(
        (resources.files("orewire.newsroom") / "labels.yaml").read_text(encoding="utf-8")
    )
    return labels


def _read(text: str) -> Any:
    import yaml

    return yaml.safe_load(text)


def _outlet(record: dict[str, Any]) -> Outlet:
    articles = tuple(
        Item(**{"author": None, **item, "title": item["title"].strip(), "body": item["body"].strip()})
        for item in record["articles"]
    )
    return Outlet(**{**record, "articles": articles})
