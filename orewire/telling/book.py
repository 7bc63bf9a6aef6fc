"""The watches of the store, read again only when they have changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from orewire.alerts.match import WatchIndex
from orewire.model.ledger import StoredWatch
from orewire.model.watch import Watch
from orewire.sections import WatchConfig
from store.connection import Connection
from store.watches import get_watches, watches_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Watches:
    """All watches by name, the last event that is no news to each, and the index that finds them."""

    by_name: dict[str, Watch]
    after_event: dict[str, int]
    index: WatchIndex

    def kinds(self) -> frozenset[str]:
        """What any of them waits for."""
        return frozenset(kind for watch in self.by_name.values() for kind in watch.kinds)


Note = Callable[..., None]


def tell_nobody(_: str, **__: object) -> None:
    """Where nobody wants to know."""


class WatchBook:
    """Keeps the watches at hand. One whose settings this version cannot read is left out, and `note` is told of it."""

    def __init__(self, note: Note = tell_nobody) -> None:
        self._note = note
        self._version: tuple[object, ...] | None = None
        self._watches = _watches([])

    def read(self, connection: Connection) -> Watches:
        """The watches as they are now."""
        version = watches_version(connection)
        if version != self._version:
            self._watches, self._version = _watches(list(self._readable(connection))), version
        return self._watches

    def _readable(self, connection: Connection) -> Iterator[tuple[StoredWatch, Watch]]:
        for stored in get_watches(connection):
            try:
                yield stored, to_watch(stored)
            except ValidationError as error:
                self._note("watch_unreadable", watch=stored.name, error=str(error.errors()[0]["msg"]))


def to_watch(stored: StoredWatch) -> Watch:
    """The watch that its settings make."""
    return WatchConfig.model_validate({"name": stored.name, **stored.settings}).watch(is_own=stored.is_own)


def _watches(read: list[tuple[StoredWatch, Watch]]) -> Watches:
    by_name = {stored.name: watch for stored, watch in read}
    return Watches(
        by_name=by_name,
        after_event={stored.name: stored.after_event for stored, _ in read},
        index=WatchIndex(list(by_name.values())),
    )
