"""The feed, read by a feed reader."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import feedparser
from hypothesis import given

from orewire.alerts.channels.atom import AtomSettings, render_feed
from orewire.alerts.channels.clean import clean_line, clean_text, web_link
from orewire.model.message import Message
from tests.orewire.alerts.channels.messages import MESSAGE, MESSAGES, UNHURRIED, UPDATE

ATOM = {"a": "http://www.w3.org/2005/Atom"}
NOW = datetime(2026, 12, 1, tzinfo=UTC)
EARLIER = datetime(2026, 11, 1, tzinfo=UTC)
SETTINGS = AtomSettings(
    name="Lithium & Chile",
    authority="orewire.example.org",
    self_link="https://orewire.example.org/watches/lithium.atom?last=50&page=1",
    page="https://orewire.example.org/watches/lithium",
)


def read(*messages: Message, settings: AtomSettings = SETTINGS) -> Any:
    feed = feedparser.parse(render_feed(messages, settings, now=NOW), sanitize_html=False, resolve_relative_uris=False)
    assert (False, "atom10") == (feed.bozo, feed.version)
    return feed


def test_feed() -> None:
    """The feed says whose it is, where it is had, and when it changed."""
    feed = read(MESSAGE, replace(UPDATE, created=MESSAGE.created + timedelta(hours=1))).feed
    assert ("orewire: Lithium & Chile", "2026-11-27T10:30:00Z") == (feed.title, feed.updated)
    assert {"self": SETTINGS.self_link, "alternate": SETTINGS.page} == {link.rel: link.href for link in feed.links}
    assert ("tag:orewire.example.org,2026:watch/Lithium%20%26%20Chile", "orewire") == (feed.id, feed.author)


def test_entries() -> None:
    """Entries come newest first, whatever the order they are given in, each with its parts."""
    update = replace(UPDATE, created=MESSAGE.created + timedelta(hours=1))
    newest, first = read(MESSAGE, update).entries
    assert (UPDATE.subject, MESSAGE.subject, MESSAGE.summary) == (newest.title, first.title, first.summary)
    assert (MESSAGE.link, "2026-11-27T09:30:00Z") == (first.link, first.updated)
    assert "tag:orewire.example.org,2026:message/alert/lithium/17/1" == first.id
    assert first.id == newest["thr_in-reply-to"]["ref"]


def test_content() -> None:
    """The page's body is shown without pictures, which only mail carries; text keeps its lines."""
    (entry,) = read(MESSAGE).entries
    assert ("text/html", "<p>Permit granted </p>") == (entry.content[0].type, entry.content[0].value)
    (entry,) = read(replace(MESSAGE, html=None, text="a < b\nc")).entries
    assert '<pre style="white-space: pre-wrap">a &lt; b\nc</pre>' == entry.content[0].value


def test_empty_feed() -> None:
    """A watch that has told nothing yet has a feed."""
    feed = read()
    assert ([], "2026-12-01T00:00:00Z") == (feed.entries, feed.feed.updated)


@UNHURRIED
@given(MESSAGES)
def test_any_message_is_read_as_it_was_written(message: Message) -> None:
    """Whatever the news says, the feed is well-formed and holds the very words (which feedparser may then mend)."""
    message = replace(message, html=None)
    assert 1 == len(read(message).entries)
    (entry,) = ElementTree.fromstring(render_feed([message], SETTINGS, now=NOW)).iterfind("a:entry", ATOM)
    title, summary, content = (entry.findtext(f"a:{name}", "", ATOM) for name in ("title", "summary", "content"))
    assert (clean_line(message.subject), clean_line(message.summary)) == (title, summary)
    assert clean_text(message.text) == html.unescape(re.sub("</?pre[^>]*>", "", content))
    link = entry.find("a:link", ATOM)
    assert web_link(message.link) == (None if link is None else link.get("href"))


@UNHURRIED
@given(MESSAGES)
def test_any_page_is_carried(message: Message) -> None:
    """HTML of any kind breaks nothing of the feed around it."""
    hostile, after = read(replace(message, html=message.text), replace(MESSAGE, created=EARLIER)).entries
    assert MESSAGE.subject == after.title
    assert {"link", "content"} <= set(after) and "content" in hostile
