"""Pages that are made once: for whom, and what is never kept."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from orewire.model.access import Visitor
from orewire.web.pages.kept import kept
from orewire.web.pages.memory import Memory
from orewire.web.pages.shell import Desk

RITA, LEO = Visitor(name="rita", role="reader", session="r"), Visitor(name="leo", role="analyst", session="l")


def request(visitor: Visitor, query: str = "", **headers: str) -> Request:
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/x", "query_string": query.encode(), "headers": told}
    return Request({**scope, "server": ("localhost", 80), "scheme": "http", "state": {"visitor": visitor}})


def page_of(status: int = 200) -> tuple[Callable[..., Any], list[str]]:
    """A page, and who it was made for."""
    made: list[str] = []

    def handler(asked: Request) -> Response:
        made.append(f"{asked.state.visitor.name}?{asked.url.query}")
        return HTMLResponse(f"<p>{made[-1]}</p>", status, {"ETag": f'W/"{made[-1]}"'})

    return kept(cast(Desk, SimpleNamespace(memory=Memory())))(handler), made


async def test_once_for_each_visitor_and_question() -> None:
    """Nobody is shown what was made for somebody else, or for another question."""
    page, made = page_of()
    for visitor, query in ((RITA, "a"), (RITA, "a"), (LEO, "a"), (RITA, "b")):
        assert f"<p>{visitor.name}?{query}</p>" == bytes((await page(request(visitor, query))).body).decode()
    assert ["rita?a", "leo?a", "rita?b"] == made


async def test_packed_for_those_who_take_it() -> None:
    """The same page, its bytes fewer and said to be packed."""
    page, _ = page_of()
    answer = await page(request(RITA, accept_encoding="gzip, br"))
    assert ("gzip", b"<p>rita?</p>") == (answer.headers["content-encoding"], gzip.decompress(answer.body))
    assert "content-encoding" not in (await page(request(RITA))).headers


async def test_not_sent_to_whoever_has_it() -> None:
    """Their own of it: 304, without a body."""
    page, _ = page_of()
    assert [304, 200] == [
        (await page(request(RITA, if_none_match=f'W/"{name}?"'))).status_code for name in ("rita", "leo")
    ]


async def test_what_is_not_there_is_looked_for_again() -> None:
    """It may be there a moment later."""
    page, made = page_of(404)
    assert [404, 404] == [(await page(request(RITA))).status_code for _ in range(2)]
    assert 2 == len(made)
