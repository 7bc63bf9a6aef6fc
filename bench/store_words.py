"""The words that a synthetic store is made of: countries, minerals, projects, actors, phrases; the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from random import Random

import yaml

from orewire.model.codes import EVENT_TYPES, STAGES
from store.connection import Connection, insert_rows
from store.fingerprints import hash_term, plain_words

_CODES = (
    "CL AU US CN CD PE ID CA ZA BR RU MX ZM IN KZ PH AR MN GH TZ NA ZW BO PG RS SE FI NO ES PT PL DE FR GB TR IR UZ KG "
    "MM VN LA TH JP KR CU DO PA CO EC GY SR VE ML BF CI GN SN NE MA MR"
)
"""Countries, the busiest first."""
PAIRS = 3
"""Partners of each country or mineral in sets of two: those that follow it."""
_WORDS, _NAMES, _OUTLETS, _PROJECTS, _ACTORS = 4_000, 40_000, 300, 4_000, 8_000
_PHRASES, _PASSAGES, _BATCHES = 20_000, 20_000, 100_000
_PASSAGE_WORDS = 60
_STEM = 6
"""Letters by which `store.fingerprints` tells names apart."""
_SEED = 20160101
_LETTERS = ("bcdfghjklmnprstvz", "aeiou")


class Vocabulary:
    """Words and names, the first of which are used most."""

    def __init__(self) -> None:
        self.random = Random(_SEED)
        self.words = self._distinct(_WORDS, 3, 8)
        self.names = [word.capitalize() for word in self._distinct(_NAMES, 5, 10)]

    def _distinct(self, count: int, shortest: int, longest: int) -> list[str]:
        """Words of so many letters, no two of which share their first ones."""
        found: dict[str, str] = {}
        while len(found) < count:
            length = self.random.randint(shortest, longest)
            word = "".join(self.random.choice(_LETTERS[place % 2]) for place in range(length))
            found.setdefault(word[:_STEM], word)
        return list(found.values())

    def say(self, count: int) -> str:
        """So many words."""
        return " ".join(self.words[int(_WORDS * self.random.random() ** 2.5)] for _ in range(count))

    def name(self) -> str:
        """A name."""
        return self.names[int(_NAMES * self.random.random() ** 2.2)]

    def compound(self, count: int, kinds: Sequence[str]) -> list[str]:
        """Distinct names of two words."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[f"{self.random.choice(self.names)} {self.random.choice(kinds)}"] = None
        return list(found)


def read_minerals() -> list[str]:
    """The canonical names that the analysis knows."""
    text = (resources.files("nlp") / "data" / "minerals.yaml").read_text(encoding="utf-8")
    return list(yaml.safe_load(text))


def sets_of(members: Sequence[str]) -> list[tuple[str, ...]]:
    """Set number i is member i; then come PAIRS sets of two for each member, then the empty set."""
    count = len(members)
    pairs = [(members[i], members[(i + k) % count]) for i in range(count) for k in range(1, PAIRS + 1)]
    return [*((one,) for one in members), *pairs, ()]


def write_words(connection: Connection) -> dict[str, int]:
    """Sets and projects; and, for this connection, variables and tables of words. How many there are of each."""
    words, minerals, countries = Vocabulary(), read_minerals(), _CODES.split()
    for table, members in (("country_sets", countries), ("mineral_sets", minerals)):
        rows = [(number, list(one)) for number, one in enumerate(sets_of(members))]
        insert_rows(connection, table, {"id": "UINTEGER", "members": "VARCHAR[]"}, rows)
    projects = words.compound(_PROJECTS, ("Ridge", "Hill", "Lake", "Creek", "Norte", "Pass"))
    actors = words.compound(_ACTORS, ("Resources", "Minerals", "Ministry", "Court", "Alliance", "Council"))
    outlets = words.compound(_OUTLETS, ("Herald", "Times", "Mining News", "Gazette"))
    for name, values in (("types", EVENT_TYPES), ("stages", STAGES), ("outlets", outlets)):
        connection.execute(f"SET VARIABLE {name} = $values::VARCHAR[]", {"values": list(values)})
    _write_names(connection, "project_words", projects)
    _write_names(connection, "actor_words", actors)
    _write_names(connection, "name_words", words.names)
    _write_texts(connection, "phrases", [words.say(3) for _ in range(_PHRASES)])
    half = _PASSAGE_WORDS // 2
    passages = [f"{words.say(half)} {words.name()} {words.say(half)}." for _ in range(_PASSAGES)]
    _write_texts(connection, "passages", passages)
    return {
        "countries": len(countries), "minerals": len(minerals), "pairs": PAIRS, "types": len(EVENT_TYPES),
        "stages": len(STAGES), "projects": _PROJECTS, "actors": _ACTORS, "outlets": _OUTLETS, "names": _NAMES,
        "phrases": _PHRASES, "passages": _PASSAGES, "batches": _BATCHES,
    }  # fmt: skip


def _write_names(connection: Connection, table: str, names: Sequence[str]) -> None:
    """Names by number, with the hashes that `mention_names` makes of them."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} (n INTEGER, name VARCHAR, terms UINTEGER[])")
    rows = [(n, name, [hash_term(word) for word in sorted(plain_words(name))]) for n, name in enumerate(names)]
    insert_rows(connection, table, {"n": "INTEGER", "name": "VARCHAR", "terms": "UINTEGER[]"}, rows)


def _write_texts(connection: Connection, table: str, texts: Sequence[str]) -> None:
    """Texts by number, with the hashes of their longer words."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} (n INTEGER, said VARCHAR, terms UINTEGER[])")
    terms = ([hash_term(word[:_STEM]) for word in text.split() if len(word) > 3] for text in texts)
    rows = [(n, text, own) for n, (text, own) in enumerate(zip(texts, terms, strict=True))]
    insert_rows(connection, table, {"n": "INTEGER", "said": "VARCHAR", "terms": "UINTEGER[]"}, rows)
