"""Which watches ask for an event: all of them at once, with one bit for each watch.

A filter that a watch does not use lets everything through. Ten thousand watches are thus judged with a few operations
on long integers; what remains is looked at one by one.
"""

from __future__ import annotations

import struct
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from orewire.model.codes import FAMILY_OF_TYPE
from orewire.model.event import Event, Filters
from orewire.model.project import project_number
from orewire.model.watch import Watch

TextMatches = Callable[[str], Collection[int]]
"""Ids of those of the events at hand that have an article which matches a query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An event with all names of its project, and the numbers by which it is known."""

    event: Event
    project_names: tuple[str, ...] = ()
    project_numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Values:
    """A filter of whole values: the watches that do not use it, and those that ask for each value."""

    free: int
    asking: Mapping[str, int]

    def let_through(self, values: Iterable[str]) -> int:
        """The watches that ask for one of the values, or for none."""
        found = self.free
        for value in values:
            found |= self.asking.get(value, 0)
        return found


class _Parts:
    """A filter of names, found in part, whatever case and accents; or by a number, see `_numbered`."""

    def __init__(self, values: _Values) -> None:
        self._values = values
        self._parts = sorted(part for part in values.asking if part and not part.startswith(_NUL))
        self._finder = AhoCorasick(self._parts)

    def let_through(self, names: Sequence[str], numbers: Iterable[int] = ()) -> int:
        """The watches that ask for a part of one of the names, or for none; no letters are a part of every name."""
        text = "\n".join(map(fold, names))
        found = {self._parts[place] for place, _, _ in self._finder.find_matches_as_indexes(text, overlapping=True)}
        found.update(map(_numbered, numbers))
        return self._values.let_through({*found, ""} if names else found)


class WatchIndex:
    """Watches, to be asked which of them an event answers; the same answer as `Questions.find_events` gives."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self._watches = tuple(watches)
        self._exact = {name: self._values(asked) for name, asked in _EXACT.items()}
        self._is_bounded = [_has_bounds(watch.filters) for watch in watches]
        self._parts = {name: _Parts(self._values(asked)) for name, asked in _IN_PART.items()}

    def _values(self, asked: Callable[[Filters], Iterable[str]]) -> _Values:
        free, asking = 0, defaultdict[str, int](int)
        for place, watch in enumerate(self._watches):
            values = tuple(asked(watch.filters))
            for value in values:
                asking[value] |= 1 << place
            if not values:
                free |= 1 << place
        return _Values(free, asking)

    def find(self, named: Named, matches: TextMatches) -> Iterator[Watch]:
        """The watches whose filters the event answers, in their order."""
        event = named.event
        found = -1
        for name, values in self._exact.items():
            found &= values.let_through(_EVENT_VALUES[name](event))
        names = named.project_names or _named(event.project)
        found &= self._parts["project"].let_through(names, named.project_numbers)
        found &= self._parts["actor"].let_through((event.actor or "",))
        for place in _bits(found):
            watch = self._watches[place]
            if not self._is_bounded[place] or (
                _is_within(watch.filters, event) and _has_words(watch.filters, event, matches)
            ):
                yield watch


def fold(name: str) -> str:
    """In lower case, without accents, as DuckDB's `lower(strip_accents(name))` has it."""
    if name.isascii():
        return name.lower()
    apart = unicodedata.normalize("NFD", name)
    plain = unicodedata.normalize("NFC", "".join(one for one in apart if unicodedata.category(one)[0] != "M"))
    return "".join(map(str.lower, plain))  # each for itself: there is no other letter at the end of a word


def _part(name: str) -> str:
    """What is looked for, without what no stored name can hold: NUL and lone surrogates."""
    return fold(name.replace("\0", "").encode("utf-8", "replace").decode("utf-8"))


_NUL = "\0"


def _numbered(number: int) -> str:
    """A number of a project among the parts of names, none of which holds a NUL."""
    return f"{_NUL}{number}"


def _project(value: str) -> str:
    number = project_number(value)
    return _part(value) if number is None else _numbered(number)


_EXACT: Mapping[str, Callable[[Filters], Iterable[str]]] = {
    "country": lambda filters: (code.upper() for code in filters.country),
    "mineral": lambda filters: filters.mineral,
    "type": lambda filters: filters.type,
    "family": lambda filters: filters.family,
    "status": lambda filters: filters.status,
    "stance": lambda filters: filters.stance,
}
_IN_PART: Mapping[str, Callable[[Filters], Iterable[str]]] = {
    "project": lambda filters: map(_project, filters.project),
    "actor": lambda filters: map(_part, filters.actor),
}
_EVENT_VALUES: Mapping[str, Callable[[Event], Iterable[str]]] = {
    "country": lambda event: event.countries,
    "mineral": lambda event: event.minerals,
    "type": lambda event: (event.type,),
    "family": lambda event: (FAMILY_OF_TYPE[event.type],),
    "status": lambda event: (event.status,),
    "stance": lambda event: {stance.polarity for stance in event.stances},
}


def _named(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()


def _bits(mask: int) -> Iterator[int]:
    digits = f"{mask:b}"[::-1]
    place = digits.find("1")
    while place >= 0:
        yield place
        place = digits.find("1", place + 1)


def _has_bounds(filters: Filters) -> bool:
    """Whether it asks for what no index of values answers."""
    bounds = (filters.min_confidence, filters.since, filters.until, filters.seen_since, filters.seen_until)
    return bool(filters.text) or any(bound is not None for bound in bounds)


def _is_within(filters: Filters, event: Event) -> bool:
    """Confidence and times, half-open; an event without a date is in no span of days."""
    confident = filters.min_confidence is None or _single(event.confidence) >= _single(filters.min_confidence)
    since = filters.since is None or (event.date is not None and event.date >= filters.since)
    until = filters.until is None or (event.date is not None and event.date < filters.until)
    seen_since = filters.seen_since is None or (event.last_seen is not None and event.last_seen >= filters.seen_since)
    seen_until = filters.seen_until is None or (event.first_seen is not None and event.first_seen < filters.seen_until)
    return confident and since and until and seen_since and seen_until


def _single(number: float) -> float:
    """Rounded to the 32 bits in which the store keeps and compares confidences."""
    rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    return rounded


def _has_words(filters: Filters, event: Event, matches: TextMatches) -> bool:
    return not (filters.text or "").strip() or event.id in matches(filters.text or "")
