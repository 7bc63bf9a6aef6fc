"""Processes that read hostile pages and long texts: killed when they take too long, replaced when they die."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from typing import TYPE_CHECKING, Any, Self

from orewire.model.analysis import Analysis
from orewire.model.article import Article
from orewire.model.errors import ExtractError

if TYPE_CHECKING:
    from ingest.extract import Page

EXTRACT_SECONDS = 15.0
UNDERSTAND_SECONDS = 60.0
"""A page or a text that needs longer was made to be slow: 100,000 nested tags take 30 s in every parser."""


class Workers:
    """A pool of `count` processes; a context manager. Each loads the language models when it first needs them."""

    def __init__(self, count: int) -> None:
        import multiprocessing

        from pebble import ProcessPool

        self._pool = ProcessPool(max_workers=count, initializer=_start, context=multiprocessing.get_context("spawn"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    async def extract(self, body: bytes, *, name: str, content_type: str | None) -> Page:
        """The text of a page or document; ExtractError also where the worker was killed over it."""
        page: Page = await self._call(_extract, EXTRACT_SECONDS, body, name, content_type)
        return page

    async def understand(self, article: Article) -> Analysis:
        """The analysis of an article; ExtractError where the worker was killed over it."""
        analysis: Analysis = await self._call(_understand, UNDERSTAND_SECONDS, article)
        return analysis

    async def _call(self, function: Callable[..., Any], seconds: float, *args: Any) -> Any:
        from pebble import ProcessExpired

        future = self._pool.schedule(function, args=list(args), timeout=seconds)
        try:
            return await asyncio.wrap_future(future)
        except (FutureTimeout, TimeoutError) as error:
            raise ExtractError(f"worker stopped after {seconds:.0f} s") from error
        except ProcessExpired as error:
            raise ExtractError("worker died") from error


def _start() -> None:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us in order


def _extract(body: bytes, name: str, content_type: str | None) -> Page:
    from ingest.documents import extract_document

    return extract_document(body, name=name, content_type=content_type)


def _understand(article: Article) -> Analysis:
    from nlp.analyzer import analyze

    published = article.published.date() if article.published else None
    return analyze(article.id, article.title, article.text, published=published, lang=article.lang)
