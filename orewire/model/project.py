"""A project's life: what is known of it, where it stands and stood, who acts, who is for and against it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from orewire.model.event import Event

BASES: Final = (
    "closed", "refused", "suspended", "halted", "operating", "building", "permitted", "sought", "explored", "unknown",
)  # fmt: skip
"""Where a project can stand; at each time in one of them."""
FIGHTS: Final = ("in_court", "contested")
"""What a project can be besides."""
STANDINGS: Final = (*BASES[:5], *FIGHTS, *BASES[5:])
"""All of them; store/data/standing.yaml says what each means."""


def project_number(value: str) -> int | None:
    """The number that a value of the filter `project` names, such as `#12`; None for a name or a part of one."""
    found = re.fullmatch(r"#(\d{1,9})", value.strip(), re.ASCII)
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What held of a project for a time: `since` <= day < `until`; None: from ever, or still.

    `word` is one of STANDINGS. `event_id` is the event that made it so, and `rule` says why it did; `ended_by` is the
    event that ended it, None where it is over because nothing was heard of it.
    """

    word: str
    since: date | None = None
    until: date | None = None
    event_id: int | None = None
    rule: str = ""
    ended_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A mine, deposit or plant. Place and operator are the gazetteer's; what it does not know is what events tell.

    `events` counts all of them, `newest` is the day of the last one that is dated. `standing` is the weightiest of what
    holds at present, `also` are the others.
    """

    id: int
    name: str
    countries: tuple[str, ...]
    minerals: tuple[str, ...]
    operator: str | None
    latitude: float | None
    longitude: float | None
    events: int
    newest: date | None
    standing: Standing
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFilters:
    """A question about projects. Several values of one filter mean any of them; different filters must all hold.

    `name` is found in part in any of its names. `standing` also finds what holds besides. `untold`: also those of which
    no event is known.
    """

    country: tuple[str, ...] = ()
    mineral: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    untold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attitudes:
    """Who took a stance in a quarter, `start` its first day: holders for and against, by class, each holder once."""

    start: date
    support: dict[str, int]
    oppose: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody with a stance, and how often and when it was reported; `evidence` is the latest."""

    name: str
    holder_class: str
    polarity: str
    articles: int
    first: datetime
    last: datetime
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acted: in how many of the project's events, of which types, when last; the class where a stance tells it."""

    name: str
    holder_class: str | None
    events: int
    types: tuple[str, ...]
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is known of a project. Standings from the first to the last to begin; the timeline newest first.

    `namesakes` are other projects of the same name.
    """

    project: Project
    aliases: tuple[str, ...]
    standings: tuple[Standing, ...]
    timeline: tuple[Event, ...]
    attitudes: tuple[Attitudes, ...]
    holders: tuple[Holder, ...]
    actors: tuple[Actor, ...]
    namesakes: tuple[Project, ...] = ()
