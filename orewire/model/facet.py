"""What the events that match are about: each value of a filter, with how many events have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FACETS: Final = ("country", "mineral", "type", "family", "status", "stance", "project")


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value of a filter, and how many of the events that match have it."""

    value: str
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Values of the filter `name`, the most frequent first.

    An event of several countries or minerals counts in each; `-` are events without project, or of which nobody is
    told to be for or against. `more` says how many further values there are.
    """

    name: str
    values: tuple[FacetValue, ...]
    more: int = 0
