"""A question about events as a WHERE clause: values travel as parameters, never as text of the query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from orewire.model.codes import EVENT_TYPES, FAMILIES, FAMILY_OF_TYPE, POLARITIES, STATUSES
from orewire.model.errors import StoreError, UnknownValue, UsageError
from orewire.model.event import LIST_FILTERS, MOST_VALUES, Filters
from orewire.model.project import project_number
from store.connection import among

_ALLOWED = {"type": EVENT_TYPES, "family": FAMILIES, "status": STATUSES, "stance": POLARITIES}


def where_clause(filters: Filters) -> tuple[str, dict[str, object]]:
    """The condition on `events` and its parameters; UsageError says which value means nothing and what is allowed.

    `filters.articles` must be looked up where there is `filters.text`: the full-text index knows them.
    """
    check_filters(filters)
    conditions: list[str] = []
    values: dict[str, object] = {}
    for name, condition in _LISTS.items():
        if chosen := getattr(filters, name):
            conditions.append(condition)
            values[name] = _members(name, chosen)
    if filters.family:
        conditions.append("events.type IN $types_of_family")
        values["types_of_family"] = [kind for kind in EVENT_TYPES if FAMILY_OF_TYPE[kind] in filters.family]
    for name, condition in _SINGLES.items():
        if (value := getattr(filters, name)) is not None:
            conditions.append(condition)
            values[name] = value
    if chosen := set(filters.stance):
        conditions.append(f"({' OR '.join(_STANCES[polarity] for polarity in sorted(chosen))})")
    _add_projects(filters.project, conditions, values)
    _add_actors(filters.actor, conditions, values)
    if (filters.text or "").strip():
        if filters.articles is None:
            raise StoreError("text: found no answer of the full-text index, which must be asked before")
        is_one, parameters = among("article", filters.articles)
        conditions.append(f"events.id IN (SELECT event FROM mentions WHERE {is_one})")  # noqa: S608 - our own words
        values |= parameters
    return " AND ".join(conditions) or "TRUE", values


def matching(filters: Filters) -> tuple[str, dict[str, object]]:
    """The events that match as a table of the name `events`, and its parameters; see `where_clause`.

    Chosen sets are joined instead of looked up: DuckDB then keeps them in an array, and needs half the time.
    """
    check_filters(filters)
    condition, values = where_clause(replace(filters, country=(), mineral=()))
    joins = []
    for name, chosen in (("country", filters.country), ("mineral", filters.mineral)):
        if chosen:
            joins.append(_CHOSEN_SETS.format(name=name))
            values[name] = _members(name, chosen)
    return f"(SELECT events.* FROM events {' '.join(joins)} WHERE {condition}) AS events", values  # noqa: S608


_CHOSEN_SETS = """
JOIN (SELECT id AS chosen_{name} FROM {name}_sets WHERE list_has_any(members, ${name})) ON chosen_{name} = {name}_set
"""


def _members(name: str, chosen: Sequence[str]) -> list[str]:
    return [value.upper() if name == "country" else value for value in chosen]


_LISTS = {
    "country": "events.country_set IN (SELECT id FROM country_sets WHERE list_has_any(members, $country))",
    "mineral": "events.mineral_set IN (SELECT id FROM mineral_sets WHERE list_has_any(members, $mineral))",
    "type": "events.type IN $type",
    "status": "events.status IN $status",
}
_SINGLES = {
    "since": "events.date >= $since",
    "until": "events.date < $until",
    "min_confidence": "events.confidence >= $min_confidence::FLOAT",
    "seen_since": "events.last_seen >= $seen_since::TIMESTAMPTZ",
    "seen_until": "events.first_seen < $seen_until::TIMESTAMPTZ",
}
_STANCES = {"support": "events.supporters > 0", "oppose": "events.opponents > 0"}


def _add_projects(chosen: Sequence[str], conditions: list[str], values: dict[str, object]) -> None:
    """Names match in part, whatever case and accents: 'panama' finds 'Cobre Panamá'; other names count, too.

    `#12` is the project of that number alone, however many share its name.
    """
    numbers = [number for value in chosen if (number := project_number(value)) is not None]
    parts = [clean(value) for value in chosen if project_number(value) is None]
    any_of = []
    if parts:
        any_of.append(f"id IN ({_CONTAINING.format(parts='project', names=_PROJECT_NAMES)})")
        values["project"] = parts
    if numbers:
        any_of.append(_NUMBERED)
        values["project_numbers"] = numbers
    if any_of:
        conditions.append(f"events.project IN (SELECT id FROM projects WHERE {' OR '.join(any_of)})")  # noqa: S608 - parameters only


_CONTAINING = """
    WITH named AS MATERIALIZED (SELECT key, lower(strip_accents(name)) AS name FROM ({names})),
        parts AS MATERIALIZED (SELECT DISTINCT lower(strip_accents(unnest(${parts}))) AS part)
    SELECT key FROM named WHERE EXISTS (FROM parts WHERE contains(name, part))
"""
"""The keys of names that contain one of `parts`: each name is made plain once, however many parts are asked for."""
_PROJECT_NAMES = """
    SELECT id AS key, concat_ws(chr(10), name, array_to_string(aliases, chr(10))) AS name FROM projects
"""
_NUMBERED = """
coalesce(same_as, id) IN (SELECT coalesce(same_as, id) FROM projects WHERE id IN $project_numbers)
"""
"""A number that was another's second name leads to that one."""


def _add_actors(chosen: Sequence[str], conditions: list[str], values: dict[str, object]) -> None:
    """The same for actors."""
    if chosen:
        containing = _CONTAINING.format(parts="actor", names=_ACTOR_NAMES)
        conditions.append(f"coalesce(events.actor, '') IN ({containing})")
        values["actor"] = [clean(value) for value in chosen]


_ACTOR_NAMES = "SELECT DISTINCT coalesce(actor, '') AS key, key AS name FROM events"


def clean(value: str) -> str:
    """Without what no stored text can hold: NUL and lone surrogates."""
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def check_filters(filters: Filters) -> None:
    """UsageError for an unknown type, family, status, stance, a country that is no code, an empty span, or too many."""
    for name in LIST_FILTERS:
        if len(chosen := getattr(filters, name)) > MOST_VALUES:
            raise UsageError(f"{name}: found {len(chosen)} values, expected {MOST_VALUES} at most")
    for name, allowed in _ALLOWED.items():
        for value in getattr(filters, name):
            if value not in allowed:
                raise UnknownValue(name, value, allowed)
    for code in filters.country:
        if not re.fullmatch(r"[A-Za-z]{2}", code, re.ASCII):
            raise UsageError(f"country: found {code!r}, expected a two-letter code such as CL, or EU")
    if filters.since and filters.until and filters.since >= filters.until:
        raise UsageError(f"until: found {filters.until}, expected a day after {filters.since}")
    if filters.min_confidence is not None and not 0 <= filters.min_confidence <= 1:
        raise UsageError(f"min_confidence: found {filters.min_confidence}, expected 0 to 1")
