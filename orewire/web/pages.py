"""The pages, rendered on the server; whatever came from outside is escaped, and nothing is loaded from elsewhere."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from orewire.digest.render import with_pictures
from orewire.model.ports import Ledger, Questions

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

_WITH_PICTURES = {
    **PAGE_HEADERS,
    "Content-Security-Policy": f"{PAGE_HEADERS['Content-Security-Policy']}; img-src data:",
}
"""For what was written to readers, with its pictures within."""
FORM_HEADERS = {
    **PAGE_HEADERS,
    "Content-Security-Policy": PAGE_HEADERS["Content-Security-Policy"].replace(
        "form-action 'none'", "form-action 'self'"
    ),
}
"""For a page with a form of ours."""
_LISTED = 100


def add_pages(app: FastAPI, questions: Questions, ledger: Ledger) -> None:
    """Give the application its pages."""

    @app.get("/digests", response_class=HTMLResponse, include_in_schema=False)
    def digests() -> HTMLResponse:
        posts = ledger.find_posts(kinds=("digest",), limit=_LISTED)
        return HTMLResponse(render_page("digests.html", posts=posts), headers=PAGE_HEADERS)

    @app.get("/messages/{key:path}", response_class=HTMLResponse, include_in_schema=False)
    def message(key: str) -> HTMLResponse:
        if (found := ledger.get_message(key)) is None or found.html is None:
            raise HTTPException(404, f"no message {key!r}")
        return HTMLResponse(with_pictures(found.html, found.pictures), headers=_WITH_PICTURES)

    @app.get("/health", response_class=HTMLResponse, include_in_schema=False)
    def health() -> HTMLResponse:
        return HTMLResponse(render_health(questions.get_health()), headers=PAGE_HEADERS)


def render_health(health: Mapping[str, Any]) -> str:
    """How each feed is doing, as a page."""
    return render_page("health.html", health=health)


def render_page(template: str, **values: Any) -> str:
    """One of the templates, filled in."""
    return _environment().get_template(template).render(values)


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("orewire.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["moment"] = _moment
    return environment


def _moment(text: str | None) -> Markup | str:
    """A time for people and programs."""
    if not text:
        return "–"
    return Markup('<time datetime="{}">{}</time>').format(text, text[:16].replace("T", " "))
