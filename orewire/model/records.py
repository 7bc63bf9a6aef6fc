"""Any of our records out of the JSON that `to_json` made of it."""

from __future__ import annotations

import functools
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from orewire.model.errors import StoreError

Record = TypeVar("Record")


def from_json(kind: type[Record], record: dict[str, Any]) -> Record:
    """Any of our records from what `to_json` made of it; StoreError where that is something else.

    What was written before there was a field has the field's default.
    """
    known: Any = kind
    try:
        told = record.keys() | _needed(known)
        return kind(**{name: _from_plain(hint, record[name]) for name, hint in _hints(known).items() if name in told})
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"found no {kind.__name__} in what was read: {error!r}") from error


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


@functools.cache
def _needed(kind: Any) -> frozenset[str]:
    """Fields without a default."""
    return frozenset(one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING)


def _from_plain(hint: Any, value: Any) -> Any:
    """A value as the field of a record holds it: dates, tuples, and records within."""
    if value is None:
        return None
    if get_origin(hint) in (Union, UnionType):
        return _from_plain(next(one for one in get_args(hint) if one is not NoneType), value)
    if get_origin(hint) is tuple:
        return tuple(_from_plain(get_args(hint)[0], one) for one in value)
    if hint in (date, datetime):
        return hint.fromisoformat(value)
    return from_json(hint, value) if isinstance(hint, type) and is_dataclass(hint) else value
