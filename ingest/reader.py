"""The one small interface of all kinds of sources, and where they are found: each is a file of `ingest/readers`.

A kind is the name of its file, as `kind:` in config.yaml takes it. The file holds `READER`, and knows neither network
nor store: it says where to ask, and makes entries of the answer.
"""

from __future__ import annotations

import functools
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol

from ingest.entries import FeedDocument
from orewire.model.errors import UsageError
from orewire.model.feed import FeedSpec, FeedState

_PACKAGE = "ingest.readers"


class Read(Protocol):
    """An answer's bytes become a FeedDocument; FeedError where they are not of this kind."""

    def __call__(self, body: bytes, *, url: str, content_type: str | None, now: datetime) -> FeedDocument:
        """Read an answer that came from `url` at `now`."""


def own_address(spec: FeedSpec, state: FeedState, now: datetime) -> str:
    """The address that the user gave."""
    return spec.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How a kind of source is asked and read.

    `address` says where to ask, `read` what the answer tells. A document may name `more` of the same source to read at
    once; of these at most `follow` are asked for in one poll. `pause` is the least time (s) between two requests. An
    API is made for programs: robots.txt, which is for crawlers of pages, is not asked.
    """

    read: Read
    address: Callable[[FeedSpec, FeedState, datetime], str] = own_address
    accept: str = "*/*"
    follow: int = 0
    pause: float = 0.0
    is_api: bool = False


@functools.cache
def reader_kinds() -> tuple[str, ...]:
    """The kinds of sources that can be read."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(import_module(_PACKAGE).__path__)))


@functools.cache
def load_reader(kind: str) -> Reader:
    """The reader of a kind; UsageError where there is no such."""
    if kind not in reader_kinds():
        raise UsageError(f"no kind of source {kind!r}; there are {', '.join(reader_kinds())}")
    reader: Reader = import_module(f"{_PACKAGE}.{kind}").READER
    return reader
