"""Which stored mentions each arriving one is compared with: those that share something rare, or kind and place.

Pure arrays, over a `Season` and the older mentions that name a project of those arriving. A mention goes by its slot in
the season; older ones come behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from store.likeness import MOST, Said, find_sharing, said_by, sum_by
from store.postings import spread
from store.season import Rows, Season

NEAR_DAYS = 45
"""Papers come back to an act for weeks."""
FAR_DAYS = 365
"""What is recalled, and what was long expected, is told over months."""
LOOSE_DAYS = 21
"""Within these days an act of the same kind, country and mineral is looked at although no name is shared."""
_WEIGHED = 64
"""Pairs of each mention that are weighed, the likest: with more the event was never another one."""
_SHARED_NAMES, _SHARED_TERMS = 0.5, 0.15
"""Two mentions come together whose rare names weigh more than this; two articles, by the share of all that one says."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is compared with what: the mentions that arrive, by slot, and their articles; what they say."""

    season: Season
    older: Rows
    mentions: Any
    articles: Any
    names: Said
    terms: Said

    def rows(self, mentions: Any) -> dict[str, Any]:
        """The columns of these mentions of the season and older ones."""
        slots, place = np.unique(mentions, return_inverse=True)
        split = int(np.searchsorted(slots, self.size))
        inside, outside = self.season.take(slots[:split]), slots[split:] - self.size
        return {name: np.concatenate([inside[name], self.older[name][outside]])[place] for name in inside}

    @property
    def size(self) -> int:
        """How many mentions are in the season, those let go of included."""
        return len(self.season.names)

    def article_slots(self, mentions: Any) -> Any:
        """The slot of the article of each mention; -1 of older ones."""
        slots = np.append(self.season.mentions("article_slot").astype(np.int64), -1)
        return slots[np.minimum(mentions, self.size)]


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs: places in `Arrival.mentions`, and slots of the others."""

    own: Any
    other: Any


def arrive_in(season: Season, numbers: Any, older: Rows) -> Arrival:
    """Prepare to compare the mentions of the articles with these numbers."""
    is_asked, is_there, of = season.is_asked, season.articles("is_there"), season.mentions("article_slot")
    articles = np.flatnonzero(is_asked & np.isin(season.articles("article"), numbers, kind="table"))
    mentions = spread(*season.mentions_of(articles))
    names = said_by(season.names, mentions, is_asked[of], is_there[of])
    return Arrival(season, older, mentions, articles, names, said_by(season.terms, articles, is_asked, is_there))


def find_candidates(arrival: Arrival) -> Found:
    """The likest pairs of each arriving mention with one of its type in another article."""
    by_names, by_terms = _by_names(arrival), _by_terms(arrival)
    keys = np.unique(np.concatenate([by_names[0], _mentions_of(arrival, by_terms[0]), *_by_place(arrival)]))
    found = Found(*np.divmod(keys, _base(arrival)))
    own, other = arrival.rows(arrival.mentions[found.own]), arrival.rows(found.other)
    article = np.searchsorted(arrival.articles, arrival.article_slots(arrival.mentions[found.own]))
    score = (
        _look_up(by_names, keys)
        + _look_up(by_terms, article * _base(arrival) + arrival.article_slots(found.other))
        + 3.0 * (own["copy_group"] == other["copy_group"])
        + 2.0 * ((own["project"] == other["project"]) & (own["project"] > 0))
    )
    return _likest(found, own, other, score)


def _base(arrival: Arrival) -> int:
    """What a pair is one number by: place of the arriving one times this, plus slot, of a mention or an article."""
    return max(arrival.size, len(arrival.season.terms)) + len(arrival.older["article"]) + 1


def _by_names(arrival: Arrival) -> tuple[Any, Any]:
    """Pairs of mentions of one type, as keys, and what the rare names weigh that they share."""
    season = arrival.season
    own, other, weights = find_sharing(season.names, arrival.names)
    types, of = season.mentions("type"), season.mentions("article_slot")
    slots = arrival.mentions[own]
    is_pair = (types[slots] == types[other]) & (of[slots] != of[other]) & season.is_asked[of[other]]
    keys, shared = sum_by(own[is_pair] * _base(arrival) + other[is_pair], weights[is_pair])
    return keys[shared > _SHARED_NAMES], shared[shared > _SHARED_NAMES]


def _by_terms(arrival: Arrival) -> tuple[Any, Any]:
    """Pairs of articles, as keys of place and slot, and what the rare terms weigh that they share."""
    season, base = arrival.season, _base(arrival)
    own, other, weights = find_sharing(season.terms, arrival.terms)
    is_pair = (arrival.articles[own] != other) & season.is_asked[other]
    # Most articles share one term with one of those that arrive: too little, whatever it weighs.
    fewest = _SHARED_TERMS * arrival.terms.norms.min(initial=np.inf) / weights.max(initial=1e-9)
    is_pair &= np.bincount(other, minlength=1)[other] >= fewest
    keys, shared = sum_by(own[is_pair] * base + other[is_pair], weights[is_pair])
    is_alike = shared > _SHARED_TERMS * arrival.terms.norms[keys // base]
    return keys[is_alike], shared[is_alike]


def _mentions_of(arrival: Arrival, alike: Any) -> Any:
    """Pairs of mentions of one type in articles that are alike."""
    season, base = arrival.season, _base(arrival)
    own, other = np.divmod(alike, base)
    starts, lengths = season.mentions_of(arrival.articles[own])
    slots, others = spread(starts, lengths), np.repeat(other, lengths)
    starts, lengths = season.mentions_of(others)
    slots, others = np.repeat(slots, lengths), spread(starts, lengths)
    types = season.mentions("type")
    is_pair = types[slots] == types[others]
    return np.searchsorted(arrival.mentions, slots[is_pair]) * base + others[is_pair]


def _by_place(arrival: Arrival) -> tuple[Any, Any]:
    """Pairs within three weeks of one type and project, or country and mineral."""
    own, near = arrival.rows(arrival.mentions), _near(arrival)
    others = arrival.rows(near)
    projects = join(
        *(np.where(one["project"] > 0, one["type"].astype(np.int64) << 32 | one["project"], -number)
          for number, one in enumerate((own, others), 1))
    )  # fmt: skip
    countries = _same_country(arrival, own, others)
    return _within_weeks(arrival, own, others, near, projects), _within_weeks(arrival, own, others, near, countries)


def _near(arrival: Arrival) -> Any:
    """Slots of all mentions of days about those of the arriving ones."""
    season = arrival.season
    days = np.unique(season.mentions("day")[arrival.mentions])
    around = np.unique(days[:, None] + np.arange(-LOOSE_DAYS, LOOSE_DAYS + 1))
    is_near = np.isin(season.mentions("day"), around)
    is_near &= season.is_asked[season.mentions("article_slot")]
    return np.concatenate([np.flatnonzero(is_near), arrival.size + np.arange(len(arrival.older["article"]))])


def _same_country(arrival: Arrival, own: Rows, others: Rows) -> tuple[Any, Any]:
    """Pairs of one type and country, where that is not common; of one project, or none, and of one mineral, or none."""
    numbers: dict[str, int] = {}
    words = arrival.season.codes.words
    (own_place, own_keys), (other_place, keys) = (_countries(one, words, numbers) for one in (own, others))
    different, counts = np.unique(keys, return_counts=True)
    quiet = np.isin(own_keys, different[counts <= MOST])
    left, right = join(own_keys[quiet], keys)
    left, right = own_place[quiet][left], other_place[right]
    projects = own["project"][left], others["project"][right]
    fit = (projects[0] == 0) | (projects[1] == 0) | (projects[0] == projects[1])
    left, right = left[fit], right[fit]
    agree = of_pairs(own["minerals"][left], others["minerals"][right], lambda one, other: _agree(words, one, other))
    return left[agree], right[agree]


def _agree(words: Mapping[int, tuple[str, ...]], one: int, other: int) -> bool:
    return not words[one] or not words[other] or not set(words[one]).isdisjoint(words[other])


def _countries(rows: Rows, words: Mapping[int, tuple[str, ...]], numbers: dict[str, int]) -> tuple[Any, Any]:
    """For each country of each row: the row, and a key of type and country."""
    sets, place = np.unique(rows["countries"], return_inverse=True)
    members = [[numbers.setdefault(name, len(numbers)) for name in dict.fromkeys(words[one])] for one in sets.tolist()]
    sizes = np.array([len(one) for one in members], np.int64)
    flat = np.array([number for one in members for number in one], np.int64)
    lengths = sizes[place]
    row = np.repeat(np.arange(len(place)), lengths)
    return row, rows["type"][row].astype(np.int64) << 32 | flat[spread((np.cumsum(sizes) - sizes)[place], lengths)]


def _within_weeks(arrival: Arrival, own: Rows, others: Rows, near: Any, pairs: tuple[Any, Any]) -> Any:
    left, right = pairs
    is_pair = (own["article"][left] != others["article"][right]) & (
        np.abs(own["day"][left] - others["day"][right]) <= LOOSE_DAYS
    )
    return left[is_pair] * _base(arrival) + near[right[is_pair]]


def join(keys: Any, others: Any) -> tuple[Any, Any]:
    """All pairs of places at which the keys are equal."""
    order = np.argsort(others, kind="stable")
    found = others[order]
    starts, ends = (np.searchsorted(found, keys, side=side) for side in ("left", "right"))
    return np.repeat(np.arange(len(keys)), ends - starts), order[spread(starts, ends - starts)]


def of_pairs(one: Any, other: Any, function: Callable[[int, int], Any]) -> Any:
    """The function of each pair of small numbers, which is asked once for each different pair."""
    different, place = np.unique(one.astype(np.int64) << 32 | other, return_inverse=True)
    answers = [function(key >> 32, key & 0xFFFFFFFF) for key in different.tolist()]
    return np.array(answers if answers else np.empty(0, bool))[place]


def _look_up(summed: tuple[Any, Any], keys: Any) -> Any:
    """The sum of each key, or 0."""
    known, sums = np.append(summed[0], -1), np.append(summed[1], 0.0)
    place = np.searchsorted(summed[0], keys)
    return np.where(known[place] == keys, sums[place], 0.0)


def _likest(found: Found, own: Rows, other: Rows, score: Any) -> Found:
    days = np.abs(own["day"] - other["day"])
    is_far = own["is_background"] | other["is_background"] | (own["is_prospective"] != other["is_prospective"])
    possible = np.flatnonzero(days <= np.where(is_far, FAR_DAYS, NEAR_DAYS))
    ranked = (other["number"], -other["article"], days, -score, found.own)  # the last counts first
    order = possible[np.lexsort([column[possible] for column in ranked])]
    owners = found.own[order]
    rank = np.arange(len(order)) - np.searchsorted(owners, owners)
    return Found(owners[rank < _WEIGHED], found.other[order][rank < _WEIGHED])
