"""JSON Feed (jsonfeed.org, versions 1 and 1.1), read item by item: a wrong type costs a field, not the feed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ingest.entries import RawItem
from orewire.model.errors import FeedError


def looks_like_json(text: str) -> bool:
    """Whether a document can only be JSON."""
    return text.lstrip("\ufeff \t\r\n")[:1] == "{"


def parse_json_feed(text: str) -> tuple[str | None, list[RawItem]]:
    """The feed's title and items; FeedError where it is no JSON Feed."""
    try:
        data = json.loads(text.lstrip("\ufeff \t\r\n"), strict=False)
    except (ValueError, RecursionError) as error:
        raise FeedError(f"broken JSON ({str(error)[:100]})") from error
    items = data.get("items")
    if not isinstance(items, list) or ("jsonfeed" not in str(data.get("version")) and not _has_addresses(items)):
        raise FeedError("JSON without the version and items of a JSON Feed")
    return _text(data.get("title")), [_item(item) for item in items]


def _has_addresses(items: list[Any]) -> bool:
    return any(isinstance(item, dict) and _text(item.get("url")) for item in items)


def _item(item: Any) -> RawItem:
    if not isinstance(item, dict):
        return RawItem()
    return RawItem(
        links=(*_texts(item, "url", "external_url"), *_address_ids(item)),
        title=_text(item.get("title")),
        texts=_texts(item, "summary", "content_text", "content_html"),
        dates=_texts(item, "date_published", "date_modified"),
        author=next(_authors(item), None),
    )


def _texts(item: dict[Any, Any], *names: str) -> tuple[str, ...]:
    return tuple(text for name in names if (text := _text(item.get(name))))


def _address_ids(item: dict[Any, Any]) -> tuple[str, ...]:
    """The id where it is a web address: any other would make an address that nobody gave."""
    return tuple(text for text in _texts(item, "id") if text.lower().startswith(("http://", "https://")))


def _authors(item: dict[Any, Any]) -> Iterator[str]:
    several = item.get("authors")
    for author in [*(several if isinstance(several, list) else []), item.get("author")]:
        if isinstance(author, dict) and (name := _text(author.get("name"))):
            yield name


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
