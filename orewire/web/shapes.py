"""Our records as models of the framework, to describe what answers look like; nothing is checked by them."""

from __future__ import annotations

import functools
from dataclasses import is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, create_model

Responses = dict[int | str, dict[str, Any]]


def answers_with(record: Any) -> Responses:
    """For `responses` of a route: what it answers when all is well."""
    return {200: {"model": model_of(record)}}


@functools.cache
def model_of(record: Any) -> type[BaseModel]:
    """A model with the fields of a record, all of them always there, as its JSON has them.

    The framework alone cannot: to it the field `date` of type `date` hides its own type.
    """
    fields: dict[str, Any] = {name: (_modelled(hint), ...) for name, hint in get_type_hints(record).items()}
    return create_model(record.__name__, __doc__=record.__doc__, **fields)


def _modelled(hint: Any) -> Any:
    """The type of a field, with models for the records within."""
    if isinstance(hint, type) and is_dataclass(hint):
        return model_of(hint)
    inner = tuple(_modelled(one) for one in get_args(hint))
    if not inner:
        return hint
    return Union[inner] if get_origin(hint) in (Union, UnionType) else get_origin(hint)[inner]  # noqa: UP007
