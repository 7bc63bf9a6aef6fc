"""Pairs of mentions that may be one event, found by what they share, with the features that `resolve` weighs."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import date, timedelta
from importlib import resources
from typing import Any

import numpy as np

from store.connection import CatalogError, Connection, insert_rows
from store.fingerprints import load_background, plain_words
from store.resolve import FEATURES, Pair

NEAR_DAYS = 45
"""Papers come back to an act for weeks."""
FAR_DAYS = 365
"""What is recalled, and what was long expected, is told over months."""
_LOOSE_DAYS = 21
"""Within these days an act of the same kind, country and mineral is looked at although no name is shared."""
_COMMON = 0.02
"""A name in more than this share of the recent mentions brings nothing together by itself."""
_MOST = 400
"""Nor does one in so many of them, or an act that is as common in its country, however many mentions there are."""
_COUNTED = 100_000
"""Mentions, and articles, in which it is counted how common a name or term is."""
_WEIGHED = 64
"""Pairs of each mention that are weighed, the likest: with more the event was never another one."""


def find_pairs(connection: Connection, first: date, last: date) -> list[Pair]:
    """Pairs of a mention in the table `arriving` with one of the same type, stored or arriving, of another article.

    `first` and `last` are the days of their articles; what articles of a year around them tell is looked at, and
    what is said to have happened on the same days.
    """
    _prepare(connection)
    span = {"first": first - timedelta(days=FAR_DAYS), "last": last + timedelta(days=FAR_DAYS)}
    articles = connection.execute(
        "SELECT min(article), max(article) FROM fingerprints WHERE day BETWEEN $first AND $last", span
    ).fetchone() or (None, None)
    found = _ask(
        connection,
        {
            **span,
            "first_article": articles[0],
            "last_article": articles[1],
            "documents": load_background()[0],
            "common": _COMMON,
            "most": _MOST,
            "weighed": _WEIGHED,
            "counted": _COUNTED,
            "loose_days": _LOOSE_DAYS,
            "far_days": FAR_DAYS,
            "near_days": NEAR_DAYS,
        },
    )
    possible = _may_be_one(found)
    found = {name: column[possible] for name, column in found.items()}
    keys = zip(*(found[name].tolist() for name in ("article", "number", "other", "other_number")), strict=True)
    features = _features(found)
    return [
        Pair((article, number), (other, other_number), row)
        for (article, number, other, other_number), row in zip(keys, features.tolist(), strict=True)
    ]


def _ask(connection: Connection, values: Mapping[str, object]) -> Any:
    """The answer of the last statement of the file; the tables that the others make are gone again."""
    found = None
    for statement in _statements():
        own = {name: value for name, value in values.items() if re.search(rf"\${name}\b", statement)}
        found = connection.execute(statement, own)
    answer = found.fetchnumpy() if found else {}
    for statement in _statements():
        if made := re.search(r"^CREATE TEMP TABLE (\w+)", statement, re.MULTILINE):
            connection.execute(f"DROP TABLE temp.{made[1]}")
    return answer


@functools.cache
def _statements() -> tuple[str, ...]:
    text = (resources.files("store") / "queries" / "pairs.sql").read_text(encoding="utf-8")
    return tuple(text.split(";\n\n"))


def _prepare(connection: Connection) -> None:
    """What the query needs: how common a name is in the news at large, which a young store cannot know; and kinship."""
    try:
        connection.execute("SELECT 1 FROM background_terms LIMIT 0")
    except CatalogError:
        connection.execute("CREATE TEMP TABLE background_terms (term UINTEGER, df INTEGER)")
        columns = {"term": "UINTEGER", "df": "INTEGER"}
        insert_rows(connection, "background_terms", columns, list(load_background()[1].items()))
        connection.execute(_KIN)


_KIN = """
CREATE TEMP MACRO kin(minerals) AS list_transform(minerals, lambda mineral: CASE
    WHEN mineral IN ('platinum', 'palladium') THEN 'platinum group metals'
    WHEN mineral IN ('neodymium', 'praseodymium', 'dysprosium', 'terbium', 'scandium', 'yttrium') THEN 'rare earths'
    ELSE mineral END)
"""
"""One paper names the metal, another the group that it belongs to."""


def _may_be_one(found: Mapping[str, Any]) -> Any:
    """Never one event: acts over two projects, or over two minerals without a common project; nor is news an act that
    was recalled before without a date."""
    project = _compare(found["project"].tolist(), found["other_project"].tolist())
    other_mineral = (found["minerals"] < 0) & (project != _SAME)
    return (project != _OTHER) & ~other_mineral & ~(found["other_recalled"] & ~found["recalled"])


def _features(found: Mapping[str, Any]) -> Any:
    """An array of a row for each pair, in the order of FEATURES."""
    days = np.abs(found["days"])
    later = found["days"] >= 0
    expected, other_expected = (found[name] == "prospective" for name in ("status", "other_status"))
    project, actor = (_compare(found[name].tolist(), found[f"other_{name}"].tolist()) for name in ("project", "actor"))
    amounts = np.ma.filled(np.ma.masked_where(~_true(found["same_currency"]), found["amounts"]), 0.0)
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
        "same date": _true(found["same_date"]),
        "days apart": np.log1p(days),
        "weeks apart": np.maximum(0, days - 7) / 7,
        "recalled": found["recalled"] | found["other_recalled"],
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


def _true(column: Any) -> Any:
    return np.ma.filled(column, False).astype(bool)


def _compare(names: list[str | None], others: list[str | None]) -> Any:
    """For each pair of names: none or one of them is there, they have nothing in common, or some word."""
    return np.array(
        [
            (_SAME if _words(one) & _words(other) else _OTHER) if one and other else (_ONE if one or other else _NONE)
            for one, other in zip(names, others, strict=True)
        ],
        dtype=int,
    )


_words = functools.lru_cache(maxsize=20_000)(plain_words)
