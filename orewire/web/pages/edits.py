"""What the forms of an event's page decide: read without asking anybody, so that it can be tried by itself."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from orewire.model.errors import UsageError
from orewire.model.event import Event, Review
from orewire.model.review import CODED, LISTED, NAMED, STANCE_FIELDS
from orewire.web.forms import Form, one
from orewire.web.pages.names import country_code

_ACTIONS: Final = ("accept", "reject", "edit", "merge", "split", "undo")
_MOST_STANCES: Final = 200


def read_decision(form: Form, event: Event, who: str) -> Review:
    """What a form of the event's page decides; UsageError for what is no decision."""
    action = one(form, "do")
    if action not in _ACTIONS:
        raise UsageError(f"do: found {action!r}, expected one of {', '.join(_ACTIONS)}")
    return Review(
        action=action,
        who=who,
        reason=one(form, "reason") or None,
        event=event.id if action != "undo" else None,
        id=_number(form, "id") if action == "undo" else None,
        into_event=_number(form, "into_event") if action == "merge" else None,
        articles=tuple(form.get("article", [])) if action == "split" else (),
        edits=_edits(form, event) if action == "edit" else {},
    )


def _number(form: Form, name: str) -> int:
    value = one(form, name)
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise UsageError(f"{name}: found {value[:20]!r}, expected a number")
    return int(value)


def values_shown(event: Event) -> dict[str, Any]:
    """What the form of an event shows: only what a person changes of this is their edit."""
    told = {name: getattr(event, name) for name in (*CODED, "date", *LISTED, *NAMED)}
    return {**{name: _comparable(value) for name, value in told.items()}, "stances": _present(event)}


def _edits(form: Form, event: Event) -> dict[str, Any]:
    """The fields whose value is another than the page showed; UsageError where one of them was changed meanwhile."""
    shown, now = _shown(form), values_shown(event)
    told = {**_plain_values(form), "stances": _stances(form)}
    edits = {name: value for name, value in told.items() if value != shown.get(name)}
    for name in edits:
        if now[name] != shown.get(name):
            raise UsageError(f"{name}: found another value than you were shown: it was changed meanwhile, look again")
    if not edits:
        raise UsageError("edit: found nothing changed, expected another value of at least one field")
    return {**edits, **({"stances": _as_told(edits["stances"], event)} if "stances" in edits else {})}


def _shown(form: Form) -> dict[str, Any]:
    try:
        shown = json.loads(one(form, "shown"))
    except ValueError as error:
        raise UsageError("edit: found a form without what it showed, expected the form of an event's page") from error
    if not isinstance(shown, dict):
        raise UsageError("edit: found a form without what it showed, expected the form of an event's page")
    return shown


def _plain_values(form: Form) -> dict[str, Any]:
    told: dict[str, Any] = {name: one(form, name) or None for name in (*CODED, *NAMED) if name in form}
    for name in (part for part in LISTED if part in form):
        told[name] = [value.strip() for value in one(form, name).split(",") if value.strip()]
    if "countries" in told:
        told["countries"] = list(map(country_code, told["countries"]))
    if "date" in form:
        told["date"] = _day(one(form, "date"))
    return told


def _day(value: str) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if value else None
    except ValueError as error:
        raise UsageError(f"date: found {value!r}, expected a day such as 2025-11-13, or nothing") from error


def read_draft(form: Form) -> dict[str, Any]:
    """What the form of an edit says, right or wrong: so that a person need not say it again."""
    said = {name: one(form, name) for name in (*CODED, *NAMED, "date", "reason")}
    return {**said, **{name: [one(form, name)] for name in LISTED}, "stances": _rows(form)[:_MOST_STANCES]}


def _rows(form: Form) -> list[dict[str, str]]:
    """The rows of the form that name a holder."""
    columns = {name: form.get(f"stance_{name}", []) for name in STANCE_FIELDS}
    rows = [dict(zip(columns, map(_flat, values), strict=True)) for values in zip(*columns.values(), strict=False)]
    return [row for row in rows if row["holder"]]


def _stances(form: Form) -> list[dict[str, str]]:
    named = _rows(form)
    if len(named) > _MOST_STANCES:
        raise UsageError(f"stances: found {len(named)}, expected {_MOST_STANCES} at most")
    return named


def _flat(text: str) -> str:
    """As a field of a form has it: on one line."""
    return " ".join(text.split())


def _present(event: Event) -> list[dict[str, str]]:
    return [{name: _flat(getattr(stance, name)) for name in STANCE_FIELDS} for stance in event.stances]


def _as_told(stances: list[dict[str, str]], event: Event) -> list[dict[str, str]]:
    """Those that were left alone letter by letter as the articles have them."""
    originals = [{name: getattr(stance, name) for name in STANCE_FIELDS} for stance in event.stances]
    known = list(zip(_present(event), originals, strict=True))
    return [next((original for flat, original in known if flat == one), one) for one in stances]


def _comparable(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
