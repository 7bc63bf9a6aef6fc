"""What all pages share: templates, what stands around the content, and answers that need not be sent again."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from orewire.digest.catalogue import get_catalogue
from orewire.digest.items import direction_of
from orewire.digest.plain import clean, web_address
from orewire.digest.wording import tell_event
from orewire.model.errors import OrewireError, UsageError
from orewire.model.event import Event
from orewire.model.ports import Ledger, Questions
from orewire.sections import Config
from orewire.web.forms import page_values
from orewire.web.pages.memory import Memory

if TYPE_CHECKING:
    from jinja2 import Environment

NAVIGATION: Final = (
    ("/search", "Events"), ("/projects", "Projects"), ("/countries", "Countries"), ("/minerals", "Minerals"),
    ("/trends", "Trends"), ("/map", "Map"), ("/watches", "Watches"),
)  # fmt: skip
_LONGEST: Final = 2_000
"""Characters of evidence: more is not one sentence."""
_KINDS: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What pages ask, and what they let work. `work` does what forms ask for, see `orewire.web.api.Work`."""

    questions: Questions
    ledger: Ledger
    work: Any
    config: Config
    memory: Memory = field(default_factory=Memory)


def render(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> Response:
    """A page."""
    body = render_page(template, here=request.url.path, **page_values(request), **values)
    mark = f'W/"{hashlib.blake2b(body.encode(), digest_size=12).hexdigest()}"'
    told = {"ETag": mark, **(headers or {})}
    return HTMLResponse(body, status, headers=told)


def unless_known(request: Request, response: Response) -> Response:
    """The page; 304 where the reader has it already."""
    if response.status_code == 200 and response.headers.get("etag") in _held(request):
        told = {name: value for name, value in response.headers.items() if name in _OF_THE_PAGE}
        return Response(status_code=304, headers=told)
    return response


def _held(request: Request) -> list[str]:
    return [mark.strip() for mark in request.headers.get("if-none-match", "").split(",")]


_OF_THE_PAGE: Final = ("etag", "vary", "cache-control", "content-security-policy")


def render_page(template: str, **values: Any) -> str:
    """One of the templates, filled in."""
    return _environment().get_template(template).render(values)


def load_templates() -> None:
    """Have all of them at hand: each takes some 20 ms once."""
    environment = _environment()
    for name in environment.list_templates():
        environment.get_template(name)


def render_problem(request: Request, status: int, problem: str) -> Response:
    """A page that says what went wrong."""
    return render(request, "problem.html", status=status, problem=problem, code=status)


def with_problems(handler: Callable[..., Response]) -> Callable[..., Response]:
    """A page whose wrong question is told on a page, too."""

    @functools.wraps(handler)
    def told(request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            return handler(request, *args, **kwargs)
        except UsageError as error:
            return render_problem(request, 400, str(error))
        except OrewireError as error:
            return render_problem(request, 503, str(error))

    return told


def add_static(app: FastAPI) -> None:
    """Give the application what the pages load; their addresses change with their content."""

    @app.get("/static/{name}", include_in_schema=False)
    def static(name: str) -> Response:
        found = _static().get(name)
        if found is None:
            return Response("no such file", 404, media_type="text/plain")
        kind = _KINDS[name.rsplit(".", 1)[-1]]
        return Response(found, media_type=kind, headers={"Cache-Control": _FOR_GOOD})


@functools.cache
def _static() -> Mapping[str, bytes]:
    folder = resources.files("orewire.web").joinpath("static")
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.name.rsplit(".", 1)[-1] in _KINDS}


@functools.cache
def static_address(name: str) -> str:
    """Where a file of ours is had."""
    return f"/static/{name}?{hashlib.blake2b(_static()[name], digest_size=6).hexdigest()}"


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    words = get_catalogue("en")
    environment = Environment(
        loader=PackageLoader("orewire.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        auto_reload=False,
    )  # fmt: skip
    environment.globals |= {
        "static": static_address, "navigation": NAVIGATION, "here": "", "visitor": None, "csrf": "",
    }  # fmt: skip
    environment.filters |= {
        **_FILTERS,
        "country": words.country,
        "number": words.number,
        "family": lambda family: words.say(f"families.{family}"),
        "standing": lambda word: words.say(f"standings.{word}"),
    }
    return environment


def tell_line(event: Event) -> str:
    """The event in one line."""
    return tell_event(event, "en")


def shown_evidence(text: str) -> str:
    """Evidence as it is shown."""
    return clean(text, _LONGEST)


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _day(day: date | None) -> Markup | str:
    """A day for people and programs."""
    if day is None:
        return "no date"
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), get_catalogue("en").day(day, "medium"))


def _moment(text: str | datetime | None) -> Markup | str:
    """A time for people and programs."""
    if not text:
        return "–"
    told = text.isoformat() if isinstance(text, datetime) else text
    return Markup('<time datetime="{}">{}</time>').format(told, told[:16].replace("T", " "))


_FILTERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "moment": _moment,
    "day": _day,
    "words": _spaced,
    "line": tell_line,
    "evidence": shown_evidence,
    "direction": direction_of,
    "web": web_address,
    "percent": _percent,
    "place": lambda name: quote(name, safe=""),
}
