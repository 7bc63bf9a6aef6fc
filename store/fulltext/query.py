"""What people type when they search, as a tree: words, phrases, AND, OR, NOT, parentheses and fields.

    query  := all (OR all)*
    all    := part ((AND)? part)*
    part   := (NOT | -)* ( '(' query ')' | [field:] word | [field:] "a phrase" | field:( query ) )
    word   := letters | begin* | misspelt~ | misspelt~2        phrase := "two words" | "near words"~5

tantivy has a parser of its own, which was tried: it dies of a thousand parentheses, hangs over `NOT NOT NOT ...`,
reads `a OR b c` as if c were optional, refuses "it's", knows neither `begin*` nor `misspelt~`, and says of every
mistake 'Error'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orewire.model.errors import UsageError

TITLE, SOURCE, LANG = "title", "source", "lang"
FIELDS = (TITLE, SOURCE, LANG)
MOST_CHARACTERS = 2000
MOST_WORDS = 60
_DEEPEST = 16
_WIDEST_FUZZ = 2
_MOST_SLOP = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One word, or several that stand together (`slop` others may stand between them); `field` None is title and text.

    `is_begin`: words that begin so. `fuzz`: how many letters may differ.
    """

    text: str
    field: str | None = None
    slop: int = 0
    is_begin: bool = False
    fuzz: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """What must not match."""

    part: Node


@dataclass(frozen=True, slots=True)
class All:
    """All must match."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one must match."""

    parts: tuple[Node, ...]


Node = Words | Not | All | Either


@dataclass(frozen=True, slots=True)
class _Sign:
    kind: str
    text: str
    place: int
    """Counted from 1, as people count."""
    slop: int = 0


def parse_query(text: str) -> Node:
    """The tree of a query; UsageError says what was found where, and what was expected."""
    if len(text) > MOST_CHARACTERS:
        raise UsageError(f"text: found {len(text)} characters, expected at most {MOST_CHARACTERS}")
    signs = list(_signs(text))
    if not signs:
        raise UsageError("text: found nothing, expected words to look for")
    if sum(sign.kind in ("word", "phrase") for sign in signs) > MOST_WORDS:
        raise UsageError(f"text: found more than {MOST_WORDS} words, expected fewer")
    return _Parser(signs).parse()


_QUOTES = '"“”„‟«»＂'
_ENDS = rf"(?=[\s(){_QUOTES}]|$)"
_SIGN = re.compile(
    rf"""
    (?P<open>\() | (?P<close>\))
    | [{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}](?:~(?P<slop>\d+))?
    | (?P<quote>[{_QUOTES}])
    | (?P<or>OR{_ENDS}) | (?P<and>AND{_ENDS}) | (?P<not>NOT{_ENDS}|-(?=[^\s)])) | (?P<plus>\+(?=[^\s)]))
    | (?P<field>[^\W\d_]\w*):(?=[^\s)])
    | (?P<word>[^\s(){_QUOTES}]+)
    """,
    re.VERBOSE,
)


def _signs(text: str) -> Iterator[_Sign]:
    for match in _SIGN.finditer(text):
        kind = match.lastgroup or ""
        kind = "phrase" if kind == "slop" else kind
        if kind == "plus":  # all words must match anyhow
            continue
        if kind == "quote":
            raise UsageError(f"text: found one quotation mark at {match.start() + 1}, expected a second one after it")
        yield _Sign(kind, match[kind], match.start() + 1, slop=min(int((match["slop"] or "0")[:4]), _MOST_SLOP))


class _Parser:
    def __init__(self, signs: list[_Sign]) -> None:
        self._signs, self._next = signs, 0

    def parse(self) -> Node:
        node = self._any(None, 0)
        if (sign := self._peek()) is not None:
            raise UsageError(f"text: found {sign.text!r} at {sign.place}, expected no more of these than '('")
        return node

    def _peek(self) -> _Sign | None:
        return self._signs[self._next] if self._next < len(self._signs) else None

    def _take(self, *kinds: str) -> _Sign | None:
        sign = self._peek()
        if sign is None or sign.kind not in kinds:
            return None
        self._next += 1
        return sign

    def _any(self, field: str | None, depth: int) -> Node:
        parts = [self._all(field, depth)]
        while self._take("or"):
            parts.append(self._all(field, depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _all(self, field: str | None, depth: int) -> Node:
        parts = [self._part(field, depth)]
        while (sign := self._peek()) is not None and sign.kind not in ("or", "close"):
            self._take("and")
            parts.append(self._part(field, depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _part(self, field: str | None, depth: int) -> Node:
        is_negated = False
        while self._take("not"):
            is_negated = not is_negated
        part = self._positive(field, depth)
        return Not(part) if is_negated else part

    def _positive(self, field: str | None, depth: int) -> Node:
        if sign := self._take("field"):
            field = _field(sign)
        if sign := self._take("open"):
            return self._group(sign, field, depth + 1)
        if sign := self._take("phrase"):
            return Words(text=sign.text, field=field, slop=sign.slop)
        if sign := self._take("word"):
            return _word(sign, field)
        found = self._peek()
        told = f"{found.text!r} at {found.place}" if found else "nothing at its end"
        raise UsageError(f"text: found {told}, expected a word, a phrase or '('")

    def _group(self, opening: _Sign, field: str | None, depth: int) -> Node:
        if depth > _DEEPEST:
            raise UsageError(f"text: found more than {_DEEPEST} parentheses within each other, expected fewer")
        node = self._any(field, depth)
        if not self._take("close"):
            raise UsageError(f"text: found '(' at {opening.place} without a ')', expected one after it")
        return node


def _field(sign: _Sign) -> str:
    if (name := sign.text.lower()) not in FIELDS:
        fields = ", ".join(f"{field}:" for field in FIELDS)
        raise UsageError(
            f"text: found {sign.text}: at {sign.place}, expected one of {fields} or quotation marks around it"
        )
    return name


_ENDING = re.compile(r"(?P<word>.*?)(?:(?P<begin>\*)|~(?P<fuzz>\d*))", re.DOTALL)


def _word(sign: _Sign, field: str | None) -> Words:
    if sign.text.lower().removesuffix(":") in FIELDS and sign.text.endswith(":"):
        raise UsageError(f"text: found {sign.text!r} at {sign.place}, expected a word right after it")
    found = _ENDING.fullmatch(sign.text)
    word = found["word"] if found else sign.text
    if "*" in word or (found and found["begin"] and not word):
        raise UsageError(f"text: found {sign.text!r} at {sign.place}, expected '*' only at the end of a word")
    if found is None or found["begin"]:
        return Words(text=word, field=field, is_begin=found is not None)
    fuzz = int(found["fuzz"][:3] or 1)
    if not 1 <= fuzz <= _WIDEST_FUZZ:
        raise UsageError(f"text: found ~{found['fuzz']} at {sign.place}, expected ~1 or ~2 letters that may differ")
    return Words(text=word, field=field, fuzz=fuzz)
