"""The reports of about a year in the memory of the process that owns the store, to compare arriving ones with.

What is held is a copy of what `fingerprints` and `mentions` say, and is brought up to date before it is used: each row
of `fingerprints` bears a mark that is drawn anew whenever it is written, and the marks held must be those stored. So
whatever was rolled back, let go of or understood again, what is asked of here is what is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from store.connection import Connection, in_list
from store.postings import Column, Postings, spread

_ARTICLE = {"article": np.int64, "mark": np.uint64, "seen": np.int32, "copy_group": np.int64, "lang": np.int32}
_MENTION = {
    "number": np.uint8, "type": np.int32, "day": np.int32, "is_dated": np.bool_, "is_prospective": np.bool_,
    "is_background": np.bool_, "minerals": np.int32, "countries": np.int32, "project": np.int32, "actor": np.int32,
    "amount": np.float32, "currency": np.int32,
}  # fmt: skip
_CODED = ("type", "minerals", "countries", "project", "actor", "currency", "lang")
_CHUNK = 100_000
"""Articles that are read at a time."""
_MOST_HELD = 1_000_000
"""Articles: 390 MB. The news of 400 days of ten million events in ten years are 840,000."""
_UNSORTED = 50_000
"""So many more articles are searched through; then all is read and sorted anew, in a few seconds."""
_BEFORE, _AFTER = timedelta(days=7), timedelta(days=35)
"""Read beside the days that are asked for, so that the articles of the next weeks need no others."""
_EPOCH = date(1970, 1, 1)
Rows = Mapping[str, Any]
"""Columns by name, arrays of one length."""

_FINGERPRINTS = "fingerprints WHERE day BETWEEN $first AND $last AND article {chosen}"
_ARTICLES = f"""
SELECT article, mark, (day - DATE '1970-01-01')::INTEGER AS seen, len(terms) AS terms, len(names) AS names
FROM {_FINGERPRINTS}
"""  # noqa: S608 - our own words
_TERMS = f"SELECT unnest(terms) AS one FROM {_FINGERPRINTS}"  # noqa: S608
_LENGTHS = f"SELECT len(one) AS one FROM (SELECT unnest(names) AS one FROM {_FINGERPRINTS})"  # noqa: S608
_NAMES = f"SELECT unnest(flatten(names)) AS one FROM {_FINGERPRINTS}"  # noqa: S608
MENTIONS = """
(
    SELECT {columns} FROM arriving WHERE article {chosen}
    UNION ALL
    SELECT {columns} FROM mentions WHERE article {chosen} AND article NOT IN (SELECT article FROM arriving)
)
"""
# Equal things have equal hashes, and nothing has 0.
COLUMNS = """
    article, number, hash(type) AS type, (day - DATE '1970-01-01')::INTEGER AS day, date IS NOT NULL AS is_dated,
    status = 'prospective' AS is_prospective, salience = 'background' AS is_background, hash(minerals) AS minerals,
    hash(countries) AS countries, if(project IS NULL, 0, hash(project)) AS project,
    if(actor IS NULL, 0, hash(actor)) AS actor, coalesce(amount, 'nan'::FLOAT)::FLOAT AS amount,
    if(currency IS NULL, 0, hash(currency)) AS currency, copy_group, if(lang IS NULL, 0, hash(lang)) AS lang
"""
# Each name and set once, with its hash: one of the four columns of a row is not null.
_WORDS = """
SELECT CASE WHEN minerals IS NOT NULL THEN hash(minerals) WHEN countries IS NOT NULL THEN hash(countries)
        WHEN project IS NOT NULL THEN hash(project) ELSE hash(actor) END,
    coalesce(minerals, countries, [coalesce(project, actor)])
