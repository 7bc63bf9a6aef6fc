"""Many terms found in one pass: how lexicons meet text.

A term is a word or phrase that matches whole words, whatever its case:

    lithium carbonate     as it stands
    permit*               letters may follow (a stem), also within: call* for a halt; *lithium: letters may precede
    =DRC                  minds the case
    issue/V               only as a verb (or /N, a noun), where the pipeline knows; see `Hit.pos`
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick

from nlp.text import fold, is_word_char


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found at characters `start` to `end` (half-open). `kind` and `key` are what the term stands for."""

    start: int
    end: int
    kind: str
    key: str
    pos: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One form of a lexicon entry; `written` is the form without marks, up to a star inside it; `tail` is the rest."""

    written: str
    kind: str
    key: str
    open_left: bool
    open_right: bool
    cased: bool
    pos: str | None
    tail: re.Pattern[str] | None


_POS = re.compile(r"/([NV])(?![^\W_])")


def parse_term(written: str, kind: str, key: str, *, cased: bool = False) -> Term:
    """Read one term; `cased` asks for case everywhere, as names do."""
    pos = _POS.search(written)
    exact = written.startswith("=")
    body = _POS.sub("", written[1:] if exact else written)
    head, star, rest = body.strip("*").partition("*")
    return Term(
        written=head,
        kind=kind,
        key=key,
        open_left=body.startswith("*"),
        open_right=body.endswith("*"),
        cased=cased or exact,
        pos=pos.group(1) if pos else None,
        tail=re.compile(r"\w*" + re.escape(fold(rest)).replace(r"\*", r"\w*")) if star else None,
    )


@dataclass(slots=True)
class TermIndex:
    """An automaton over all terms of one language. Immutable once built."""

    _terms: list[list[Term]] = field(default_factory=list)
    _automaton: AhoCorasick | None = None

    @classmethod
    def build(cls, terms: Iterable[Term]) -> TermIndex:
        """Index the terms; several may share one form."""
        by_form: dict[str, list[Term]] = {}
        for term in terms:
            if term.written:
                by_form.setdefault(fold(term.written), []).append(term)
        return cls(list(by_form.values()), AhoCorasick(list(by_form), store_patterns=False))

    def find(self, text: str) -> list[Hit]:
        """All hits in order of their start; within one kind and key the longest of those that overlap."""
        if self._automaton is None:
            return []
        folded = fold(text)
        hits = [
            hit
            for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True)
            for term in self._terms[number]
            if (hit := _accept(term, text, folded, start, end)) is not None
        ]
        return _longest(hits)


def _accept(term: Term, text: str, folded: str, start: int, end: int) -> Hit | None:
    if term.tail is not None:
        match = term.tail.match(folded, end)
        if match is None:
            return None
        end = match.end()
    if not _bounded(term, folded, start, end):
        return None
    if term.open_right:
        end = _word_end(folded, end)
    if term.open_left:
        start = _word_start(folded, start)
    if term.cased and not _case_agrees(term.written, text[start:end]):
        return None
    return Hit(start, end, term.kind, term.key, term.pos)


def _bounded(term: Term, text: str, start: int, end: int) -> bool:
    """Whether the match stands for whole words, on each side where the term asks for it."""
    tied_left = start > 0 and is_word_char(text[start - 1]) and is_word_char(text[start])
    tied_right = end < len(text) and is_word_char(text[end]) and is_word_char(text[end - 1])
    return (term.open_left or not tied_left) and (term.open_right or not tied_right)


_LONGEST_WORD = 60
"""A run of letters longer than any word is noise; it is not followed to its end."""


def _word_end(text: str, end: int) -> int:
    last = min(len(text), end + _LONGEST_WORD)
    while end < last and is_word_char(text[end]):
        end += 1
    return end


def _word_start(text: str, start: int) -> int:
    first = max(0, start - _LONGEST_WORD)
    while start > first and is_word_char(text[start - 1]):
        start -= 1
    return start


def _case_agrees(written: str, found: str) -> bool:
    """The same case, where the script has any; a name of more than four letters may be in capitals throughout."""
    if written.upper() == written.lower():
        return True
    return found.startswith(written) or (len(written) > 4 and found.isupper() and any(c.islower() for c in written))


def _longest(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    last: dict[tuple[str, str], Hit] = {}
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.kind, hit.key, hit.pos is not None)):
        before = last.get((hit.kind, hit.key))
        if before is not None and hit.start < before.end:
            continue
        last[hit.kind, hit.key] = hit
        kept.append(hit)
    return kept


def drop_covered(hits: list[Hit]) -> list[Hit]:
    """Without those that lie or begin inside another: 'Guinea' in 'Papua New Guinea'. Expects the order of `find`."""
    kept: list[Hit] = []
    for hit in hits:
        if kept and hit.start < kept[-1].end and (hit.start, hit.end) != (kept[-1].start, kept[-1].end):
            continue
        kept.append(hit)
    return kept
