"""Feeds: bytes of RSS, Atom, RDF or JSON Feed become a FeedDocument. The one door of feedparser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ingest.charset import decode
from ingest.entries import FeedDocument, RawItem, entries_from
from ingest.jsonfeed import looks_like_json, parse_json_feed
from ingest.plaintext import plain_text
from ingest.xml import readable_xml
from orewire.model.errors import FeedError

MAX_FEED: Final = 10_000_000
_MAX_DEPTH: Final = 200
_MAX_SUBSET: Final = 2_000
"""Characters of entity declarations that an honest feed may bring."""
_LOOK: Final = 20_000
_PERIODS: Final = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?(rss|feed|rdf|channel|html)\b", re.IGNORECASE | re.ASCII)
_END: Final = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE | re.ASCII)
_SKIP_HOURS: Final = re.compile(r"<skipHours>((?:\s*<hour>\s*\d{1,2}\s*</hour>){1,24})", re.IGNORECASE | re.ASCII)
_HOUR: Final = re.compile(r"\d{1,2}")
_PROLOG: Final = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
# What never ends goes to the end of the document, for feedparser, too; looking for its end again would be quadratic.
_TAGS: Final = re.compile(
    r"<(?:!\[CDATA\[(?:.*?\]\]>|.*)|!--(?:.*?-->|.*)|(/)?([A-Za-z_][\w:.-]*)[^<>]*?(/)?>)", re.DOTALL | re.ASCII
)
_FLAT: Final = frozenset({"br", "hr", "img", "input", "wbr", "p", "li"})
"""HTML without an end tag, which careless feeds bring unescaped: it does not nest."""
# `&#38;` and `&#37;` stand for the marks that refer to other entities.
_HARMFUL: Final = re.compile(r"%|&(?!#)|&#0*3[78];|&#x0*2[56];|\b(?:SYSTEM|PUBLIC)\b", re.IGNORECASE)


def parse_feed(body: bytes, *, url: str, content_type: str | None = None, now: datetime | None = None) -> FeedDocument:
    """The feed in these bytes; FeedError where they are none. `now` judges which dates lie in the future."""
    if len(body) > MAX_FEED:
        raise FeedError(f"feed of {len(body)} bytes, at most {MAX_FEED} are read", reason="body_too_large")
    text = readable_xml(decode(body, content_type))
    if not text.strip():
        raise FeedError("nothing but space", reason="empty_body")
    moment = now or datetime.now(UTC)
    if looks_like_json(text):
        title, items = parse_json_feed(text)
        entries, skipped = entries_from(items, url=url, now=moment)
        return FeedDocument(title=plain_text(title, limit=500), entries=entries, skipped=skipped)
    return _parse_xml(text, url, moment)


def _parse_xml(text: str, url: str, now: datetime) -> FeedDocument:
    result = _feedparser(_prepared(text), url)
    if not result.get("version") and not result.get("entries"):
        raise FeedError(_described(text))
    entries, skipped = entries_from(_raw_items(result["entries"]), url=url, now=now)
    feed, is_complete = result["feed"], not result.get("bozo") or bool(_END.search(text[-_LOOK:]))
    if not result["entries"] and not is_complete:
        raise FeedError("it breaks off before its first entry")
    return FeedDocument(
        title=plain_text(_string(feed, "title"), limit=500),
        entries=entries,
        ttl=_ttl(feed),
        skip_hours=_skip_hours(text),
        skipped=skipped,
        complete=is_complete,
    )


def _feedparser(text: str, url: str) -> Any:
    import feedparser

    # Its own sanitiser is quadratic and lets javascript: through; links and markup are ours to check.
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        return feedparser.parse(
            text.encode(), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (
        RecursionError,
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
        AssertionError,
        ArithmeticError,
    ) as error:
        raise FeedError(f"{type(error).__name__} in its markup") from error


def _prepared(text: str) -> str:
    """The document from its root or declaration on, without entity bombs; FeedError where it is none at all."""
    root = _ROOT.search(text[:_LOOK])
    if root is None or root[1].lower() == "html":
        raise FeedError(_described(text))
    declaration = text.find("<?xml", 0, root.start())
    start = text[:_LOOK].lstrip("\ufeff \t\r\n")[:1]
    text = text[declaration if declaration >= 0 else 0 if start == "<" else root.start() :].lstrip("\ufeff \t\r\n")
    _refuse_depth(text)
    return readable_xml(_without_doctype(text))


def _without_doctype(text: str) -> str:
    """Declarations of entities that refer to others, to files, or are long, are dropped: they only ever do harm."""
    place = 0
    while match := _PROLOG.match(text, place):
        place = match.end()
    if text[place : place + 9].upper() != "<!DOCTYPE":
        return text
    bracket, close = text.find("[", place), text.find(">", place)
    if bracket < 0 or close < bracket:
        return text
    end = re.compile(r"\]\s*>").search(text, bracket)
    if end is None:
        raise FeedError("its DOCTYPE never ends")
    subset = text[bracket : end.end()]
    harmless = len(subset) <= _MAX_SUBSET and not _HARMFUL.search(subset)
    return text if harmless else text[:place] + text[end.end() :]


def _refuse_depth(text: str) -> None:
    depth = 0
    for match in _TAGS.finditer(text):
        closing, name, empty = match.groups()
        if name is None or empty or name.lower() in _FLAT:
            continue
        depth += -1 if closing else 1
        if depth > _MAX_DEPTH:
            raise FeedError(f"elements nested more than {_MAX_DEPTH} deep")


def _described(text: str) -> str:
    start = text[:_LOOK].lstrip().lower()
    if start.startswith(("<!doctype html", "<html")) or "<body" in start:
        return "an HTML page"
    return "a PDF" if start.startswith("%pdf") else f"it begins with {text.strip()[:40]!r}"


def _raw_items(items: list[Any]) -> Iterator[RawItem]:
    return (_raw_item(item) for item in items)


def _raw_item(item: Mapping[str, Any]) -> RawItem:
    content = [_string(part, "value") for part in item.get("content", ()) if isinstance(part, Mapping)]
    source = item.get("source")
    return RawItem(
        links=tuple(_links(item)),
        title=_string(item, "title"),
        texts=tuple(filter(None, [_string(item, "summary"), *content])),
        dates=tuple(filter(None, (_string(item, name) for name in ("published", "updated", "created")))),
        author=_string(item, "author"),
        identity=_string(item, "id"),
        source=_string(source, "title") if isinstance(source, Mapping) else None,
    )


def _links(item: Mapping[str, Any]) -> Iterator[str]:
    """Where the page of an item may be, best first: its link, its alternates, its guid, an enclosure."""
    yield from filter(None, [_string(item, "link")])
    links = [link for link in item.get("links", ()) if isinstance(link, Mapping)]
    for kind in ("alternate", "via", "related"):
        yield from (link["href"] for link in links if link.get("rel") == kind and _string(link, "href"))
    identity = _string(item, "id") or ""
    if identity.lower().startswith(("http://", "https://")):
        yield identity
    yield from (link["href"] for link in links if link.get("rel") == "enclosure" and _string(link, "href"))


def _string(holder: Mapping[str, Any], name: str) -> str | None:
    value = holder[name] if name in holder else None  # noqa: SIM401  # feedparser's get() guesses dates, and warns of it
    return value if isinstance(value, str) and value else None


def _skip_hours(text: str) -> frozenset[int]:
    """The hours (GMT) in which an RSS feed asks not to be polled, which feedparser does not tell."""
    match = _SKIP_HOURS.search(text)
    return frozenset(int(hour) % 24 for hour in _HOUR.findall(match[1])) if match else frozenset()


def _ttl(feed: Mapping[str, Any]) -> float | None:
    """Seconds for which the feed says it does not change: RSS's ttl (minutes), or the syndication module's period."""
    minutes = (_string(feed, "ttl") or "").strip()
    if minutes.isascii() and minutes.isdigit():
        return float(minutes[:9]) * 60
    period = _PERIODS.get((_string(feed, "sy_updateperiod") or "").strip().lower())
    times = (_string(feed, "sy_updatefrequency") or "1").strip()
    if period is None or not (times.isascii() and times.isdigit()):
        return None
    return period / max(1, int(times[:6]))
