"""Near-copies found one article at a time, by MinHash and locality-sensitive bands kept in a table."""

from __future__ import annotations

import struct

from orewire.model.article import Article
from store.connection import Connection, rows

_PERMUTATIONS = 128
_BANDS = 32
_WIDTH = _PERMUTATIONS // _BANDS
_COPY = 0.6
"""Jaccard of shingles above which one text is a copy of the other: measured on wire stories cut by a third."""
_SEED = 7
_MOST_WORDS = 3000


def find_copy_group(connection: Connection, article: Article) -> str:
    """The article whose copy this one is, or its own id; remembers its bands for those that come later."""
    shingles = _shingles(article)
    signature = _signature(shingles)
    bands = _band_hashes(signature)
    group = _closest(connection, article, shingles, bands)
    connection.execute("DELETE FROM story_bands WHERE article = $id", {"id": article.id})
    connection.execute(
        "INSERT INTO story_bands SELECT unnest($bands), unnest($hashes), $id",
        {"bands": list(range(_BANDS)), "hashes": bands, "id": article.id},
    )
    return group


def _closest(connection: Connection, article: Article, shingles: frozenset[str], bands: list[str]) -> str:
    found = rows(
        connection,
        """
        SELECT DISTINCT articles.id, title, text, copy_group
        FROM story_bands JOIN articles ON articles.id = story_bands.article
        WHERE hash IN $hashes AND articles.id <> $id AND copy_group IS NOT NULL
        ORDER BY articles.id
        LIMIT 50
        """,
        {"hashes": bands, "id": article.id},
    )
    best, group = _COPY, article.id
    for row in found:
        other = _shingle(row["title"], row["text"])
        likeness = len(shingles & other) / len(shingles | other) if shingles | other else 0.0
        if likeness >= best:
            best, group = likeness, row["copy_group"]
    return group


def _shingles(article: Article) -> frozenset[str]:
    return _shingle(article.title, article.text)


def _shingle(title: str, text: str) -> frozenset[str]:
    """Runs of three words, of four characters where there are no spaces; without the title, which outlets rewrite."""
    words = text.lower().split()[:_MOST_WORDS]
    if len(words) * 12 < len(text):
        joined = "".join(words)[: _MOST_WORDS * 2]
        return frozenset(joined[i : i + 4] for i in range(max(1, len(joined) - 3)))
    runs = frozenset(" ".join(words[i : i + 3]) for i in range(max(0, len(words) - 2)))
    return runs or frozenset({title.lower()})


def _signature(shingles: frozenset[str]) -> list[int]:
    from rensa import RMinHash

    minhash = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    minhash.update(sorted(shingles))
    signature: list[int] = minhash.digest()
    return signature


def _band_hashes(signature: list[int]) -> list[str]:
    """One key for each band, the band's number included: equal keys mean equal rows of the same band."""
    return [
        f"{band:02x}" + struct.pack(f"<{_WIDTH}I", *signature[band * _WIDTH : (band + 1) * _WIDTH]).hex()
        for band in range(_BANDS)
    ]
