"""Lists of short hashes by document, in memory, and the documents of each hash: how common it is, and who shares it.

Twenty-four million hashes of 760,000 articles take 130 MB: all of them in one row, document after document, and for the
rare ones their documents besides. Pure arrays, which `season` fills.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from store.fingerprints import BITS

KEPT = 500
"""Documents of what stands in more are not kept: it brings nothing together, and becomes rare only when old ones go."""
_CHUNK = 1 << 21
_FEW = 100_000


class Column:
    """An array that grows at its end without being copied each time."""

    def __init__(self, kind: Any) -> None:
        self._values, self._length = np.empty(0, kind), 0

    def extend(self, values: Any) -> None:
        """Put these behind the others."""
        end = self._length + len(values)
        if end > len(self._values):
            grown = np.empty(end + (end >> 4), self._values.dtype)
            grown[: self._length] = self._values[: self._length]
            self._values = grown
        self._values[self._length : end] = values
        self._length = end

    @property
    def values(self) -> Any:
        """All of it, as one array; valid until it grows."""
        return self._values[: self._length]


class Postings:
    """Lists of hashes of documents, which are numbered as they come."""

    def __init__(self) -> None:
        self.counts = np.zeros(1 << BITS, np.int32)
        self._low, self._high, self._ends = Column(np.uint16), Column(np.uint8), Column(np.uint32)
        self._settled = 0
        self._kept, self._starts, self._documents = (np.empty(0, np.uint32) for _ in range(3))
        self._common = np.empty(0, np.uint32)

    def extend(self, lengths: Any, terms: Any) -> None:
        """Add documents: how many terms each has, and the terms of all."""
        terms = terms & ((1 << BITS) - 1)
        self._ends.extend(self._length + np.cumsum(lengths))
        self._low.extend(terms & 0xFFFF)
        self._high.extend(terms >> 16)
        self._count(terms, 1)

    def forget(self, documents: Any) -> None:
        """Count the terms of these no longer; whoever finds them has to know that they are gone."""
        self._count(self.lists(documents)[1], -1)

    def _count(self, terms: Any, each: int) -> None:
        if len(terms) < _FEW:
            np.add.at(self.counts, terms, each)
        else:
            self.counts += np.bincount(terms, minlength=len(self.counts)).astype(np.int32) * np.int32(each)

    def __len__(self) -> int:
        return len(self._ends.values)

    @property
    def _length(self) -> int:
        return len(self._low.values)

    def _terms(self, places: Any) -> Any:
        """The terms at these places, or in this slice, of all lists in one row."""
        return self._low.values[places] | self._high.values[places].astype(np.uint32) << np.uint32(16)

    def count_in(self, documents: Any, terms: Any) -> Any:
        """In how many of these documents each of these terms stands, which are sorted."""
        is_wanted = np.zeros(1 << BITS, bool)
        is_wanted[terms] = True
        _, told = self.lists(documents)
        return np.bincount(np.searchsorted(terms, told[is_wanted[told]]), minlength=len(terms))

    def lists(self, documents: Any) -> tuple[Any, Any]:
        """How many terms each of these documents has, and the terms of all."""
        ends, documents = self._ends.values, documents.astype(np.int64)
        starts = np.where(documents > 0, ends[documents - 1], 0).astype(np.int64)
        lengths = ends[documents] - starts
        return lengths, self._terms(spread(starts, lengths))

    def settle(self) -> None:
        """Sort what is there, so that it need not be searched through."""
        keys = np.concatenate([*map(self._rare_keys, range(0, self._length, _CHUNK)), np.empty(0, np.uint64)])
        keys.sort()
        terms = (keys >> np.uint64(32)).astype(np.uint32)
        self._documents = keys.astype(np.uint32)  # the lower half
        self._kept, starts = np.unique(terms, return_index=True)
        self._starts = np.append(starts, len(keys)).astype(np.uint32)
        self._common = np.flatnonzero(self.counts > KEPT).astype(np.uint32)
        self._settled = self._length

    def _rare_keys(self, start: int) -> Any:
        """Term and document, as one number, of each rare term in a part of the lists."""
        part = self._terms(slice(start, start + _CHUNK))
        places = np.flatnonzero(self.counts[part] <= KEPT)
        return part[places].astype(np.uint64) << np.uint64(32) | self._document_at(places + start).astype(np.uint64)

    def _document_at(self, places: Any) -> Any:
        return np.searchsorted(self._ends.values, places, side="right")

    def find(self, wanted: Any) -> tuple[Any, Any]:
        """Who has these terms, which are sorted and rare: arrays of places of terms, and of documents."""
        first, last = (np.searchsorted(self._kept, wanted, side=side) for side in ("left", "right"))
        starts = self._starts[first].astype(np.int64) if len(self._starts) else first
        lengths = np.where(last > first, self._starts[last] - starts, 0) if len(self._starts) else np.zeros_like(first)
        found = [(np.repeat(np.arange(len(wanted)), lengths), self._documents[spread(starts, lengths)])]
        was_common = np.isin(wanted, self._common)
        if was_common.any():
            found.append(self._search(wanted[was_common], 0, self._settled, np.flatnonzero(was_common)))
        found.append(self._search(wanted, self._settled, self._length, np.arange(len(wanted))))
        return np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found])

    def _search(self, wanted: Any, start: int, end: int, places: Any) -> tuple[Any, Any]:
        """The same in a part that is not sorted."""
        is_wanted = np.zeros(1 << BITS, bool)
        is_wanted[wanted] = True
        chunks = [
            np.flatnonzero(is_wanted[self._terms(slice(one, min(one + _CHUNK, end)))]) + one
            for one in range(start, end, _CHUNK)
        ]
        found = np.concatenate([*chunks, np.empty(0, np.int64)])
        return places[np.searchsorted(wanted, self._terms(found))], self._document_at(found).astype(np.uint32)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        columns = (self._low.values, self._high.values, self._ends.values)
        return sum(int(one.nbytes) for one in (*columns, self._kept, self._starts, self._documents, self.counts))


def spread(starts: Any, lengths: Any) -> Any:
    """Places of runs in one row: of starts 5 and 9 with lengths 2 and 3 it is 5 6 9 10 11."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts.astype(np.int64) - before, lengths) + np.arange(int(lengths.sum()))
