"""The answer to any question about events as an Atom feed (RFC 4287): each event once, for ever under the same id."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from orewire.alerts.channels.atom import AtomEntry, AtomSettings, render_entries
from orewire.alerts.channels.clean import clean_line, clean_text, web_link
from orewire.digest.wording import tell_event
from orewire.model.event import Event, Filters, Source
from orewire.web.wire import filters_to_query

FEED_TYPE: Final = "application/atom+xml"
_AUTHORITY = "orewire.invalid"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries changed: always the same, so that it counts as unchanged."""


def render_event_feed(events: Sequence[Event], filters: Filters, request: Request) -> bytes:
    """The events in their order, each with the sentence that proves it and its sources."""
    asked = filters_to_query(filters)
    base = str(request.base_url).rstrip("/")
    settings = AtomSettings(
        name=", ".join(value for _, value in asked) or "all events",
        authority=_AUTHORITY,
        self_link=str(request.url),
        page=f"{base}/search?{urlencode(asked)}" if asked else f"{base}/search",
    )
    entries = [_entry(event, base) for event in events]
    return render_entries(entries, settings, name=f"search/{urlencode(sorted(asked))}", now=_NEVER)


def _entry(event: Event, base: str) -> AtomEntry:
    first = event.first_seen or event.last_seen or _NEVER
    return AtomEntry(
        name=f"event/{event.id}",
        title=tell_event(event, "en"),
        published=first,
        updated=event.last_seen or first,
        link=f"{base}/events/{event.id}",
        summary=event.evidence,
        content=_content(event),
    )


def _content(event: Event) -> str:
    """The evidence, and who tells of it: markup of ours around text that is none."""
    sources = "".join(f"<li>{_source(source)}</li>" for source in event.sources)
    return f"<blockquote>{html.escape(clean_text(event.evidence))}</blockquote><ul>{sources}</ul>"


def _source(source: Source) -> str:
    told = html.escape(clean_line(f"{source.source}: {source.title}"))
    link = web_link(source.url)
    return f'<a href="{html.escape(link)}">{told}</a>' if link else told
