"""How much two documents have in common, by how rare it is: pure arrays over `Postings`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from store.fingerprints import BITS, load_background
from store.postings import Postings, spread

COMMON = 0.02
"""What stands in more than this share of the documents brings nothing together by itself."""
MOST = 400
"""Nor does what stands in so many of them, however many there are."""
_AT_LEAST = 20
"""In a young store everything is common."""


@dataclass(frozen=True, slots=True)
class Said:
    """What some documents say: terms, sorted, with what each weighs and whether it is rare; and who says it.

    `owner` and `place` are of one length: which document, and which of the terms. `norms` is the weight of all that a
    document says.
    """

    terms: Any
    weights: Any
    is_rare: Any
    is_common: Any
    owner: Any
    place: Any
    norms: Any


def said_by(postings: Postings, documents: Any, is_counted: Any, is_there: Any) -> Said:
    """What these documents say, weighed by how common it is among those that are counted and in the news at large.

    Of all documents, which are counted, and which are there: what `postings` counts.
    """
    lengths, terms = postings.lists(documents)
    owner = np.repeat(np.arange(len(documents)), lengths)
    different, place = np.unique(terms, return_inverse=True)
    others = np.flatnonzero(is_there & ~is_counted)
    counts = np.maximum(1, postings.counts[different] - postings.count_in(others, different))
    total = int(np.count_nonzero(is_counted))
    every, background = load_background()[0], _background()[different]
    weights = np.log((total + every) / (counts + background + 1)) / np.log(total + every)
    share = max(_AT_LEAST, COMMON * total)
    return Said(
        different, weights, counts <= min(MOST, share), counts > share, owner, place,
        np.bincount(owner, weights[place], len(documents)),
    )  # fmt: skip


@functools.cache
def _background() -> Any:
    """In how many texts of the news at large each term stands."""
    counts = np.zeros(1 << BITS, np.int32)
    known = load_background()[1]
    counts[np.fromiter(known, np.int64)] = np.fromiter(known.values(), np.int32)
    return counts


def find_sharing(postings: Postings, said: Said) -> tuple[Any, Any, Any]:
    """All that share something rare: arrays of owners, documents, and the weight of what they share, one by one."""
    found, documents = postings.find(said.terms[said.is_rare])
    order = np.argsort(found, kind="stable")
    starts = np.searchsorted(found[order], np.arange(int(said.is_rare.sum()) + 1))
    is_rare = said.is_rare[said.place]
    wanted = (np.cumsum(said.is_rare) - 1)[said.place[is_rare]]
    lengths = starts[wanted + 1] - starts[wanted]
    shared = documents[order][spread(starts[wanted], lengths)].astype(np.int64)
    return np.repeat(said.owner[is_rare], lengths), shared, np.repeat(said.weights[said.place[is_rare]], lengths)


def sum_by(keys: Any, values: Any) -> tuple[Any, Any]:
    """The different keys, sorted, and the sum of the values of each."""
    order = np.argsort(keys)
    keys = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)])
    return keys[starts], np.add.reduceat(values[order], starts) if len(starts) else values[:0]


def weigh_common(postings: Postings, said: Said, owners: Any, documents: Any) -> Any:
    """For each pair of an owner and a document, what all that they share weighs, but for what is common."""
    lengths, terms = postings.lists(documents)
    pair = np.repeat(np.arange(len(documents)), lengths)
    is_told = np.zeros(1 << BITS, bool)
    is_told[said.terms[~said.is_common]] = True
    chosen = np.flatnonzero(is_told[terms])
    pair, place = pair[chosen], np.searchsorted(said.terms, terms[chosen])
    own = np.unique(said.owner * len(said.terms) + said.place)
    asked = owners[pair] * len(said.terms) + place
    at = np.minimum(np.searchsorted(own, asked), max(0, len(own) - 1))
    is_shared = own[at] == asked if len(own) else np.zeros(len(asked), bool)
    return np.bincount(pair[is_shared], said.weights[place[is_shared]], len(documents))
