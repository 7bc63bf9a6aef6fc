"""The page of watches: what there is, what a new one would have sent, and a form that keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from orewire.alerts.rehearse import rehearse
from orewire.config import read_watch
from orewire.digest.wording import tell_event
from orewire.model.codes import EVENT_TYPES, FAMILY_OF_TYPE, POLARITIES, STATUSES
from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.ledger import StoredWatch
from orewire.model.watch import KINDS, Watch
from orewire.sections import LETTER_LANGUAGES
from orewire.web.forms import Form, one, read_form
from orewire.web.guard import needs, note_target
from orewire.web.pages.names import country_code, value_name
from orewire.web.pages.question import read_question
from orewire.web.pages.shell import Desk, render, with_problems
from store.fulltext.query import parse_query

_SPAN: Final = timedelta(days=90)
_SHOWN: Final = 100
_LISTED: Final = ("country", "mineral", "project", "actor")
"""Fields in which several values stand with commas between them."""
_CHOSEN: Final = ("type", "stance", "status", "kinds", "channels")
_PLAIN: Final = ("text", "min_confidence", "lang", "zone", "quiet", "batch", "daily_cap")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    name: str
    asks: str
    is_own: bool


def add_watch_pages(app: FastAPI, desk: Desk) -> None:
    """Give the application the page; its forms are for analysts."""
    guarded = [Depends(needs("analyst"))]

    @app.get("/watches", include_in_schema=False)
    @with_problems
    def show(request: Request) -> Response:
        asked = read_question(request)
        return _page(desk, request, filled_form(asked) if asked != Filters() else {})

    @app.post("/watches", include_in_schema=False, dependencies=guarded)
    async def keep_or_try(request: Request) -> Response:
        form = await read_form(request)
        try:
            name, settings = one(form, "name"), read_settings(form)
            note_target(request, name)
            is_tried = one(form, "do") == "try"
            watch = read_watch(name or ("tried" if is_tried else ""), settings, desk.config, check_text=parse_query)
            if is_tried:
                return await run_in_threadpool(lambda: _page(desk, request, form, tried=_try(desk, watch.watch())))
            await desk.work.put_watch(name, settings)
        except UsageError as error:
            return _page(desk, request, form, problem=str(error), status=400)
        return RedirectResponse("/watches", 303)

    @app.post("/watches/remove", include_in_schema=False, dependencies=guarded)
    async def remove(request: Request) -> Response:
        name = one(await read_form(request), "name")
        note_target(request, name)
        await desk.work.remove_watch(name)
        return RedirectResponse("/watches", 303)


def read_settings(form: Form) -> dict[str, Any]:
    """What was filled in, as config.yaml would have it."""
    settings: dict[str, Any] = {}
    for name in _LISTED:
        settings[name] = [part.strip() for part in one(form, name).split(",") if part.strip()]
    settings["country"] = list(map(country_code, settings["country"]))
    for name in _CHOSEN:
        settings[name] = form.get(name, [])
    for name in _PLAIN:
        settings[name] = one(form, name)
    return {name: value for name, value in settings.items() if value}


def filled_form(asked: Filters) -> Form:
    """The form that asks for what a page of results showed: 'watch this'."""
    listed = {name: [", ".join(getattr(asked, name))] for name in _LISTED}
    chosen = {name: list(getattr(asked, name)) for name in ("type", "stance", "status")}
    chosen["type"] = _types(asked)
    plain = {"text": [asked.text or ""], "min_confidence": [str(asked.min_confidence or "")]}
    return {**listed, **chosen, **plain, "kinds": ["event"]}


def _types(asked: Filters) -> list[str]:
    """A form has no families: the types of those asked for, and where types are asked for, too, only these."""
    if not asked.family:
        return list(asked.type)
    if asked.type:
        return [kind for kind in asked.type if FAMILY_OF_TYPE.get(kind) in asked.family] or list(asked.type)
    return [kind for kind in EVENT_TYPES if FAMILY_OF_TYPE[kind] in asked.family]


def _try(desk: Desk, watch: Watch) -> list[str]:
    alerts = rehearse(desk.questions, desk.ledger, watch, since=datetime.now(UTC) - _SPAN)
    told = [f"{one.leaves_at:%Y-%m-%d %H:%M} UTC · {tell_event(one.event, watch.lang)}" for one in alerts[-_SHOWN:]]
    return [*reversed(told), f"{len(alerts)} alerts"]


def _page(
    desk: Desk,
    request: Request,
    form: Form,
    *,
    problem: str = "",
    tried: Sequence[str] | None = None,
    status: int = 200,
) -> Response:
    return render(
        request,
        "watches.html",
        status=status,
        watches=[_listed(one) for one in desk.ledger.get_watches()],
        form={name: values[0] for name, values in form.items() if values},
        chosen={name: form.get(name, ["event"] if name == "kinds" and not form else []) for name in _CHOSEN},
        named=value_name,
        types=EVENT_TYPES,
        stances=POLARITIES,
        statuses=STATUSES,
        kinds=KINDS,
        channels=[channel.name for channel in desk.config.channels],
        langs=LETTER_LANGUAGES,
        problem=problem,
        tried=tried,
    )


def _listed(watch: StoredWatch) -> _Listed:
    told = {key: value if isinstance(value, list) else [value] for key, value in watch.settings.items()}
    asks = "; ".join(
        f"{_ASKS.get(key, key)}: {', '.join(_in_words(key, str(value)) for value in values)}"
        for key, values in told.items()
    )
    return _Listed(name=watch.name, asks=asks or "every event", is_own=watch.is_own)


_ASKS: Final = {
    "country": "countries", "mineral": "minerals", "project": "projects", "actor": "who acts", "type": "what happened",
    "kinds": "waits for", "channels": "tells", "min_confidence": "how sure at least", "stance": "for or against",
    "text": "words", "zone": "time zone", "quiet": "quiet hours", "batch": "minutes to wait",
    "daily_cap": "messages a day",
}  # fmt: skip


def _in_words(key: str, value: str) -> str:
    return value.replace("_", " ") if key == "kinds" else value_name(key, value)
