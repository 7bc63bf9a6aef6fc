"""What tells reports apart or together without their text: hashes of names and numbers, and of runs of words.

A term is folded (no case, no accents, Serbian in Latin letters), cut to its first letters so that inflected names agree
over languages, and hashed to 32 bits.
"""

from __future__ import annotations

import functools
import json
import math
import re
import struct
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources

from orewire.model.analysis import Analysis, Mention
from orewire.model.article import Article

MOST_MENTIONS = 255
"""Of one article; more are not stored."""
MOST_TERMS = 32
MOST_NAMES = 16
_STEM = 6
_READ = 3000
"""Characters of the text whose words are taken: the end of long articles tells of other things."""
_NAME_COUNTS = 1.5
"""A name tells more than another word that is as rare; and it is the same in other languages."""
BITS = 22
"""Short hashes are stored in three bytes; one pair of articles in 4,000 shares a term by accident."""
_PERMUTATIONS, _WIDTH = 48, 3
_SEED = 7
_MOST_WORDS = 3000
_WORD = re.compile(r"[^\W\d_][\w'’-]*|\d[\d.,]*\d|\d")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_SERBIAN = str.maketrans(
    dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True))
    | {"љ": "lj", "њ": "nj", "џ": "dž"}
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells an article apart or together: hashes of its text, of its words, and of the names of each mention."""

    bands: list[int]
    terms: list[int]
    names: list[list[int]]


def make_fingerprint(article: Article, analysis: Analysis) -> Fingerprint:
    """The fingerprint of an article with what was understood of it; takes a millisecond."""
    names = [mention_names(mention) for mention in analysis.events[:MOST_MENTIONS]]
    return Fingerprint(copy_bands(article.title, article.text), article_terms(article), names)


def fold(text: str) -> str:
    """Lower case, without accents, Cyrillic in Latin letters."""
    latin = text.lower().translate(_SERBIAN).replace("đ", "dj").replace("ß", "ss")
    return "".join(char for char in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(char))


def plain_words(name: str | None) -> frozenset[str]:
    """The folded words of a name, as far as they tell names apart."""
    words = re.findall(r"\w+", fold(name or ""))
    return frozenset(word[:_STEM] for word in words if len(word) > 2 and word not in _EMPTY_WORDS)


_EMPTY_WORDS = frozenset(
    [
        "the",
        "and",
        "des",
        "del",
        "los",
        "las",
        "der",
        "die",
        "das",
        "mine",
        "mina",
        "minas",
        "mines",
        "mining",
        "project",
        "projects",
        "projet",
        "proyecto",
        "projeto",
        "projekt",
        "rudnik",
        "proyek",
        "tambang",
        "ministry",
        "government",
        "company",
        "deposit",
    ]
)


def article_terms(article: Article) -> list[int]:
    """Hashes of the words, names and numbers that tell most about an article, the weightiest first."""
    weights: dict[int, float] = defaultdict(float)
    for words in (_words(article.text[:_READ]), _words(article.title), _words(article.title)):
        for word, is_name in words:
            weights[hash_term(word)] += _NAME_COUNTS**2 if is_name else 1.0
    return _weightiest({term: math.sqrt(count) * _rarity(term) for term, count in weights.items()}, MOST_TERMS)


def all_terms(article: Article) -> list[int]:
    """Hashes of every word, name and number of an article."""
    return list(dict.fromkeys(hash_term(word) for word, _ in (*_words(article.title), *_words(article.text))))


def mention_names(mention: Mention) -> list[int]:
    """Hashes of the words of project, actor and target, and of those that tell most about the evidence."""
    return names_told((mention.project, mention.actor, mention.target), mention.evidence.text)


def names_told(names: Iterable[str | None], evidence: str) -> list[int]:
    """The same of the names and the evidence of a mention."""
    named = [word for name in names for word in sorted(plain_words(name))]
    told = {hash_term(word): _NAME_COUNTS if is_name else 1.0 for word, is_name in _words(evidence)}
    rare = _weightiest({term: weight * _rarity(term) for term, weight in told.items()}, MOST_NAMES)
    return list(dict.fromkeys([*map(hash_term, named), *rare]))[:MOST_NAMES]


def _weightiest(weights: dict[int, float], most: int) -> list[int]:
    return sorted(weights, key=lambda term: (-weights[term], term))[:most]


def _rarity(term: int) -> float:
    texts, counts = load_background()
    return math.log(texts / (counts.get(term, 0) + 1))


@functools.cache
def load_background() -> tuple[int, dict[int, int]]:
    """How many texts were counted, and in how many of them each frequent term stands: the news at large."""
    stored = json.loads((resources.files("store") / "models" / "terms.json").read_text(encoding="utf-8"))
    return int(stored["texts"]), {int(term): int(df) for term, df in stored["terms"].items()}


def hash_term(term: str) -> int:
    """Some bits, the same on every machine."""
    return zlib.crc32(term.encode("utf-8", "replace")) >> (32 - BITS)


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Folded stems and numbers, and whether each is a name: capitalised within a sentence. Of Chinese, pairs."""
    for run in _HAN.findall(text):
        yield from ((run[i : i + 2], False) for i in range(len(run) - 1))
    at_start = True
    for found in _WORD.finditer(text):
        word = found.group()
        if word[0].isdigit():
            digits = re.sub(r"\D", "", word)
            if len(digits) > 1 and not _is_year(digits):
                yield digits, True
        elif len(word) > 3 and not _HAN.match(word):
            yield _stem(word), word[0].isupper() and not at_start
        at_start = text[found.end() : found.end() + 1] in (".", "!", "?", "\n", ":")


@functools.lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return fold(word)[:_STEM]


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and digits[:2] in ("19", "20")


def shingles(title: str, text: str) -> frozenset[str]:
    """Runs of three words, of four characters where there are no spaces; without the title, which outlets rewrite."""
    words = text.lower().split()[:_MOST_WORDS]
    if len(words) * 12 < len(text):
        joined = "".join(words)[: _MOST_WORDS * 2]
        return frozenset(joined[i : i + 4] for i in range(max(1, len(joined) - 3)))
    runs = frozenset(" ".join(words[i : i + 3]) for i in range(max(0, len(words) - 2)))
    return runs or frozenset({title.lower()})


def copy_bands(title: str, text: str) -> list[int]:
    """Sixteen hashes: two texts of which six tenths of the shingles agree share one of them in 98 cases of 100."""
    from rensa import RMinHash

    minhash = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    minhash.update(sorted(shingles(title, text)))
    signature = minhash.digest()
    return [
        zlib.crc32(struct.pack(f"<B{_WIDTH}I", band, *signature[band * _WIDTH : (band + 1) * _WIDTH]))
        for band in range(_PERMUTATIONS // _WIDTH)
    ]
