"""The last messages of a watch as an Atom feed (RFC 4287), updates threaded (RFC 4685)."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from orewire.alerts.channels.clean import clean_line, clean_text, web_link
from orewire.model.message import Message

_NAMESPACES: Final = {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:thr": "http://purl.org/syndication/thread/1.0"}
_BODY: Final = re.compile(r"<body\b[^>]*>(.*)</body>", re.DOTALL | re.IGNORECASE)
_PICTURE: Final = re.compile(r"<img\b[^>]*\bsrc=[\"']?cid:[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomSettings:
    """The feed's own words. `name` is the watch's; `authority` a domain of ours, from which all ids are made.

    `since` is a day on which the domain was ours (RFC 4151): never change it, or all entries are new to every reader.
    `self_link` is where the feed is had, `page` where a person reads the same.
    """

    name: str
    authority: str
    since: str = "2026"
    self_link: str | None = None
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomEntry:
    """An entry: `name` makes its id, which is that of no other for ever; `thread` is the id that it answers."""

    name: str
    title: str
    published: datetime
    updated: datetime
    summary: str
    content: str
    link: str | None = None
    thread: str | None = None


def render_feed(messages: Sequence[Message], settings: AtomSettings, *, now: datetime) -> bytes:
    """The messages as a feed, newest first; `now` is its date only where there are no messages."""
    ordered = sorted(messages, key=lambda message: message.created, reverse=True)
    entries = [_message_entry(message) for message in ordered]
    return render_entries(entries, settings, name=f"watch/{settings.name}", now=now)


def render_entries(entries: Sequence[AtomEntry], settings: AtomSettings, *, name: str, now: datetime) -> bytes:
    """A feed of entries in their order; `name` makes its id, and `now` is its date only where there are no entries."""
    feed = ET.Element("feed", _NAMESPACES)
    _add(feed, "id", _tag(settings, name))
    _add(feed, "title", f"orewire: {clean_line(settings.name)}")
    _add(feed, "updated", _moment(max((entry.updated for entry in entries), default=now)))
    _add(ET.SubElement(feed, "author"), "name", "orewire")
    _add_link(feed, "self", settings.self_link)
    _add_link(feed, "alternate", settings.page)
    for entry in entries:
        _add_entry(feed, entry, settings)
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _message_entry(message: Message) -> AtomEntry:
    return AtomEntry(
        name=f"message/{message.key}",
        title=message.subject,
        published=message.created,
        updated=message.created,
        link=message.link,
        thread=None if message.thread is None else f"message/{message.thread}",
        summary=message.summary,
        content=_content(message),
    )


def _add_entry(feed: ET.Element, told: AtomEntry, settings: AtomSettings) -> None:
    entry = ET.SubElement(feed, "entry")
    _add(entry, "id", _tag(settings, told.name))
    _add(entry, "title", clean_line(told.title))
    _add(entry, "published", _moment(told.published))
    _add(entry, "updated", _moment(told.updated))
    _add_link(entry, "alternate", told.link)
    if told.thread is not None:
        ET.SubElement(entry, "thr:in-reply-to", {"ref": _tag(settings, told.thread)})
    _add(entry, "summary", clean_line(told.summary))
    _add(entry, "content", told.content, type="html")


def _content(message: Message) -> str:
    """What stands in the page's body without the pictures, which only mail can carry; else the text, its lines kept."""
    if message.html is None:
        return f'<pre style="white-space: pre-wrap">{html.escape(clean_text(message.text))}</pre>'
    page = clean_text(message.html)
    body = _BODY.search(page)
    return _PICTURE.sub("", body[1] if body else page)


def _tag(settings: AtomSettings, name: str) -> str:
    """A tag: address, the same for ever for the same name."""
    return f"tag:{settings.authority},{settings.since}:{quote(name, safe='/', errors='surrogatepass')}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text


def _add_link(parent: ET.Element, relation: str, link: str | None) -> None:
    if address := web_link(link):
        ET.SubElement(parent, "link", {"rel": relation, "href": address})
