"""The labelled texts: sentences in their context, and short articles; invented, in eight languages and many voices."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as day
from pathlib import Path
from typing import Any

from orewire.model.errors import ModelError

FOLDER = Path(__file__).parent / "labelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSentence:
    """A sentence as it may stand in an article. `family` is shared by texts that differ by a word or two."""

    id: str
    family: str
    lang: str
    place: str
    voice: str
    title: str
    before: str
    text: str
    events: tuple[dict[str, Any], ...]
    stances: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledArticle:
    """A short article with everything that a coder finds in it."""

    id: str
    lang: str
    genre: str
    date: str
    title: str
    text: str
    relevant: bool
    minerals: frozenset[str]
    countries: frozenset[str]
    events: tuple[dict[str, Any], ...]
    stances: tuple[dict[str, Any], ...]

    @property
    def published(self) -> day | None:
        """Its day, where the label tells one."""
        try:
            return day.fromisoformat((self.date or "")[:10])
        except ValueError:
            return None

    @property
    def held_out(self) -> bool:
        """Whether it is never learned from, but only measured with: one in eight, chosen by its id."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 8 == 0


def read_sentences(folder: Path = FOLDER) -> list[LabelledSentence]:
    """All sentences, by file and line."""
    return [_sentence(record) for record in read_records(folder, "sentences-*.jsonl")]


def read_articles(folder: Path = FOLDER) -> list[LabelledArticle]:
    """All articles, by file and line."""
    return [_article(record) for record in read_records(folder, "articles-*.jsonl")]


def read_records(folder: Path, names: str) -> Iterator[dict[str, Any]]:
    """The records as they are written, by file and line."""
    for file in sorted(folder.glob(names)):
        with file.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Articles that people corrected: those all of whose news they looked at, and the others as they were written."""

    whole: tuple[LabelledArticle, ...] = ()
    partial: tuple[dict[str, Any], ...] = ()


def read_corrections(path: Path) -> Corrections:
    """What `orewire labels export` wrote; ModelError names a line that is none of it."""
    records = [
        _correction(line, place, path) for place, line in enumerate(path.read_bytes().split(b"\n"), 1) if line.strip()
    ]
    return Corrections(
        whole=tuple(_article({"genre": "correction", **one}) for one in records if not one["partial"]),
        partial=tuple(one for one in records if one["partial"]),
    )


def _correction(line: bytes, place: int, path: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(line)
        missing = _EXPORTED - record.keys()
    except (ValueError, AttributeError) as error:
        raise ModelError(f"{path}:{place}: found {error}, expected a corrected article") from error
    if missing:
        raise ModelError(f"{path}:{place}: found no {', '.join(sorted(missing))}, expected a corrected article")
    return {**record, "lang": record["lang"] or "en"}


_EXPORTED = frozenset(
    {"id", "title", "text", "lang", "date", "relevant", "minerals", "countries", "events", "stances", "partial",
     "rejected"}
)  # fmt: skip


def _sentence(record: dict[str, Any]) -> LabelledSentence:
    return LabelledSentence(
        id=record["id"],
        family=record["id"].rstrip("abcdef") if record["id"][-1:].isalpha() else record["id"],
        lang=record["lang"],
        place=record["place"],
        voice=record["voice"],
        title=record.get("title") or "",
        before=record.get("before") or "",
        text=record["text"],
        events=tuple(record["events"]),
        stances=tuple(record["stances"]),
    )


def _article(record: dict[str, Any]) -> LabelledArticle:
    names = ("id", "lang", "genre", "date", "title", "text", "relevant")
    return LabelledArticle(
        **{name: record[name] for name in names},
        minerals=frozenset(record["minerals"]),
        countries=frozenset(record["countries"]),
        events=tuple(record["events"]),
        stances=tuple(record["stances"]),
    )