FROM {table} GROUP BY GROUPING SETS ((minerals), (countries), (project), (actor))
"""


class Codes:
    """Small numbers for hashes, and the words behind those of names and sets; nothing is 0."""

    def __init__(self) -> None:
        self._codes: dict[int, int] = {0: 0}
        self.words: dict[int, tuple[str, ...]] = {0: ()}

    def number(self, hashes: Any) -> Any:
        """The number of each hash."""
        different, places = np.unique(hashes, return_inverse=True)
        codes = [self._codes.setdefault(one, len(self._codes)) for one in different.tolist()]
        return np.array(codes, np.int32)[places]

    def learn(self, words: Sequence[tuple[int, list[str | None]]]) -> None:
        """Remember what these hashes stand for."""
        for hashed, told in words:
            code = self._codes.setdefault(hashed, len(self._codes))
            self.words.setdefault(code, tuple(word for word in told if word))


class Season:
    """Columns of articles and mentions, each in the order in which it was read, with their terms and names."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.codes, self.terms, self.names = Codes(), Postings(), Postings()
        self._articles = {name: Column(kind) for name, kind in {**_ARTICLE, "is_there": np.bool_}.items()}
        self._mentions = {name: Column(kind) for name, kind in {**_MENTION, "article_slot": np.uint32}.items()}
        self._starts = Column(np.uint32)
        self._sorted = 0
        self.is_asked: Any = np.empty(0, bool)
        """Of each article, whether it is there and of the days that were asked for last: nothing else is looked at."""

    @property
    def unsorted(self) -> int:
        """Articles that were read since all was sorted."""
        return len(self.articles("article")) - self._sorted

    def articles(self, name: str) -> Any:
        """A column of the articles."""
        return self._articles[name].values

    def mentions(self, name: str) -> Any:
        """A column of the mentions."""
        return self._mentions[name].values

    def mentions_of(self, articles: Any) -> tuple[Any, Any]:
        """Of each of these articles, by slot, the slot of its first mention, and how many it has."""
        starts = np.append(self._starts.values, len(self.mentions("number"))).astype(np.int64)
        return starts[articles], starts[articles + 1] - starts[articles]

    def read(self, connection: Connection, chosen: str) -> None:
        """Add what is stored of the articles whose numbers are `chosen`, in SQL."""

        def ask(query: str) -> dict[str, Any]:
            return fetch(connection, query.format(chosen=chosen), {"first": self.first, "last": self.last})

        articles = ask(_ARTICLES)
        if not len(articles["article"]):
            return
        mentions = self.fetch_mentions(connection, MENTIONS, chosen)
        self.terms.extend(articles["terms"], ask(_TERMS)["one"])
        order = np.argsort(articles["article"], kind="stable")
        places = np.searchsorted(articles["article"], mentions["article"], sorter=order)
        slots = order[np.minimum(places, len(order) - 1)]
        known = np.flatnonzero(articles["article"][slots] == mentions["article"])
        chosen_order = known[np.lexsort((mentions["number"][known], slots[known]))]
        mentions = {name: column[chosen_order] for name, column in mentions.items()}
        self._extend(articles, mentions, slots[chosen_order])
        self._add_names(articles["names"], ask(_LENGTHS)["one"], ask(_NAMES)["one"])

    def fetch_mentions(self, connection: Connection, source: str, chosen: str = "") -> dict[str, Any]:
        """The columns of the mentions in a query or table, names and sets as numbers."""
        rows = fetch(connection, f"FROM {source.format(columns=COLUMNS, chosen=chosen)}")
        names = source.format(columns="minerals, countries, project, actor", chosen=chosen)
        self.codes.learn(connection.execute(_WORDS.format(table=names)).fetchall())
        return {**rows, **{name: self.codes.number(rows[name]) for name in _CODED}}

    def _extend(self, articles: dict[str, Any], mentions: dict[str, Any], slots: Any) -> None:
        count = len(articles["article"])
        for name in ("copy_group", "lang"):  # of the article, which each of its mentions repeats
            articles[name] = np.zeros(count, np.int64)
            articles[name][slots] = mentions[name]
        articles["is_there"] = np.ones(count, bool)
        mentions["article_slot"] = slots + len(self.articles("article"))
        self._starts.extend(np.searchsorted(slots, np.arange(count)) + len(self.mentions("number")))
        for columns, values in ((self._articles, articles), (self._mentions, mentions)):
            for name, column in columns.items():
                column.extend(values[name])

    def _add_names(self, told: Any, lengths: Any, names: Any) -> None:
        """The names of the mentions added last: `told` lists of each article, by number of the mention."""
        added = slice(len(self.names), None)
        slots = self.mentions("article_slot")[added].astype(np.int64) - (len(self.articles("article")) - len(told))
        numbers = self.mentions("number")[added].astype(np.int64)
        places = np.where(numbers < told[slots], (np.cumsum(told) - told)[slots] + numbers, len(lengths))
        starts, lengths = np.append(np.cumsum(lengths) - lengths, 0), np.append(lengths, 0)
        self.names.extend(lengths[places], names[spread(starts[places], lengths[places])])

    def ask(self, first: date, last: date) -> None:
        """Look at the articles of these days, which are held."""
        low, high = ((day - _EPOCH).days for day in (first, last))
        seen = self.articles("seen")
        self.is_asked = self.articles("is_there") & (seen >= low) & (seen <= high)

    def settle(self) -> None:
        """Sort what was read, so that it is found quickly."""
        self.terms.settle()
        self.names.settle()
        self._sorted = len(self.articles("article"))

    def forget(self, articles: Any) -> None:
        """Let go of these, by slot."""
        self.articles("is_there")[articles] = False
        self.terms.forget(articles)
        self.names.forget(spread(*self.mentions_of(articles)))

    def take(self, mentions: Any) -> dict[str, Any]:
        """The columns of these mentions, by slot, with those of their articles."""
        rows = {name: self.mentions(name)[mentions] for name in _MENTION}
        of = self.mentions("article_slot")[mentions]
        return {**rows, **{name: self.articles(name)[of] for name in ("article", "copy_group", "lang")}}

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        columns = [*self._articles.values(), *self._mentions.values(), self._starts]
        return self.terms.size + self.names.size + sum(int(column.values.nbytes) for column in columns)


