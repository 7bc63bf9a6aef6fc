"""Every error that orewire raises on purpose.

OrewireError
├── ConfigError          config.yaml is wrong: file, line, key, found, expected
├── UsageError           a filter, date or argument that means nothing
│   └── UnknownValue     a value that is none of those allowed; carries them, and what was probably meant
├── FetchError           a response that could not be had; carries a short machine reason
├── FeedError            bytes that are no feed; carries a short machine reason
├── ExtractError         a page or file from which no text could be had
├── ModelError           language data that is missing or not what it should be
├── DeliveryError        a message that a channel could not deliver: now, or for good
│   └── DeliveryUnclear  it may have arrived: nobody answered once it was handed over
└── StoreError           the store refused
    ├── StoreBusy        another process owns the database file
    ├── StoreTooNew      the file was written by a newer orewire
    ├── StoreFull        no space is left for the store or the archive
    └── StoreDamaged     a file is not what was written
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class OrewireError(Exception):
    """Root of the tree: catching it catches every error that is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigProblem:
    """One thing wrong with a configuration: where it stands, what was found there and what was expected."""

    line: int | None
    key: str
    found: str
    expected: str


class ConfigError(OrewireError):
    """A configuration that cannot be used; its text has one line for each problem."""

    def __init__(self, path: Path, problems: Sequence[ConfigProblem]) -> None:
        self.path, self.problems = path, tuple(problems)
        super().__init__("\n".join(_problem_line(path, problem) for problem in self.problems))


def _problem_line(path: Path, problem: ConfigProblem) -> str:
    where = f"{path}:{problem.line}" if problem.line is not None else str(path)
    return f"{where}: {problem.key}: found {problem.found}, expected {problem.expected}"


class UsageError(OrewireError):
    """A question or command that cannot be understood."""


class UnknownValue(UsageError):
    """A value that is none of `allowed`; `near` is what was probably meant, found by likeness where nobody says it."""

    def __init__(
        self, parameter: str, found: str, allowed: Sequence[str], *, expected: str = "", near: str | None = None
    ) -> None:
        self.parameter, self.found, self.allowed = parameter, found, tuple(allowed)
        self.near = near or nearest(found, self.allowed)
        hint = f"; did you mean {self.near}?" if self.near else ""
        wanted = expected or f"one of {', '.join(allowed)}"
        super().__init__(f"{parameter}: found {found!r}, expected {wanted}{hint}")


def nearest(found: str, allowed: Sequence[str]) -> str | None:
    """What is written most alike, if anything is alike enough."""
    from difflib import get_close_matches

    likest = get_close_matches(found[:_LONGEST_WORD].casefold().strip(), allowed, n=1)
    return likest[0] if likest else None


_LONGEST_WORD = 80


class FetchError(OrewireError):
    """A response that could not be had.

    `reason` is a short stable word (timeout, body_too_large, forbidden_address, http_404, ...), `detail` is for
    people, `status` the HTTP status where there was one, `retry_after` seconds where the server asked for them.
    """

    def __init__(
        self, reason: str, detail: str = "", *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        self.reason, self.detail, self.status, self.retry_after = reason, detail, status, retry_after
        super().__init__(f"{reason}: {detail}" if detail else reason)


class FeedError(OrewireError):
    """Bytes that the reader of a feed can make no sense of; `reason` is a short stable word."""

    def __init__(self, detail: str, *, reason: str = "not_a_feed") -> None:
        self.reason = reason
        super().__init__(detail)


class ExtractError(OrewireError):
    """A page or file from which no text could be had."""


class ModelError(OrewireError):
    """Language data that is missing, damaged or contradicts itself."""


class DeliveryError(OrewireError):
    """A message that a channel could not deliver.

    `reason` is a short stable word (timeout, forbidden_address, smtp_550, http_404, ...), `detail` is for people and
    tells no secret. `is_final`: trying the same again is useless; else `retry_after` says how many seconds to wait at
    least, where the other side asked for it.
    """

    def __init__(
        self, reason: str, detail: str = "", *, is_final: bool = False, retry_after: float | None = None
    ) -> None:
        self.reason, self.detail, self.is_final, self.retry_after = reason, detail, is_final, retry_after
        super().__init__(f"{reason}: {detail}" if detail else reason)


class DeliveryUnclear(DeliveryError):
    """The message was handed over and no answer came: trying again may tell it twice, giving up may lose it."""


class StoreError(OrewireError):
    """The store could not do what was asked."""


class StoreBusy(StoreError):
    """Another process owns the database file."""


class StoreTooNew(StoreError):
    """The database was written by a newer version of orewire."""


class StoreFull(StoreError):
    """No space is left on the disk of the store or the archive; what was acknowledged is safe."""


class StoreDamaged(StoreError):
    """A file of the store, or a backup, is not what was once written."""


DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def disk_error(error: OSError, place: object) -> StoreError:
    """The error of ours for what a file of the store or the archive met: StoreFull where there is no space."""
    said = error.strerror or str(error)
    return no_space(place, said) if error.errno in DISK_FULL else StoreError(f"{error.filename or place}: {said}")


def no_space(place: object, detail: str) -> StoreFull:
    """Says so, and what to do."""
    return StoreFull(
        f"{place}: no space left on the disk ({detail}); nothing that was stored is lost: free some space and go on"
    )
