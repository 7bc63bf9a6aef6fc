"""Watches: saved questions, and which of the new events answer them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from orewire.model.event import Event, Filters
from orewire.model.ports import Questions
from orewire.sections import WatchConfig

_PAGE = 1000


def find_watched(
    questions: Questions, watches: Iterable[WatchConfig], event_ids: Collection[int]
) -> dict[str, list[Event]]:
    """For each watch by name, those of the given events that match it, newest first."""
    wanted = frozenset(event_ids)
    if not wanted:
        return {}
    return {
        watch.name: [event for event in all_events(questions, watch.filters()) if event.id in wanted]
        for watch in watches
    }


def all_events(questions: Questions, filters: Filters) -> Iterator[Event]:
    """Every event that matches, asked for page by page."""
    offset = 0
    while page := questions.find_events(filters, limit=_PAGE, offset=offset):
        yield from page
        offset += _PAGE