_SEASONS: WeakKeyDictionary[Connection, Season] = WeakKeyDictionary()


def current_season(connection: Connection, first: date, last: date) -> Season:
    """What is stored of these days, the table `arriving` included, which belongs to the transaction under way."""
    season = _SEASONS.pop(connection, None)  # and back once it is whole: what fails halfway is read anew
    if season is None or not (season.first <= first and last <= season.last) or not _catch_up(connection, season):
        days = _days_to_read(connection, season, _shifted(first, -_BEFORE), _shifted(last, _AFTER))
        season = None  # before the other is there
        season = _read_all(connection, *days)
    _SEASONS[connection] = season
    season.ask(first, last)
    return season


def _shifted(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta(0) else date.min


def _days_to_read(connection: Connection, former: Season | None, first: date, last: date) -> tuple[date, date]:
    """These days and those held before, so that an old article among new ones does not have all read twice; only these,
    where that would be too much."""
    if former is None:
        return first, last
    wide = min(first, former.first), max(last, former.last)
    ((count,),) = connection.execute(
        "SELECT count(*) FROM fingerprints WHERE day BETWEEN $first AND $last", {"first": wide[0], "last": wide[1]}
    ).fetchall()
    return wide if count <= _MOST_HELD else (first, last)


def _read_all(connection: Connection, first: date, last: date) -> Season:
    season = Season(first, last)
    span = {"first": first, "last": last}
    found = connection.execute(
        "SELECT min(article), max(article) FROM fingerprints WHERE day BETWEEN $first AND $last", span
    ).fetchall()
    if found[0][0] is not None:
        for start in range(found[0][0], found[0][1] + 1, _CHUNK):
            season.read(connection, f"BETWEEN {start} AND {start + _CHUNK - 1}")
    season.settle()
    return season


def _catch_up(connection: Connection, season: Season) -> bool:
    """Read what is new and let go of what is gone; False where so much is new that all had better be read."""
    stored = fetch(
        connection,
        "SELECT article, mark FROM fingerprints WHERE day BETWEEN $first AND $last",
        {"first": season.first, "last": season.last},
    )
    held = np.flatnonzero(season.articles("is_there"))
    is_new, is_gone = compare_marks(
        stored["article"], stored["mark"], season.articles("article")[held], season.articles("mark")[held]
    )
    new = stored["article"][is_new]
    if season.unsorted + len(new) > _UNSORTED:
        return False
    season.forget(held[is_gone])
    if len(new):
        season.read(connection, f"IN {in_list(new.tolist())}")
    return True


def compare_marks(articles: Any, marks: Any, other_articles: Any, other_marks: Any) -> tuple[Any, Any]:
    """Which of the first rows are not among the others, and which of the others not among the first."""
    low = min((int(some.min()) for some in (articles, other_articles) if len(some)), default=0)
    high = max((int(some.max()) for some in (articles, other_articles) if len(some)), default=0)
    place = np.full(high - low + 1, -1, np.int32)
    place[other_articles - low] = np.arange(len(other_articles))
    found = place[articles - low]
    is_new = found < 0
    is_new[~is_new] = other_marks[found[~is_new]] != marks[~is_new]
    is_gone = np.ones(len(other_articles), bool)
    is_gone[found[~is_new]] = False
    return is_new, is_gone


def fetch(connection: Connection, query: str, values: Mapping[str, object] | None = None) -> dict[str, Any]:
    """The columns of the answer, none of which may be null."""
    return dict(connection.execute(query, values or {}).fetchnumpy())
