"""The shapes of chats and telephones: within their limits, and closed to every trick of the news."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orewire.alerts.channels.clean import clean_line, clean_text, cut, web_link
from orewire.alerts.channels.shapes import to_discord, to_ntfy, to_slack, to_teams
from orewire.model.message import Message
from tests.orewire.alerts.channels.messages import HOSTILE, MESSAGE, MESSAGES, UNHURRIED

LONG = "A & B <c> *d* 锂 " * 2_000
LONG_MESSAGES = st.builds(
    lambda one, other, times: replace(MESSAGE, subject=one * times, text=other * times, summary=one * times),
    HOSTILE,
    HOSTILE,
    st.integers(1, 200),
)


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def texts_of(node: Any) -> Iterator[dict[str, Any]]:
    """Every part of a shape that holds words."""
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node
        for value in node.values():
            yield from texts_of(value)
    if isinstance(node, list):
        for value in node:
            yield from texts_of(value)


def is_empty(message: Message) -> bool:
    return not clean_text(message.text).strip()


def test_slack() -> None:
    """A header, the text, a link, and a line for the notification."""
    shape = to_slack(MESSAGE)
    header, body, link = (block["text"]["text"] for block in shape["blocks"])
    assert (MESSAGE.summary, MESSAGE.subject, MESSAGE.text.strip()) == (shape["text"], header, body)
    assert f"<{MESSAGE.link}|Open in orewire>" == link


@UNHURRIED
@given(MESSAGES | LONG_MESSAGES)
def test_slack_is_plain(message: Message) -> None:
    """But for our own link nothing is markup, nobody is called, and every length is what Slack takes."""
    shape = to_slack(message)
    fallback, *blocks = texts_of(shape)
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", fallback["text"]) and len(fallback["text"]) <= 1_000
    link = web_link(message.link)
    for block in blocks:
        own = block["type"] == "mrkdwn" and unescaped(block["text"]) == f"<{link}|Open in orewire>"
        assert own or (block["type"] == "plain_text" and not re.search(r"[<>]|&(?!amp;|lt;|gt;)", block["text"]))
        assert 1 <= len(block["text"]) <= 3_000
    assert len(shape["blocks"][0]["text"]["text"]) <= 150


@UNHURRIED
@given(HOSTILE)
def test_slack_is_read_as_it_was_written(subject: str) -> None:
    """Slack shows the very words."""
    shape = to_slack(replace(MESSAGE, subject=subject, summary=subject))
    assert (clean_line(subject) or "orewire") == unescaped(shape["text"])


def test_teams() -> None:
    """One card: the title, the lines of the text, and a button."""
    (attachment,) = to_teams(MESSAGE)["attachments"]
    card = attachment["content"]
    lines = [line for line in MESSAGE.text.splitlines() if line]
    assert [MESSAGE.subject, *lines] == [part["text"] for part in texts_of(card["body"])]
    assert [{"type": "Action.OpenUrl", "title": "Open in orewire", "url": MESSAGE.link}] == card["actions"]


@UNHURRIED
@given(MESSAGES | LONG_MESSAGES)
def test_teams_is_plain(message: Message) -> None:
    """All words are text runs, in which Teams reads no Markdown, and the card is no larger than Teams takes."""
    shape = to_teams(message)
    (attachment,) = shape["attachments"]
    assert {"TextRun"} == {part["type"] for part in texts_of(attachment["content"]["body"])}
    assert sum(len(part["text"]) for part in texts_of(shape)) <= 3_250
    assert len(shape["summary"]) <= 250


def test_discord() -> None:
    """An embed whose title is the link, and nobody to call."""
    shape = to_discord(MESSAGE)
    (embed,) = shape["embeds"]
    assert (MESSAGE.subject, MESSAGE.link) == (embed["title"], embed["url"])
    assert ({"parse": []}, MESSAGE.summary) == (shape["allowed_mentions"], shape["content"])
    assert "2026-11-27T09:30:00+00:00" == embed["timestamp"]


def test_discord_links() -> None:
    """An address in the text stays a link that shows where it leads; none hides behind words."""
    message = replace(MESSAGE, text="See https://example.org/a_b*c_(d), or [here](https://evil.example/x_y).")
    (embed,) = to_discord(message)["embeds"]
    expected = r"See <https://example.org/a_b*c_(d>\), or \[here\]\(<https://evil.example/x_y>\)."
    assert expected == embed["description"]


@UNHURRIED
@given(MESSAGES | LONG_MESSAGES)
def test_discord_is_plain(message: Message) -> None:
    """Every mark is escaped, addresses apart, and every length is what Discord takes."""
    shape = to_discord(message)
    (embed,) = shape["embeds"]
    for text, limit in ((shape["content"], 1_000), (embed["title"], 256), (embed["description"], 4_000)):
        without_links = re.sub(r"(?<!\\)<https?://[^\s<>]+>", "", re.sub(r"\\\\", "", text))
        assert not re.search(r"(?<!\\)[*_~`|>#\[\]()<@]", without_links)
        assert len(text) <= limit


def test_ntfy() -> None:
    """Title, text, and what a tap opens."""
    expected = {"topic": "lithium", "title": MESSAGE.subject, "message": MESSAGE.text.strip(), "tags": ["pick"]}
    assert expected | {"click": MESSAGE.link} == to_ntfy(MESSAGE, topic="lithium", tags=["pick"])


@UNHURRIED
@given(MESSAGES | LONG_MESSAGES)
def test_ntfy_is_short(message: Message) -> None:
    """The text is within ntfy's 4,096 bytes, and whole to the last character."""
    shape = to_ntfy(message, topic="t")
    assert 0 < len(shape["message"].encode()) <= 4_096
    assert clean_text(message.text).strip().startswith(shape["message"].removesuffix("…")) or is_empty(message)


def test_nothing_to_say() -> None:
    """A message without a word still has a shape that is accepted."""
    empty = replace(MESSAGE, subject="\x00", text=" \n", summary="", link="javascript:alert(1)")
    assert ["orewire", "orewire"] == [part["text"] for part in texts_of(to_slack(empty))]
    assert ("orewire", "orewire") == (to_discord(empty)["content"], to_ntfy(empty, topic="t")["message"])
    assert "click" not in to_ntfy(empty, topic="t")


@UNHURRIED
@given(MESSAGES)
def test_links_are_of_the_web(message: Message) -> None:
    """What becomes a link is a web address without a character that could end it."""
    link = web_link(message.link)
    assert link is None or re.fullmatch(r"https?://[^\s<>|\"'\\^`{}\x00-\x20\x7f-\uffff]+", link)
    assert link is None or link == web_link(link)
    json.dumps(to_slack(message))


@UNHURRIED
@given(HOSTILE, st.integers(2, 40))
def test_lines(text: str, limit: int) -> None:
    """A clean line is one line within its limit, and cleaning it again changes nothing."""
    line = clean_line(text, limit)
    assert len(line) <= limit and line.splitlines() in ([], [line])
    assert clean_text(line) == line
    assert len(cut(LONG, limit)) <= limit
