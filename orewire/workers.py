"""Processes that read hostile bytes and long texts: killed when they take too long, replaced when they die.

Those that read feeds and pages have little memory and nothing to lose; those that understand hold the language models.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from orewire.model.analysis import Analysis
from orewire.model.article import Article
from orewire.model.errors import ExtractError, FeedError

if TYPE_CHECKING:
    from pebble import ProcessPool

    from ingest.entries import FeedDocument
    from ingest.extract import Page
    from store.fingerprints import Fingerprint

READ_SECONDS = 15.0
UNDERSTAND_SECONDS = 60.0
"""A page or a text that needs longer was made to be slow: 100,000 nested tags take 30 s in every parser."""
READ_BYTES = 1_500_000_000
"""Address space of a process that reads: the libraries take 500 MB of it, the largest real page 300 MB."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of an article, and what resolution will know it by, so that the store's process need not
    read its text; None of one that is not relevant."""

    analysis: Analysis
    fingerprint: Fingerprint | None = None


class Workers:
    """Two pools of at most `count` processes each, which start when first needed; a context manager."""

    def __init__(self, count: int) -> None:
        self._reading, self._understanding = _pool(count, _start_reading), _pool(count, _start)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in (self._reading, self._understanding):
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    async def read_feed(
        self, kind: str, body: bytes, *, url: str, content_type: str | None, now: datetime
    ) -> FeedDocument:
        """What a source's answer tells; FeedError also where the process was killed over it."""
        try:
            document: FeedDocument = await _call(
                self._reading, _read_feed, READ_SECONDS, kind, body, url, content_type, now
            )
        except _Killed as error:
            raise FeedError(str(error), reason="too_slow") from error
        return document

    async def extract(self, body: bytes, *, name: str, content_type: str | None) -> Page:
        """The text of a page or document; ExtractError also where the process was killed over it."""
        try:
            page: Page = await _call(self._reading, _extract, READ_SECONDS, body, name, content_type)
        except _Killed as error:
            raise ExtractError(str(error)) from error
        return page

    async def understand(self, article: Article) -> Understood:
        """The analysis of an article, and its fingerprint; ExtractError where the process was killed over it."""
        try:
            understood: Understood = await _call(self._understanding, _understand, UNDERSTAND_SECONDS, article)
        except _Killed as error:
            raise ExtractError(str(error)) from error
        return understood

    async def version(self) -> tuple[str, str]:
        """How the version of every analysis of today begins and ends."""
        version: tuple[str, str] = await _call(self._understanding, _version, UNDERSTAND_SECONDS)
        return version


class _Killed(Exception):
    """A process took too long, or died."""


def _pool(count: int, initializer: Callable[[], None]) -> ProcessPool:
    import multiprocessing

    from pebble import ProcessPool

    return ProcessPool(max_workers=count, initializer=initializer, context=multiprocessing.get_context("spawn"))


async def _call(pool: ProcessPool, function: Callable[..., Any], seconds: float, *args: Any) -> Any:
    from pebble import ProcessExpired

    future = pool.schedule(function, args=list(args), timeout=seconds)
    try:
        return await asyncio.wrap_future(future)
    except (FutureTimeout, TimeoutError) as error:
        raise _Killed(f"worker stopped after {seconds:.0f} s") from error
    except ProcessExpired as error:
        raise _Killed("worker died") from error
    except MemoryError as error:
        raise _Killed("worker out of memory") from error


def _start() -> None:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us in order


def _start_reading() -> None:
    import resource

    _start()
    resource.setrlimit(resource.RLIMIT_AS, (READ_BYTES, READ_BYTES))


def _read_feed(kind: str, body: bytes, url: str, content_type: str | None, now: datetime) -> FeedDocument:
    from ingest.reader import load_reader

    return load_reader(kind).read(body, url=url, content_type=content_type, now=now)


def _extract(body: bytes, name: str, content_type: str | None) -> Page:
    from ingest.documents import extract_document

    return extract_document(body, name=name, content_type=content_type)


def _understand(article: Article) -> Understood:
    from nlp.analyzer import analyze
    from store.fingerprints import make_fingerprint

    published = article.published.date() if article.published else None
    analysis = analyze(article.id, article.title, article.text, published=published, lang=article.lang)
    return Understood(analysis, make_fingerprint(article, analysis) if analysis.relevant else None)


def _version() -> tuple[str, str]:
    from nlp.analyzer import pipeline_version
    from nlp.heads import load_heads

    heads = load_heads().version
    return pipeline_version("", heads).removesuffix(f"+{heads}"), heads
