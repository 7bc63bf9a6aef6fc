"""The watches of the store, read again only when they have changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from orewire.alerts.match import WatchIndex
from orewire.model.ledger import StoredWatch
from orewire.model.watch import Watch
from orewire.rooms import Progress
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

    def read(self, connection: Connection, progress: Progress) -> Watches:
        """The watches as they are now; one that can no longer be understood is noted, and harms no other."""
        version = watches_version(connection)
        if version != self._version:
            self._watches, self._version = _watches(list(_readable(get_watches(connection), progress))), version
        return self._watches


def to_watch(stored: StoredWatch) -> Watch:
    """The watch that its settings make."""
    return WatchConfig.model_validate({"name": stored.name, **stored.settings}).watch(is_own=stored.is_own)


def _readable(stored: list[StoredWatch], progress: Progress) -> Iterator[tuple[StoredWatch, Watch]]:
    """Those whose settings mean something: another version, or another machine's time zones, may have made them."""
    for one in stored:
        try:
            yield one, to_watch(one)
        except ValidationError as error:
            progress.note("watch_not_understood", watch=one.name, error=str(error))


def _watches(stored: list[tuple[StoredWatch, Watch]]) -> Watches:
    by_name = {watch.name: watch for _, watch in stored}
    return Watches(
        by_name=by_name,
        after_event={one.name: one.after_event for one, _ in stored},
        index=WatchIndex(list(by_name.values())),
    )
