"""Articles found by their words (Hit), with the passage that shows why (Excerpt)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

SORTS = ("relevance", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A passage as it stands in the article, and what was found in it.

    `start` is where it begins in the article's text. `highlights` are half-open ranges that count characters of
    `text` here, in order and apart from each other.
    """

    text: str
    start: int
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article. `score` compares hits of one question only, and is None where they are sorted by date.

    `events` are the ids of its events that match the other filters of the question.
    """

    article_id: str
    url: str | None
    title: Excerpt
    source: str
    lang: str | None
    published: datetime | None
    score: float | None
    snippet: Excerpt
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitPage:
    """A page of hits; `total` is None where more were found than were compared with the filters."""

    hits: tuple[Hit, ...]
    total: int | None


def hits_to_json(page: HitPage) -> dict[str, Any]:
    """The page as the API and `--format json` give it."""
    return {"articles": [_hit_to_json(hit) for hit in page.hits], "total": page.total}


def hits_from_json(record: dict[str, Any]) -> HitPage:
    """The inverse of `hits_to_json`."""
    return HitPage(hits=tuple(map(_hit_from_json, record["articles"])), total=record["total"])


def _hit_to_json(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.article_id,
        "url": hit.url,
        "title": hit.title.text,
        "title_highlights": _ranges_to_json(hit.title),
        "source": hit.source,
        "lang": hit.lang,
        "published": hit.published.isoformat() if hit.published else None,
        "score": hit.score,
        "snippet": {
            "text": hit.snippet.text,
            "start": hit.snippet.start,
            "highlights": _ranges_to_json(hit.snippet),
        },
        "events": list(hit.events),
    }


def _hit_from_json(record: dict[str, Any]) -> Hit:
    snippet = record["snippet"]
    return Hit(
        article_id=record["id"],
        title=Excerpt(text=record["title"], start=0, highlights=_ranges(record["title_highlights"])),
        published=datetime.fromisoformat(record["published"]) if record["published"] else None,
        snippet=Excerpt(text=snippet["text"], start=snippet["start"], highlights=_ranges(snippet["highlights"])),
        events=tuple(record["events"]),
        **{name: record[name] for name in ("url", "source", "lang", "score")},
    )


def _ranges_to_json(excerpt: Excerpt) -> list[dict[str, int]]:
    return [{"start": start, "end": end} for start, end in excerpt.highlights]


def _ranges(records: list[dict[str, int]]) -> tuple[tuple[int, int], ...]:
    return tuple((record["start"], record["end"]) for record in records)
