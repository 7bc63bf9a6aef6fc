"""Minerals and countries that a question names: those that the gazetteer or the events know, and no others."""

from __future__ import annotations

from collections.abc import Sequence

from orewire.model.errors import UnknownValue, nearest
from orewire.model.event import Filters
from orewire.model.project import ProjectFilters
from store.connection import Connection

_CODE = "a two-letter code such as CL, or EU"
_MOST = 5_000
"""Values that are held: a store without a gazetteer takes any."""


class Vocabulary:
    """Looks each value up once: what is known stays so. From any thread."""

    def __init__(self) -> None:
        self._known: frozenset[tuple[str, str]] = frozenset()

    def check(self, connection: Connection, asked: Filters | ProjectFilters) -> None:
        """See `check_known`."""
        named = {*(("country", one) for one in asked.country), *(("mineral", one) for one in asked.mineral)}
        if named <= self._known:
            return
        check_known(connection, country=asked.country, mineral=asked.mineral)
        self._known = self._known.union(named) if len(self._known) < _MOST else frozenset(named)


def check_known(connection: Connection, *, country: Sequence[str] = (), mineral: Sequence[str] = ()) -> None:
    """UnknownValue for a mineral or country that nobody knows. A store without a gazetteer takes any."""
    if mineral:
        minerals = [name for (name,) in connection.execute("SELECT name FROM minerals ORDER BY name").fetchall()]
        for value in _strangers(connection, "mineral", mineral, minerals):
            raise UnknownValue("mineral", value, minerals)
    if country:
        places = dict(connection.execute("SELECT code, name FROM places ORDER BY code").fetchall())
        codes = [code.upper() for code in country]
        for value in _strangers(connection, "country", codes, places):
            raise UnknownValue("country", country[codes.index(value)], (), expected=_CODE, near=_code_of(value, places))


def _strangers(
    connection: Connection, name: str, chosen: Sequence[str], known: Sequence[str] | dict[str, str]
) -> list[str]:
    """The values that stand neither in the gazetteer nor in any event."""
    strange = [value for value in chosen if value not in known] if known else []
    if not strange:
        return []
    told = connection.execute(f"SELECT DISTINCT unnest(members) FROM {name}_sets").fetchall()  # noqa: S608 - our own name
    return [value for value in strange if (value,) not in told]


def _code_of(name: str, places: dict[str, str]) -> str | None:
    """The code of a country that is called so, or nearly."""
    codes = {place.casefold(): code for code, place in places.items()}
    likest = nearest(name, tuple(codes))
    return codes[likest] if likest else None
