"""What an edited event may say: the codebook's vocabularies, canonical minerals and codes of countries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from orewire.model.codes import BASES, EVENT_TYPES, HOLDER_CLASSES, POLARITIES, SALIENCES, STAGES, STATUSES
from orewire.model.errors import UsageError
from orewire.model.review import CODED, EDITABLE, NAMED, OPTIONAL, STANCE_FIELDS
from store.connection import Connection
from store.filters import clean

_LISTED_IN_FULL = 25
"""Of more values than these an error names the nearest only."""

_LONGEST_NAME, _LONGEST = 200, 2_000
"""Characters of a name, and of a sentence that is evidence."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The values that each field may have, and the names of countries by code."""

    allowed: Mapping[str, Sequence[str]]
    names: Mapping[str, str]


def get_choices(connection: Connection) -> Choices:
    """What may be chosen; minerals and countries are those of the gazetteer, empty where it was never loaded."""
    minerals = [name for (name,) in connection.execute("SELECT name FROM minerals ORDER BY name").fetchall()]
    places = dict(connection.execute("SELECT code, name FROM places ORDER BY code").fetchall())
    allowed = {
        "type": EVENT_TYPES, "status": STATUSES, "salience": SALIENCES, "stage": STAGES, "minerals": tuple(minerals),
        "countries": tuple(places), "holder_class": HOLDER_CLASSES, "polarity": POLARITIES, "basis": BASES,
    }  # fmt: skip
    return Choices(allowed, places)


def check_edits(connection: Connection, edits: Mapping[str, Any]) -> dict[str, Any]:
    """The edits as JSON keeps them; UsageError for a field or value that means nothing, with what is allowed."""
    if not isinstance(edits, Mapping) or not edits:
        raise UsageError(f"edits: found {edits!r}, expected new values by field: {', '.join(EDITABLE)}")
    choices = get_choices(connection)
    return {name: _checked(name, value, choices) for name, value in edits.items()}


def _checked(name: str, value: Any, choices: Choices) -> Any:
    if name not in EDITABLE:
        raise _refusal("field", name, EDITABLE)
    if name in OPTIONAL and (value is None or value == ""):
        return None
    if name in CODED:
        return _chosen(name, _text(name, value), choices.allowed[name])
    return _READ[name](name, value, choices)


def _chosen(name: str, value: str, allowed: Sequence[str]) -> str:
    if allowed and value not in allowed:
        raise _refusal(name, value, allowed)
    return value


def _refusal(name: str, value: object, allowed: Sequence[str], nearest: Sequence[str] = ()) -> UsageError:
    near = nearest or get_close_matches(str(value), allowed, n=1, cutoff=0.5)
    told = f"one of {', '.join(allowed)}" if len(allowed) <= _LISTED_IN_FULL else f"one of {len(allowed)} known ones"
    return UsageError(f"{name}: found {value!r}, expected {told}" + (f"; nearest: {near[0]}" if near else ""))


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not (said := clean(value).strip()):
        raise UsageError(f"{name}: found {value!r}, expected text")
    longest = _LONGEST if name.endswith("evidence") else _LONGEST_NAME
    if len(said) > longest:
        raise UsageError(f"{name}: found {len(said)} characters, expected {longest} at most")
    return said


def _day(name: str, value: Any, _: Choices) -> str:
    try:
        return date.fromisoformat(_text(name, value)).isoformat()
    except ValueError as error:
        raise UsageError(f"{name}: found {value!r}, expected a day such as 2025-01-31") from error


def _name(name: str, value: Any, _: Choices) -> str:
    return _text(name, value)


def _list(name: str, value: Any) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise UsageError(f"{name}: found {value!r}, expected a list")
    return [_text(name, one) for one in value]


def _minerals(name: str, value: Any, choices: Choices) -> list[str]:
    return list(dict.fromkeys(_chosen(name, one.lower(), choices.allowed[name]) for one in _list(name, value)))


def _countries(name: str, value: Any, choices: Choices) -> list[str]:
    return list(dict.fromkeys(_country(name, one, choices) for one in _list(name, value)))


def _country(name: str, value: str, choices: Choices) -> str:
    code = value.upper()
    if code in choices.names or (not choices.names and len(code) == 2 and code.isalpha() and code.isascii()):
        return code
    by_name = {called.lower(): f"{found} ({called})" for found, called in choices.names.items()}
    near = get_close_matches(value.lower(), by_name, n=1)
    raise UsageError(
        f"{name}: found {value!r}, expected codes of ISO 3166-1 such as RS, or EU"
        + (f"; nearest: {by_name[near[0]]}" if near else "")
    )


def _stances(name: str, value: Any, choices: Choices) -> list[dict[str, str]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise UsageError(f"{name}: found {value!r}, expected a list")
    return [_stance(name, one, choices) for one in value]


def _stance(name: str, value: Any, choices: Choices) -> dict[str, str]:
    if not isinstance(value, Mapping) or set(value) != set(STANCE_FIELDS):
        raise UsageError(f"{name}: found {value!r}, expected each with {', '.join(STANCE_FIELDS)}")
    told = {part: _text(f"{name}.{part}", value[part]) for part in STANCE_FIELDS}
    return {part: _chosen(f"{name}.{part}", one, choices.allowed.get(part, ())) for part, one in told.items()}


_READ: Mapping[str, Callable[[str, Any, Choices], Any]] = {
    "date": _day, "minerals": _minerals, "countries": _countries, "stances": _stances, **dict.fromkeys(NAMED, _name),
}  # fmt: skip
