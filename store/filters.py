"""A question about events as a WHERE clause: values travel as parameters, never as text of the query."""

from __future__ import annotations

import re
from collections.abc import Iterable

from orewire.model.codes import EVENT_TYPES, FAMILIES, POLARITIES, STATUSES
from orewire.model.errors import UsageError
from orewire.model.event import Filters

_ALLOWED = {"type": EVENT_TYPES, "family": FAMILIES, "status": STATUSES, "stance": POLARITIES}
_MOST_WORDS = 20

_STANCE = """
    EXISTS (SELECT 1 FROM mentions JOIN stances ON stances.article = mentions.article
            WHERE mentions.event = events.id AND stances.polarity IN $stance
                AND (stances.target = 'mining' OR events.project IS NULL OR stances.target = events.project)
                AND {about})
"""
_TEXT = """
    EXISTS (SELECT 1 FROM mentions JOIN articles ON articles.id = mentions.article
            WHERE mentions.event = events.id AND contains(
                lower(strip_accents(concat_ws(' ', articles.title, mentions.evidence, articles.text))), ${name}))
"""
_ABOUT = "(events.family IN ('opposition', 'legal') OR stances.evidence = mentions.evidence)"
"""A stance belongs to an event of conflict in its article, or to the event told by the same sentence."""


def where_clause(filters: Filters) -> tuple[str, dict[str, object]]:
    """The condition and its parameters; UsageError says which value means nothing and what is allowed."""
    check_filters(filters)
    conditions: list[str] = []
    values: dict[str, object] = {}
    for name, condition in _LISTS.items():
        if chosen := getattr(filters, name):
            conditions.append(condition)
            values[name] = [value.upper() if name == "country" else value for value in chosen]
    for name, condition in _SINGLES.items():
        if (value := getattr(filters, name)) is not None:
            conditions.append(condition)
            values[name] = value
    for name in ("project", "actor"):
        _add_names(name, getattr(filters, name), conditions, values)
    _add_words(filters.text, conditions, values)
    return " AND ".join(conditions) or "TRUE", values


_LISTS = {
    "country": "list_has_any(events.countries, $country)",
    "mineral": "list_has_any(events.minerals, $mineral)",
    "type": "events.type IN $type",
    "family": "events.family IN $family",
    "status": "events.status IN $status",
    "stance": _STANCE.format(about=_ABOUT),
}
_SINGLES = {
    "since": "events.date >= $since",
    "until": "events.date < $until",
    "min_confidence": "events.confidence >= $min_confidence",
}


def _add_names(name: str, chosen: Iterable[str], conditions: list[str], values: dict[str, object]) -> None:
    """Names match in part, whatever case and accents: 'panama' finds 'Cobre Panamá'."""
    any_of = []
    for number, value in enumerate(chosen):
        key = f"{name}_{number}"
        any_of.append(f"contains(lower(strip_accents(coalesce(events.{name}, ''))), lower(strip_accents(${key})))")
        values[key] = clean(value)
    if any_of:
        conditions.append(f"({' OR '.join(any_of)})")


def _add_words(text: str | None, conditions: list[str], values: dict[str, object]) -> None:
    for number, word in enumerate((text or "").split()[:_MOST_WORDS]):
        key = f"word_{number}"
        conditions.append(_TEXT.format(name=key).replace(f"${key}", f"lower(strip_accents(${key}))"))
        values[key] = clean(word)


def clean(value: str) -> str:
    """Without what no stored text can hold: NUL and lone surrogates."""
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def check_filters(filters: Filters) -> None:
    """UsageError for an unknown type, family, status, stance, a country that is no code, or an empty span."""
    for name, allowed in _ALLOWED.items():
        for value in getattr(filters, name):
            if value not in allowed:
                raise UsageError(f"{name}: found {value!r}, expected one of {', '.join(allowed)}")
    for code in filters.country:
        if not re.fullmatch(r"[A-Za-z]{2}", code, re.ASCII):
            raise UsageError(f"country: found {code!r}, expected a two-letter code such as CL, or EU")
    if filters.since and filters.until and filters.since >= filters.until:
        raise UsageError(f"until: found {filters.until}, expected a day after {filters.since}")
    if filters.min_confidence is not None and not 0 <= filters.min_confidence <= 1:
        raise UsageError(f"min_confidence: found {filters.min_confidence}, expected 0 to 1")
