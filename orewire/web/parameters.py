"""What can be asked by an address: the filters, which have the same names everywhere, pages and dimensions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Path, Query
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, WithJsonSchema

from orewire.model.codes import EVENT_TYPES, FAMILIES, POLARITIES, STATUSES
from orewire.model.event import Filters
from orewire.model.facet import FACETS
from orewire.model.hit import SORTS
from orewire.model.ports import DIMENSIONS, PERIODS
from orewire.model.project import STANDINGS, ProjectFilters

Read = TypeVar("Read")

MAX_LIMIT = 1000
MAX_NUMBER = 2**63 - 1
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)", re.ASCII)


def one_of(values: Sequence[str]) -> WithJsonSchema:
    """For the description alone: what is none of them is refused by the store, which has a better answer."""
    return WithJsonSchema({"type": "string", "enum": list(values)})


def _read(written: Any, form: re.Pattern[str], parse: Callable[[str], Read], expected: str) -> Read:
    """A value as people write it: the framework alone would take any number for a day."""
    if isinstance(written, str) and form.fullmatch(written):
        with suppress(ValueError):
            return parse(written.upper())
    raise ValueError(expected)


def _day(written: Any) -> date:
    return _read(written, _DAY, date.fromisoformat, "a day such as 2025-01-31")


def _time(written: Any) -> datetime:
    return _read(written, _TIME, datetime.fromisoformat, "a time with its zone such as 2025-01-31T06:00:00Z")


Code = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[A-Za-z]{2}$", "examples": ["CL"]})]
Words = tuple[str, ...]
Day = Annotated[date, BeforeValidator(_day)]
Time = Annotated[AwareDatetime, BeforeValidator(_time)]

Countries = Annotated[tuple[Code, ...], Query(description="ISO code, such as CL; EU for the European Union.")]
Minerals = Annotated[Words, Query(description="Canonical name, such as lithium or rare earths.")]
Types = Annotated[tuple[Annotated[str, one_of(EVENT_TYPES)], ...], Query(description="Type of event.")]
Families = Annotated[tuple[Annotated[str, one_of(FAMILIES)], ...], Query(description="Family of types.")]
Stances = Annotated[tuple[Annotated[str, one_of(POLARITIES)], ...], Query(description="Somebody supports or opposes.")]
Statuses = Annotated[tuple[Annotated[str, one_of(STATUSES)], ...], Query(description="It happened, or is expected.")]
Projects = Annotated[Words, Query(description="Mine, deposit or plant, a part of its name, or #12, its number.")]
Actors = Annotated[Words, Query(description="Who acts, or a part of the name.")]
Since = Annotated[Day | None, Query(description="First day.", examples=["2025-09-01"])]
Until = Annotated[Day | None, Query(description="The day after the last.", examples=["2025-10-01"])]
Text = Annotated[str | None, Query(description='Words of the articles: AND is understood, OR, NOT, "phrases", begin*.')]
Confidence = Annotated[float | None, Query(ge=0, le=1, description="The least confidence, from 0 to 1.")]
SeenSince = Annotated[Time | None, Query(description="Last reported at this time or later.")]
SeenUntil = Annotated[Time | None, Query(description="First reported before this time.")]


async def read_filters(  # noqa: PLR0913 - FastAPI reads the names of the filters from here
    country: Countries = (),
    mineral: Minerals = (),
    type: Types = (),
    family: Families = (),
    stance: Stances = (),
    project: Projects = (),
    actor: Actors = (),
    status: Statuses = (),
    since: Since = None,
    until: Until = None,
    text: Text = None,
    min_confidence: Confidence = None,
    seen_since: SeenSince = None,
    seen_until: SeenUntil = None,
) -> Filters:
    """The question of a request."""
    return Filters(
        country=country,
        mineral=mineral,
        type=type,
        family=family,
        stance=stance,
        project=project,
        actor=actor,
        status=status,
        since=since,
        until=until,
        text=text,
        min_confidence=min_confidence,
        seen_since=seen_since,
        seen_until=seen_until,
    )


async def read_project_filters(
    country: Countries = (),
    mineral: Minerals = (),
    standing: Annotated[
        tuple[Annotated[str, one_of(STANDINGS)], ...], Query(description="Where it stands at present.")
    ] = (),
    name: Annotated[Words, Query(description="A part of any of its names.")] = (),
    untold: Annotated[bool, Query(description="Also those of which no event is known.")] = False,
) -> ProjectFilters:
    """The question of a request about projects."""
    return ProjectFilters(country=country, mineral=mineral, standing=standing, name=name, untold=untold)


Limit = Annotated[int, Query(ge=0, le=MAX_LIMIT, description="At most so many; 0 only counts.")]
Most = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="At most so many.")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="So many are left out first.")]
After = Annotated[str | None, Query(alias="cursor", description="Goes on where the answer ended that gave this.")]
PeriodName = Annotated[Annotated[str, one_of(PERIODS)], Query(description="Length of a period.")]
MoverPeriod = Annotated[Annotated[str, one_of(("week", "month"))], Query(description="Length of the period.")]
Sort = Annotated[Annotated[str, one_of(SORTS)], Query(description="The likest first, or the newest.")]
ByFacets = Annotated[tuple[Annotated[str, one_of(FACETS)], ...], Query(description="Only these; all unless given.")]
ByDimensions = Annotated[tuple[Annotated[str, one_of(DIMENSIONS)], ...], Query(description="By one, or by two.")]
ByDimension = Annotated[Annotated[str, one_of(DIMENSIONS)], Query(description="By what is counted.")]
Number = Annotated[int, Path(ge=0), AfterValidator(lambda number: min(number, MAX_NUMBER))]
"""One that no store can hold is the number of nothing, as any other that is not there."""
EventNumber = Annotated[int | None, Query(ge=0, le=MAX_NUMBER, description="Only of this event.")]
Panel = Annotated[bool, Query(description="Only what sources tell of that were read throughout.")]
