"""Patterns over concepts: how the codebook recognises an event, the same in every language.

grant ~ permit                 both, at most `near` words apart, in either order
authority > stop > mine|plant  in this order; `|` means any of these
"""

from __future__ import annotations

from dataclasses import dataclass

from nlp.document import Sentence
from nlp.terms import Hit
from orewire.model.errors import ModelError

NEAR = 8
"""Words between two parts of a pattern, unless it says otherwise: longer reach pairs words of different clauses."""

_MOST_HITS = 30
"""Words of one concept that are tried in a sentence: more stand only in texts made to be hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A compiled pattern. `ordered[i]` tells whether part i+1 must follow part i."""

    source: str
    parts: tuple[frozenset[str], ...]
    ordered: tuple[bool, ...]
    strength: float
    within: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    near: int = NEAR

    @property
    def concepts(self) -> frozenset[str]:
        """Every concept that the pattern names."""
        return frozenset().union(*self.parts, self.within, self.without)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern was found: one hit for each part, in the order of the parts."""

    pattern: Pattern
    hits: tuple[Hit, ...]
    spread: int

    @property
    def start(self) -> int:
        """The first character of the first hit in the text."""
        return min(hit.start for hit in self.hits)

    @property
    def end(self) -> int:
        """The character after the last hit in the text."""
        return max(hit.end for hit in self.hits)


def parse_pattern(source: str, strength: float, *, within: str = "", without: str = "", near: int = NEAR) -> Pattern:
    """Compile a pattern; ModelError where it is not well formed."""
    words = source.split()
    parts, operators = words[::2], words[1::2]
    if not parts or len(words) % 2 == 0 or any(op not in ("~", ">") for op in operators):
        raise ModelError(f"pattern {source!r}: expected concepts joined by ~ or >")
    return Pattern(
        source=source,
        parts=tuple(_alternatives(part) for part in parts),
        ordered=tuple(op == ">" for op in operators),
        strength=strength,
        within=_alternatives(within),
        without=_alternatives(without),
        near=near,
    )


def _alternatives(written: str) -> frozenset[str]:
    return frozenset(filter(None, written.split("|")))


def find_match(pattern: Pattern, sentence: Sentence) -> Match | None:
    """The tightest match of the pattern in the sentence, or None."""
    if pattern.within and not sentence.has(pattern.within):
        return None
    if pattern.without and sentence.has(pattern.without):
        return None
    candidates = [[hit for hit in sentence.concepts if hit.key in part][:_MOST_HITS] for part in pattern.parts]
    if not all(candidates):
        return None
    best: Match | None = None
    for hits, spread in _chains(pattern, sentence, candidates):
        if best is None or spread < best.spread:
            best = Match(pattern, hits, spread)
    return best


def _chains(pattern: Pattern, sentence: Sentence, candidates: list[list[Hit]]) -> list[tuple[tuple[Hit, ...], int]]:
    chains: list[tuple[tuple[Hit, ...], int]] = [((hit,), 0) for hit in candidates[0]]
    for number, hits in enumerate(candidates[1:]):
        chains = [
            ((*chain, hit), spread + between)
            for chain, spread in chains
            for hit in hits
            if _fits(chain, hit, ordered=pattern.ordered[number])
            and (between := sentence.words_between(chain[-1], hit)) <= pattern.near
        ]
        chains = sorted(chains, key=lambda chain: chain[1])[:50]  # bounded on texts made to be hostile
    return chains


def _fits(chain: tuple[Hit, ...], hit: Hit, *, ordered: bool) -> bool:
    if any(hit.start < other.end and other.start < hit.end for other in chain):
        return False
    return hit.start >= chain[-1].end or not ordered
