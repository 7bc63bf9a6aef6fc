"""Pairs of mentions that may be one event, found by what they share, with the features that `resolve` weighs."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from store.candidates import FAR_DAYS, LOOSE_DAYS, Arrival, Found, arrive_in, find_candidates, of_pairs
from store.connection import Connection, in_list
from store.fingerprints import plain_words
from store.likeness import weigh_common
from store.resolve import FEATURES, Pair, load_weights
from store.season import Rows, Season, current_season, fetch

Words = tuple[str, ...]
_KIN = {
    **dict.fromkeys(("platinum", "palladium"), "platinum group metals"),
    **dict.fromkeys(("neodymium", "praseodymium", "dysprosium", "terbium", "scandium", "yttrium"), "rare earths"),
}
"""One paper names the metal, another the group that it belongs to."""


def find_pairs(connection: Connection, first: date, last: date, *, likely: bool = False) -> list[Pair]:
    """Pairs of a mention in the table `arriving` with one of the same type, stored or arriving, of another article.

    `first` and `last` are the days of their articles; what articles of a year around them tell is looked at, and
    what is said to have happened on the same days. With `likely` only those that `resolve` would join are told.
    """
    year = timedelta(days=FAR_DAYS)
    season = current_season(connection, first - year, last + year)
    numbers = fetch(connection, "SELECT DISTINCT article FROM arriving")["article"]
    arrival = arrive_in(season, numbers, _older(connection, season, numbers))
    found = _compare_all(arrival, _may_be_one(arrival, find_candidates(arrival)))
    features = _features(found)
    if likely:
        chosen = features @ np.array(load_weights()) > -1e-6
        features, found = features[chosen], {name: column[chosen] for name, column in found.items()}
    keys = zip(*(found[name].tolist() for name in ("article", "number", "other", "other_number")), strict=True)
    return [
        Pair((article, number), (other, other_number), row)
        for (article, number, other, other_number), row in zip(keys, features.tolist(), strict=True)
    ]


def _older(connection: Connection, season: Season, arriving: Any) -> Rows:
    """Mentions of the same days, of projects that the arriving ones name, whose names are let go of already."""
    same = f"""
        SELECT {{columns}} FROM mentions
        WHERE project IN (SELECT project FROM arriving) AND article {{chosen}} AND day IN (
            SELECT DISTINCT (day + away::INTEGER)::DATE FROM arriving, range(-{LOOSE_DAYS}, {LOOSE_DAYS + 1}) AS _(away)
        )
    """  # noqa: S608 - our own words
    found = fetch(connection, same.format(columns="DISTINCT article", chosen="IS NOT NULL"))["article"]
    held = season.articles("article")[season.is_asked]
    older = found[~np.isin(found, held, kind="table") & ~np.isin(found, arriving, kind="table")]
    if not len(older):
        return season.fetch_mentions(connection, "(SELECT {columns} FROM arriving LIMIT 0)")
    return season.fetch_mentions(connection, f"({same})", f"IN {in_list(older.tolist())}")


def _compare_all(arrival: Arrival, pairs: Found) -> dict[str, Any]:
    """What the features are made of, a row for each pair."""
    own, other = arrival.rows(arrival.mentions[pairs.own]), arrival.rows(pairs.other)
    articles = np.searchsorted(arrival.articles, arrival.article_slots(arrival.mentions[pairs.own]))
    with np.errstate(all="ignore"):  # 0, and what is not known
        amounts = own["amount"].astype(float) / other["amount"]
    is_same_currency = (own["currency"] == other["currency"]) & (own["currency"] > 0) & np.isfinite(amounts)
    return {
        "article": own["article"], "number": own["number"].astype(np.int64),
        "other": other["article"], "other_number": other["number"].astype(np.int64),
        **{name: _compare_column(arrival, name, own, other) for name in _COMPARED},
        "names": _names_shared(arrival, pairs), "names_norm": arrival.names.norms[pairs.own],
        "terms": _terms_shared(arrival, articles, arrival.article_slots(pairs.other)),
        "terms_norm": arrival.terms.norms[articles],
        "is_copy": own["copy_group"] == other["copy_group"], "days": own["day"] - other["day"],
        "recalled": _is_recalled(own) | _is_recalled(other),
        "other_language": own["lang"] != other["lang"],
        "same_date": own["is_dated"] & other["is_dated"] & (own["day"] == other["day"]),
        "expected": own["is_prospective"], "other_expected": other["is_prospective"],
        "amounts": np.where(is_same_currency, amounts, 0.0),
        "both_main": ~own["is_background"] & ~other["is_background"],
    }  # fmt: skip


def _names_shared(arrival: Arrival, pairs: Found) -> Any:
    """What the names weigh that two mentions share; of older ones they are not known any more."""
    shared = np.zeros(len(pairs.own))
    known = np.flatnonzero(pairs.other < arrival.size)
    shared[known] = weigh_common(arrival.season.names, arrival.names, pairs.own[known], pairs.other[known])
    return shared


def _terms_shared(arrival: Arrival, articles: Any, others: Any) -> Any:
    """The same of articles, of which there are fewer pairs."""
    size = len(arrival.season.terms) + 1
    different, place = np.unique(articles * size + others + 1, return_inverse=True)
    one, other = np.divmod(different, size)
    shared, known = np.zeros(len(different)), np.flatnonzero(other > 0)
    shared[known] = weigh_common(arrival.season.terms, arrival.terms, one[known], other[known] - 1)
    return shared[place]


def _may_be_one(arrival: Arrival, pairs: Found) -> Found:
    """Without those that are never one event: acts over two projects, or over two minerals without a common project;
    nor is news an act that was recalled before without a date."""
    own, other = arrival.rows(arrival.mentions[pairs.own]), arrival.rows(pairs.other)
    project, minerals = (_compare_column(arrival, name, own, other) for name in ("project", "minerals"))
    other_mineral = (minerals < 0) & (project != _SAME)
    possible = (project != _OTHER) & ~other_mineral & ~(_is_recalled(other) & ~_is_recalled(own))
    return Found(pairs.own[possible], pairs.other[possible])


def _is_recalled(rows: Rows) -> Any:
    """Whether each is told as history, without a date."""
    return rows["is_background"] & ~rows["is_dated"]


def _features(found: Mapping[str, Any]) -> Any:
    """An array of a row for each pair, in the order of FEATURES."""
    days = np.abs(found["days"])
    later = found["days"] >= 0
    expected, other_expected, amounts = found["expected"], found["other_expected"], found["amounts"]
    project, actor = found["project"], found["actor"]
    same_amount = (amounts > _SAME_AMOUNT) & (amounts < 1 / _SAME_AMOUNT)
    values = {
        "bias": np.ones(len(days)),
        "same project": project == _SAME,
        "one project": project == _ONE,
        "same actor": actor == _SAME,
        "other actor": (actor == _OTHER) & ~found["other_language"],  # in another language it may be the same
        "same mineral": found["minerals"] > 0,
        "same country": found["countries"] > 0,
        "other country": found["countries"] < 0,
        "names alike": found["names"] / (found["names"] + 1.5),
        "names share": found["names"] / np.maximum(found["names_norm"], 1e-9),
        "articles alike": found["terms"] / (found["terms"] + 3),
        "articles share": found["terms"] / np.maximum(found["terms_norm"], 1e-9),
        "copy of the same text": found["is_copy"],
        "same date": found["same_date"],
        "days apart": np.log1p(days),
        "weeks apart": np.maximum(0, days - 7) / 7,
        "recalled": found["recalled"],
        "expected before": other_expected & ~expected & later,
        "expected after": expected & ~other_expected & later,
        "same amount": same_amount,
        "other amount": (amounts > 0) & ~same_amount,
        "both main": found["both_main"],
        "other language": found["other_language"],
        "crowd": np.log1p(_counts(found["article"] * 256 + found["number"])),
        "more in common": np.minimum(3, _counts(found["article"] << 31 | found["other"], found["number"]) - 1),
    }
    return np.stack([np.asarray(values[name], dtype=float) for name in FEATURES], axis=1)


def _counts(keys: Any, of: Any | None = None) -> Any:
    """For each row, how many rows have its key; with `of`, how many different values of that."""
    if of is not None:
        _, first = np.unique(np.stack([keys, of.astype(keys.dtype)]), axis=1, return_index=True)
        known, counts = np.unique(keys[first], return_counts=True)
        return counts[np.searchsorted(known, keys)]
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return counts[inverse]


_SAME_AMOUNT = 0.97
_NONE, _ONE, _OTHER, _SAME = range(4)


def _compare_column(arrival: Arrival, name: str, own: Rows, other: Rows) -> Any:
    """How the words in a column of the one agree with those of the other, for each pair."""
    words, compare = arrival.season.codes.words, _COMPARED[name]
    return of_pairs(own[name], other[name], lambda one, other: compare(words[one], words[other]))


def _compare(one: Words, other: Words) -> int:
    """Of two names, none or one of them is there, they have nothing in common, or some word."""
    if one and other:
        return _SAME if _words(one[0]) & _words(other[0]) else _OTHER
    return _ONE if one or other else _NONE


def _compare_projects(one: Words, other: Words) -> int:
    """The same, but of two that are there one must have all words of the other: a ridge is named like many others."""
    if one and other:
        shared = _words(one[0]) & _words(other[0])
        return _SAME if shared and shared in (_words(one[0]), _words(other[0])) else _OTHER
    return _compare(one, other)


def _overlap(one: Words, other: Words) -> int:
    """1 where two sets have something in common, -1 where they have not, 0 where one is empty."""
    if one and other:
        return -1 if set(one).isdisjoint(other) else 1
    return 0


def _overlap_of_kin(one: Words, other: Words) -> int:
    return _overlap(_kin(one), _kin(other))


@functools.lru_cache(maxsize=20_000)
def _kin(minerals: Words) -> Words:
    return tuple(_KIN.get(mineral, mineral) for mineral in minerals)


_COMPARED = {"project": _compare_projects, "actor": _compare, "minerals": _overlap_of_kin, "countries": _overlap}
"""How words are compared, which of a pair are given as small numbers."""


_words = functools.lru_cache(maxsize=20_000)(plain_words)
