"""A store in memory, a clock that is set by hand, and what the telling does with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from orewire.config import Config
from orewire.model.event import Event
from orewire.model.ledger import Alert, Post
from orewire.model.message import Message
from orewire.rooms import Rooms
from orewire.sections import WatchConfig
from orewire.telling.book import WatchBook
from orewire.telling.composing import compose_alerts
from orewire.telling.judging import judge_changes
from store.connection import Connection, open_database
from store.events import get_event
from store.fulltext.index import FullText
from store.ledger import find_alerts
from store.outbox import find_posts, get_messages
from store.watches import put_watch
from tests.store.conftest import Tell, teller

NOW = datetime(2025, 11, 14, 8, tzinfo=UTC)


@dataclass(slots=True)
class Notes:
    """Progress that remembers what was noted."""

    noted: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def stage(self, name: str, total: int) -> None:
        """Nobody looks."""

    def step(self, name: str) -> None:
        """Nobody looks."""

    def note(self, message: str, **fields: object) -> None:
        """Keep it."""
        self.noted.append((message, fields))


@dataclass(slots=True)
class Desk:
    """Watches, judged and told by a clock that stands still until it is set."""

    connection: Connection
    tell: Tell
    now: datetime = NOW
    config: Config = field(default_factory=Config)
    notes: Notes = field(default_factory=Notes)
    book: WatchBook = field(default_factory=WatchBook)
    fulltext: FullText = field(init=False)

    def __post_init__(self) -> None:
        self.fulltext = FullText(self.connection)

    @property
    def rooms(self) -> Rooms:
        """What the telling works with; nothing of the network."""
        nothing = cast(Any, None)
        return Rooms(
            config=self.config, connection=self.connection, apart=self.connection, fulltext=self.fulltext,
            fetcher=nothing, robots=nothing, archive=nothing, workers=nothing, progress=self.notes,
            clock=lambda: self.now,
        )  # fmt: skip

    def watch(self, name: str = "all", **settings: object) -> None:
        """Make a watch."""
        told = WatchConfig.model_validate({"name": name, "channels": ["desk"], **settings}).settings()
        put_watch(self.connection, name, told, is_own=True, now=self.now)

    def judge(self) -> list[tuple[str, str, int | None]]:
        """Judge all that changed: watch, kind and event of each alert that came of it."""
        before = {alert.id for alert in self.alerts()}
        while judge_changes(self.rooms, self.book):
            pass
        return [(one.watch, one.kind, one.event) for one in self.alerts() if one.id not in before]

    def compose(self) -> list[Message]:
        """Write what is due: the messages that came of it, the first first."""
        before = {post.key for post in self.posts()}
        compose_alerts(self.rooms, self.book)
        keys = [post.key for post in self.posts() if post.key not in before]
        found = get_messages(self.connection, keys)
        return [found[key] for key in reversed(keys)]

    def round(self) -> list[tuple[str, Message]]:
        """Judge and write: the kind of each telling, with its message."""
        self.judge()
        messages = self.compose()
        return [(telling["kind"], one) for one in messages for telling in one.payload["tellings"]]

    def kinds(self) -> list[str]:
        """What a round tells."""
        return [kind for kind, _ in self.round()]

    def alerts(self) -> list[Alert]:
        """All that was decided, the first first."""
        return find_alerts(self.connection, watch=None, limit=100_000, offset=0)[::-1]

    def states(self) -> list[str]:
        """How far each alert has come."""
        return [alert.state for alert in self.alerts()]

    def posts(self) -> Sequence[Post]:
        """All messages of alerts, the newest first."""
        return find_posts(self.connection, kinds=("alert", "summary"), limit=100_000)

    def events(self, type_: str) -> list[int]:
        """Numbers of the events of a type."""
        found = self.connection.execute("SELECT id FROM events WHERE type = $type ORDER BY id", {"type": type_})
        return [number for (number,) in found.fetchall()]

    def event(self, number: int) -> Event:
        """An event that is there."""
        found = get_event(self.connection, number)
        assert found
        return found

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with closing(open_database(None)) as connection:
        yield Desk(connection, teller(connection))
