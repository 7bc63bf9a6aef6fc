"""The watches of the store, read again only when they have changed."""

from __future__ import annotations

from dataclasses import dataclass

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


class WatchBook:
    """Keeps the watches at hand."""

    def __init__(self) -> None:
        self._version: tuple[object, ...] | None = None
        self._watches = _watches([])

    def read(self, connection: Connection) -> Watches:
        """The watches as they are now."""
        version = watches_version(connection)
        if version != self._version:
            self._watches, self._version = _watches(get_watches(connection)), version
        return self._watches


def to_watch(stored: StoredWatch) -> Watch:
    """The watch that its settings make."""
    return WatchConfig.model_validate({"name": stored.name, **stored.settings}).watch(is_own=stored.is_own)


def _watches(stored: list[StoredWatch]) -> Watches:
    by_name = {one.name: to_watch(one) for one in stored}
    return Watches(
        by_name=by_name,
        after_event={one.name: one.after_event for one in stored},
        index=WatchIndex(list(by_name.values())),
    )
