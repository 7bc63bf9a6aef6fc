"""A message in the shapes that chats and telephones take; nothing in it can call people, format or link by itself.

What came from the news is given as plain text where a shape has such a thing (Slack, Teams, ntfy), and escaped where it
has not (Discord). Lengths are within what each service takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from orewire.alerts.channels.clean import clean_line, clean_text, cut, web_link
from orewire.model.message import Message

Shaped = Mapping[str, Any]

_UNTITLED: Final = "orewire"
_OPEN: Final = "Open in orewire"
_URL: Final = re.compile(r"https?://[^\s<>]+")
_AFTER_URL: Final = ".,;:!?)]}'\""
_DISCORD_MARKS: Final = re.compile(r"([\\*_~`|>#\[\]()<@+-])")
_TEAMS_TEXT: Final = 3_000
_NTFY_BYTES: Final = 4_000


def to_slack(message: Message) -> Shaped:
    """Slack's blocks for an incoming webhook: all but the link is plain text."""
    title, body, link = _fields(message)
    blocks = [{"type": "header", "text": _slack_plain(title, 150)}]
    if body:
        blocks.append({"type": "section", "text": _slack_plain(body, 3_000)})
    if link:
        anchor = f"<{_slack_escaped(link)}|{_OPEN}>"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": anchor, "verbatim": True}})
    fallback = _fit(_summary(message), 1_000, _slack_escaped)
    return {"text": fallback, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _slack_plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": _fit(text, limit, _slack_escaped), "emoji": False}


def _slack_escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_teams(message: Message) -> Shaped:
    """An Adaptive Card for a Teams workflow's webhook, of text runs, in which Teams reads no Markdown."""
    title, body, link = _fields(message)
    lines = [line for line in cut(body, _TEAMS_TEXT).split("\n") if line.strip()]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [_teams_run(cut(title, 250), weight="Bolder", size="Large"), *(_teams_run(line) for line in lines)],
    }
    if link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": _OPEN, "url": link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "summary": cut(_summary(message), 250), "attachments": [attachment]}


def _teams_run(text: str, **look: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}]}


def to_discord(message: Message) -> Shaped:
    """A Discord embed; nobody is called, whatever the text says."""
    title, body, link = _fields(message)
    embed: dict[str, Any] = {
        "title": _fit(title, 256, _discord_escaped),
        "description": _fit(body, 4_000, _discord_escaped),
        "timestamp": message.created.astimezone(UTC).isoformat(),
    }
    if link:
        embed["url"] = link
    content = _fit(_summary(message), 1_000, _discord_escaped)
    return {"content": content, "embeds": [embed], "allowed_mentions": {"parse": []}}


def _discord_escaped(text: str) -> str:
    """Marks escaped, and web addresses kept as links that show what they lead to."""
    parts, end = [], 0
    for match in _URL.finditer(text):
        url = match[0].rstrip(_AFTER_URL)
        link = web_link(url)
        parts += [_DISCORD_MARKS.sub(r"\\\1", text[end : match.start()]), f"<{link}>" if link else ""]
        end = match.start() + (len(url) if link else 0)
    return "".join([*parts, _DISCORD_MARKS.sub(r"\\\1", text[end:])])


def to_ntfy(message: Message, *, topic: str, tags: Sequence[str] = ()) -> Shaped:
    """What ntfy publishes from JSON, as plain text."""
    title, body, link = _fields(message)
    shaped: dict[str, Any] = {"topic": topic, "title": cut(title, 250), "tags": list(tags)}
    shaped["message"] = _within_bytes(body or _summary(message), _NTFY_BYTES)
    return shaped | ({"click": link} if link else {})


def _fields(message: Message) -> tuple[str, str, str | None]:
    return clean_line(message.subject) or _UNTITLED, clean_text(message.text).strip(), web_link(message.link)


def _summary(message: Message) -> str:
    return clean_line(message.summary) or clean_line(message.subject) or _UNTITLED


def _fit(text: str, limit: int, escape: Callable[[str], str]) -> str:
    """As much of the text as is within the limit once it is escaped: escaping comes last, so that it is never cut."""
    while len(escaped := escape(text)) > limit:
        text = cut(text, max(1, len(text) * limit // len(escaped)))
    return escaped


def _within_bytes(text: str, limit: int) -> str:
    raw = text.encode()
    return text if len(raw) <= limit else raw[: limit - 3].decode(errors="ignore") + "…"
