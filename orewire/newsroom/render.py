"""Feeds and pages of the newsroom, as bytes."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from orewire.newsroom.outlets import Item, Outlet, read_labels

if TYPE_CHECKING:
    from jinja2 import Environment

_SUMMARY_CHARS = 220
_RELATED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """An item as the feed tells it."""

    title: str | None
    url: str
    guid: str
    date: datetime | None
    author: str | None
    section: str
    summary: str


def article_path(outlet: Outlet, item: Item) -> str:
    """The path of an article's page."""
    folder = "private" if item.mishap == "private" else f"{item.date:%Y/%m}"
    return f"/{outlet.id}/{folder}/{item.slug}.html"


def feed_path(outlet: Outlet) -> str:
    """The path of the outlet's feed."""
    return f"/{outlet.id}/feed.xml"


def render_article(outlet: Outlet, item: Item, base_url: str) -> bytes:
    """The page in the outlet's layout, with the other articles' headlines as related links."""
    others = [other for other in outlet.articles if other is not item]
    start = outlet.articles.index(item) % max(1, len(others))
    related = (others[start:] + others[:start])[:_RELATED]
    return _render(f"{outlet.layout}.html", outlet, item=item, url=base_url + article_path(outlet, item),
                   related=_links(outlet, related, base_url))  # fmt: skip


def render_front(outlet: Outlet, base_url: str) -> bytes:
    """The outlet's front page."""
    items = _links(outlet, list(outlet.articles), base_url)
    return _render("front.html", outlet, items=items, feed_url=base_url + feed_path(outlet))


def render_feed(outlet: Outlet, base_url: str) -> bytes:
    """The outlet's feed, the newest first, with its mishaps."""
    newest = sorted(outlet.articles, key=lambda item: item.date, reverse=True)
    return _render(
        f"{outlet.feed}.xml",
        outlet,
        base_url=base_url,
        feed_url=base_url + feed_path(outlet),
        updated=newest[0].date,
        entries=[entry for item in newest for entry in _announce(outlet, item, base_url)],
    )


def _announce(outlet: Outlet, item: Item, base_url: str) -> Iterator[Announced]:
    url = base_url + article_path(outlet, item)
    addresses = [url, f"{url}?utm_source=feed&utm_campaign=top"] if item.mishap == "twice" else [url]
    for number, address in enumerate(addresses):
        yield Announced(
            title=None if item.mishap == "untitled" else item.title,
            url=address,
            guid=f"{outlet.id}:{item.slug}:{number}",
            date=None if item.mishap == "undated" else item.date,
            author=item.author,
            section=item.section,
            summary=_summary(item),
        )


def _summary(item: Item) -> str:
    first = item.paragraphs[0]
    if item.mishap == "private" or len(first) <= _SUMMARY_CHARS:
        return first
    return first[:_SUMMARY_CHARS].rsplit(" ", 1)[0] + " …"


def _links(outlet: Outlet, items: list[Item], base_url: str) -> list[dict[str, str]]:
    return [{"title": item.title, "url": base_url + article_path(outlet, item)} for item in items]


def _render(template: str, outlet: Outlet, **values: Any) -> bytes:
    text = _environment().get_template(template).render(
        outlet=outlet, labels=_labels()[outlet.lang], charset=outlet.charset, **values
    )  # fmt: skip
    return text.encode(outlet.charset, errors="xmlcharrefreplace")


@functools.cache
def _labels() -> dict[str, dict[str, str]]:
    return read_labels()


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader

    return Environment(loader=PackageLoader("orewire.newsroom"), autoescape=True)
