"""The passage of an article that shows why it was found, and what in it was looked for."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from orewire.model.hit import Excerpt
from store.fulltext.compile import spellings
from store.fulltext.query import TITLE, Words
from store.fulltext.spelling import is_unspaced, respell, respell_with_places
from store.fulltext.words import Cut, cut

LENGTH = 240
"""Characters of a passage: two lines or three."""
_STRETCH = 20_000
"""Characters that are cut into words at once: of a long document only as many as it takes to find something."""
_BEFORE = 60
_MOST_COMPARED = 500
_Found = tuple[int, int, int]
"""A range of characters, and which of the words it is."""


@dataclass(frozen=True, slots=True)
class Marker:
    """Finds in texts of one group what a query looks for: words in a row by their first stem, and ways to be alike."""

    group: str
    rows: dict[str, list[tuple[int, tuple[str, ...]]]]
    alike: tuple[tuple[int, Callable[[str], bool]], ...]

    def find(self, text: str) -> list[_Found]:
        """Where the words stand in the text."""
        spelled, places = respell_with_places(text, self.group)
        found = list(self._rows(cut(spelled, self.group)))
        if self.alike:
            found += self._alike(cut(spelled, self.group, is_stemmed=False))
        if places is None:
            return found
        starts, ends = places
        return [(starts[start], ends[end - 1], word) for start, end, word in found]

    def _rows(self, words: Sequence[Cut]) -> Iterator[_Found]:
        for place, (stem, start, _) in enumerate(words):
            for word, row in self.rows.get(stem, ()):
                stretch = words[place : place + len(row)]
                if tuple(one[0] for one in stretch) == row:
                    yield start, stretch[-1][2], word

    def _alike(self, words: Sequence[Cut]) -> Iterator[_Found]:
        for written, start, end in words:
            for word, is_alike in self.alike:
                if is_alike(written):
                    yield start, end, word


def make_marker(words: Sequence[Words], group: str, *, of_title: bool) -> Marker:
    """A marker of the words of a query that look into titles, or into texts."""
    rows: defaultdict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    alike: list[tuple[int, Callable[[str], bool]]] = []
    for number, one in enumerate(words):
        if one.field is not None and not (of_title and one.field == TITLE):
            continue
        if (one.is_begin or one.fuzz) and not is_unspaced(one.text):
            alike += [(number, _likeness(one, written)) for written in spellings(one)]
            continue
        stems = tuple(stem for stem, _, _ in cut(respell(one.text, group), group))
        for row in [(stem,) for stem in stems] if one.slop else [stems]:
            if row:
                rows[row[0]].append((number, row))
    return Marker(group, dict(rows), tuple(alike))


def _likeness(words: Words, written: str) -> Callable[[str], bool]:
    if words.is_begin:
        return lambda other: other.startswith(written)
    return functools.cache(lambda other: differ_at_most(written, other, words.fuzz))


def differ_at_most(one: str, other: str, most: int) -> bool:
    """Whether so many insertions, deletions, replacements and swaps of neighbours make one word the other."""
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return False
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != against))
            is_swapped = row > 1 and column > 1 and (letter, one[row - 2]) == (other[column - 2], against)
            line.append(min(cost, before[column - 2] + 1) if is_swapped else cost)
        before, last = last, line
    return last[-1] <= most


def mark_title(title: str, marker: Marker) -> Excerpt:
    """The whole title."""
    return Excerpt(text=title, start=0, highlights=_ranges(marker.find(title), 0, len(title)))


def mark_text(text: str, marker: Marker) -> Excerpt:
    """The passage of the text that has the most of the words; its beginning where it has none of them."""
    for first, last in _stretches(text):
        if found := sorted((first + start, first + end, word) for start, end, word in marker.find(text[first:last])):
            start, end = _bounds(text, *_densest(found))
            return Excerpt(text=text[start:end], start=start, highlights=_ranges(found, start, end))
    start, end = _bounds(text, 0, 0)
    return Excerpt(text=text[start:end], start=start)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = start + _STRETCH
        if end < len(text):
            end = max(text.rfind(" ", start + 1, end), text.rfind("\n", start + 1, end)) + 1 or end
        yield start, end
        start = end


def _densest(found: Sequence[_Found]) -> tuple[int, int]:
    """The range of a passage's length that has most different words, then most of all, the first of those."""
    found = found[:_MOST_COMPARED]
    best, value = (found[0][0], found[0][1]), (0, 0)
    for number, (start, _, _) in enumerate(found):
        within = []
        for one in found[number:]:
            if one[0] - start >= LENGTH:
                break
            if one[1] - start <= LENGTH:
                within.append(one)
        if (len({word for _, _, word in within}), len(within)) > value:
            best = start, max(end for _, end, _ in within)
            value = (len({word for _, _, word in within}), len(within))
    return best


_SENTENCE = re.compile(r"[.!?]\s+|\n+|[。！？]")
_SPACE = re.compile(r"\s+")


def _bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """A passage around the range: from the beginning of its sentence where that is near, and between words."""
    first = max(0, start - min(_BEFORE, max(0, LENGTH - (end - start))))
    before = text[first:start]
    if sentences := list(_SENTENCE.finditer(before)):
        first += sentences[-1].end()
    elif first and not is_unspaced(before):
        space = _SPACE.search(before)
        first += space.end() if space else len(before)
    last = min(len(text), max(end, first + LENGTH))
    behind = text[end:last]
    if last < len(text) and not is_unspaced(behind) and (spaces := list(_SPACE.finditer(behind))):
        last = end + spaces[-1].start()
    return _trim(text, first, last)


def _trim(text: str, first: int, last: int) -> tuple[int, int]:
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    return first, last


def _ranges(found: Sequence[_Found], start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Ranges within the passage, counted from its start, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for first, last, _ in sorted(found):
        if first < start or last > end or first >= last:
            continue
        if merged and first - start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last - start))
        else:
            merged.append((first - start, last - start))
    return tuple(merged)
