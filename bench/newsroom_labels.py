"""The sample newsroom's articles with their labels, in the format that `orewire evaluate` reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orewire.newsroom.outlets import load_outlets


def newsroom_records() -> Iterator[dict[str, Any]]:
    """One labelled article after the other."""
    for outlet in load_outlets():
        for item in outlet.articles:
            yield {
                "id": f"{outlet.id}/{item.slug}",
                "title": item.title,
                "text": item.body,
                "date": item.date.date().isoformat(),
                "lang": outlet.lang,
                **item.gold,
            }
